'use strict';

// Promises as async resources. V8 tells of each promise while a hook wants that, and only then.

const { asyncFields, asyncHooks, running } = require('runtime/shared');
const hooks = require('runtime/async_hooks');
const { setPromiseHooks, trackDestroy } = native('async_wrap');

const [kExecutionId, kTriggerId] = [0, 1];
const [kInit, kBefore, kAfter, kDestroy] = [0, 1, 2, 3];

/**
 * The ids of a promise, as private fields that are put on it: nobody sees them, and they go with
 * it. A base class that returns its argument lets them be added.
 */
class Ids extends function (promise) {
  return promise;
} {
  #id;
  #triggerId;

  constructor(promise, id, triggerId) {
    super(promise);
    this.#id = id;
    this.#triggerId = triggerId;
  }

  static has(promise) {
    return #id in promise;
  }

  static id(promise) {
    return promise.#id;
  }

  static triggerId(promise) {
    return promise.#triggerId;
  }
}

/** Gives a promise its ids, unless it has them. */
function track(promise, parent) {
  if (Ids.has(promise)) return Ids.id(promise);
  const id = hooks.newAsyncId();
  const triggerId = parent === undefined ? hooks.defaultTriggerId() : track(parent);
  new Ids(promise, id, triggerId);
  if (asyncHooks[kDestroy] > 0) trackDestroy(promise, id);
  return id;
}

function onInit(promise, parent) {
  // The parent comes first: it may need an id of its own, which must be the smaller one.
  if (parent !== undefined) track(parent);
  const id = track(promise, parent);
  if (asyncHooks[kInit] > 0) hooks.emitInit(id, 'PROMISE', Ids.triggerId(promise), promise);
}

// What ran outside of the promise callbacks that run now: id, trigger id, running id, resource.
const outer = [];

function onBefore(promise) {
  const id = track(promise);
  outer.push(asyncFields[kExecutionId], asyncFields[kTriggerId], running.id, running.resource);
  asyncFields[kExecutionId] = id;
  asyncFields[kTriggerId] = Ids.triggerId(promise);
  running.id = id;
  running.resource = promise;
  if (asyncHooks[kBefore] > 0) hooks.emitBefore(id);
}

function onAfter(promise) {
  const id = track(promise);
  if (asyncHooks[kAfter] > 0) hooks.emitAfter(id);
  // The callback in which the first hook was enabled ends without having begun.
  if (outer.length > 0 && asyncFields[kExecutionId] === id) {
    running.resource = outer.pop();
    running.id = outer.pop();
    asyncFields[kTriggerId] = outer.pop();
    asyncFields[kExecutionId] = outer.pop();
  }
  if (stopping && outer.length === 0) turnOff();
}

function onResolve(promise) {
  hooks.emitPromiseResolve(track(promise));
}

let on = false;
let stopping = false;

function start() {
  stopping = false;
  if (on) return;
  on = true;
  install();
}

// Hooks of the program (v8.promiseHooks), beside the ones that make promises async resources.
let extra = [];

/** Sets the functions that V8 calls besides ours: init, before, after, settled. */
function setExtraHooks(...hooksOfProgram) {
  extra = hooksOfProgram;
  install();
}

function both(own, other) {
  if (own === undefined || other === undefined) return own ?? other;
  return (promise, parent) => {
    own(promise, parent);
    other(promise, parent);
  };
}

function install() {
  const own = on ? [onInit, onBefore, onAfter, onResolve] : [];
  setPromiseHooks(...[0, 1, 2, 3].map((i) => both(own[i], extra[i])));
}

function turnOff() {
  on = false;
  stopping = false;
  install();
}

/** Stops, but not in the middle of a promise callback: its end must still restore the ids. */
function stop() {
  if (!on) return;
  if (outer.length > 0) stopping = true;
  else turnOff();
}

/** Calls a function as a callback of a promise, if that promise is tracked. */
function runAsPromise(promise, fn) {
  if (!Ids.has(promise)) return fn();
  return hooks.runAsResource(Ids.id(promise), Ids.triggerId(promise), promise, fn, undefined, []);
}

module.exports = { runAsPromise, setExtraHooks, start, stop };

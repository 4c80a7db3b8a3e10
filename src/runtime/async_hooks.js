'use strict';

// Async ids, and the hooks that a program made with async_hooks.createHook(). All that produces
// async resources reports to here, but only while a hook wants to know: each caller looks at the
// count of hooks of that kind first.

const ids = require('runtime/async_ids');
const { asyncFields, asyncHooks, running } = require('runtime/shared');
const { queueDestroy, setCallbacks } = native('async_wrap');

// Places in asyncFields.
const kExecutionId = 0;
const kTriggerId = 1;
const kDefaultTriggerId = 3;

// Places in asyncHooks, and the method of a hook for each.
const kInit = 0;
const kBefore = 1;
const kAfter = 2;
const kDestroy = 3;
const kPromiseResolve = 4;
const kKinds = ['init', 'before', 'after', 'destroy', 'promiseResolve'];

// The enabled hooks. What changes while they are being told takes effect when all were told.
let active = [];
let changed;
let depth = 0;
// Whether C++ knows whom to tell: only once a hook was ever enabled.
let connected = false;

/** A hook threw: nothing of the program can be trusted any more. */
function fail(error) {
  let text;
  if (typeof error?.stack === 'string') {
    text = error.stack;
  } else {
    const here = {};
    Error.captureStackTrace(here, fail);
    text = `Error: ${String(error)}${here.stack.slice(here.stack.indexOf('\n'))}`;
  }
  process._rawDebug(text);
  if (require('runtime/options').getOptionValue('--abort-on-uncaught-exception')) process.abort();
  process.removeAllListeners('uncaughtException');
  process.exit(1);
}

function tell(kind, ...args) {
  depth++;
  try {
    for (const hook of active) {
      const { [kKinds[kind]]: callback, self } = hook;
      if (callback !== undefined) Reflect.apply(callback, self, args);
    }
  } catch (error) {
    fail(error);
  } finally {
    if (--depth === 0 && changed !== undefined) applyChanges();
  }
}

function applyChanges() {
  active = changed;
  changed = undefined;
  if (!connected) {
    connected = true;
    setCallbacks({ init: emitInit, before: emitBefore, after: emitAfter, destroy: tellDestroyed });
  }
  for (let kind = 0; kind < kKinds.length; kind++) {
    asyncHooks[kind] = active.filter((hook) => hook[kKinds[kind]] !== undefined).length;
  }
  const promises = active.some((hook) => hook.trackPromises);
  // Not loaded, not tracking: then there is nothing to turn off.
  if (promises) require('runtime/promise_hooks').start();
  else if (startedPromises) require('runtime/promise_hooks').stop();
  startedPromises ||= promises;
}

let startedPromises = false;

/** Calls a function as a callback of a promise, if promises are tracked. */
function runAsPromise(promise, fn) {
  return startedPromises ? require('runtime/promise_hooks').runAsPromise(promise, fn) : fn();
}

/** Whether a hook of createHook() is enabled. */
function isEnabled(hook) {
  return (changed ?? active).includes(hook);
}

function enable(hook) {
  if (isEnabled(hook)) return;
  changed = [...(changed ?? active), hook];
  if (depth === 0) applyChanges();
}

function disable(hook) {
  if (!isEnabled(hook)) return;
  changed = (changed ?? active).filter((each) => each !== hook);
  if (depth === 0) applyChanges();
}

/** Calls a function; the resources that it makes are triggered by the resource `id`. */
function withDefaultTrigger(id, fn, ...args) {
  const outer = asyncFields[kDefaultTriggerId];
  asyncFields[kDefaultTriggerId] = id;
  try {
    return fn(...args);
  } finally {
    asyncFields[kDefaultTriggerId] = outer;
  }
}

// The four events of a resource, for those who produce one. Each may be called when no hook is
// enabled; callers on a hot path look at asyncHooks first.

function emitInit(id, type, triggerId, resource) {
  if (asyncHooks[kInit] > 0) tell(kInit, id, type, triggerId, resource);
}

function emitBefore(id) {
  if (asyncHooks[kBefore] > 0) tell(kBefore, id);
}

function emitAfter(id) {
  if (asyncHooks[kAfter] > 0) tell(kAfter, id);
}

/** Not told at once: hooks hear of it when the program's own callbacks have had their turn. */
function emitDestroy(id) {
  if (asyncHooks[kDestroy] > 0 && id > 0) queueDestroy(id);
}

function emitPromiseResolve(id) {
  if (asyncHooks[kPromiseResolve] > 0) tell(kPromiseResolve, id);
}

// Called by C++ with the ids that were queued.
function tellDestroyed(ids) {
  for (const id of ids) tell(kDestroy, id);
}

/**
 * Calls a function as the callback of a resource: with its ids, and the hooks told.
 * The async context is the caller's business.
 */
function runAsResource(id, triggerId, resource, fn, thisArg, args) {
  return ids.runInside(id, triggerId, resource, callTold, undefined, id, fn, thisArg, args);
}

function callTold(id, fn, thisArg, args) {
  if (asyncHooks[kBefore] > 0) tell(kBefore, id);
  try {
    return Reflect.apply(fn, thisArg, args);
  } finally {
    if (asyncHooks[kAfter] > 0) tell(kAfter, id);
  }
}

// What executionAsyncResource() returns where no callback runs.
const topLevel = {};

function executionAsyncId() {
  return asyncFields[kExecutionId];
}

function triggerAsyncId() {
  return asyncFields[kTriggerId];
}

function executionAsyncResource() {
  const id = asyncFields[kExecutionId];
  if (running.id === id && running.resource !== undefined) {
    if (running.resource === ids.kUnmade) running.resource = {};
    return running.resource;
  }
  return native('async_wrap').executionResource(id) ?? topLevel;
}

module.exports = {
  defaultTriggerId: ids.triggerOfNew,
  disable,
  emitAfter,
  emitBefore,
  emitDestroy,
  emitInit,
  emitPromiseResolve,
  enable,
  executionAsyncId,
  executionAsyncResource,
  isEnabled,
  newAsyncId: ids.newId,
  runAsPromise,
  runAsResource,
  triggerAsyncId,
  withDefaultTrigger,
};

'use strict';
// process.nextTick and the order of ticks, microtasks and rejections: all ticks, then all
// microtasks, until both are empty; then the rejections that nobody handled.

const ids = require('runtime/async_ids');
const { getFrame, setFrame } = native('async_context');
const { runMicrotasks, enqueueMicrotask } = native('task_queue');
const rejections = require('runtime/rejections');

// [ticks are queued, rejections wait]: C++ looks before it enters JavaScript.
const tickInfo = rejections.tickInfo;
const kHasTick = 0;
const kHasRejection = 1;

/** A tick in the eyes of async hooks. */
class TickObject {
  constructor(callback, args) {
    this.callback = callback;
    this.args = args;
  }
}

// One place of the queue. The places stand in a ring and are used again and again, so that queueing
// and running a tick allocates nothing.
class Place {
  callback = undefined;
  argumentCount = 0;
  first = undefined; // an array of all arguments when there are more than two
  second = undefined;
  frame = undefined;
  // Doubles from the start, for which V8 then keeps memory in place.
  asyncId = NaN;
  triggerId = NaN;
  resource = ids.kUnmade;

  constructor(next) {
    this.next = next ?? this;
  }
}

// How many places there are from the start: old objects, to which V8 refers at no cost. And how many
// may be left when the queue is empty.
const kFirst = 16;
const kKept = 1024;

// From `read` to just before `write` stand the ticks that wait: at least one place is free.
const queue = { read: undefined, write: undefined, size: 0, isClosed: false };

/** Makes room behind a place. */
function extend(place) {
  queue.size++;
  return (place.next = new Place(place.next));
}

function reset() {
  queue.read = queue.write = new Place(undefined);
  queue.size = 1;
  while (queue.size < kFirst) extend(queue.write);
}
reset();

function throwNoFunction(callback, expected) {
  const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
  throw new ERR_INVALID_ARG_TYPE('callback', expected, callback);
}

/** Calls `callback(...args)` when the code that runs now has ended, before the event loop goes on. */
function nextTick(callback) {
  if (typeof callback !== 'function') throwNoFunction(callback, 'Function');
  if (queue.isClosed) return;
  const place = queue.write;
  place.callback = callback;
  const argumentCount = arguments.length - 1;
  place.argumentCount = argumentCount;
  if (argumentCount > 0) {
    if (argumentCount > 2) {
      // A rest parameter would be an array each time, though hardly any tick has so many arguments.
      const all = new Array(argumentCount);
      for (let i = 0; i < argumentCount; i++) all[i] = arguments[i + 1];
      place.first = all;
    } else {
      place.first = arguments[1];
      if (argumentCount > 1) place.second = arguments[2];
    }
  }
  place.frame = getFrame();
  place.asyncId = ids.newId();
  place.triggerId = ids.triggerOfNew();
  const { next } = place;
  queue.write = next === queue.read ? extend(place) : next;
  tickInfo[kHasTick] = 1;
  if (ids.hearsInit()) announce(place);
}

function argumentsOf({ argumentCount, first, second }) {
  if (argumentCount === 0) return undefined;
  return argumentCount > 2 ? first : [first, second].slice(0, argumentCount);
}

function announce(place) {
  const resource = new TickObject(place.callback, argumentsOf(place));
  place.resource = resource;
  const { emitInit } = require('runtime/async_hooks');
  emitInit(place.asyncId, 'TickObject', place.triggerId, resource);
}

function callWithArguments(callback, place) {
  const { argumentCount, first, second } = place;
  // The queue must not keep alive what the program has done with.
  place.first = place.second = undefined;
  if (argumentCount === 1) callback(first);
  else if (argumentCount === 2) callback(first, second);
  else callback(...first);
}

function callBack(place) {
  const { callback } = place;
  place.callback = place.frame = undefined;
  if (place.argumentCount === 0) callback();
  else callWithArguments(callback, place);
}

function callBackHooked(id, place) {
  const hooks = require('runtime/async_hooks');
  // The hooks may queue ticks, for which this place is free.
  const { callback } = place;
  const args = argumentsOf(place) ?? [];
  place.callback = place.frame = place.first = place.second = undefined;
  hooks.emitBefore(id);
  try {
    callback(...args);
  } finally {
    if (ids.hearsDestroy()) hooks.emitDestroy(id);
  }
  hooks.emitAfter(id);
}

function tellOfEnd(id) {
  const hooks = require('runtime/async_hooks');
  hooks.emitDestroy(id);
  hooks.emitAfter(id);
}

// Runs the next tick. An exception goes to C++, which reports it (with the ids and the context of the
// tick), leaves the context, and comes back for the rest.
function runTick() {
  const place = queue.read;
  queue.read = place.next;
  const id = place.asyncId;
  setFrame(place.frame);
  ids.enter(id, place.triggerId, place.resource);
  place.resource = ids.kUnmade;
  if (ids.hearsCallbacks() || ids.hearsDestroy()) {
    callBackHooked(id, place);
  } else {
    callBack(place);
    // The tick may have enabled the first hook.
    if (ids.hearsCallbacks() || ids.hearsDestroy()) tellOfEnd(id);
  }
}

// Called by C++ when the outermost callback has ended and something waits.
function processTicksAndRejections() {
  do {
    if (queue.read !== queue.write) {
      do runTick();
      while (queue.read !== queue.write);
      ids.leave();
      setFrame(undefined);
      if (queue.size > kKept) reset();
    }
    tickInfo[kHasTick] = 0;
    runMicrotasks();
  } while (tickInfo[kHasTick] !== 0 || rejections.processRejections());
  tickInfo[kHasRejection] = 0;
}

/** The thread is about to end: what wants to run later will not. */
function beginExit() {
  process._exiting = true;
  queue.isClosed = true;
}

class Microtask {
  constructor(callback) {
    this.callback = callback;
    this.asyncId = ids.newId();
    this.triggerId = require('runtime/async_hooks').executionAsyncId();
  }
}

// Tells the hooks of a microtask's life.
function queueHookedMicrotask(callback) {
  const hooks = require('runtime/async_hooks');
  const task = new Microtask(callback);
  hooks.emitInit(task.asyncId, 'Microtask', task.triggerId, task);
  enqueueMicrotask(() => {
    try {
      hooks.runAsResource(task.asyncId, task.triggerId, task, callback, undefined, []);
    } finally {
      hooks.emitDestroy(task.asyncId);
    }
  });
}

/** queueMicrotask: an exception in `callback` is an uncaught exception. */
function queueMicrotask(callback) {
  if (typeof callback !== 'function') throwNoFunction(callback, 'function');
  if (ids.hearsInit() || ids.hearsCallbacks() || ids.hearsDestroy()) queueHookedMicrotask(callback);
  else enqueueMicrotask(callback);
}

// Between two timers or immediates of one turn.
function runNextTicks() {
  if (tickInfo[kHasTick] === 0) runMicrotasks();
  if (tickInfo[kHasTick] !== 0 || tickInfo[kHasRejection] !== 0) processTicksAndRejections();
}

module.exports = {
  beginExit,
  tickInfo,
  runNextTicks,
  nextTick,
  queueMicrotask,
  processTicksAndRejections,
  runMicrotasks,
};

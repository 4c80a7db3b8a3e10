'use strict';
// process.nextTick and the order of ticks, microtasks and rejections: all ticks, then all
// microtasks, until both are empty; then the rejections that nobody handled.

const { asyncFields, asyncHooks, running } = require('runtime/shared');
const { getFrame, setFrame } = native('async_context');
const { runMicrotasks, enqueueMicrotask } = native('task_queue');
const rejections = require('runtime/rejections');

// [ticks are queued, rejections wait]: C++ looks before it enters JavaScript.
const tickInfo = rejections.tickInfo;
const kHasTick = 0;
const kHasRejection = 1;
const [kExecution, kTrigger, kLast, kDefaultTrigger] = [0, 1, 2, 3];
const [kInit, kBefore, kAfter, kDestroy] = [0, 1, 2, 3];

// A queue of chunks: pushing and shifting allocate nothing but a chunk for each 256 ticks.
const kChunk = 256;
let head = { items: new Array(kChunk), next: null };
let tail = head;
let read = 0;
let write = 0;

// Ids come as floating-point numbers; as small integers, the fields that hold them need no memory of
// their own.
function asInteger(id) {
  const integer = id | 0;
  return integer === id ? integer : id;
}

class Tick {
  constructor(callback, args) {
    this.callback = callback;
    this.args = args;
    this.frame = getFrame();
    this.asyncId = asInteger((asyncFields[kLast] += 1));
    const trigger = asyncFields[kDefaultTrigger];
    this.triggerId = asInteger(trigger < 0 ? asyncFields[kExecution] : trigger);
  }
}

function push(tick) {
  if (write === kChunk) {
    tail = tail.next = { items: new Array(kChunk), next: null };
    write = 0;
  }
  tail.items[write++] = tick;
  tickInfo[kHasTick] = 1;
}

function shift() {
  if (head === tail && read === write) return undefined;
  const tick = head.items[read];
  head.items[read++] = undefined;
  if (read === kChunk && head !== tail) {
    head = head.next;
    read = 0;
  } else if (head === tail && read === write) {
    read = write = 0;
  }
  return tick;
}

/** Calls `callback(...args)` when the code that runs now has ended, before the event loop goes on. */
function nextTick(callback) {
  if (typeof callback !== 'function') {
    const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
    throw new ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  }
  if (process._exiting) return;
  // A rest parameter would be an array each time, though hardly any tick has arguments.
  let args;
  if (arguments.length > 1) {
    args = new Array(arguments.length - 1);
    for (let i = 1; i < arguments.length; i++) args[i - 1] = arguments[i];
  }
  const tick = new Tick(callback, args);
  if (asyncHooks[kInit] > 0) {
    require('runtime/async_hooks').emitInit(tick.asyncId, 'TickObject', tick.triggerId, tick);
  }
  push(tick);
}

function runTick(tick) {
  const { callback, args } = tick;
  if (args === undefined) callback();
  else if (args.length === 1) callback(args[0]);
  else if (args.length === 2) callback(args[0], args[1]);
  else callback(...args);
}

function runHookedTick(tick) {
  const hooks = require('runtime/async_hooks');
  hooks.emitBefore(tick.asyncId);
  try {
    runTick(tick);
  } finally {
    if (asyncHooks[kDestroy] > 0) hooks.emitDestroy(tick.asyncId);
  }
  hooks.emitAfter(tick.asyncId);
}

function tellOfEnd(tick) {
  const hooks = require('runtime/async_hooks');
  hooks.emitDestroy(tick.asyncId);
  hooks.emitAfter(tick.asyncId);
}

// Called by C++ when the outermost callback has ended and something waits.
function processTicksAndRejections() {
  do {
    let tick;
    while ((tick = shift()) !== undefined) {
      if (head === tail && read === write) tickInfo[kHasTick] = 0;
      setFrame(tick.frame);
      asyncFields[kExecution] = running.id = tick.asyncId;
      asyncFields[kTrigger] = tick.triggerId;
      running.resource = tick;
      // An exception goes to C++, which reports it (with the ids and the context of the tick),
      // leaves the context, and comes back for the rest.
      if (asyncHooks[kBefore] + asyncHooks[kAfter] + asyncHooks[kDestroy] > 0) runHookedTick(tick);
      else {
        runTick(tick);
        // The tick may have enabled the first hook.
        if (asyncHooks[kAfter] + asyncHooks[kDestroy] > 0) tellOfEnd(tick);
      }
      asyncFields[kExecution] = asyncFields[kTrigger] = 0;
      setFrame(undefined);
    }
    running.resource = undefined;
    tickInfo[kHasTick] = 0;
    runMicrotasks();
  } while (tickInfo[kHasTick] !== 0 || rejections.processRejections());
  tickInfo[kHasRejection] = 0;
}

class Microtask {
  constructor(callback) {
    this.callback = callback;
    this.asyncId = asyncFields[kLast] += 1;
    this.triggerId = asyncFields[kExecution];
  }
}

/** queueMicrotask: an exception in `callback` is an uncaught exception. */
function queueMicrotask(callback) {
  if (typeof callback !== 'function') {
    const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
    throw new ERR_INVALID_ARG_TYPE('callback', 'function', callback);
  }
  if (asyncHooks[kInit] + asyncHooks[kBefore] + asyncHooks[kAfter] + asyncHooks[kDestroy] === 0) {
    enqueueMicrotask(callback);
    return;
  }
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

// Between two timers or immediates of one turn.
function runNextTicks() {
  if (tickInfo[kHasTick] === 0) runMicrotasks();
  if (tickInfo[kHasTick] !== 0 || tickInfo[kHasRejection] !== 0) processTicksAndRejections();
}

module.exports = {
  tickInfo,
  runNextTicks,
  nextTick,
  queueMicrotask,
  processTicksAndRejections,
  runMicrotasks,
};

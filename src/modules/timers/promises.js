// node:timers/promises
'use strict';
// https://nodejs.org/api/timers.html#timers-promises-api

const timers = require('runtime/timers');
const { AbortError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('runtime/errors');
const {
  validateAbortSignal,
  validateBoolean,
  validateNumber,
  validateObject,
} = require('runtime/validators');

function checkOptions(options) {
  validateObject(options, 'options');
  const { signal, ref } = options;
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (ref !== undefined) validateBoolean(ref, 'options.ref');
}

// A promise for what `start(resolve)` begins and `cancel(handle)` ends; an abort rejects it.
function abortable(signal, start, cancel) {
  let handle;
  let onAbort;
  const promise = new Promise((resolve, reject) => {
    handle = start(resolve);
    if (signal) {
      onAbort = () => {
        cancel(handle);
        reject(new AbortError(undefined, { cause: signal.reason }));
      };
      signal.addEventListener('abort', onAbort, { once: true });
    }
  });
  if (onAbort === undefined) return promise;
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

/** Fulfils with `value` after `delay` milliseconds. */
function setTimeout(delay, value, options = {}) {
  try {
    if (delay !== undefined) validateNumber(delay, 'delay');
    checkOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { signal, ref = true } = options;
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  const start = (resolve) => {
    const timer = timers.setTimeout(resolve, delay, value);
    if (!ref) timer.unref();
    return timer;
  };
  return abortable(signal, start, timers.clearTimeout);
}

/** Fulfils with `value` in the event loop's next check phase. */
function setImmediate(value, options = {}) {
  try {
    checkOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { signal, ref = true } = options;
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  const start = (resolve) => {
    const immediate = timers.setImmediate(resolve, value);
    if (!ref) immediate.unref();
    return immediate;
  };
  return abortable(signal, start, timers.clearImmediate);
}

/** An async iterator that yields `value` every `delay` milliseconds. */
async function* setInterval(delay, value, options = {}) {
  if (delay !== undefined) validateNumber(delay, 'delay');
  checkOptions(options);
  const { signal, ref = true } = options;
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  let onAbort;
  let wake;
  let due = 0;
  const interval = timers.setInterval(() => {
    due++;
    if (wake) {
      wake();
      wake = undefined;
    }
  }, delay);
  if (!ref) interval.unref();
  try {
    if (signal) {
      onAbort = () => {
        timers.clearInterval(interval);
        if (wake) {
          wake(Promise.reject(new AbortError(undefined, { cause: signal.reason })));
          wake = undefined;
        }
      };
      signal.addEventListener('abort', onAbort, { once: true });
    }
    while (!signal?.aborted) {
      if (due === 0) await new Promise((resolve) => (wake = resolve));
      for (; due > 0; due--) yield value;
    }
    throw new AbortError(undefined, { cause: signal?.reason });
  } finally {
    timers.clearInterval(interval);
    signal?.removeEventListener('abort', onAbort);
  }
}

const kScheduler = Symbol('scheduler');

// https://github.com/WICG/scheduling-apis: wait() and yield() of it.
class Scheduler {
  constructor(key) {
    if (key !== kScheduler) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this[kScheduler] = true;
  }

  /** Fulfils in the next turn of the event loop. */
  yield() {
    if (!this?.[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setImmediate();
  }

  /** Fulfils after `delay` milliseconds. */
  wait(delay, options) {
    if (!this?.[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setTimeout(delay, undefined, options);
  }
}

module.exports = { setTimeout, setImmediate, setInterval, scheduler: new Scheduler(kScheduler) };

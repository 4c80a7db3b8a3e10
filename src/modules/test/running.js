'use strict';

// Calling the function of a test or hook, and stopping to wait for it.

const { failure, kinds } = require('modules/test/failure');
const { isPromise } = require('node:util/types');

/**
 * Calls `fn` with the context, and with a callback if it takes one; settles when it is done.
 * @returns {Promise<unknown>}
 */
async function callWithDone(fn, context) {
  // A promise in any case: a function that returns none gives what it left to promises the same few turns
  // before its plan is checked.
  if (fn.length !== 2) return Promise.resolve(Reflect.apply(fn, context, [context]));
  const { promise, resolve, reject } = Promise.withResolvers();
  let called = false;
  const done = (error) => {
    if (called) throw failure('callback invoked multiple times', kinds.multipleCallbacks);
    called = true;
    if (error) reject(error);
    else resolve();
  };
  const returned = Reflect.apply(fn, context, [context, done]);
  if (isPromise(returned)) {
    returned.catch(() => {});
    promise.catch(() => {});
    throw failure('passed a callback but also returned a Promise', kinds.callbackAndPromise);
  }
  // Four turns from the callback to the check of the plan, whether it is called at once or later.
  await promise.then(() => {});
}

const kMaxTimer = 2 ** 31 - 1;

/** A promise that rejects after `timeout` milliseconds, or when `signal` is aborted. */
function stopAfter(timeout, signal, abortFailure) {
  const { promise, reject } = Promise.withResolvers();
  let timer;
  const onAbort = () => reject(abortFailure());
  promise.catch(() => {});
  if (timeout !== Infinity) {
    timer = setTimer(
      () => {
        reject(failure(`test timed out after ${timeout}ms`, kinds.timeout));
      },
      Math.min(timeout, kMaxTimer),
    );
    timer.unref();
  }
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    dispose() {
      clearTimer(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

// Tests may mock the timers: ours are those from before.
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis;

module.exports = { callWithDone, stopAfter };

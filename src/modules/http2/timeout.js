'use strict';
// setTimeout() of sessions and streams. Nothing is done when something happens on one: a timer that
// fires asks the native object how long it has been idle.

const { setUnrefTimeout, clearTimeout, kMaxDelay } = require('runtime/timers');
const errors = require('runtime/errors');
const { validateFunction, validateNumber } = require('runtime/validators');
const { kTimer } = require('modules/http2/symbols');

function checkDuration(msecs) {
  validateNumber(msecs, 'msecs');
  if (msecs < 0 || !Number.isFinite(msecs)) {
    throw new errors.ERR_OUT_OF_RANGE('msecs', 'a non-negative finite number', msecs);
  }
  if (msecs <= kMaxDelay) return msecs;
  process.emitWarning(
    `${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${kMaxDelay}.`,
    'TimeoutOverflowWarning',
  );
  return kMaxDelay;
}

/** Ends what arm() began. */
function disarm(owner) {
  if (owner[kTimer]) clearTimeout(owner[kTimer]);
  owner[kTimer] = undefined;
}

/**
 * @param {object} owner a session or stream
 * @param {() => number | undefined} idleFor milliseconds without activity
 */
function arm(owner, msecs, idleFor) {
  let told = false; // of the idle time that has not ended yet
  let last = 0;
  const wait = (delay) => {
    owner[kTimer] = setUnrefTimeout(
      () => {
        const idle = idleFor();
        if (idle === undefined) {
          owner._onTimeout();
          return;
        }
        if (told && idle >= last) {
          last = idle;
          wait(msecs);
          return;
        }
        told = idle >= msecs;
        last = idle;
        // The timer is set first: the program may clear it.
        wait(told ? msecs : msecs - idle);
        if (told) owner._onTimeout();
      },
      Math.max(1, delay),
    );
  };
  wait(msecs);
}

/** `owner.setTimeout(msecs, callback)`. */
function setTimeoutOf(owner, msecs, callback, idleFor) {
  if (owner.destroyed) return owner;
  msecs = checkDuration(msecs);
  if (callback !== undefined) validateFunction(callback, 'callback');
  owner.timeout = msecs;
  disarm(owner);
  if (msecs === 0) {
    if (callback !== undefined) owner.removeListener('timeout', callback);
    return owner;
  }
  arm(owner, msecs, idleFor);
  if (callback !== undefined) owner.once('timeout', callback);
  return owner;
}

module.exports = { disarm, setTimeoutOf };

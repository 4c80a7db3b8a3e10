'use strict';

const { getFrame, setFrame } = native('async_context');

/**
 * The async context is one value, the frame, that V8 carries through promises and the runtime
 * through everything else that calls back. AsyncLocalStorage decides what a frame is: this file
 * only hands it on.
 */

/** Calls a function in another frame. */
function runInFrame(frame, fn, thisArg, ...args) {
  const outer = getFrame();
  setFrame(frame);
  try {
    return Reflect.apply(fn, thisArg, args);
  } finally {
    setFrame(outer);
  }
}

/** A function that calls `fn` in the frame of now, whenever it is called. */
function bindToFrame(fn) {
  const frame = getFrame();
  return function bound(...args) {
    return runInFrame(frame, fn, this, ...args);
  };
}

/** Makes a function that stands for another say that it takes as many arguments. */
function copyLength(bound, fn) {
  if (bound.length === fn.length) return;
  Object.defineProperty(bound, 'length', {
    __proto__: null,
    value: fn.length,
    configurable: true,
  });
}

module.exports = { bindToFrame, copyLength, getFrame, runInFrame, setFrame };

'use strict';

const { validateString } = require('runtime/validators');

/** Codes about which a warning has been given: one for each code, however many functions have it. */
const warnedCodes = new Set();

/**
 * A function that warns once that it is deprecated and does what `fn` does.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utildeprecatefn-msg-code-options
 */
function deprecate(fn, msg, code, options) {
  if (code !== undefined) validateString(code, 'code');
  const modifyPrototype = options?.modifyPrototype ?? true;
  let hasWarned = false;

  function deprecated(...args) {
    if (!hasWarned && process.noDeprecation !== true) {
      hasWarned = true;
      warn(msg, code, deprecated);
    }
    if (new.target) return Reflect.construct(fn, args, new.target);
    return Reflect.apply(fn, this, args);
  }

  if (modifyPrototype) {
    // Static members and instanceof go on working.
    Object.setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  Object.defineProperty(deprecated, 'length', {
    ...Object.getOwnPropertyDescriptor(fn, 'length'),
  });
  return deprecated;
}

function warn(msg, code, below) {
  if (code === undefined) {
    process.emitWarning(msg, 'DeprecationWarning', below);
  } else if (!warnedCodes.has(code)) {
    warnedCodes.add(code);
    process.emitWarning(msg, 'DeprecationWarning', code, below);
  }
}

module.exports = { deprecate };

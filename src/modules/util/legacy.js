'use strict';

// Small functions that are older than the language's own way to do the same.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { deprecate } = require('modules/util/deprecate');

/** Makes instances of `ctor` inherit the methods of `superCtor`. */
function inherits(ctor, superCtor) {
  if (ctor === undefined || ctor === null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor);
  if (superCtor === undefined || superCtor === null) {
    throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor);
  }
  if (superCtor.prototype === undefined) {
    throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superCtor.prototype);
  }
  Object.defineProperty(ctor, 'super_', { value: superCtor, writable: true, configurable: true });
  Object.setPrototypeOf(ctor.prototype, superCtor.prototype);
}

/** A string with lone surrogates replaced. */
function toUSVString(string) {
  return `${string}`.toWellFormed();
}

/** Whether two values are equal to assert.deepStrictEqual(). */
function isDeepStrictEqual(val1, val2, skipPrototype) {
  return require('modules/util/comparisons').isDeepStrictEqual(val1, val2, skipPrototype);
}

function extend(target, source) {
  // Without symbols, and nothing for a target that cannot have properties.
  if (source !== null && typeof source === 'object') {
    for (const key of Object.keys(source)) target[key] = source[key];
  }
  return target;
}

const _extend = deprecate(
  extend,
  'The `util._extend` API is deprecated. Please use Object.assign() instead.',
  'DEP0060',
);

const isArray = deprecate(
  (value) => Array.isArray(value),
  'The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.',
  'DEP0044',
);

module.exports = { _extend, inherits, isArray, isDeepStrictEqual, toUSVString };

'use strict';

// https://streams.spec.whatwg.org/#qs

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_OPTION } =
  require('runtime/errors');
const { defineInspect, finishInterface, isObject, throwInvalidThis } =
  require('web/streams/common');

// One function each for all strategies of a realm; not constructors, and named as the standard
// says.
const byteLengthSize = Object.defineProperty((chunk) => chunk.byteLength, 'name', {
  value: 'size',
  configurable: true,
});
const countSize = Object.defineProperty(() => 1, 'name', { value: 'size', configurable: true });

function requireInit(init) {
  if (!isObject(init)) throw new ERR_INVALID_ARG_TYPE('init', 'Object', init);
  if (init.highWaterMark === undefined) throw new ERR_MISSING_OPTION('init.highWaterMark');
  return Number(init.highWaterMark);
}

class ByteLengthQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = requireInit(init);
  }

  get highWaterMark() {
    if (!isObject(this) || !(#highWaterMark in this)) {
      throwInvalidThis('ByteLengthQueuingStrategy');
    }
    return this.#highWaterMark;
  }

  get size() {
    if (!isObject(this) || !(#highWaterMark in this)) {
      throwInvalidThis('ByteLengthQueuingStrategy');
    }
    return byteLengthSize;
  }
}

class CountQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = requireInit(init);
  }

  get highWaterMark() {
    if (!isObject(this) || !(#highWaterMark in this)) {
      throwInvalidThis('CountQueuingStrategy');
    }
    return this.#highWaterMark;
  }

  get size() {
    if (!isObject(this) || !(#highWaterMark in this)) {
      throwInvalidThis('CountQueuingStrategy');
    }
    return countSize;
  }
}

for (const Class of [ByteLengthQueuingStrategy, CountQueuingStrategy]) {
  finishInterface(Class, ['highWaterMark', 'size']);
  defineInspect(Class, ({ highWaterMark }) => ({ highWaterMark }));
}

/** https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark */
function extractHighWaterMark({ highWaterMark }, fallback) {
  return highWaterMark === undefined ? fallback : checkHighWaterMark(highWaterMark);
}

function checkHighWaterMark(highWaterMark) {
  if (Number.isNaN(highWaterMark) || highWaterMark < 0) {
    throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.highWaterMark', highWaterMark);
  }
  return highWaterMark;
}

/**
 * https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function
 * null stands for "always 1", also where a CountQueuingStrategy says so.
 */
function extractSize({ size }) {
  return size === undefined || size === countSize ? null : sizeAlgorithm(size);
}

function sizeAlgorithm(size) {
  return (chunk) => size(chunk);
}

module.exports = {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  extractHighWaterMark,
  extractSize,
};

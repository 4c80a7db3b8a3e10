'use strict';

// Deep equality of what is behind an object's properties: dates, bytes, keys, addresses.

const types = require('node:util/types');
const { compare: compareBytes } = native('buffer');

// The relations that comparisons is about.
const kLoose = 0;
const kStrict = 1;
const kPartial = 2;

const { is, getPrototypeOf } = Object;
const { getTime } = Date.prototype;

/** The rarer kinds, whose state can be compared without descending into other objects. */
function equalState(actual, expected, tag, walk) {
  if (types.isDate(actual)) {
    return types.isDate(expected) && is(getTime.call(actual), getTime.call(expected));
  }
  if (types.isRegExp(actual)) {
    return (
      types.isRegExp(expected) &&
      actual.source === expected.source &&
      actual.flags === expected.flags &&
      actual.lastIndex === expected.lastIndex
    );
  }
  if (types.isAnyArrayBuffer(actual)) {
    return (
      types.isAnyArrayBuffer(expected) &&
      equalElements(new Uint8Array(actual), new Uint8Array(expected), false, walk)
    );
  }
  if (types.isBoxedPrimitive(actual)) {
    return types.isBoxedPrimitive(expected) && is(unbox(actual), unbox(expected));
  }
  // Their contents cannot be read, so that two of them are never known to be equal.
  if (types.isWeakMap(actual) || types.isWeakSet(actual) || types.isPromise(actual)) return false;
  // An impostor with the right tag and prototype is not the real thing.
  if (
    types.isMap(expected) ||
    types.isSet(expected) ||
    types.isDate(expected) ||
    types.isRegExp(expected) ||
    types.isAnyArrayBuffer(expected) ||
    types.isBoxedPrimitive(expected) ||
    ArrayBuffer.isView(expected) ||
    Array.isArray(expected) ||
    isError(expected)
  ) {
    return false;
  }
  if (tag === '[object URL]') return equalUrls(actual, expected);
  if (tag === '[object KeyObject]') return equalKeyObjects(actual, expected);
  if (tag === '[object CryptoKey]') return equalCryptoKeys(actual, expected, walk);
  return true;
}

function isError(value) {
  return types.isNativeError(value) || value instanceof Error;
}

function unbox(value) {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value);
}

function equalUrls(actual, expected) {
  const { URL } = require('node:url');
  if (!(actual instanceof URL) || !(expected instanceof URL)) return true;
  return actual.href === expected.href;
}

function equalKeyObjects(actual, expected) {
  const { KeyObject } = require('node:crypto');
  if (!(actual instanceof KeyObject) || !(expected instanceof KeyObject)) return true;
  return actual.equals(expected);
}

function equalCryptoKeys(actual, expected, walk) {
  const { equalValues } = require('modules/util/comparisons');
  const { KeyObject } = require('node:crypto');
  if (!types.isCryptoKey(actual) || !types.isCryptoKey(expected)) return true;
  return (
    actual.extractable === expected.extractable &&
    equalValues(actual.algorithm, expected.algorithm, walk) &&
    equalValues(actual.usages, expected.usages, walk) &&
    KeyObject.from(actual).equals(KeyObject.from(expected))
  );
}

const { get: typedArrayName } = Object.getOwnPropertyDescriptor(
  getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);

function equalViews(actual, expected, walk) {
  const name = typedArrayName.call(actual);
  if (name !== typedArrayName.call(expected)) return false;
  if (name === undefined) return equalElements(bytesOf(actual), bytesOf(expected), false, walk);
  return equalElements(actual, expected, name.startsWith('Float'), walk);
}

function bytesOf(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function equalElements(actual, expected, isFloat, walk) {
  if (walk.relation === kPartial) return isTypedSubsequence(actual, expected);
  if (actual.length !== expected.length) return false;
  if (!isFloat) return compareBytes(actual, expected) === 0;
  // Equal bytes are not equal floats where a NaN is (loose), nor different ones different (zeros).
  const loose = walk.relation === kLoose;
  for (let i = 0; i < actual.length; i++) {
    if (loose ? actual[i] !== expected[i] : !is(actual[i], expected[i])) return false;
  }
  return true;
}

function isTypedSubsequence(actual, expected) {
  let at = 0;
  for (let i = 0; i < expected.length; i++, at++) {
    while (at < actual.length && !is(actual[at], expected[i])) at++;
    if (at >= actual.length) return false;
  }
  return true;
}

module.exports = { equalState, equalViews, isError, kLoose, kPartial, kStrict };

'use strict';

// Deep equality, shared by node:assert, node:util and the test runner.
//
// One walk serves three relations:
//   loose    primitives by ==, prototypes and symbol keys ignored    (assert.deepEqual)
//   strict   primitives by Object.is, prototypes and symbols counted (assert.deepStrictEqual)
//   partial  strict values, but the expected side may hold less      (assert.partialDeepStrictEqual)
//
// `actual` always comes before `expected`: the partial relation is not symmetric.

const types = require('node:util/types');
const { bothOnlyIndices, ownNonIndexKeys } = native('comparisons');
const { compare: compareBytes } = native('buffer');

const kLoose = 0;
const kStrict = 1;
const kPartial = 2;

const { is, keys: ownKeys, getPrototypeOf, getOwnPropertySymbols, hasOwn } = Object;
const { propertyIsEnumerable, toString: typeTag } = Object.prototype;
const noKeys = [];

/** What one comparison carries along: its relation, and the pairs that it is inside of. */
class Walk {
  constructor(relation, skipPrototype) {
    this.relation = relation;
    this.comparesPrototypes = relation === kStrict && !skipPrototype;
    this.actualPath = [];
    this.expectedPath = [];
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function equalValues(actual, expected, walk) {
  if (actual === expected) {
    return actual !== 0 || walk.relation === kLoose || is(actual, expected);
  }
  if (walk.relation === kLoose) {
    if (!isObject(actual) || !isObject(expected)) {
      return !isObject(actual) && !isObject(expected) && equalLoosePrimitives(actual, expected);
    }
  } else {
    if (typeof actual !== 'object') return typeof actual === 'number' && is(actual, expected);
    if (actual === null || !isObject(expected)) return false;
    if (walk.comparesPrototypes && !equalPrototypes(actual, expected)) return false;
  }
  if (Array.isArray(actual)) {
    return Array.isArray(expected) && equalArrays(actual, expected, walk);
  }
  if (ArrayBuffer.isView(actual)) {
    return (
      ArrayBuffer.isView(expected) &&
      equalViews(actual, expected, walk) &&
      equalIndexed(actual, expected, undefined, walk)
    );
  }
  const tag = typeTag.call(actual);
  if (tag !== typeTag.call(expected)) return false;
  if (tag === '[object Object]') {
    return !Array.isArray(expected) && equalKeyed(actual, expected, undefined, walk);
  }
  return equalBranded(actual, expected, tag, walk);
}

// Two prototypes count as the same where both lead to one constructor, as with Object.create({}).
function equalPrototypes(actual, expected) {
  // An inherited constructor is their prototypes' own: this is cheaper to find than those are.
  const { constructor: inherited } = actual;
  if (
    inherited !== undefined &&
    inherited === expected.constructor &&
    !hasOwn(actual, 'constructor') &&
    !hasOwn(expected, 'constructor')
  ) {
    return true;
  }
  const actualPrototype = getPrototypeOf(actual);
  const expectedPrototype = getPrototypeOf(expected);
  if (actualPrototype === expectedPrototype) return true;
  if (actualPrototype === null || expectedPrototype === null) return false;
  const { constructor } = actualPrototype;
  return constructor !== undefined && constructor === expectedPrototype.constructor;
}

function equalLoosePrimitives(actual, expected) {
  return actual == expected || (Number.isNaN(actual) && Number.isNaN(expected));
}

/** Compares what is behind the properties, then the properties. Both sides have the same tag. */
function equalBranded(actual, expected, tag, walk) {
  if (types.isMap(actual)) {
    return (
      types.isMap(expected) &&
      sizesAgree(actual.size, expected.size, walk) &&
      equalKeyed(actual, expected, equalMaps, walk)
    );
  }
  if (types.isSet(actual)) {
    return (
      types.isSet(expected) &&
      sizesAgree(actual.size, expected.size, walk) &&
      equalKeyed(actual, expected, equalSets, walk)
    );
  }
  if (isError(actual)) {
    return isError(expected) && equalKeyed(actual, expected, equalErrors, walk);
  }
  return equalState(actual, expected, tag, walk) && equalKeyed(actual, expected, undefined, walk);
}

/** The rarer kinds, whose state can be compared without descending into other objects. */
function equalState(actual, expected, tag, walk) {
  if (types.isDate(actual)) {
    return (
      types.isDate(expected) &&
      is(Date.prototype.getTime.call(actual), Date.prototype.getTime.call(expected))
    );
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

// These properties of an error count even where they are hidden. An enumerable one is compared
// with the other keys, in which case both sides must have it so.
function equalErrors(actual, expected, walk) {
  return (
    equalHiddenProperty('message', actual, expected, walk) &&
    equalHiddenProperty('name', actual, expected, walk) &&
    equalHiddenProperty('cause', actual, expected, walk) &&
    equalHiddenProperty('errors', actual, expected, walk)
  );
}

function equalHiddenProperty(name, actual, expected, walk) {
  const value = expected[name];
  if (walk.relation === kPartial) {
    // What the expected error does not say is not asked for. A missing message reads as ''.
    if (name === 'cause' && hasOwn(expected, name) && !hasOwn(actual, name)) return false;
    if (value === undefined || (value === '' && name === 'message')) return true;
    return equalValues(actual[name], value, walk);
  }
  if (name === 'cause' && hasOwn(actual, name) !== hasOwn(expected, name)) return false;
  const enumerable = propertyIsEnumerable.call(actual, name);
  if (enumerable !== propertyIsEnumerable.call(expected, name)) return false;
  return enumerable || equalValues(actual[name], value, walk);
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

/** The enumerable own properties, plus what `equalContents` compares while inside the pair. */
function equalKeyed(actual, expected, equalContents, walk) {
  const actualKeys = ownKeys(actual);
  const expectedKeys = ownKeys(expected);
  if (walk.relation !== kLoose) {
    // Asking for symbols costs more than all that was done so far.
    if (actualKeys.length !== expectedKeys.length && walk.relation === kStrict) return false;
    addEnumerableSymbols(actual, actualKeys);
    addEnumerableSymbols(expected, expectedKeys);
  }
  return equalListed(actual, expected, actualKeys, expectedKeys, walk, equalContents);
}

function addEnumerableSymbols(object, keys) {
  const symbols = getOwnPropertySymbols(object);
  for (let i = 0; i < symbols.length; i++) {
    if (propertyIsEnumerable.call(object, symbols[i])) keys.push(symbols[i]);
  }
}

function equalListed(actual, expected, actualKeys, expectedKeys, walk, equalContents) {
  if (!keysAgree(actual, actualKeys, expectedKeys, walk)) return false;
  if (expectedKeys.length === 0 && equalContents === undefined) return true;

  const known = walk.actualPath.length === 0 ? undefined : knownPair(actual, expected, walk);
  if (known !== undefined) return known;
  walk.actualPath.push(actual);
  walk.expectedPath.push(expected);
  const equal =
    (equalContents === undefined || equalContents(actual, expected, walk)) &&
    equalProperties(actual, expected, expectedKeys, walk);
  walk.actualPath.pop();
  walk.expectedPath.pop();
  return equal;
}

/** Whether `actual` has all that is expected of it and, unless partial, nothing else. */
function keysAgree(actual, actualKeys, expectedKeys, walk) {
  const partial = walk.relation === kPartial;
  if (actualKeys.length !== expectedKeys.length && !partial) return false;
  if (actualKeys.length < expectedKeys.length) return false;
  for (let i = 0; i < expectedKeys.length; i++) {
    // Most equal objects were built the same way: the same key at the same place needs no look-up.
    const key = expectedKeys[i];
    if (actualKeys[i] !== key && !propertyIsEnumerable.call(actual, key)) return false;
  }
  return true;
}

function equalProperties(actual, expected, keys, walk) {
  for (let i = 0; i < keys.length; i++) {
    if (!equalValues(actual[keys[i]], expected[keys[i]], walk)) return false;
  }
  return true;
}

/**
 * True or false where a cycle decides, undefined where the pair has to be looked into. Paths are
 * short, so that walking them back beats a table.
 */
function knownPair(actual, expected, walk) {
  const actualAt = lastPlace(walk.actualPath, actual);
  const expectedAt = lastPlace(walk.expectedPath, expected);
  if (actualAt === -1 && expectedAt === -1) return undefined;
  // What is expected of a cycle may end where the cycle goes on.
  if (walk.relation === kPartial && expectedAt === -1) return undefined;
  return actualAt === expectedAt;
}

function lastPlace(path, object) {
  let at = path.length - 1;
  while (at >= 0 && path[at] !== object) at--;
  return at;
}

function equalArrays(actual, expected, walk) {
  if (!sizesAgree(actual.length, expected.length, walk)) return false;
  const equalContents = walk.relation === kPartial ? isSubsequence : equalItems;
  return equalIndexed(actual, expected, equalContents, walk);
}

// The contents, and the properties that are no indices: hardly any array has one.
function equalIndexed(actual, expected, equalContents, walk) {
  const withSymbols = walk.relation !== kLoose;
  if (bothOnlyIndices(actual, expected, withSymbols)) {
    return equalListed(actual, expected, noKeys, noKeys, walk, equalContents);
  }
  const actualExtra = ownNonIndexKeys(actual, withSymbols);
  const expectedExtra = ownNonIndexKeys(expected, withSymbols);
  return equalListed(actual, expected, actualExtra, expectedExtra, walk, equalContents);
}

function sizesAgree(actual, expected, walk) {
  return actual === expected || (walk.relation === kPartial && actual > expected);
}

function equalItems(actual, expected, walk) {
  for (let i = 0; i < actual.length; i++) {
    const one = actual[i];
    const other = expected[i];
    if (one === undefined || other === undefined) {
      const hole = !hasOwn(actual, i);
      if (hole !== !hasOwn(expected, i)) return false;
      if (hole) return equalSparse(actual, expected, i, walk);
    }
    if (!equalValues(one, other, walk)) return false;
  }
  return true;
}

// From the first hole on, only what exists is visited: the length may be 2 ** 32 - 1.
function equalSparse(actual, expected, start, walk) {
  const actualIndices = indicesFrom(actual, start);
  const expectedIndices = indicesFrom(expected, start);
  if (actualIndices.length !== expectedIndices.length) return false;
  for (let i = 0; i < actualIndices.length; i++) {
    const key = actualIndices[i];
    if (key !== expectedIndices[i] || !equalValues(actual[key], expected[key], walk)) return false;
  }
  return true;
}

function indicesFrom(array, start) {
  const keys = ownKeys(array);
  const first = keys.findIndex((key) => Number(key) >= start || !isIndex(key));
  if (first === -1) return noKeys;
  let end = keys.length;
  while (end > first && !isIndex(keys[end - 1])) end--;
  return keys.slice(first, end);
}

function isIndex(key) {
  const number = Number(key) >>> 0;
  return number !== 0xffffffff && String(number) === key;
}

/** Partial relation: the expected items, in their order, among the actual ones; holes are free. */
function isSubsequence(actual, expected, walk) {
  let at = 0;
  for (let i = 0; i < expected.length; i++, at++) {
    if (expected[i] === undefined && !hasOwn(expected, i)) {
      return isSparseSubsequence(actual, at, expected, i, walk);
    }
    while (at < actual.length && !equalItem(actual, at, expected[i], walk)) {
      if (actual[at] === undefined && !hasOwn(actual, at)) {
        return isSparseSubsequence(actual, at, expected, i, walk);
      }
      at++;
    }
    if (at >= actual.length) return false;
  }
  return true;
}

function isSparseSubsequence(actual, actualStart, expected, expectedStart, walk) {
  const actualIndices = indicesFrom(actual, actualStart);
  const expectedIndices = indicesFrom(expected, expectedStart);
  let at = 0;
  for (let i = 0; i < expectedIndices.length; i++, at++) {
    const value = expected[expectedIndices[i]];
    while (at < actualIndices.length && !equalValues(actual[actualIndices[at]], value, walk)) at++;
    if (at >= actualIndices.length) return false;
  }
  return true;
}

function equalItem(actual, index, value, walk) {
  return equalValues(actual[index], value, walk) && (value !== undefined || hasOwn(actual, index));
}

// Only what neither identity nor SameValueZero pairs up is searched for, item by item. A pairing
// once made stays: for an equivalence relation that finds a full matching if there is one.

function equalSets(actual, expected, walk) {
  let unpaired;
  for (const value of expected) {
    if (actual.has(value)) continue;
    if (walk.relation !== kLoose && !isObject(value)) return false;
    (unpaired ??= []).push(value);
  }
  if (unpaired === undefined) return true;

  const candidates = [];
  for (const value of actual) {
    if (!expected.has(value)) candidates.push(value);
  }
  return unpaired.every((value) => {
    const found = candidates.findIndex((candidate) => equalValues(candidate, value, walk));
    if (found === -1) return false;
    candidates.splice(found, 1);
    return true;
  });
}

function equalMaps(actual, expected, walk) {
  let unpaired;
  for (const [key, value] of expected) {
    if (isPaired(actual, key, value, walk)) continue;
    if (walk.relation !== kLoose && !isObject(key)) return false;
    (unpaired ??= []).push(key);
  }
  if (unpaired === undefined) return true;

  const candidates = [];
  for (const key of actual.keys()) {
    if (!expected.has(key) || !isPaired(actual, key, expected.get(key), walk)) candidates.push(key);
  }
  return unpaired.every((key) => {
    const value = expected.get(key);
    const found = candidates.findIndex(
      (candidate) =>
        equalValues(candidate, key, walk) && equalValues(actual.get(candidate), value, walk),
    );
    if (found === -1) return false;
    candidates.splice(found, 1);
    return true;
  });
}

// Whether a key of the expected Map stands for an equal value in the other, too.
function isPaired(actual, key, value, walk) {
  const held = actual.get(key);
  if (held === value && held !== undefined && held !== 0) return true;
  return (held !== undefined || actual.has(key)) && equalValues(held, value, walk);
}

/**
 * Deep equality by `==`.
 * @returns {boolean}
 */
function isDeepEqual(actual, expected) {
  return equalValues(actual, expected, new Walk(kLoose, true));
}

/**
 * Deep equality by `Object.is()`, with prototypes unless `skipPrototype`.
 * @returns {boolean}
 */
function isDeepStrictEqual(actual, expected, skipPrototype = false) {
  if (actual === expected) return actual !== 0 || is(actual, expected);
  return equalValues(actual, expected, new Walk(kStrict, skipPrototype));
}

/**
 * Whether `actual` has everything that `expected` has, by deep strict equality of the leaves.
 * @returns {boolean}
 */
function isPartialStrictEqual(actual, expected) {
  return equalValues(actual, expected, new Walk(kPartial, true));
}

module.exports = { isDeepEqual, isDeepStrictEqual, isPartialStrictEqual };

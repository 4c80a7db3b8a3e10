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
const {
  equalState,
  equalViews,
  isError,
  kLoose,
  kPartial,
  kStrict,
} = require('modules/util/comparisons_state');
const {
  kArray,
  kCountShift,
  kDataOnly,
  kDate,
  kKindMask,
  kMap,
  kObject,
  kOnlyIndices,
  kOnlyNames,
  kPacked,
  kSameCount,
  kSamePrototype,
  kSameShape,
  kSet,
  kStringKeys,
  shapeOfPair,
} = native('shapes');

const { is, keys: ownKeys, getPrototypeOf, getOwnPropertySymbols, hasOwn } = Object;
const { propertyIsEnumerable, toString: typeTag } = Object.prototype;
const { getTime } = Date.prototype;
const { toStringTag } = Symbol;
const { entries: mapEntries } = Map.prototype;
const { values: setValues } = Set.prototype;
const noKeys = [];

/** What one comparison carries along: its relation, and the innermost pair that it is inside of. */
class Walk {
  constructor(relation, skipPrototype) {
    this.relation = relation;
    this.comparesPrototypes = relation === kStrict && !skipPrototype;
    this.inside = undefined;
  }
}

/** A pair of objects that is being looked into, and the one around it. */
class Pair {
  constructor(actual, expected, outer) {
    this.actual = actual;
    this.expected = expected;
    this.outer = outer;
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
  }
  const shape = shapeOfPair(actual, expected);
  if (
    walk.comparesPrototypes &&
    (shape & kSamePrototype) === 0 &&
    !equalPrototypes(actual, expected)
  ) {
    return false;
  }
  if ((shape & kKindMask) === kArray) return equalArrays(actual, expected, shape, walk);
  if (
    (shape & kPlainMask) === kPlain &&
    actual[toStringTag] === undefined &&
    expected[toStringTag] === undefined
  ) {
    return equalPlain(actual, expected, shape, walk);
  }
  if ((shape & kBare) === kBare && actual[toStringTag] === expected[toStringTag]) {
    return equalBare(actual, expected, shape, walk);
  }
  return equalOthers(actual, expected, walk);
}

// An object that is not built in, with nothing but data under names.
const kPlain = kObject | kStringKeys | kDataOnly | kOnlyNames;
const kPlainMask = kPlain | kKindMask;
// An object with no enumerable properties of its own.
const kBare = kOnlyIndices | kOnlyNames;

/** Two objects of one built-in kind without properties: only what is behind them counts. */
function equalBare(actual, expected, shape, walk) {
  switch (shape & kKindMask) {
    case kMap:
      return (
        sizesAgree(actual.size, expected.size, walk) &&
        equalListed(actual, expected, noKeys, noKeys, walk, equalMaps)
      );
    case kSet:
      return (
        sizesAgree(actual.size, expected.size, walk) &&
        equalListed(actual, expected, noKeys, noKeys, walk, equalSets)
      );
    case kDate:
      return is(getTime.call(actual), getTime.call(expected));
    default:
      return equalOthers(actual, expected, walk);
  }
}

function equalOthers(actual, expected, walk) {
  if (Array.isArray(actual)) {
    return Array.isArray(expected) && equalArrays(actual, expected, 0, walk);
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

  const known = knownPair(actual, expected, walk);
  if (known !== undefined) return known;
  const outer = walk.inside;
  walk.inside = new Pair(actual, expected, outer);
  const equal =
    (equalContents === undefined || equalContents(actual, expected, walk)) &&
    equalProperties(actual, expected, expectedKeys, walk);
  walk.inside = outer;
  return equal;
}

/**
 * The same for two objects with only data under names, most of which were built the same way: then
 * there is no need of lists, and V8 knows where a key of the object it goes through is kept.
 */
function equalPlain(actual, expected, shape, walk) {
  if ((shape & kSameCount) === 0) {
    if (walk.relation !== kPartial) return false;
    return equalListed(actual, expected, ownKeys(actual), ownKeys(expected), walk, undefined);
  }
  const known = knownPair(actual, expected, walk);
  if (known !== undefined) return known;
  const keys = (shape & kSameShape) === 0 ? ownKeys(expected) : undefined;
  const count = shape >> kCountShift;
  const outer = walk.inside;
  walk.inside = new Pair(actual, expected, outer);
  let equal = true;
  let done = 0;
  for (const key in actual) {
    // Keys in another order, or inherited ones: nothing is certain yet.
    if (done === count || (keys !== undefined && keys[done] !== key)) break;
    const one = actual[key];
    const other = expected[key];
    if ((one !== other || one === 0) && !equalValues(one, other, walk)) {
      equal = false;
      break;
    }
    done++;
  }
  walk.inside = outer;
  if (!equal || done === count) return equal;
  return equalListed(actual, expected, ownKeys(actual), ownKeys(expected), walk, undefined);
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
  for (let pair = walk.inside; pair !== undefined; pair = pair.outer) {
    if (pair.expected === expected) return pair.actual === actual;
    if (pair.actual === actual) {
      // What is expected of a cycle may end where the cycle goes on.
      return walk.relation === kPartial && !isExpectedAround(pair, expected) ? undefined : false;
    }
  }
  return undefined;
}

function isExpectedAround(pair, expected) {
  while (pair !== undefined && pair.expected !== expected) pair = pair.outer;
  return pair !== undefined;
}

function equalArrays(actual, expected, shape, walk) {
  if (!sizesAgree(actual.length, expected.length, walk)) return false;
  let equalContents = equalItems;
  if (walk.relation === kPartial) equalContents = isSubsequence;
  else if ((shape & kPacked) !== 0) equalContents = equalPacked;
  return (shape & kOnlyIndices) === 0
    ? equalIndexed(actual, expected, equalContents, walk)
    : equalListed(actual, expected, noKeys, noKeys, walk, equalContents);
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

// Neither array has holes.
function equalPacked(actual, expected, walk) {
  for (let i = 0; i < actual.length; i++) {
    const one = actual[i];
    const other = expected[i];
    if ((one !== other || one === 0) && !equalValues(one, other, walk)) return false;
  }
  return true;
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

// Two equal collections were mostly filled in one order, so both are gone through side by side as
// long as that holds. Only what neither identity nor SameValueZero pairs up is searched for, item by
// item. A pairing once made stays: for an equivalence relation that finds a full matching if there is
// one.

function equalSets(actual, expected, walk) {
  let unpaired;
  let beside = setValues.call(actual);
  for (const value of expected) {
    if (beside !== undefined) {
      if (beside.next().value === value) continue;
      beside = undefined;
    }
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
  let beside = mapEntries.call(actual);
  for (const [key, value] of expected) {
    if (beside !== undefined) {
      const entry = beside.next().value;
      if (entry !== undefined && entry[0] === key) {
        const held = entry[1];
        if ((held === value && value !== 0) || equalValues(held, value, walk)) continue;
      }
      beside = undefined;
    }
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

module.exports = { equalValues, isDeepEqual, isDeepStrictEqual, isPartialStrictEqual };

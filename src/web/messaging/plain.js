'use strict';

// structuredClone() of what most programs clone: plain objects, arrays, Maps and Sets of primitives and
// of each other, which need no serializer. Whatever else turns up leaves the whole value to that.
// https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal

const { kClone } = require('runtime/symbols');
const { isOrdinary } = native('messaging');
const { isMap, isSet } = native('types');
const { bothOnlyIndices } = native('comparisons');
const { kDataOnly, kIntegers, kOnlyIndices, kPacked, shapeOf } = native('shapes');

const { toSpliced } = Array.prototype;
const { forEach: forEachOfMap } = Map.prototype;
const { forEach: forEachOfSet } = Set.prototype;

/** What copyPlain() returns for a value that is not plain throughout. */
const kNotPlain = Symbol('not plain');

// Deeper values are left to the serializer, which knows what to do where the stack ends.
const kDeepest = 100;
// Up to so many objects, looking through a list is faster than a table.
const kFew = 12;

// Which copy stands for which object: cycles and shared objects stay what they are.
class Copies {
  // Many a value is one object with nothing but primitives in it.
  root = undefined;
  copyOfRoot = undefined;
  originals = undefined;
  copies = undefined;
  table = undefined;

  find(original) {
    if (original === this.root) return this.copyOfRoot;
    if (this.originals === undefined) return undefined;
    if (this.table !== undefined) return this.table.get(original);
    const at = this.originals.indexOf(original);
    return at === -1 ? undefined : this.copies[at];
  }

  add(original, copy) {
    if (this.root === undefined) {
      this.root = original;
      this.copyOfRoot = copy;
      return;
    }
    if (this.table !== undefined) {
      this.table.set(original, copy);
      return;
    }
    if (this.originals === undefined) {
      this.originals = [original];
      this.copies = [copy];
      return;
    }
    this.originals.push(original);
    this.copies.push(copy);
    if (this.originals.length > kFew) {
      this.table = new Map(this.originals.map((each, index) => [each, this.copies[index]]));
    }
  }
}

function copyValue(value, copies, depth) {
  switch (typeof value) {
    case 'object':
      return value === null ? null : copyObject(value, copies, depth);
    case 'symbol':
    case 'function':
      return kNotPlain;
    default:
      return value;
  }
}

function copyObject(value, copies, depth) {
  const known = copies.find(value);
  if (known !== undefined) return known;
  if (depth === kDeepest) return kNotPlain;
  if (!isOrdinary(value)) {
    if (value[kClone] !== undefined) return kNotPlain;
    if (isMap(value)) return copyMap(value, copies, depth);
    return isSet(value) ? copySet(value, copies, depth) : kNotPlain;
  }
  if (Array.isArray(value)) return copyArray(value, copies, depth);
  // Instances of classes, and others, may know themselves how they are cloned.
  if (value.constructor !== Object || Object.hasOwn(value, 'constructor')) return kNotPlain;
  if (value[kClone] !== undefined) return kNotPlain;
  const copy = {};
  copies.add(value, copy);
  const keys = Object.keys(value);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const member = copyValue(value[key], copies, depth + 1);
    // An assignment to __proto__ is none; a getter may have deleted what comes after it.
    if (member === kNotPlain || key === '__proto__') return kNotPlain;
    if (member === undefined && !Object.hasOwn(value, key)) return kNotPlain;
    copy[key] = member;
  }
  return copy;
}

// An array without holes, accessors and properties that are no indices.
const kPlainArray = kOnlyIndices | kDataOnly | kPacked;

function copyArray(value, copies, depth) {
  const { length } = value;
  const shape = shapeOf(value);
  if ((shape & kPlainArray) === kPlainArray) {
    if ((shape & kIntegers) !== 0 || hasOnlyPrimitives(value)) {
      const copy = toSpliced.call(value, 0, 0);
      copies.add(value, copy);
      return copy;
    }
  } else if (!bothOnlyIndices(value, value, false)) {
    return kNotPlain;
  }
  const copy = [];
  copies.add(value, copy);
  for (let i = 0; i < length; i++) {
    const member = copyValue(value[i], copies, depth + 1);
    if (member === kNotPlain || (member === undefined && !Object.hasOwn(value, i)))
      return kNotPlain;
    copy.push(member);
  }
  return copy;
}

function hasOnlyPrimitives(array) {
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (typeof value === 'number' || typeof value === 'string') continue;
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') return false;
    if (typeof value === 'symbol') return false;
  }
  return true;
}

// Their contents are what they are at the beginning, whatever getters do to them.

function copyMap(map, copies, depth) {
  const copy = new Map();
  copies.add(map, copy);
  const contents = [];
  forEachOfMap.call(map, (value, key) => contents.push(key, value));
  for (let i = 0; i < contents.length; i += 2) {
    const key = copyValue(contents[i], copies, depth + 1);
    const value = copyValue(contents[i + 1], copies, depth + 1);
    if (key === kNotPlain || value === kNotPlain) return kNotPlain;
    copy.set(key, value);
  }
  return copy;
}

function copySet(set, copies, depth) {
  const copy = new Set();
  copies.add(set, copy);
  const contents = [];
  forEachOfSet.call(set, (value) => contents.push(value));
  for (const each of contents) {
    const value = copyValue(each, copies, depth + 1);
    if (value === kNotPlain) return kNotPlain;
    copy.add(value);
  }
  return copy;
}

/** The clone of a value, or kNotPlain. */
function copyPlain(value) {
  if (typeof value !== 'object') return copyValue(value);
  return value === null ? null : copyObject(value, new Copies(), 0);
}

module.exports = { copyPlain, kNotPlain };

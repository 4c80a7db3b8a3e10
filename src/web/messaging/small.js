'use strict';

// Small plain messages between threads: the engine writes and reads JSON much faster than its general
// format, whose beginning alone costs more than these. What JSON would not keep is not for it.

const { kClone } = require('runtime/symbols');
const { isOrdinary } = native('messaging');
const { bothOnlyIndices } = native('comparisons');
const { isArrayBuffer } = native('types');

const { stringify } = JSON;

// A message may have so many values, and a string in it so many characters.
const kMostValues = 48;
const kLongestString = 256;

// From this size on, bytes are copied as they are.
const kBlock = 4096;

// The objects that the message consists of: none may be there twice.
const seen = [];
let left = 0;

function isSmall(value) {
  if (--left < 0) return false;
  switch (typeof value) {
    case 'string':
      return value.length <= kLongestString;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'boolean':
      return true;
    case 'object':
      return value === null || isSmallObject(value);
    default:
      return false;
  }
}

// The buffer that smallText() came across.
let found;

function noteBlock(buffer) {
  if (isArrayBuffer(buffer) && !buffer.resizable && buffer.byteLength >= kBlock) found = buffer;
}

/** The buffer of some size that the last message for which there was no text turned out to contain. */
function takeBlock() {
  const block = found;
  found = undefined;
  return block;
}

function isSmallObject(object) {
  if (!isOrdinary(object)) {
    if (ArrayBuffer.isView(object)) noteBlock(object.buffer);
    else if (isArrayBuffer(object)) noteBlock(object);
    return false;
  }
  if (seen.includes(object) || object.toJSON !== undefined) return false;
  seen.push(object);
  if (Array.isArray(object)) {
    if (object.length > left || !bothOnlyIndices(object, object, false)) return false;
    for (let i = 0; i < object.length; i++) {
      if (!isSmall(object[i])) return false;
    }
    return true;
  }
  // Instances of classes, and others, may know themselves how they are cloned.
  if (object.constructor !== Object || Object.hasOwn(object, 'constructor')) return false;
  if (object[kClone] !== undefined) return false;
  const keys = Object.keys(object);
  if (keys.length > left) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key === '__proto__' || !isSmall(object[key])) return false;
  }
  return true;
}

/** The JSON of an object, if it is small and nothing would be lost; undefined otherwise. */
function smallText(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  left = kMostValues;
  try {
    return isSmallObject(value) ? stringify(value) : undefined;
  } finally {
    while (seen.length > 0) seen.pop();
  }
}

module.exports = { smallText, takeBlock };

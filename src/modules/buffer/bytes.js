// The methods that treat a Buffer as a run of bytes: compare, search, fill, copy, swap, and to and
// from text.
'use strict';

// By name: a call through the object that holds them would look the function up each time.
const {
  compare: compareNative,
  copy: copyNative,
  equal: equalNative,
  fill: fillNative,
  fillByte,
  indexOfByte,
  indexOfBytes,
  indexOfString,
  swap: swapNative,
  utf8Slice,
  utf8Write,
} = native('buffer');
const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_BUFFER_SIZE,
  ERR_OUT_OF_RANGE,
  ERR_UNKNOWN_ENCODING,
} = require('runtime/errors');
const { validateInteger, validateString } = require('runtime/validators');
const { FastBuffer } = require('modules/buffer/allocate');
const encodings = require('modules/buffer/encodings');
const { legacyMethods } = require('modules/buffer/legacy');

const { findEncoding, utf8 } = encodings;

const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

/** Whether `value` is a Uint8Array of any realm, a Buffer being one. */
function isUint8Array(value) {
  return tagOf.call(value) === 'Uint8Array';
}

/** Throws unless `value` is a Uint8Array. */
function validateBytes(value, name) {
  if (!isUint8Array(value)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'Uint8Array'], value);
}

function failEncoding(name) {
  throw new ERR_UNKNOWN_ENCODING(name);
}

/** The encoding of that name; throws where there is none. */
function requireEncoding(name) {
  const encoding = findEncoding(name);
  if (encoding === undefined) failEncoding(name);
  return encoding;
}

/** Orders two Uint8Arrays by their bytes: -1, 0 or 1. */
function compareBytes(first, second) {
  validateBytes(first, 'buf1');
  validateBytes(second, 'buf2');
  return first === second ? 0 : compareNative(first, second);
}

function equals(otherBuffer) {
  validateBytes(otherBuffer, 'otherBuffer');
  return equalNative(this, otherBuffer);
}

function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
  validateBytes(target, 'target');
  if (arguments.length === 1) return compareNative(this, target);
  const safe = Number.MAX_SAFE_INTEGER;
  if (targetStart === undefined) targetStart = 0;
  else validateInteger(targetStart, 'targetStart', 0, safe);
  if (targetEnd === undefined) targetEnd = target.length;
  else validateInteger(targetEnd, 'targetEnd', 0, target.length);
  if (sourceStart === undefined) sourceStart = 0;
  else validateInteger(sourceStart, 'sourceStart', 0, safe);
  if (sourceEnd === undefined) sourceEnd = this.length;
  else validateInteger(sourceEnd, 'sourceEnd', 0, this.length);
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
  if (targetStart >= targetEnd) return 1;
  return compareNative(
    viewPart(this, sourceStart, sourceEnd),
    viewPart(target, targetStart, targetEnd),
  );
}

const kFarthest = Number.MAX_SAFE_INTEGER;

function search(buffer, value, byteOffset, encoding, forward) {
  if (!ArrayBuffer.isView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
  }
  if (typeof byteOffset === 'string') {
    encoding = byteOffset;
    byteOffset = undefined;
  }
  byteOffset = byteOffset === undefined ? NaN : +byteOffset;
  // Beyond these, the result is the same and the native side needs no infinity.
  if (Number.isNaN(byteOffset)) byteOffset = forward ? 0 : kFarthest;
  else byteOffset = Math.trunc(Math.min(Math.max(byteOffset, -kFarthest), kFarthest));
  if (typeof value === 'number') return indexOfByte(buffer, value, byteOffset, forward);
  if (typeof value === 'string') {
    const { id } = encoding === undefined ? utf8 : requireEncoding(encoding);
    return indexOfString(buffer, value, byteOffset, id, forward);
  }
  if (isUint8Array(value)) {
    const { id } = (encoding === undefined ? utf8 : findEncoding(encoding)) ?? utf8;
    return indexOfBytes(buffer, value, byteOffset, id, forward);
  }
  throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}

function indexOf(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, true);
}

function lastIndexOf(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, false);
}

function includes(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, true) !== -1;
}

/** Repeats `value` over `buffer` from offset to end; the arguments are those of buf.fill(). */
function fillBytes(buffer, value, offset, end, encoding) {
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset;
      offset = undefined;
      end = undefined;
    } else if (typeof end === 'string') {
      encoding = end;
      end = undefined;
    }
  }
  if (offset === undefined) offset = 0;
  else validateInteger(offset, 'offset', 0, Number.MAX_SAFE_INTEGER);
  if (end === undefined) end = buffer.length;
  else validateInteger(end, 'end', 0, buffer.length);
  if (typeof value === 'string') return fillText(buffer, value, offset, end, encoding);
  if (typeof value === 'boolean') value = +value;
  if (ArrayBuffer.isView(value)) return fillPattern(buffer, value, offset, end, value);
  if (offset >= end) return buffer;
  return Uint8Array.prototype.fill.call(buffer, +value & 255, offset, end);
}

/** Whether `value` is a place in a buffer of that length, or its end. */
function isPlace(value, length) {
  return typeof value === 'number' && value >>> 0 === value && value <= length;
}

// Where short patterns of text become bytes.
const scratch = new Uint8Array(new ArrayBuffer(192));

function fillText(buffer, value, offset, end, encodingName) {
  if (encodingName != null) validateString(encodingName, 'encoding');
  const encoding = encodingName ? requireEncoding(encodingName) : utf8;
  if (value.length === 0) return Uint8Array.prototype.fill.call(buffer, 0, offset, end);
  const pattern =
    value.length * 3 <= scratch.length
      ? scratch
      : new Uint8Array(encodings.encodedLength(encoding, value));
  const size = encodings.write(encoding, pattern, value, 0, pattern.length);
  if (offset >= end) return buffer;
  if (size === 0) throw new ERR_INVALID_ARG_VALUE('value', value);
  if (size === 1) return Uint8Array.prototype.fill.call(buffer, pattern[0], offset, end);
  fillNative(buffer, pattern, offset, end, size);
  return buffer;
}

function fillPattern(buffer, pattern, offset, end, value) {
  if (offset >= end) return buffer;
  if (pattern.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('value', value);
  fillNative(buffer, pattern, offset, end, pattern.byteLength);
  return buffer;
}

function fill(value, offset, end, encoding) {
  if (typeof value === 'number' && isUint8Array(this)) {
    const { length } = this;
    if (offset === undefined) offset = 0;
    if (end === undefined) end = length;
    if (isPlace(offset, length) && isPlace(end, length)) {
      if (offset < end) fillByte(this, value & 255, offset, end);
      return this;
    }
  }
  return fillBytes(this, value, offset, end, encoding);
}

// What is no finite number counts as zero, the end included.
function toPosition(value, fallback) {
  if (value === undefined) return fallback;
  value = +value;
  return Number.isFinite(value) ? Math.floor(value) : 0;
}

function copy(target, targetStart, sourceStart, sourceEnd) {
  if (!ArrayBuffer.isView(target)) {
    throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  }
  // Nearly all copies name at most a place in the target that is one.
  if (sourceStart === undefined && sourceEnd === undefined && targetStart >>> 0 === targetStart) {
    const room = target.byteLength - targetStart;
    const size = this.byteLength;
    const count = size < room ? size : room;
    if (count <= 0) return 0;
    copyNative(this, target, targetStart, 0, count);
    return count;
  }
  targetStart = toPosition(targetStart, 0);
  if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  sourceStart = toPosition(sourceStart, 0);
  if (sourceStart < 0 || sourceStart > this.byteLength) {
    throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${this.byteLength}`, sourceStart);
  }
  sourceEnd = toPosition(sourceEnd, this.byteLength);
  if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  const count = Math.min(
    Math.min(sourceEnd, this.byteLength) - sourceStart,
    target.byteLength - targetStart,
  );
  if (count <= 0) return 0;
  copyNative(this, target, targetStart, sourceStart, count);
  return count;
}

function write(string, offset, length, encoding) {
  if (offset === undefined) return utf8Write(this, string, 0, this.length);
  if (length === undefined && typeof offset === 'string') {
    encoding = offset;
    offset = 0;
    length = this.length;
  } else {
    if (!isPlace(offset, this.length)) validateInteger(offset, 'offset', 0, this.length);
    const remaining = this.length - offset;
    if (length === undefined) {
      length = remaining;
    } else if (typeof length === 'string') {
      encoding = length;
      length = remaining;
    } else {
      validateInteger(length, 'length', 0, this.length);
      if (length > remaining) length = remaining;
    }
  }
  return encodings.write(encoding ? requireEncoding(encoding) : utf8, this, string, offset, length);
}

function toString(encoding, start, end) {
  if (arguments.length === 0) return utf8Slice(this, 0, this.length);
  const { length } = this;
  if (start === undefined || start <= 0) start = 0;
  else if (start >= length) return '';
  else start = Math.trunc(start) || 0;
  if (end === undefined || end > length) end = length;
  else end = Math.trunc(end) || 0;
  if (end <= start) return '';
  return encodings.slice(
    encoding === undefined ? utf8 : requireEncoding(encoding),
    this,
    start,
    end,
  );
}

function toIndex(value, length) {
  value = Math.trunc(value) || 0;
  if (value < 0) return Math.max(value + length, 0);
  return Math.min(value, length);
}

// The view of little memory of which a part was taken last: parsers take many parts of one, and asking it
// for its memory takes as long as the rest. Larger memory must not be kept from the garbage collector.
const lastWhole = { view: undefined, memory: undefined };
const kLittleMemory = 65536;

function memoryOf(view) {
  if (view === lastWhole.view) return lastWhole.memory;
  const memory = view.buffer;
  if (memory.byteLength <= kLittleMemory) {
    lastWhole.view = view;
    lastWhole.memory = memory;
  }
  return memory;
}

function viewPart(buffer, start, end) {
  const { length } = buffer;
  const from = isPlace(start, length) ? start : toIndex(start, length);
  if (end === undefined) end = length;
  else if (!isPlace(end, length)) end = toIndex(end, length);
  return new FastBuffer(memoryOf(buffer), buffer.byteOffset + from, end > from ? end - from : 0);
}

function slice(start, end) {
  return viewPart(this, start, end);
}

function subarray(start, end) {
  return viewPart(this, start, end);
}

function swap(buffer, width) {
  if (buffer.length % width !== 0) throw new ERR_INVALID_BUFFER_SIZE(`${width * 8}-bits`);
  swapNative(buffer, width);
  return buffer;
}

function swap16() {
  return swap(this, 2);
}

function swap32() {
  return swap(this, 4);
}

function swap64() {
  return swap(this, 8);
}

function toJSON() {
  const { length } = this;
  const data = new Array(length);
  for (let i = 0; i < length; i++) data[i] = this[i];
  return { type: 'Buffer', data };
}

/** The methods by name, in the order in which they appear on the prototype. */
const methods = {
  ...legacyMethods,
  copy,
  toString,
  equals,
  compare,
  indexOf,
  lastIndexOf,
  includes,
  fill,
  write,
  toJSON,
  subarray,
  slice,
  swap16,
  swap32,
  swap64,
  toLocaleString: toString,
};

module.exports = {
  compareBytes,
  fillBytes,
  isUint8Array,
  methods,
  requireEncoding,
  validateBytes,
};

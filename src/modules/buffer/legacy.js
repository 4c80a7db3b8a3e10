// utf8Slice(), utf8Write() and their siblings: undocumented, but packages written for speed call them.
'use strict';

const { ERR_BUFFER_OUT_OF_BOUNDS } = require('runtime/errors');

function indexOutOfRange() {
  const error = new RangeError('Index out of range');
  error.code = 'ERR_OUT_OF_RANGE';
  return error;
}

function textOf(slice, buffer, start, end) {
  const length = buffer?.byteLength ?? 0;
  start = start === undefined ? 0 : Math.trunc(start) || 0;
  end = end === undefined ? length : Math.trunc(end) || 0;
  if (end < 0) throw indexOutOfRange();
  if (start > length && end <= length) return '';
  return slice(buffer, start, Math.max(start, end));
}

function put(write, buffer, string, offset, length) {
  const { byteLength } = buffer;
  if (offset < 0 || offset > byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  const room = byteLength - offset;
  if (length === undefined) length = room;
  else if (length < 0 || length > room) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
  return write(buffer, string, offset >>> 0, Math.min(length, room) || 0);
}

// The other encodings make numbers of what they are given, and cut it.
function putLoosely(write, buffer, string, offset, length) {
  const { byteLength } = buffer;
  offset = Math.trunc(offset) || 0;
  if (offset < 0) throw indexOutOfRange();
  if (offset > byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  length = length === undefined ? byteLength : Math.trunc(length) || 0;
  if (length < 0) throw indexOutOfRange();
  return write(buffer, string, offset, Math.min(length, byteLength - offset));
}

// Each on its own and not made by one function for all: thus the engine knows which native function a method calls.
const {
  asciiSlice,
  base64Slice,
  base64urlSlice,
  latin1Slice,
  hexSlice,
  ucs2Slice,
  utf8Slice,
  base64Write,
  base64urlWrite,
  latin1Write,
  hexWrite,
  ucs2Write,
  utf8Write,
} = native('buffer');

const legacyMethods = {
  asciiSlice(start, end) {
    return textOf(asciiSlice, this, start, end);
  },
  base64Slice(start, end) {
    return textOf(base64Slice, this, start, end);
  },
  base64urlSlice(start, end) {
    return textOf(base64urlSlice, this, start, end);
  },
  latin1Slice(start, end) {
    return textOf(latin1Slice, this, start, end);
  },
  hexSlice(start, end) {
    return textOf(hexSlice, this, start, end);
  },
  ucs2Slice(start, end) {
    return textOf(ucs2Slice, this, start, end);
  },
  utf8Slice(start, end) {
    return textOf(utf8Slice, this, start, end);
  },
  asciiWrite(string, offset = 0, length = undefined) {
    return put(latin1Write, this, string, offset, length);
  },
  base64Write(string, offset = 0, length = undefined) {
    return putLoosely(base64Write, this, string, offset, length);
  },
  base64urlWrite(string, offset = 0, length = undefined) {
    return putLoosely(base64urlWrite, this, string, offset, length);
  },
  latin1Write(string, offset = 0, length = undefined) {
    return put(latin1Write, this, string, offset, length);
  },
  hexWrite(string, offset = 0, length = undefined) {
    return putLoosely(hexWrite, this, string, offset, length);
  },
  ucs2Write(string, offset = 0, length = undefined) {
    return putLoosely(ucs2Write, this, string, offset, length);
  },
  utf8Write(string, offset = 0, length = undefined) {
    return put(utf8Write, this, string, offset, length);
  },
};

module.exports = { legacyMethods };

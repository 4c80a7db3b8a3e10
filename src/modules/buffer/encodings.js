// The encodings of Buffer and what each can do, found by any of their names.
'use strict';

// By name: a call through the object would look the function up each time.
const {
  asciiSlice,
  base64Slice,
  base64Write,
  base64urlSlice,
  base64urlWrite,
  byteLengthUtf8,
  hexSlice,
  hexWrite,
  latin1Slice,
  latin1Write,
  ucs2Slice,
  ucs2Write,
  utf8Slice,
  utf8Write,
} = native('buffer');

// Each encoding by its canonical name and number (the order of codec.h).
const utf8 = { name: 'utf8', id: 0 };
const utf16le = { name: 'utf16le', id: 1 };
const latin1 = { name: 'latin1', id: 2 };
const ascii = { name: 'ascii', id: 3 };
const base64 = { name: 'base64', id: 4 };
const base64url = { name: 'base64url', id: 5 };
const hex = { name: 'hex', id: 6 };

// What each can do stands in switches: a native function that is called by its name is called
// without detours, one that comes out of a table is not.

/** The number of bytes that a string makes; for base64 and hex at most as many. */
function encodedLength(encoding, string) {
  if (encoding === utf8) return utf8Length(string);
  if (encoding === latin1 || encoding === ascii) return string.length;
  return uncommonLength(encoding, string);
}

// The uncommon ones are on their own so that the others are small enough to become part of their callers.
function uncommonLength(encoding, string) {
  if (encoding === hex) return string.length >>> 1;
  return encoding === utf16le ? string.length * 2 : base64ByteLength(string);
}

/** Writes a string into bytes, as much as fits; the number of bytes written. */
function write(encoding, bytes, string, offset, length) {
  if (encoding === utf8) return utf8Write(bytes, string, offset, length);
  if (encoding === latin1 || encoding === ascii) return latin1Write(bytes, string, offset, length);
  return writeUncommon(encoding, bytes, string, offset, length);
}

function writeUncommon(encoding, bytes, string, offset, length) {
  switch (encoding.id) {
    case 1:
      return ucs2Write(bytes, string, offset, length);
    case 4:
      return base64Write(bytes, string, offset, length);
    case 5:
      return base64urlWrite(bytes, string, offset, length);
    default:
      return hexWrite(bytes, string, offset, length);
  }
}

/** The string that a range of bytes stands for. */
function slice(encoding, bytes, start, end) {
  if (encoding === utf8) return utf8Slice(bytes, start, end);
  if (encoding === latin1) return latin1Slice(bytes, start, end);
  return sliceUncommon(encoding, bytes, start, end);
}

function sliceUncommon(encoding, bytes, start, end) {
  switch (encoding.id) {
    case 1:
      return ucs2Slice(bytes, start, end);
    case 3:
      return asciiSlice(bytes, start, end);
    case 4:
      return base64Slice(bytes, start, end);
    case 5:
      return base64urlSlice(bytes, start, end);
    default:
      return hexSlice(bytes, start, end);
  }
}

// Up to this length, going over the characters here costs less than a call.
const kShort = 20;

function utf8Length(string) {
  const { length } = string;
  if (length > kShort) return byteLengthUtf8(string);
  let size = length;
  for (let i = 0; i < length; i++) {
    const unit = string.charCodeAt(i);
    if (unit < 0x80) continue;
    // Surrogates are rare enough to be left to others.
    if ((unit & 0xf800) === 0xd800) return byteLengthUtf8(string);
    size += unit < 0x800 ? 1 : 2;
  }
  return size;
}

// An estimate from above where the string holds characters outside the alphabet.
function base64ByteLength(string) {
  let digits = string.length;
  if (string.charCodeAt(digits - 1) === 0x3d) digits--;
  if (digits > 1 && string.charCodeAt(digits - 1) === 0x3d) digits--;
  return (digits * 3) >>> 2;
}

// Names written in a program are compared by their addresses, and where the engine knows them it does so while it
// compiles.
function lookUp(name) {
  if (name === 'utf8' || name === 'utf-8') return utf8;
  if (name === 'hex') return hex;
  if (name === 'base64') return base64;
  if (name === 'latin1' || name === 'binary') return latin1;
  if (name === 'ascii') return ascii;
  if (name === 'base64url') return base64url;
  if (name === 'utf16le' || name === 'ucs2' || name === 'utf-16le' || name === 'ucs-2')
    return utf16le;
  return undefined;
}

const byName = {
  __proto__: null,
  utf8,
  'utf-8': utf8,
  hex,
  base64,
  latin1,
  binary: latin1,
  ascii,
  base64url,
  utf16le,
  ucs2: utf16le,
  'utf-16le': utf16le,
  'ucs-2': utf16le,
};

/** The encoding of that name in any case; undefined if there is none. */
function findEncoding(name) {
  return lookUp(name) ?? byName[`${name}`.toLowerCase()];
}

module.exports = {
  ascii,
  base64,
  base64url,
  encodedLength,
  findEncoding,
  hex,
  latin1,
  slice,
  utf16le,
  utf8,
  utf8Length,
  write,
};

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
  switch (encoding.id) {
    case 0:
      return utf8Length(string);
    case 1:
      return string.length * 2;
    case 4:
    case 5:
      return base64ByteLength(string);
    case 6:
      return string.length >>> 1;
    default:
      return string.length;
  }
}

/** Writes a string into bytes, as much as fits; the number of bytes written. */
function write(encoding, bytes, string, offset, length) {
  switch (encoding.id) {
    case 0:
      return utf8Write(bytes, string, offset, length);
    case 1:
      return ucs2Write(bytes, string, offset, length);
    case 4:
      return base64Write(bytes, string, offset, length);
    case 5:
      return base64urlWrite(bytes, string, offset, length);
    case 6:
      return hexWrite(bytes, string, offset, length);
    default:
      return latin1Write(bytes, string, offset, length);
  }
}

/** The string that a range of bytes stands for. */
function slice(encoding, bytes, start, end) {
  switch (encoding.id) {
    case 0:
      return utf8Slice(bytes, start, end);
    case 1:
      return ucs2Slice(bytes, start, end);
    case 2:
      return latin1Slice(bytes, start, end);
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

function lookUp(name) {
  // The length leaves at most three to compare with.
  switch (name.length) {
    case 3:
      return name === 'hex' ? hex : undefined;
    case 4:
      if (name === 'utf8') return utf8;
      return name === 'ucs2' ? utf16le : undefined;
    case 5:
      if (name === 'utf-8') return utf8;
      if (name === 'ascii') return ascii;
      return name === 'ucs-2' ? utf16le : undefined;
    case 6:
      if (name === 'base64') return base64;
      return name === 'latin1' || name === 'binary' ? latin1 : undefined;
    case 7:
      return name === 'utf16le' ? utf16le : undefined;
    case 8:
      return name === 'utf-16le' ? utf16le : undefined;
    case 9:
      return name === 'base64url' ? base64url : undefined;
    default:
      return undefined;
  }
}

/** The encoding of that name in any case; undefined if there is none. */
function findEncoding(name) {
  // Nearly every caller writes the name in lower case: no conversion for them.
  return (typeof name === 'string' && lookUp(name)) || lookUp(`${name}`.toLowerCase());
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

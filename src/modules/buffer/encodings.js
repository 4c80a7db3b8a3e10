// The encodings of Buffer and what each can do, found by any of their names.
'use strict';

const binding = native('buffer');

// Each encoding: its canonical name and number (the order of codec.h), the number of bytes that a
// string makes, and native functions write(bytes, string, offset, length) and
// slice(bytes, start, end).
const utf8 = {
  name: 'utf8',
  id: 0,
  byteLength: binding.byteLengthUtf8,
  write: binding.utf8Write,
  slice: binding.utf8Slice,
};
const utf16le = {
  name: 'utf16le',
  id: 1,
  byteLength: (string) => string.length * 2,
  write: binding.ucs2Write,
  slice: binding.ucs2Slice,
};
const latin1 = {
  name: 'latin1',
  id: 2,
  byteLength: (string) => string.length,
  write: binding.latin1Write,
  slice: binding.latin1Slice,
};
const ascii = {
  name: 'ascii',
  id: 3,
  byteLength: (string) => string.length,
  write: binding.latin1Write,
  slice: binding.asciiSlice,
};
const base64 = {
  name: 'base64',
  id: 4,
  byteLength: base64ByteLength,
  write: binding.base64Write,
  slice: binding.base64Slice,
};
const base64url = {
  name: 'base64url',
  id: 5,
  byteLength: base64ByteLength,
  write: binding.base64urlWrite,
  slice: binding.base64urlSlice,
};
const hex = {
  name: 'hex',
  id: 6,
  byteLength: (string) => string.length >>> 1,
  write: binding.hexWrite,
  slice: binding.hexSlice,
};

// An estimate from above where the string holds characters outside the alphabet.
function base64ByteLength(string) {
  let digits = string.length;
  if (string.charCodeAt(digits - 1) === 0x3d) digits--;
  if (digits > 1 && string.charCodeAt(digits - 1) === 0x3d) digits--;
  return (digits * 3) >>> 2;
}

function lookUp(name) {
  switch (name) {
    case 'utf8':
    case 'utf-8':
      return utf8;
    case 'hex':
      return hex;
    case 'base64':
      return base64;
    case 'base64url':
      return base64url;
    case 'latin1':
    case 'binary':
      return latin1;
    case 'ascii':
      return ascii;
    case 'utf16le':
    case 'utf-16le':
    case 'ucs2':
    case 'ucs-2':
      return utf16le;
    default:
      return undefined;
  }
}

/** The encoding of that name in any case; undefined if there is none. */
function findEncoding(name) {
  // Nearly every caller writes the name in lower case: no conversion for them.
  return lookUp(name) ?? lookUp(`${name}`.toLowerCase());
}

module.exports = { ascii, base64, base64url, findEncoding, hex, latin1, utf16le, utf8 };

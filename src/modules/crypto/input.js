// Arguments that are bytes: strings in an encoding, ArrayBuffers and views of them.
'use strict';

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_UNKNOWN_ENCODING,
} = require('runtime/errors');
const { findEncoding } = require('modules/buffer/encodings');

const kinds = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

function isAnyArrayBuffer(value) {
  return require('node:util').types.isAnyArrayBuffer(value);
}

/** Whether the value is an ArrayBuffer, a SharedArrayBuffer or a view of one. */
function isBytes(value) {
  return ArrayBuffer.isView(value) || isAnyArrayBuffer(value);
}

/** The bytes of a string or of memory; throws for everything else. `encoding` is for strings. */
function toBytes(value, name, encoding = undefined) {
  if (typeof value === 'string') {
    return Buffer.from(value, encoding === 'buffer' ? 'utf8' : encoding);
  }
  if (isBytes(value)) return value;
  throw new ERR_INVALID_ARG_TYPE(name, ['string', ...kinds], value);
}

/** Throws unless the value is memory. */
function validateBytes(value, name) {
  if (!isBytes(value)) throw new ERR_INVALID_ARG_TYPE(name, kinds, value);
}

/** The number of an encoding of text; undefined for `buffer` and for none. */
function encodingId(encoding) {
  if (encoding === undefined || encoding === null || encoding === 'buffer') return undefined;
  const found = findEncoding(encoding);
  if (found === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return found.id;
}

/** The number of the encoding of incoming text: unknown ones are taken for UTF-8. */
function inputEncodingId(encoding, text) {
  if (encoding === undefined || encoding === 'buffer') return 0;
  const id = findEncoding(encoding)?.id ?? 0;
  if (id === 6 && text.length % 2 !== 0) {
    throw new ERR_INVALID_ARG_VALUE(
      'encoding',
      encoding,
      `is invalid for data of length ${text.length}`,
    );
  }
  return id;
}

/** Checks what update() methods take: a string or a view. */
function validateData(data, name = 'data') {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
}

/** A Buffer, or its text where an encoding is asked for. */
function encodeOutput(buffer, encoding) {
  return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

/** The ArrayBuffer that holds just the bytes of a Buffer of its own. */
function toArrayBuffer(buffer) {
  if (buffer.byteLength === buffer.buffer.byteLength) return buffer.buffer;
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

module.exports = {
  encodeOutput,
  encodingId,
  inputEncodingId,
  isAnyArrayBuffer,
  isBytes,
  toArrayBuffer,
  toBytes,
  validateBytes,
  validateData,
};

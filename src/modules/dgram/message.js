'use strict';

const { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { Buffer } = require('node:buffer');

const TYPES = ['Buffer', 'TypedArray', 'DataView', 'string'];

function bytesOf(view) {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** The part of a message that offset and length select. */
function sliceBytes(message, offset, length) {
  if (typeof message === 'string') message = Buffer.from(message);
  else if (!ArrayBuffer.isView(message)) throw new ERR_INVALID_ARG_TYPE('buffer', TYPES, message);
  offset >>>= 0;
  length >>>= 0;
  if (offset > message.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (offset + length > message.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
  return bytesOf(message).subarray(offset, offset + length);
}

/** A message, or a list of its parts, as a list of bytes. */
function toChunks(message) {
  if (typeof message === 'string') return [Buffer.from(message)];
  if (ArrayBuffer.isView(message)) return [message];
  if (!Array.isArray(message)) throw new ERR_INVALID_ARG_TYPE('buffer', TYPES, message);
  const chunks = message.map((part) => {
    if (typeof part === 'string') return Buffer.from(part);
    if (ArrayBuffer.isView(part)) return part;
    throw new ERR_INVALID_ARG_TYPE('buffer list arguments', TYPES, message);
  });
  // A datagram may be empty, but it takes one buffer to say so.
  return chunks.length === 0 ? [Buffer.alloc(0)] : chunks;
}

module.exports = { sliceBytes, toChunks };

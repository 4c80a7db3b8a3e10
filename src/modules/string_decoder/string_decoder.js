// node:string_decoder
'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING } = require('runtime/errors');
const { Buffer } = require('node:buffer');
const { decode, flush, kSize, kHeldAt, kMissingAt } = native('string_decoder');

// The bytes of an unfinished character (its layout: partial.h), and the number of the encoding.
const kPartial = Symbol('kNativeDecoder');
const kEncodingId = Symbol('encodingId');

/**
 * Turns bytes that come in pieces into strings, without breaking characters that are spread over
 * two pieces. Also called without `new`, by old subclasses.
 */
function StringDecoder(encoding) {
  const { findEncoding } = require('modules/buffer/encodings');
  const entry =
    encoding === undefined || encoding === null || encoding === ''
      ? findEncoding('utf8')
      : findEncoding(encoding);
  if (entry === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  this.encoding = entry.name;
  this[kEncodingId] = entry.id;
  this[kPartial] = new Uint8Array(kSize);
}

/** The text that is complete with these bytes. */
StringDecoder.prototype.write = function write(bytes) {
  if (typeof bytes === 'string') return bytes;
  if (!ArrayBuffer.isView(bytes)) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], bytes);
  }
  if (!this[kPartial]) throw new ERR_INVALID_THIS('StringDecoder');
  return decode(this[kPartial], bytes, this[kEncodingId]);
};

/** The last text: also what is left of an unfinished character. Then the decoder starts anew. */
StringDecoder.prototype.end = function end(bytes) {
  const text = bytes === undefined ? '' : this.write(bytes);
  const partial = this[kPartial];
  return partial[kHeldAt] > 0 ? text + flush(partial, this[kEncodingId]) : text;
};

/** The text of `bytes` from `offset` on, forgetting what came before. */
StringDecoder.prototype.text = function text(bytes, offset) {
  this[kPartial].fill(0);
  return this.write(bytes.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    configurable: true,
    enumerable: true,
    get() {
      return Buffer.from(this[kPartial].buffer, this[kPartial].byteOffset, kHeldAt);
    },
  },
  lastNeed: {
    configurable: true,
    enumerable: true,
    get() {
      return this[kPartial][kMissingAt];
    },
  },
  lastTotal: {
    configurable: true,
    enumerable: true,
    get() {
      return this[kPartial][kHeldAt] + this[kPartial][kMissingAt];
    },
  },
});

module.exports = { StringDecoder };

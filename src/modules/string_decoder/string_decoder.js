// node:string_decoder
'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING } = require('runtime/errors');
const { Buffer } = require('node:buffer');
const { isUint8Array } = require('modules/buffer/bytes');
const {
  base64,
  base64url,
  findEncoding,
  slice,
  utf16le,
  utf8,
} = require('modules/buffer/encodings');
const { decode, flush, kSize, kHeldAt, kMissingAt } = native('string_decoder');

// The bytes of an unfinished character (its layout: partial.h), once there was one; and the encoding.
const kPartial = Symbol('kNativeDecoder');
const kEncoding = Symbol('encoding');

/**
 * Turns bytes that come in pieces into strings, without breaking characters that are spread over
 * two pieces. Also called without `new`, by old subclasses.
 */
function StringDecoder(encoding) {
  const entry =
    encoding === undefined || encoding === null || encoding === '' ? utf8 : findEncoding(encoding);
  if (entry === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  this.encoding = entry.name;
  this[kEncoding] = entry;
  this[kPartial] = undefined;
}

function partialOf(decoder) {
  decoder[kPartial] ??= new Uint8Array(kSize);
  return decoder[kPartial];
}

/** Whether the last character of these bytes, which begin with one, is certainly complete. */
function endsWhole(encoding, bytes) {
  const { byteLength } = bytes;
  if (encoding === utf8) return bytes[byteLength - 1] < 0x80 && isUint8Array(bytes);
  if (encoding === base64 || encoding === base64url) return byteLength % 3 === 0;
  return encoding !== utf16le;
}

/** The text that is complete with these bytes. */
StringDecoder.prototype.write = function write(bytes) {
  if (typeof bytes === 'string') return bytes;
  if (!ArrayBuffer.isView(bytes)) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], bytes);
  }
  const encoding = this[kEncoding];
  if (encoding === undefined) throw new ERR_INVALID_THIS('StringDecoder');
  const partial = this[kPartial];
  if ((partial === undefined || partial[kHeldAt] === 0) && endsWhole(encoding, bytes)) {
    return slice(encoding, bytes, 0, bytes.byteLength);
  }
  return decode(partialOf(this), bytes, encoding.id);
};

/** The last text: also what is left of an unfinished character. Then the decoder starts anew. */
StringDecoder.prototype.end = function end(bytes) {
  const text = bytes === undefined ? '' : this.write(bytes);
  const partial = this[kPartial];
  if (partial === undefined || partial[kHeldAt] === 0) return text;
  return text + flush(partial, this[kEncoding].id);
};

/** The text of `bytes` from `offset` on, forgetting what came before. */
StringDecoder.prototype.text = function text(bytes, offset) {
  this[kPartial]?.fill(0);
  return this.write(bytes.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    configurable: true,
    enumerable: true,
    get() {
      const partial = partialOf(this);
      return Buffer.from(partial.buffer, partial.byteOffset, kHeldAt);
    },
  },
  lastNeed: {
    configurable: true,
    enumerable: true,
    get() {
      return partialOf(this)[kMissingAt];
    },
  },
  lastTotal: {
    configurable: true,
    enumerable: true,
    get() {
      const partial = partialOf(this);
      return partial[kHeldAt] + partial[kMissingAt];
    },
  },
});

module.exports = { StringDecoder };

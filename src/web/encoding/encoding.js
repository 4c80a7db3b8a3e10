// TextEncoder and TextDecoder.
// https://encoding.spec.whatwg.org/#api
'use strict';

const {
  ERR_ENCODING_INVALID_ENCODED_DATA,
  ERR_ENCODING_NOT_SUPPORTED,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_THIS,
} = require('runtime/errors');
const { validateObject, validateString } = require('runtime/validators');
const { isUint8Array } = require('modules/buffer/bytes');

// Found at the first use: a class of the binding must not be part of the startup snapshot.
let binding;
function encodingBinding() {
  binding ??= native('encoding');
  return binding;
}

const optionsKinds = { nullable: true, allowArray: true, allowFunction: true };
const customInspect = Symbol.for('nodejs.util.inspect.custom');

// Units read and bytes written by encodeInto().
const progress = new Uint32Array(new ArrayBuffer(8));

// Up to this length, an array is filled here sooner than by a call.
const kShort = 32;

function encodeAscii(text) {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return undefined;
    bytes[i] = unit;
  }
  return bytes;
}

/** Writes `text` if it is ASCII throughout; whether it was. */
function writeAscii(text, bytes) {
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return false;
    bytes[i] = unit;
  }
  return true;
}

class TextEncoder {
  // Marks an instance: methods refuse every other receiver.
  #encoding = 'utf-8';

  get encoding() {
    if (!(#encoding in this)) throw new ERR_INVALID_THIS('TextEncoder');
    return this.#encoding;
  }

  encode(input = '') {
    if (!(#encoding in this)) throw new ERR_INVALID_THIS('TextEncoder');
    input = `${input}`;
    return (input.length <= kShort && encodeAscii(input)) || encodingBinding().encodeUtf8(input);
  }

  encodeInto(src, dest) {
    if (!(#encoding in this)) throw new ERR_INVALID_THIS('TextEncoder');
    validateString(src, 'src');
    if (!isUint8Array(dest)) throw new ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', dest);
    const { length } = src;
    if (length <= kShort && length <= dest.length && writeAscii(src, dest)) {
      return { read: length, written: length };
    }
    encodingBinding().encodeInto(src, dest, progress);
    return { read: progress[0], written: progress[1] };
  }

  [customInspect](depth, options) {
    if (!(#encoding in this)) throw new ERR_INVALID_THIS('TextEncoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = require('modules/util/inspect');
    return inspect({ encoding: this.encoding }, options);
  }
}

class TextDecoder {
  #label;
  #fatal;
  #ignoreBOM;
  // Keeps the state of a stream; made when a stream or a rare encoding needs it.
  #stream;
  #isStreaming = false;

  constructor(label = 'utf-8', options = undefined) {
    label = `${label}`;
    if (options !== undefined) validateObject(options, 'options', optionsKinds);
    // 1-2. Unknown labels and "replacement" are a RangeError.
    const encoding = findLabel(label);
    if (encoding === undefined) throw new ERR_ENCODING_NOT_SUPPORTED(label);
    // 3-5.
    this.#label = encoding;
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
    if (encoding !== 'utf-8' && !this.#decoder().ok()) throw new ERR_ENCODING_NOT_SUPPORTED(label);
  }

  #decoder() {
    if (this.#stream === undefined) {
      const { converterFor, isUnicode } = require('web/encoding/labels');
      // Only in the encodings of Unicode does a byte order mark exist.
      const keepBOM = this.#ignoreBOM || !isUnicode(this.#label);
      const { StreamDecoder } = encodingBinding();
      this.#stream = new StreamDecoder(converterFor(this.#label), keepBOM, this.#fatal);
    }
    return this.#stream;
  }

  decode(input = undefined, options = undefined) {
    if (!(#label in this)) throw new ERR_INVALID_THIS('TextDecoder');
    if (options !== undefined) validateObject(options, 'options', optionsKinds);
    const bytes = input === undefined ? new Uint8Array() : bytesOf(input);
    const stream = Boolean(options?.stream);
    let text;
    if (this.#label === 'utf-8' && !stream && !this.#isStreaming) {
      text = encodingBinding().decodeUtf8(bytes, this.#ignoreBOM, this.#fatal);
    } else {
      this.#isStreaming = stream;
      text = this.#decoder().decode(bytes, !stream);
    }
    if (text === undefined) {
      this.#isStreaming = false;
      throw new ERR_ENCODING_INVALID_ENCODED_DATA(this.#label, undefined);
    }
    return text;
  }

  get encoding() {
    if (!(#label in this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#label;
  }

  get fatal() {
    if (!(#label in this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#fatal;
  }

  get ignoreBOM() {
    if (!(#label in this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#ignoreBOM;
  }

  [customInspect](depth) {
    if (!(#label in this)) throw new ERR_INVALID_THIS('TextDecoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = require('modules/util/inspect');
    // Whatever the options say: a line without colours.
    // A TextDecoder by its prototype, with what its accessors give as properties of its own.
    const shown = Object.create(TextDecoder.prototype, { [customInspect]: { value: undefined } });
    for (const name of ['encoding', 'fatal', 'ignoreBOM']) {
      Object.defineProperty(shown, name, { value: this[name], enumerable: true });
    }
    return inspect(shown);
  }
}

// The name of the encoding that a label stands for. The commonest need no table.
function findLabel(label) {
  if (label === 'utf-8' || label === 'utf8') return 'utf-8';
  return require('web/encoding/labels').find(label);
}

function bytesOf(input) {
  if (ArrayBuffer.isView(input)) return input;
  const kind = Object.prototype.toString.call(input);
  if (kind === '[object ArrayBuffer]' || kind === '[object SharedArrayBuffer]') {
    // Memory that was transferred away holds nothing.
    return input.detached ? new Uint8Array() : new Uint8Array(input);
  }
  throw new ERR_INVALID_ARG_TYPE(
    'input',
    ['SharedArrayBuffer', 'ArrayBuffer', 'ArrayBufferView'],
    input,
  );
}

for (const [Class, names] of [
  [TextEncoder, ['encoding', 'encode', 'encodeInto']],
  [TextDecoder, ['decode', 'encoding', 'fatal', 'ignoreBOM']],
]) {
  // WebIDL makes attributes and operations enumerable.
  for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    value: Class.name,
    configurable: true,
  });
}

module.exports = { TextDecoder, TextEncoder };

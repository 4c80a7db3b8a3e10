'use strict';

// How a test file's process tells the runner of its events: frames of V8's serialization format on
// standard output, between whatever the tests themselves write there.

const { failure } = require('modules/test/failure');

// No text in UTF-8 contains these bytes.
const kMagic = Buffer.from([0xff, 0x0f, 0xfe, 0x54]);
const kHeaderSize = kMagic.length + 4;

const kError = '__gyre_error';

/** A copy that can be serialized: errors with all that reporters show of them. */
function encode(value, seen = new Map()) {
  if (typeof value === 'function' || typeof value === 'symbol') return describe(value);
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const { isNativeError } = require('node:util/types');
  if (isNativeError(value)) return encodeError(value, seen);
  if (Array.isArray(value)) {
    const copy = [];
    seen.set(value, copy);
    for (const item of value) copy.push(encode(item, seen));
    return copy;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    const copy = {};
    seen.set(value, copy);
    for (const [key, item] of Object.entries(value)) copy[key] = encode(item, seen);
    return copy;
  }
  try {
    require('node:v8').serialize(value);
    return value;
  } catch {
    return describe(value);
  }
}

function describe(value) {
  const { inspectError } = require('modules/test/reporters/format');
  return inspectError(value);
}

function encodeError(error, seen) {
  const copy = { [kError]: error.constructor?.name ?? 'Error' };
  seen.set(error, copy);
  copy.name = error.name;
  copy.message = error.message;
  copy.stack = error.stack;
  copy.hasCause = Object.hasOwn(error, 'cause');
  if (copy.hasCause) copy.cause = encode(error.cause, seen);
  copy.own = {};
  for (const key of Object.keys(error)) {
    if (key !== 'cause') copy.own[key] = encode(error[key], seen);
  }
  return copy;
}

function decode(value, seen = new Map()) {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (seen.has(value)) return seen.get(value);
  if (Object.hasOwn(value, kError)) return decodeError(value, seen);
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype) return value;
  seen.set(value, value);
  for (const key of Object.keys(value)) value[key] = decode(value[key], seen);
  return value;
}

const kErrorClasses = new Set([
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

function decodeError(copy, seen) {
  const { own, message, name, stack } = copy;
  let error;
  if (own.code === 'ERR_TEST_FAILURE') {
    error = failure(decode(copy.cause, seen), own.failureType);
    error.message = message;
  } else {
    const { AssertionError } = require('node:assert');
    const Class = kErrorClasses.has(copy[kError]) ? globalThis[copy[kError]] : Error;
    error = new Class(message);
    if (copy[kError] === 'AssertionError') Object.setPrototypeOf(error, AssertionError.prototype);
    if (copy.hasCause) hide(error, 'cause', decode(copy.cause, seen));
    if (error.name !== name) hide(error, 'name', name);
  }
  seen.set(copy, error);
  hide(error, 'stack', stack);
  for (const [key, value] of Object.entries(own)) error[key] = decode(value, seen);
  return error;
}

function hide(object, key, value) {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** A listener that writes events to standard output. */
function createWriter() {
  return (type, data) => {
    const { serialize } = require('node:v8');
    const body = serialize(encode({ type, data }));
    const header = Buffer.alloc(kHeaderSize);
    kMagic.copy(header);
    header.writeUInt32BE(body.length, kMagic.length);
    process.stdout.write(Buffer.concat([header, body]));
  };
}

/** Takes standard output apart into events and text. */
class Reader {
  #rest = Buffer.alloc(0);
  #onEvent;
  #onText;
  #decoder = new TextDecoder();

  constructor(onEvent, onText) {
    this.#onEvent = onEvent;
    this.#onText = onText;
  }

  push(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length > 0 && this.#takeOne());
  }

  // One event or some text from the front; false if more has to come first.
  #takeOne() {
    const at = this.#rest.indexOf(kMagic);
    if (at > 0) return this.#takeText(at);
    if (at === -1) {
      // The last bytes may be the beginning of a frame.
      const keep = this.#rest.lastIndexOf(kMagic[0]);
      const isOpen = keep !== -1 && this.#rest.length - keep < kMagic.length;
      return this.#takeText(isOpen ? keep : this.#rest.length) && !isOpen;
    }
    if (this.#rest.length < kHeaderSize) return false;
    const size = this.#rest.readUInt32BE(kMagic.length);
    if (this.#rest.length < kHeaderSize + size) return false;
    const body = this.#rest.subarray(kHeaderSize, kHeaderSize + size);
    this.#rest = this.#rest.subarray(kHeaderSize + size);
    const { type, data } = decode(require('node:v8').deserialize(Buffer.from(body)));
    this.#onEvent(type, data);
    return true;
  }

  #takeText(length) {
    if (length === 0) return false;
    const text = this.#decoder.decode(this.#rest.subarray(0, length), { stream: true });
    this.#rest = this.#rest.subarray(length);
    if (text !== '') this.#onText(text);
    return true;
  }

  /** What is left when the stream ends. */
  end() {
    const text = this.#decoder.decode(this.#rest);
    this.#rest = Buffer.alloc(0);
    if (text !== '') this.#onText(text);
  }
}

module.exports = { Reader, createWriter };

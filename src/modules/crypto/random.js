// Random bytes, integers and UUIDs.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#cryptorandombytessize-callback
'use strict';

const binding = native('crypto');
const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('runtime/errors');
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
} = require('runtime/validators');
const { isBytes } = require('modules/crypto/input');

const kMaxPossibleLength = 2 ** 31 - 1;
const kMaxInt48 = 2 ** 48;

// Random bytes in store, for small wishes: asking the generator costs more than making a few.
const kStoreSize = 2048;
const kMostFromStore = 128;
let store;
let storeUsed = kStoreSize;

/** Fills a Uint8Array of that size. */
function fill(bytes, size) {
  if (size > kMostFromStore) {
    binding.randomFillSync(bytes, 0, size);
    return;
  }
  if (storeUsed + size > kStoreSize) {
    store ??= new Uint8Array(kStoreSize);
    binding.randomFillSync(store, 0, kStoreSize);
    storeUsed = 0;
  }
  // No byte is given away twice, and none that was stays in memory.
  const source = store;
  const start = storeUsed;
  storeUsed += size;
  for (let i = 0; i < size; i++) {
    bytes[i] = source[start + i];
    source[start + i] = 0;
  }
}

function validateOffset(offset, elementSize, length) {
  validateNumber(offset, 'offset');
  offset *= elementSize;
  const maximum = Math.min(length, kMaxPossibleLength);
  if (Number.isNaN(offset) || offset > maximum || offset < 0) {
    throw new ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${maximum}`, offset);
  }
  // Memory is counted in whole bytes.
  return offset >>> 0;
}

function validateSize(size, elementSize, offset, length) {
  validateNumber(size, 'size');
  size *= elementSize;
  if (Number.isNaN(size) || size > kMaxPossibleLength || size < 0) {
    throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${kMaxPossibleLength}`, size);
  }
  if (size + offset > length) {
    throw new ERR_OUT_OF_RANGE('size + offset', `<= ${length}`, size + offset);
  }
  return size >>> 0;
}

// The name of a typed array's kind; undefined for a DataView.
const { get: kindOf } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);

function randomBytes(size, callback) {
  size = validateSize(size, 1, 0, Infinity);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = Buffer.alloc(size);
  if (callback === undefined) {
    fill(bytes, size);
    return bytes;
  }
  binding.randomFill(bytes, 0, size, (error) => {
    if (error) callback(error);
    else callback(null, bytes);
  });
  return undefined;
}

function validateTarget(buffer) {
  if (!isBytes(buffer)) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer);
  }
}

function randomFillSync(buf, offset = 0, size = undefined) {
  validateTarget(buf);
  const elementSize = buf.BYTES_PER_ELEMENT || 1;
  offset = validateOffset(offset, elementSize, buf.byteLength);
  if (size === undefined) size = buf.byteLength - offset;
  else size = validateSize(size, elementSize, offset, buf.byteLength);
  if (size > 0) binding.randomFillSync(buf, offset, size);
  return buf;
}

function randomFill(buf, offset, size, callback) {
  validateTarget(buf);
  const elementSize = buf.BYTES_PER_ELEMENT || 1;
  if (typeof offset === 'function') {
    callback = offset;
    offset = 0;
    size = undefined;
  } else if (typeof size === 'function') {
    callback = size;
    size = undefined;
  }
  validateFunction(callback, 'callback');
  offset = validateOffset(offset, elementSize, buf.byteLength);
  if (size === undefined) size = buf.byteLength - offset;
  else size = validateSize(size, elementSize, offset, buf.byteLength);
  if (size === 0) {
    process.nextTick(callback, null, buf);
    return;
  }
  binding.randomFill(buf, offset, size, (error) => {
    if (error) callback(error);
    else callback(null, buf);
  });
}

// Two random words make one number of 48 bits; a block of them is fetched at once.
const kBlockWords = 2048;
let block;
let blockOffset = kBlockWords;

function randomInt48() {
  if (blockOffset === kBlockWords) {
    block ??= new Uint32Array(kBlockWords);
    binding.randomFillSync(block, 0, block.byteLength);
    blockOffset = 0;
  }
  const value = (block[blockOffset] & 0xffff) * 0x1_0000_0000 + block[blockOffset + 1];
  blockOffset += 2;
  return value;
}

/** The largest multiple of `step` up to `value`, sooner than by the slow remainder of two doubles. */
function multipleBelow(value, step) {
  // Both products are whole numbers below 2 ** 53, the quotient is off by one at most.
  const multiple = Math.floor(value / step) * step;
  return multiple > value ? multiple - step : multiple;
}

function randomInt(min, max, callback) {
  // randomInt(max) and randomInt(max, callback) count from 0.
  const isFromZero = max === undefined || typeof max === 'function';
  if (isFromZero) {
    callback = max;
    max = min;
    min = 0;
  }
  const isSynchronous = callback === undefined;
  if (!isSynchronous) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(min)) throw new ERR_INVALID_ARG_TYPE('min', 'a safe integer', min);
  if (!Number.isSafeInteger(max)) throw new ERR_INVALID_ARG_TYPE('max', 'a safe integer', max);
  if (max <= min) {
    throw new ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max);
  }
  const range = max - min;
  if (!(range <= kMaxInt48 - 1)) {
    throw new ERR_OUT_OF_RANGE(isFromZero ? 'max' : 'max - min', `<= ${kMaxInt48 - 1}`, range);
  }
  let value;
  let start;
  // Numbers of the last, incomplete multiple of the range would favour its low end.
  do {
    value = randomInt48();
    start = multipleBelow(value, range);
  } while (start > kMaxInt48 - range);
  value = value - start + min;
  if (isSynchronous) return value;
  process.nextTick(callback, undefined, value);
  return undefined;
}

const kUuidSize = 16;
const kUuidBatch = 128;
let uuidBytes;
let uuidOffset = kUuidSize * kUuidBatch;

let hexOfByte;
function prepareHex() {
  hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
}

function formatUuid(bytes, at) {
  const hex = hexOfByte;
  return (
    `${hex[bytes[at]]}${hex[bytes[at + 1]]}${hex[bytes[at + 2]]}${hex[bytes[at + 3]]}-` +
    `${hex[bytes[at + 4]]}${hex[bytes[at + 5]]}-${hex[bytes[at + 6]]}${hex[bytes[at + 7]]}-` +
    `${hex[bytes[at + 8]]}${hex[bytes[at + 9]]}-${hex[bytes[at + 10]]}${hex[bytes[at + 11]]}` +
    `${hex[bytes[at + 12]]}${hex[bytes[at + 13]]}${hex[bytes[at + 14]]}${hex[bytes[at + 15]]}`
  );
}

// Where the bytes of the next UUID start; whether they come from the batch is the caller's wish.
function nextUuid(isCached) {
  if (hexOfByte === undefined) prepareHex();
  if (!isCached) {
    const bytes = Buffer.alloc(kUuidSize);
    binding.randomFillSync(bytes, 0, kUuidSize);
    return { bytes, at: 0 };
  }
  if (uuidOffset === kUuidSize * kUuidBatch) {
    uuidBytes ??= Buffer.alloc(kUuidSize * kUuidBatch);
    binding.randomFillSync(uuidBytes, 0, uuidBytes.length);
    uuidOffset = 0;
  }
  const at = uuidOffset;
  uuidOffset += kUuidSize;
  return { bytes: uuidBytes, at };
}

function takesFromCache(options) {
  if (options === undefined) return true;
  validateObject(options, 'options');
  const { disableEntropyCache = false } = options;
  validateBoolean(disableEntropyCache, 'options.disableEntropyCache');
  return !disableEntropyCache;
}

// UUIDs that were made and not yet given away.
let ready = [];

// https://www.rfc-editor.org/rfc/rfc9562#section-5.4
function randomUUID(options) {
  if (options === undefined || takesFromCache(options)) {
    if (ready.length === 0) ready = binding.randomUUIDs() ?? [];
    const uuid = ready.pop();
    if (uuid !== undefined) return uuid;
  }
  const { bytes, at } = nextUuid(false);
  bytes[at + 6] = (bytes[at + 6] & 0x0f) | 0x40;
  bytes[at + 8] = (bytes[at + 8] & 0x3f) | 0x80;
  return formatUuid(bytes, at);
}

// https://www.rfc-editor.org/rfc/rfc9562#section-5.7
function randomUUIDv7(options) {
  const { bytes, at } = nextUuid(takesFromCache(options));
  bytes.writeUIntBE(Date.now(), at, 6);
  bytes[at + 6] = (bytes[at + 6] & 0x0f) | 0x70;
  bytes[at + 8] = (bytes[at + 8] & 0x3f) | 0x80;
  return formatUuid(bytes, at);
}

function toUnsigned(value, name) {
  if (typeof value !== 'bigint') return value;
  if (value < 0n) throw new ERR_OUT_OF_RANGE(name, '>= 0', value);
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function primeArguments(size, options) {
  validateInteger(size, 'size', 1, kMaxPossibleLength);
  validateObject(options, 'options');
  const { safe = false, bigint = false } = options;
  let { add, rem } = options;
  validateBoolean(safe, 'options.safe');
  validateBoolean(bigint, 'options.bigint');
  const kinds = ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'];
  if (add !== undefined) {
    add = toUnsigned(add, 'options.add');
    if (!isBytes(add)) throw new ERR_INVALID_ARG_TYPE('options.add', kinds, add);
  }
  if (rem !== undefined) {
    rem = toUnsigned(rem, 'options.rem');
    if (!isBytes(rem)) throw new ERR_INVALID_ARG_TYPE('options.rem', kinds, rem);
  }
  const none = new Uint8Array();
  return { args: [size, safe, add ?? none, rem ?? none], bigint };
}

function primeResult(bytes, bigint) {
  if (bigint) return BigInt(`0x${bytes.toString('hex')}`);
  const { toArrayBuffer } = require('modules/crypto/input');
  return toArrayBuffer(bytes);
}

function generatePrime(size, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  const { args, bigint } = primeArguments(size, options);
  binding.generatePrime(...args, (error, prime) => {
    if (error) callback(error);
    else callback(undefined, primeResult(prime, bigint));
  });
}

function generatePrimeSync(size, options = {}) {
  const { args, bigint } = primeArguments(size, options);
  return primeResult(binding.generatePrimeSync(...args), bigint);
}

function candidateArguments(candidate, options) {
  candidate = toUnsigned(candidate, 'candidate');
  if (!isBytes(candidate)) {
    throw new ERR_INVALID_ARG_TYPE(
      'candidate',
      ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'],
      candidate,
    );
  }
  validateObject(options, 'options');
  const { checks = 0 } = options;
  validateInteger(checks, 'options.checks', 0, kMaxPossibleLength);
  binding.checkNumber(candidate);
  return [candidate, checks];
}

function checkPrime(candidate, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  binding.checkPrime(...candidateArguments(candidate, options ?? {}), callback);
}

function checkPrimeSync(candidate, options = {}) {
  return binding.checkPrimeSync(...candidateArguments(candidate, options));
}

// https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues
function getRandomValues(array) {
  const kind = ArrayBuffer.isView(array) ? kindOf.call(array) : undefined;
  if (kind === undefined || kind.startsWith('Float')) {
    const { DOMException } = require('web/dom/exception');
    throw new DOMException(
      'The data argument must be an integer-type TypedArray',
      'TypeMismatchError',
    );
  }
  const { byteLength } = array;
  if (byteLength > 65536) {
    const { DOMException } = require('web/dom/exception');
    throw new DOMException(`The requested length exceeds 65,536 bytes`, 'QuotaExceededError');
  }
  if (kind === 'Uint8Array') fill(array, byteLength);
  else if (byteLength > 0) binding.randomFillSync(array, 0, byteLength);
  return array;
}

module.exports = {
  checkPrime,
  checkPrimeSync,
  generatePrime,
  generatePrimeSync,
  getRandomValues,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
  randomUUIDv7,
};

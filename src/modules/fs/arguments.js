'use strict';

// What the fs functions accept - paths, flags, modes, times, positions, options - and the errors
// that they answer with before anything reaches the system.

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = require('runtime/errors');
const {
  validateAbortSignal,
  validateFunction,
  validateInt32,
  validateInteger,
  validateUint32,
} = require('runtime/validators');
const { Buffer } = require('node:buffer');

// open(2) flags; the numbers are Linux's own.
const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_SYNC = 0o4010000;

const FLAGS = {
  __proto__: null,
  r: O_RDONLY,
  rs: O_RDONLY | O_SYNC,
  'r+': O_RDWR,
  'rs+': O_RDWR | O_SYNC,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  'w+': O_TRUNC | O_CREAT | O_RDWR,
  'wx+': O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  a: O_APPEND | O_CREAT | O_WRONLY,
  ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  as: O_APPEND | O_CREAT | O_WRONLY | O_SYNC,
  'a+': O_APPEND | O_CREAT | O_RDWR,
  'ax+': O_APPEND | O_CREAT | O_RDWR | O_EXCL,
  'as+': O_APPEND | O_CREAT | O_RDWR | O_SYNC,
};

/** Whether `value` looks like a WHATWG URL, also one from another realm. */
function isUrl(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    Boolean(value.href && value.protocol) &&
    value.auth === undefined &&
    value.path === undefined
  );
}

function isArrayBufferView(value) {
  return ArrayBuffer.isView(value);
}

function isUint8Array(value) {
  return (
    value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]'
  );
}

/** The path as a string or as bytes, free of NUL; `name` is what an error calls the argument. */
function toPath(value, name = 'path') {
  if (typeof value !== 'string' && !isUint8Array(value)) {
    if (!isUrl(value)) {
      throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], value);
    }
    value = require('node:url').fileURLToPath(value);
  }
  if (typeof value === 'string' ? value.includes('\0') : value.includes(0)) {
    throw new ERR_INVALID_ARG_VALUE(
      name,
      value,
      'must be a string, Uint8Array, or URL without null bytes',
    );
  }
  return value;
}

/** A numeric open(2) flag word for `'r+'`, `'wx'` and so on; numbers pass through. */
function toFlags(flags, name = 'flags') {
  if (typeof flags === 'number') {
    validateInt32(flags, name);
    return flags;
  }
  if (flags == null) return O_RDONLY;
  // The two letters may come in either order: 'xw+' is 'wx+'.
  const word = FLAGS[flags] ?? FLAGS[String(flags).replace(/^([sx])([rwa])/, '$2$1')];
  if (word !== undefined && typeof flags === 'string') return word;
  throw new ERR_INVALID_ARG_VALUE(name, flags);
}

/** A file mode: an unsigned 32-bit integer, or such a number as a string of octal digits. */
function toMode(value, name, fallback) {
  value ??= fallback;
  if (typeof value === 'string') {
    if (!/^[0-7]+$/.test(value)) {
      throw new ERR_INVALID_ARG_VALUE(
        name,
        value,
        'must be a 32-bit unsigned integer or an octal string',
      );
    }
    value = Number.parseInt(value, 8);
  }
  validateUint32(value, name);
  return value;
}

/** A file descriptor, checked. */
function toFd(fd) {
  if (Object.is(fd, -0)) return 0;
  validateInt32(fd, 'fd', 0);
  return fd;
}

/** Whether `value` stands for a file descriptor rather than a path. */
function isFd(value) {
  return typeof value === 'number' && (value | 0) === value;
}

/** A user or group id: -1 leaves it as it is. */
function toId(value, name) {
  validateInteger(value, name, -1, 0xffffffff);
  return value;
}

/** Seconds since the epoch from a number, a numeric string or a Date. */
function toUnixTimestamp(time, name = 'time') {
  // The loose comparison is the documented rule: a string counts when it reads as a number.
  if (typeof time === 'string' && +time == time) return +time;
  if (Number.isFinite(time)) return time < 0 ? Date.now() / 1000 : time;
  if (time instanceof Date || Object.prototype.toString.call(time) === '[object Date]') {
    return Date.prototype.getTime.call(time) / 1000;
  }
  throw new ERR_INVALID_ARG_TYPE(name, ['Date', 'Time in seconds'], time);
}

const MAX_INT64 = 2n ** 63n - 1n;

/** The offset of a read: -1, also for null and undefined, stands for the file's own position. */
function toReadPosition(position, length) {
  if (position == null) return -1;
  if (typeof position === 'number') {
    validateInteger(position, 'position', -1);
    return position;
  }
  if (typeof position === 'bigint') {
    const last = MAX_INT64 - BigInt(length);
    if (position < -1n || position > last) {
      throw new ERR_OUT_OF_RANGE('position', `>= -1 && <= ${last}`, position);
    }
    return position;
  }
  throw new ERR_INVALID_ARG_TYPE('position', ['integer', 'bigint'], position);
}

/** The offset of a write or of a vectored read: whatever is no number means "where we are". */
function toWritePosition(position) {
  return Number.isSafeInteger(position) ? position : -1;
}

/** Checks that `[offset, offset + length)` lies inside a buffer that is read into. */
function checkReadRange(offset, length, byteLength) {
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  if (offset + length > byteLength) {
    throw new ERR_OUT_OF_RANGE('length', `<= ${byteLength - offset}`, length);
  }
}

/** Checks that `[offset, offset + length)` lies inside a buffer that is written. */
function checkWriteRange(offset, length, byteLength) {
  if (offset > byteLength) throw new ERR_OUT_OF_RANGE('offset', `<= ${byteLength}`, offset);
  if (length > byteLength - offset) {
    throw new ERR_OUT_OF_RANGE('length', `<= ${byteLength - offset}`, length);
  }
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  validateInt32(length, 'length', 0);
}

/** Refuses what is neither a string nor bytes; the name is that of the argument. */
function checkStringOrView(data, name) {
  if (typeof data !== 'string' && !isArrayBufferView(data)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
}

function checkView(buffer, name = 'buffer') {
  if (!isArrayBufferView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], buffer);
  }
}

function checkViews(buffers) {
  if (!Array.isArray(buffers))
    throw new ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
  for (const buffer of buffers) {
    if (!isArrayBufferView(buffer)) {
      throw new ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
    }
  }
}

function checkEncoding(encoding) {
  if (encoding && encoding !== 'utf8' && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
  }
}

// Not `{ __proto__: null }`, in which the engine looks properties up by hash.
class NoOptions {}
Object.setPrototypeOf(NoOptions.prototype, null);
const NO_OPTIONS = Object.freeze(new NoOptions());

/**
 * The options of a call that takes either an encoding or an object. The caller's object comes
 * back as it is: defaults are applied where a value is read.
 */
function toOptions(options, fallback = NO_OPTIONS) {
  if (options == null || typeof options === 'function') return fallback;
  if (typeof options === 'string') {
    checkEncoding(options);
    return fallback === NO_OPTIONS ? { encoding: options } : { ...fallback, encoding: options };
  }
  if (typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  }
  checkEncoding(options.encoding);
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  return options;
}

function checkCallback(callback) {
  validateFunction(callback, 'cb');
  return callback;
}

/** An access(2) mode or a copyfile mode: a number of three bits. */
function toThreeBits(mode, fallback = 0) {
  if (mode == null) return fallback;
  if (typeof mode !== 'number') {
    const error = new TypeError('mode must be int32 or null/undefined');
    error.code = 'ERR_INVALID_ARG_TYPE';
    throw error;
  }
  if (!(mode >= 0 && mode <= 7)) {
    const range = Number.isFinite(mode) ? ': >= 0 && <= 7' : '';
    const error = new RangeError(`mode is out of range${range}`);
    error.code = 'ERR_OUT_OF_RANGE';
    throw error;
  }
  return mode | 0;
}

/** Text, or bytes when no encoding is asked for, from bytes that native code returned. */
function decode(bytes, encoding) {
  if (!encoding || encoding === 'buffer') return bytes;
  return bytes.toString(encoding);
}

/** Whether names can come from native code as strings straight away. */
function isUtf8(encoding) {
  return !encoding || encoding === 'utf8' || encoding === 'utf-8';
}

module.exports = {
  checkCallback,
  checkEncoding,
  checkReadRange,
  checkStringOrView,
  checkView,
  checkViews,
  checkWriteRange,
  decode,
  isArrayBufferView,
  isFd,
  isUint8Array,
  isUrl,
  isUtf8,
  NO_OPTIONS,
  O_WRONLY,
  toFd,
  toFlags,
  toId,
  toMode,
  toOptions,
  toPath,
  toReadPosition,
  toThreeBits,
  toUnixTimestamp,
  toWritePosition,
};

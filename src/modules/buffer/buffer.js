// node:buffer
'use strict';

const binding = native('buffer');
const {
  ERR_BUFFER_OUT_OF_BOUNDS,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_STATE,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { defineLazy } = require('runtime/lazy_property');
const { validateInteger, validateNumber, validateString } = require('runtime/validators');
const {
  FastBuffer,
  allocate,
  allocateCleared,
  allocateUnpooled,
  fitsPool,
  reserve,
  setPoolOwner,
  take,
} = require('modules/buffer/allocate');
const { encodedLength, findEncoding, latin1, utf8, write } = require('modules/buffer/encodings');
const bytes = require('modules/buffer/bytes');
const numbers = require('modules/buffer/numbers');

const { copy: copyNative, encodeString, kMaxLength, kMostStaged, kStringMaxLength } = binding;
const { isUint8Array, validateBytes } = bytes;

// The memory that is copied to came uncleared: no property of a program's may tell how much of it is filled.
const lengthOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  'length',
).get;

/** The constructor of old, deprecated in favour of the static methods; callable without `new`. */
function Buffer(arg, encodingOrOffset, length) {
  require('modules/buffer/deprecation').warnAboutConstructor(Buffer);
  if (typeof arg !== 'number') return Buffer.from(arg, encodingOrOffset, length);
  if (typeof encodingOrOffset === 'string') validateString(arg, 'string');
  return Buffer.alloc(arg);
}

Buffer.prototype = FastBuffer.prototype;
Object.defineProperty(Buffer, 'prototype', { enumerable: false });
Object.setPrototypeOf(Buffer, Uint8Array);
Object.defineProperty(Buffer.prototype, 'constructor', {
  value: Buffer,
  writable: true,
  enumerable: false,
  configurable: true,
});
// map(), filter() and their like must not go through the deprecated constructor.
Object.defineProperty(Buffer, Symbol.species, {
  get() {
    return FastBuffer;
  },
  enumerable: false,
  configurable: true,
});

Buffer.poolSize = 64 * 1024;
setPoolOwner(Buffer);

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  return fromValue(value, encodingOrOffset, length);
};

function fromValue(value, encodingOrOffset, length) {
  if (typeof value === 'object' && value !== null) {
    if (isUint8Array(value)) return fromBytes(value);
    if (Array.isArray(value)) return fromArray(value);
    const size = memoryLength(value);
    if (size >= 0) return fromArrayBuffer(value, size, encodingOrOffset, length);
    const primitive = value.valueOf?.();
    if (
      primitive != null &&
      primitive !== value &&
      (typeof primitive === 'string' || typeof primitive === 'object')
    ) {
      return Buffer.from(primitive, encodingOrOffset, length);
    }
    const result = fromObject(value);
    if (result !== undefined) return result;
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const text = value[Symbol.toPrimitive]('string');
      if (typeof text === 'string') return fromString(text, encodingOrOffset);
    }
  }
  throw new ERR_INVALID_ARG_TYPE(
    'first argument',
    ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'],
    value,
  );
}

// The brand check throws for what is none; what has the prototype nearly always is one.
const byteLengthOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get;

/** The bytes of an ArrayBuffer or SharedArrayBuffer of any realm; -1 for what is none. */
function memoryLength(value) {
  if (value instanceof ArrayBuffer) {
    try {
      return byteLengthOf.call(value);
    } catch {
      // Only its prototype says so.
    }
  }
  return binding.isAnyArrayBuffer(value) ? value.byteLength : -1;
}

function fromString(string, encodingName) {
  const encoding =
    typeof encodingName === 'string' && encodingName !== ''
      ? bytes.requireEncoding(encodingName)
      : utf8;
  const { length } = string;
  if (length === 0) return new FastBuffer();
  // Three bytes a unit always suffice: where the pool has them, no measuring pass is needed.
  const bound = encoding === utf8 ? length * 3 : encodedLength(encoding, string);
  if (!fitsPool(bound)) {
    return bound <= kMostStaged
      ? new FastBuffer(encodeString(string, encoding.id))
      : fromLongString(string, encoding);
  }
  const pool = reserve(bound);
  return take(write(encoding, pool.view, string, pool.offset, bound));
}

function fromLongString(string, encoding) {
  const size = encodedLength(encoding, string);
  const result = allocate(size);
  // UTF-8 of a byte for each character is ASCII, which is copied as it is.
  const isAscii = encoding === utf8 && size === string.length;
  const written = write(isAscii ? latin1 : encoding, result, string, 0, size);
  // Characters outside the alphabet of hex or base64 made the estimate too large.
  return written === size ? result : new FastBuffer(result.buffer, result.byteOffset, written);
}

function fromArrayBuffer(arrayBuffer, size, byteOffset, length) {
  byteOffset = byteOffset === undefined ? 0 : +byteOffset || 0;
  const available = size - byteOffset;
  if (available < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length === undefined) {
    // Without a length, a Buffer grows and shrinks with its memory, if that does.
    if (byteOffset === 0) return new FastBuffer(arrayBuffer, 0);
    if (arrayBuffer.resizable || arrayBuffer.growable)
      return new FastBuffer(arrayBuffer, byteOffset);
    length = available;
  } else {
    length = +length;
    if (length > available) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    if (!(length > 0)) length = 0;
  }
  return new FastBuffer(arrayBuffer, byteOffset, length);
}

function fromBytes(bytes) {
  const length = lengthOf.call(bytes);
  if (length === 0) return new FastBuffer();
  const result = allocate(length);
  copyNative(bytes, result, 0, 0, length);
  return result;
}

// Up to this length, storing items one by one takes less than a call.
const kFewItems = 32;

function fromArray(list) {
  const { length } = list;
  // A proxy may tell any length.
  if (!(length > 0 && length <= kFewItems && length >>> 0 === length)) return fromArrayLike(list);
  const result = allocate(length);
  for (let i = 0; i < length; i++) result[i] = list[i];
  return result;
}

function fromArrayLike(list) {
  const { length } = list;
  if (!(length > 0)) return new FastBuffer();
  const result = allocate(Math.min(Math.floor(length), Number.MAX_SAFE_INTEGER));
  result.set(list, 0);
  return result;
}

function fromObject(object) {
  if (object.length !== undefined || binding.isAnyArrayBuffer(object.buffer)) {
    return typeof object.length === 'number' ? fromArrayLike(object) : new FastBuffer();
  }
  if (object.type === 'Buffer' && Array.isArray(object.data)) return fromArrayLike(object.data);
  return undefined;
}

// Typed arrays of other realms count, too: this getter knows them all, and nothing else.
const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;
const isTypedArray = (value) => typedArrayName.call(value) !== undefined;

Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (!isTypedArray(view)) {
    throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
  }
  if (view.length === 0) return new FastBuffer();
  let start = 0;
  if (offset !== undefined) {
    validateInteger(offset, 'offset', 0);
    start = Math.min(offset, view.length);
  }
  let end = view.length;
  if (length !== undefined) {
    validateInteger(length, 'length', 0);
    end = Math.min(start + length, view.length);
  }
  if (end - start === view.length && isUint8Array(view)) return fromBytes(view);
  const size = view.BYTES_PER_ELEMENT;
  return fromArrayLike(
    new Uint8Array(view.buffer, view.byteOffset + start * size, (end - start) * size),
  );
};

// The inherited one would build an instance through the deprecated constructor.
Buffer.of = function of(...items) {
  const result = new FastBuffer(items.length);
  for (let i = 0; i < items.length; i++) result[i] = items[i];
  return result;
};

function validateSize(size) {
  // Almost every size is right: the general check is for those that are not.
  if (!(typeof size === 'number' && size >= 0 && size <= kMaxLength)) {
    validateNumber(size, 'size', 0, kMaxLength);
  }
}

Buffer.alloc = function alloc(size, fill, encoding) {
  validateSize(size);
  if (fill === undefined || fill === 0 || size === 0) return allocateCleared(Math.floor(size));
  const result = allocateUnpooled(Math.floor(size));
  return bytes.fillBytes(result, fill, 0, result.length, encoding);
};

Buffer.allocUnsafe = function allocUnsafe(size) {
  validateSize(size);
  return allocate(Math.floor(size));
};

Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  validateSize(size);
  return allocateUnpooled(Math.floor(size));
};

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

Buffer.compare = function compare(buf1, buf2) {
  return bytes.compareBytes(buf1, buf2);
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && findEncoding(encoding) !== undefined;
};

Buffer.concat = function concat(list, length) {
  if (!Array.isArray(list)) throw new ERR_INVALID_ARG_TYPE('list', 'Array', list);
  if (list.length === 0) return new FastBuffer();
  let total = 0;
  if (length === undefined) {
    for (let i = 0; i < list.length; i++) total += list[i]?.length || 0;
  } else {
    validateInteger(length, 'length', 0);
    total = length;
  }
  const result = allocate(total);
  let position = 0;
  for (let i = 0; i < list.length; i++) {
    const part = list[i];
    if (!isUint8Array(part)) {
      throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], part);
    }
    position += copyNative(part, result, position, 0, total - position);
  }
  // The memory came uncleared.
  if (position < total) result.fill(0, position);
  return result;
};

Buffer.byteLength = function byteLength(string, encoding) {
  if (typeof string !== 'string') {
    if (ArrayBuffer.isView(string) || binding.isAnyArrayBuffer(string)) return string.byteLength;
    throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], string);
  }
  if (string.length === 0) return 0;
  const found = encoding ? findEncoding(encoding) : utf8;
  return encodedLength(found ?? utf8, string);
};

Object.assign(Buffer.prototype, numbers.methods, bytes.methods);

for (const [name, source] of [
  ['parent', 'buffer'],
  ['offset', 'byteOffset'],
]) {
  Object.defineProperty(Buffer.prototype, name, {
    get() {
      return this instanceof Buffer ? this[source] : undefined;
    },
    enumerable: true,
  });
}

let inspectMaxBytes = 50;

Buffer.prototype.inspect = function inspect(recurseTimes, context) {
  return require('modules/buffer/inspect').inspectBuffer(this, context, inspectMaxBytes);
};
Buffer.prototype[Symbol.for('nodejs.util.inspect.custom')] = Buffer.prototype.inspect;

/** The Buffer of older days that never came from the pool. */
function SlowBuffer(size) {
  require('modules/buffer/deprecation').warnAboutSlowBuffer(SlowBuffer);
  return Buffer.allocUnsafeSlow(size);
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);

function transcode(source, fromEncoding, toEncoding) {
  validateBytes(source, 'source');
  return require('modules/buffer/transcode').transcode(source, fromEncoding, toEncoding);
}

function inspectableBytes(input) {
  if (binding.isAnyArrayBuffer(input)) {
    if (input.detached) throw new ERR_INVALID_STATE('Cannot validate on a detached buffer');
    return new Uint8Array(input);
  }
  if (isTypedArray(input)) {
    if (input.buffer.detached) throw new ERR_INVALID_STATE('Cannot validate on a detached buffer');
    return input;
  }
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

function isUtf8(input) {
  return binding.isUtf8(inspectableBytes(input));
}

function isAscii(input) {
  return binding.isAscii(inspectableBytes(input));
}

let base64;

function btoa(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  base64 ??= require('modules/buffer/base64');
  return base64.btoa(`${input}`);
}

function atob(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  base64 ??= require('modules/buffer/base64');
  return base64.atob(`${input}`);
}

module.exports = {
  Buffer,
  SlowBuffer,
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
};

Object.defineProperties(module.exports, {
  constants: {
    value: Object.defineProperties(
      {},
      {
        MAX_LENGTH: { value: kMaxLength, enumerable: true },
        MAX_STRING_LENGTH: { value: kStringMaxLength, enumerable: true },
      },
    ),
    enumerable: true,
  },
  INSPECT_MAX_BYTES: {
    get() {
      return inspectMaxBytes;
    },
    set(value) {
      validateNumber(value, 'INSPECT_MAX_BYTES', 0);
      inspectMaxBytes = value;
    },
    enumerable: true,
    configurable: true,
  },
});

// Blob and File belong to the web platform and are loaded when asked for.
for (const name of ['Blob', 'resolveObjectURL', 'File']) {
  defineLazy(module.exports, name, () => require('web/blob')[name]);
}

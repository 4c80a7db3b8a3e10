// node:zlib
'use strict';

const { Buffer } = require('node:buffer');
const { codes, constants } = require('modules/zlib/constants');
const formats = require('modules/zlib/formats');
const { codecError } = require('modules/zlib/stream');
const { ERR_INVALID_ARG_TYPE, ERR_TRAILING_JUNK_AFTER_STREAM_END } = require('runtime/errors');
const { validateFunction, validateUint32 } = require('runtime/validators');
const binding = native('zlib');

const { openCodec, wholeOf, ...classes } = formats;

/** What the convenience methods take, as bytes. */
function toBytes(data) {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return data;
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return Buffer.from(data);
  throw new ERR_INVALID_ARG_TYPE(
    'buffer',
    ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'],
    data,
  );
}

/** The whole of `data` in one job of the thread pool. */
function runWhole(Class, data, options, callback) {
  // Nothing at all is taken for no bytes; the methods without a callback refuse it.
  const bytes = data == null ? Buffer.alloc(0) : toBytes(data);
  if (options?.info) {
    runWholeWithEngine(Class, bytes, options, callback);
    return;
  }
  const { codec, settings } = openCodec(Class, options);
  const onError = (...failure) => {
    codec.close();
    callback(codecError(...failure));
  };
  codec.onerror = onError;
  const onWhole = (output, rest) => {
    codec.close();
    if (rest > 0 && settings.rejectGarbageAfterEnd) {
      callback(new ERR_TRAILING_JUNK_AFTER_STREAM_END());
    } else {
      callback(null, output);
    }
  };
  codec.onwhole = onWhole;
  codec.whole(settings.finishFlush, bytes, settings.maxOutputLength);
}

// With `info`, the stream that did the work is part of the result.
function runWholeWithEngine(Class, bytes, options, callback) {
  const engine = new Class(options);
  const pieces = [];
  let total = 0;
  engine.on('data', (piece) => {
    pieces.push(piece);
    total += piece.length;
  });
  engine.on('error', callback);
  engine.on('end', () => {
    engine.close();
    callback(null, { buffer: Buffer.concat(pieces, total), engine });
  });
  engine.end(bytes);
}

function convenience(Class) {
  return function asyncBufferWrapper(buffer, options, callback) {
    if (typeof options === 'function') {
      callback = options;
      options = {};
    }
    validateFunction(callback, 'callback');
    runWhole(Class, buffer, options, callback);
  };
}

function convenienceSync(Class) {
  const whole = wholeOf(Class);
  return function syncBufferWrapper(buffer, options) {
    const bytes = toBytes(buffer);
    if (options?.info) {
      const engine = new Class(options);
      return { buffer: engine._processChunk(bytes, engine._finishFlushFlag), engine };
    }
    const result = whole(options, bytes);
    if (typeof result === 'number') throw new ERR_TRAILING_JUNK_AFTER_STREAM_END();
    if (Array.isArray(result)) throw codecError(...result);
    return result;
  };
}

/** The CRC-32 of `data`, continuing that of the bytes before. */
function crc32(data, value = 0) {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
  validateUint32(value, 'value');
  return binding.crc32(typeof data === 'string' ? Buffer.from(data) : data, value);
}

module.exports = { crc32, ...classes };

for (const name of [
  'Deflate',
  'Gzip',
  'DeflateRaw',
  'Unzip',
  'Inflate',
  'Gunzip',
  'InflateRaw',
  'BrotliCompress',
  'BrotliDecompress',
  'ZstdCompress',
  'ZstdDecompress',
]) {
  const method = name[0].toLowerCase() + name.slice(1);
  module.exports[method] = convenience(classes[name]);
  module.exports[`${method}Sync`] = convenienceSync(classes[name]);
}

for (const name of Object.keys(classes)) {
  const method = `create${name}`;
  const create = {
    [method](options) {
      return new classes[name](options);
    },
  }[method];
  Object.defineProperty(module.exports, method, {
    configurable: true,
    enumerable: true,
    value: create,
  });
}

Object.defineProperties(module.exports, {
  constants: { enumerable: true, value: constants },
  codes: { enumerable: true, value: codes },
});

// Old programs take the numbers from the module itself; those of brotli came later.
for (const name of Object.keys(constants)) {
  if (name.startsWith('BROTLI')) continue;
  Object.defineProperty(module.exports, name, { value: constants[name] });
}

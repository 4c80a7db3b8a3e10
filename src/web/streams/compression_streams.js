'use strict';

// https://compression.spec.whatwg.org/
// The work is done by the streams of node:zlib. Beyond the standard: the format 'brotli', and
// strings as chunks.

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { createStartedTransform, enqueue, errorTransform } = require('web/streams/transform_ops');
const { publicReadable } = require('web/streams/readable_stream');
const { publicWritable } = require('web/streams/writable_stream');
const { callOnce, defineInspect, finishInterface } = require('web/streams/common');

const compressors = {
  __proto__: null,
  deflate: 'createDeflate',
  'deflate-raw': 'createDeflateRaw',
  gzip: 'createGzip',
  brotli: 'createBrotliCompress',
};

const decompressors = {
  __proto__: null,
  deflate: 'createInflate',
  'deflate-raw': 'createInflateRaw',
  gzip: 'createGunzip',
  brotli: 'createBrotliDecompress',
};

function chooseFactory(factories, format, className) {
  const name = factories[`${format}`];
  if (name !== undefined) return name;
  const error = new ERR_INVALID_ARG_VALUE('format', format);
  error.message =
    `Failed to construct '${className}': 1st argument '${format}' is not a valid ` +
    'enum value of type CompressionFormat.';
  throw error;
}

function toBytes(chunk) {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (chunk?.buffer instanceof SharedArrayBuffer) {
    throw new ERR_INVALID_ARG_VALUE('chunk', chunk, 'must not be backed by shared memory');
  }
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'TypedArray', 'DataView'], chunk);
}

// The standard knows only TypeErrors; what zlib says is the cause.
function toTypeError(error) {
  if (error instanceof TypeError) return error;
  const wrapped = new TypeError(undefined, { cause: error });
  wrapped.code = error.code;
  return wrapped;
}

/** A transform (slots) that sends everything through a zlib stream. */
function throughZlib(factory, options) {
  const engine = require('node:zlib')[factory](options);
  let failure;
  let pending = null; // the write or end that is under way
  const settle = (error) => {
    if (pending === null) return;
    const { resolve, reject } = pending;
    pending = null;
    if (error) reject(error);
    else resolve();
  };
  const run = (start) =>
    new Promise((resolve, reject) => {
      if (failure) {
        reject(failure);
        return;
      }
      pending = { resolve, reject };
      start();
    });

  const transform = createStartedTransform();
  engine.on('data', (chunk) => {
    enqueue(transform.controller, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  });
  engine.on('end', () => settle());
  engine.on('error', (error) => {
    failure = toTypeError(error);
    if (pending === null) errorTransform(transform, failure);
    else settle(failure);
  });
  const transformChunk = async (chunk) => {
    try {
      const bytes = toBytes(chunk);
      await run(() =>
        engine.write(bytes, (error) => {
          if (!error) settle();
        }),
      );
    } catch (error) {
      engine.destroy();
      errorTransform(transform, error);
      throw error;
    }
  };
  transform.controller.transform = transformChunk;
  const flush = () => run(() => engine.end());
  transform.controller.flush = flush;
  const cancel = () =>
    callOnce(() => {
      engine.destroy();
    });
  transform.controller.cancel = cancel;
  return transform;
}

class CompressionStream {
  #transform;

  constructor(format) {
    this.#transform = throughZlib(chooseFactory(compressors, format, 'CompressionStream'));
  }

  get readable() {
    return publicReadable(this.#transform.readable);
  }

  get writable() {
    return publicWritable(this.#transform.writable);
  }
}

class DecompressionStream {
  #transform;

  constructor(format) {
    const factory = chooseFactory(decompressors, format, 'DecompressionStream');
    this.#transform = throughZlib(factory, { rejectGarbageAfterEnd: true });
  }

  get readable() {
    return publicReadable(this.#transform.readable);
  }

  get writable() {
    return publicWritable(this.#transform.writable);
  }
}

for (const Class of [CompressionStream, DecompressionStream]) {
  finishInterface(Class, ['readable', 'writable']);
  defineInspect(Class, ({ readable, writable }) => ({ readable, writable }));
}

module.exports = { CompressionStream, DecompressionStream };

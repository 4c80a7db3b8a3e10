'use strict';

// Node streams as web streams and the other way round.

const { Buffer } = require('node:buffer');
const kind = require('modules/stream/stream_kind');
const { destroyer } = require('modules/stream/destroy');
const { finished } = require('modules/stream/end_of_stream');
const { Readable } = require('modules/stream/readable');
const { Writable } = require('modules/stream/writable');
const Duplex = require('modules/stream/duplex');
const streams = require('web/streams');
const { callOnce, kResolved, upon } = require('web/streams/common');
const { createByteReadable } = require('web/streams/byte_ops');
const { close, createReadable, enqueue } = require('web/streams/default_controller');
const { readStrategy } = require('web/streams/dictionaries');
const { desiredSize, kPullable, settlePull } = require('web/streams/readable_controller');
const readableOps = require('web/streams/readable_ops');
const { publicReadable, readableSlots } = require('web/streams/readable_stream');
const { extractHighWaterMark, extractSize } = require('web/streams/strategies');
const writableOps = require('web/streams/writable_ops');
const { WriterSlots, closeQueuedOrInFlight, closedPromise, readyPromise } =
  require('web/streams/writable_slots');
const { writableSlots } = require('web/streams/writable_stream');
const {
  AbortError,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const { validateBoolean, validateObject, validateOneOf } = require('runtime/validators');

function ignore() {}

/** What a web stream is told when a node stream has closed without an end. */
function endError(error) {
  if (error?.code !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  return new AbortError(undefined, { cause: error });
}

/** Calls back outside of promise reactions, where an exception would be a rejection. */
function callOutside(callback, error) {
  try {
    callback(error);
  } catch (thrown) {
    process.nextTick(() => {
      throw thrown;
    });
  }
}

// node -> web

/** Readable.toWeb() */
function readableToWeb(readable, options = {}) {
  if (typeof readable?._readableState !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', readable);
  }
  validateObject(options, 'options');
  if (options.type !== undefined) validateOneOf(options.type, 'options.type', ['bytes', undefined]);
  const { ReadableStream } = streams;
  const isBytes = options.type === 'bytes';
  if (kind.isDestroyed(readable) || !kind.isReadable(readable)) {
    const over = new ReadableStream(isBytes ? { type: 'bytes' } : {});
    over.cancel();
    return over;
  }

  const objectMode = readable.readableObjectMode;
  const highWaterMark = readable.readableHighWaterMark;
  let cancelled = false;
  const pull = () => {
    readable.resume();
    return kPullable;
  };
  const cancel = (reason) => {
    cancelled = true;
    return callOnce(() => {
      destroyer(readable, reason);
    });
  };
  const stream = isBytes
    ? createByteReadable(pull, cancel, highWaterMark)
    : readableWithStrategy(
        pull,
        cancel,
        chooseStrategy(options.strategy, objectMode, highWaterMark),
      );
  const { controller } = stream;
  // Bytes that are given to a program's stream are taken from here on: its own methods see to it.
  const bytes = isBytes ? controller.publicController() : null;

  readable.pause();
  const release = finished(readable, (error) => {
    error = endError(error);
    release();
    // Whatever comes now has nobody to go to.
    readable.on('error', ignore);
    if (cancelled) return;
    if (error) {
      controller.errorStream(error);
    } else if (isBytes) {
      bytes.close();
      // A reader with a buffer of its own waits for an answer to its request.
      bytes.byobRequest?.respond(0);
    } else {
      close(controller);
    }
  });
  readable.on('data', (chunk) => {
    if (ArrayBuffer.isView(chunk) && !objectMode) {
      // A byte stream takes the memory away: it must not be the pool's.
      chunk = isBytes
        ? new Uint8Array(chunk)
        : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    } else if (isBytes && typeof chunk === 'string') {
      chunk = new Uint8Array(Buffer.from(chunk, readable.readableEncoding ?? 'utf8'));
    }
    if (isBytes) bytes.enqueue(chunk);
    else enqueue(controller, chunk);
    if (desiredSize(controller) <= 0) readable.pause();
  });
  return publicReadable(stream);
}

function readableWithStrategy(pull, cancel, strategy) {
  const init = readStrategy(strategy);
  return createReadable(pull, cancel, extractHighWaterMark(init, 1), extractSize(init));
}

function chooseStrategy(strategy, objectMode, highWaterMark) {
  if (strategy) return strategy;
  if (objectMode) return new streams.CountQueuingStrategy({ highWaterMark });
  return new streams.ByteLengthQueuingStrategy({ highWaterMark });
}

/** Writable.toWeb() */
function writableToWeb(writable) {
  if (typeof writable?._writableState !== 'object' && !kind.isWritableNodeStream(writable)) {
    throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', writable);
  }
  const { WritableStream } = streams;
  if (kind.isDestroyed(writable) || !kind.isWritable(writable)) {
    const over = new WritableStream();
    over.close();
    return over;
  }

  let controller;
  let drain = null; // who waits for 'drain'
  let closing = null; // who waits for the end
  const release = finished(writable, (error) => {
    error = endError(error);
    release();
    writable.on('error', ignore);
    if (error != null) {
      drain?.reject(error);
      closing?.reject(error);
      closing = null;
      controller.error(error);
    } else if (closing !== null) {
      closing.resolve();
      closing = null;
    } else {
      controller.error(new AbortError());
    }
  });
  writable.on('drain', () => {
    drain?.resolve();
    drain = null;
  });
  const drained = () => (drain ??= Promise.withResolvers()).promise;
  const highWaterMark = writable.writableHighWaterMark;

  return new WritableStream(
    {
      start(given) {
        controller = given;
      },
      write(chunk) {
        if (writable.writableNeedDrain) return writeAfterDrain(chunk);
        return writable.write(chunk) ? undefined : drained();
      },
      abort(reason) {
        destroyer(writable, reason);
      },
      close() {
        if (closing !== null || kind.isWritableEnded(writable)) return undefined;
        closing = Promise.withResolvers();
        const { promise } = closing;
        writable.end();
        return promise;
      },
    },
    writable.writableObjectMode
      ? new streams.CountQueuingStrategy({ highWaterMark })
      : { highWaterMark },
  );

  async function writeAfterDrain(chunk) {
    await drained();
    if (!writable.write(chunk)) await drained();
  }
}

/** Duplex.toWeb() */
function duplexToWeb(duplex, options = {}) {
  if (typeof duplex?._writableState !== 'object' || typeof duplex?._readableState !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', duplex);
  }
  validateObject(options, 'options');
  const type = options.readableType ?? options.type;
  if (type !== undefined) validateOneOf(type, 'options.readableType', ['bytes', undefined]);
  if (kind.isDestroyed(duplex)) {
    const writable = new streams.WritableStream();
    const readable = new streams.ReadableStream({ type });
    writable.close();
    readable.cancel();
    return { readable, writable };
  }
  const writable = kind.isWritable(duplex) ? writableToWeb(duplex) : new streams.WritableStream();
  if (!kind.isWritable(duplex)) writable.close();
  const readable = kind.isReadable(duplex)
    ? readableToWeb(duplex, { type })
    : new streams.ReadableStream({ type });
  if (!kind.isReadable(duplex)) readable.cancel();
  return { writable, readable };
}

// web -> node

function requireReadableStream(value, name) {
  if (!kind.isReadableStream(value)) throw new ERR_INVALID_ARG_TYPE(name, 'ReadableStream', value);
}

function requireWritableStream(value, name) {
  if (!kind.isWritableStream(value)) throw new ERR_INVALID_ARG_TYPE(name, 'WritableStream', value);
}

function checkEncoding(encoding) {
  if (encoding !== undefined && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE(encoding, 'options.encoding');
  }
}

/**
 * The reads of a node stream from a web stream: read() makes `stream` get one chunk. A chunk reaches it
 * in a microtask, as if it came from the promise of reader.read(), but without the promise.
 */
class WebSource {
  constructor(readableStream) {
    const slots = readableSlots(readableStream);
    // Streams that are none of ours are read as anybody would.
    this.foreign = slots === undefined ? readableStream.getReader() : null;
    this.reader = slots === undefined ? null : readableOps.acquireDefaultReader(slots);
    this.stream = null;
    this.value = undefined;
    const push = () => {
      const { value } = this;
      this.value = undefined;
      settlePull(this.reader);
      this.stream.push(value);
    };
    this.push = push;
  }

  get closed() {
    return this.foreign === null ? readableOps.closedPromise(this.reader) : this.foreign.closed;
  }

  cancel(reason) {
    if (this.foreign !== null) return this.foreign.cancel(reason);
    return readableOps.cancelStream(this.reader.stream, reason);
  }

  read() {
    if (this.foreign === null) {
      readableOps.readInner(this.reader, this);
      return;
    }
    this.foreign.read().then(
      ({ value, done }) => this.stream.push(done ? null : value),
      (error) => destroyer(this.stream, error),
    );
  }

  // The read request. There is one at a time: a node stream asks again when it has got its chunk.

  chunk(value) {
    this.value = value;
    upon(kResolved, this.push);
  }

  close() {
    this.chunk(null);
  }

  error(reason) {
    upon(kResolved, () => destroyer(this.stream, reason));
  }
}

/** Readable.fromWeb() */
function readableFromWeb(readableStream, options = {}) {
  requireReadableStream(readableStream, 'readableStream');
  validateObject(options, 'options');
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  checkEncoding(encoding);
  validateBoolean(objectMode, 'options.objectMode');
  const reader = new WebSource(readableStream);
  let closed = false;
  const readable = new Readable({
    objectMode,
    highWaterMark,
    encoding,
    signal,
    read() {
      reader.read();
    },
    destroy(error, callback) {
      const done = () => callOutside(callback, error);
      if (closed) done();
      else reader.cancel(error).then(done, done);
    },
  });
  reader.stream = readable;
  reader.closed.then(
    () => {
      closed = true;
    },
    (error) => {
      closed = true;
      destroyer(readable, error);
    },
  );
  return readable;
}

/** The writer of a node stream over a web stream of ours: many chunks cost one promise. */
class WebSink {
  constructor(slots) {
    this.writer = new WriterSlots(slots);
  }

  get ready() {
    return readyPromise(this.writer);
  }

  get closed() {
    return closedPromise(this.writer);
  }

  write(chunk) {
    return writableOps.writeWithPromise(this.writer, chunk);
  }

  // When the last chunk is written, those before it are; when one fails, all behind it fail with its error.
  writeAll(entries) {
    const last = entries.length - 1;
    writableOps.writeManyUnwatched(this.writer.stream, entries, last);
    return this.write(entries[last].chunk);
  }

  abort(reason) {
    return writableOps.abortStream(this.writer.stream, reason);
  }

  close() {
    const { stream } = this.writer;
    if (closeQueuedOrInFlight(stream)) {
      return Promise.reject(new ERR_INVALID_STATE.TypeError('Failure to close WritableStream'));
    }
    return writableOps.closeStream(stream);
  }
}

function writerOf(writableStream) {
  const slots = writableSlots(writableStream);
  if (slots !== undefined && slots.writer === null) return new WebSink(slots);
  const writer = writableStream.getWriter();
  const writeAll = (entries) => Promise.all(entries.map(({ chunk }) => writer.write(chunk)));
  writer.writeAll = writeAll;
  return writer;
}

/** The write, writev and final of a node stream over a web writer. */
function writerMethods(getStream, writer, isClosed) {
  // An exception of the callback is the stream's error.
  const answer = (callback) => (error) => {
    try {
      callback(error);
    } catch (thrown) {
      process.nextTick(() => destroyer(getStream(), thrown));
    }
  };
  return {
    writev(entries, callback) {
      const done = answer(callback);
      writer.ready.then(() => writer.writeAll(entries)).then(() => done(), done);
    },
    write(chunk, encoding, callback) {
      const done = answer(callback);
      writer.ready.then(() => writer.write(chunk)).then(() => done(), done);
    },
    final(callback) {
      const done = (error) => callOutside(callback, error);
      if (isClosed()) done();
      else writer.close().then(() => done(), done);
    },
  };
}

/** Writable.fromWeb() */
function writableFromWeb(writableStream, options = {}) {
  requireWritableStream(writableStream, 'writableStream');
  validateObject(options, 'options');
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  validateBoolean(decodeStrings, 'options.decodeStrings');
  const writer = writerOf(writableStream);
  let closed = false;
  const writable = new Writable({
    highWaterMark,
    objectMode,
    decodeStrings,
    signal,
    ...writerMethods(
      () => writable,
      writer,
      () => closed,
    ),
    destroy(error, callback) {
      const done = () => callOutside(callback, error);
      if (closed) done();
      else if (error != null) writer.abort(error).then(done, done);
      else writer.close().then(done, done);
    },
  });
  writer.closed.then(
    () => {
      closed = true;
      // Closed from elsewhere: writes will fail, and nobody may be waiting for the end.
      if (!kind.isWritableEnded(writable)) destroyer(writable);
    },
    (error) => {
      closed = true;
      destroyer(writable, error);
    },
  );
  return writable;
}

/** Duplex.fromWeb() */
function duplexFromWeb(pair, options = {}) {
  validateObject(pair, 'pair');
  const { readable: readableStream, writable: writableStream } = pair;
  requireReadableStream(readableStream, 'pair.readable');
  requireWritableStream(writableStream, 'pair.writable');
  validateObject(options, 'options');
  const {
    allowHalfOpen = false,
    objectMode = false,
    encoding,
    decodeStrings = true,
    highWaterMark,
    signal,
  } = options;
  validateBoolean(objectMode, 'options.objectMode');
  checkEncoding(encoding);
  const writer = writerOf(writableStream);
  const reader = new WebSource(readableStream);
  let writableClosed = false;
  let readableClosed = false;
  const duplex = new Duplex({
    allowHalfOpen,
    highWaterMark,
    objectMode,
    encoding,
    decodeStrings,
    signal,
    ...writerMethods(
      () => duplex,
      writer,
      () => writableClosed,
    ),
    read() {
      reader.read();
    },
    destroy(error, callback) {
      const done = () => callOutside(callback, error);
      const endings = [];
      if (!writableClosed) endings.push(error != null ? writer.abort(error) : writer.close());
      if (!readableClosed) endings.push(reader.cancel(error));
      if (endings.length === 0) done();
      else Promise.all(endings).then(done, done);
    },
  });
  reader.stream = duplex;
  writer.closed.then(
    () => {
      writableClosed = true;
      if (!kind.isWritableEnded(duplex)) destroyer(duplex);
    },
    (error) => {
      writableClosed = true;
      readableClosed = true;
      destroyer(duplex, error);
    },
  );
  reader.closed.then(
    () => {
      readableClosed = true;
    },
    (error) => {
      writableClosed = true;
      readableClosed = true;
      destroyer(duplex, error);
    },
  );
  return duplex;
}

module.exports = {
  duplexFromWeb,
  duplexToWeb,
  readableFromWeb,
  readableToWeb,
  writableFromWeb,
  writableToWeb,
};

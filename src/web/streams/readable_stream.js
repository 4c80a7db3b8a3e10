'use strict';

// https://streams.spec.whatwg.org/#rs-class

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const ops = require('web/streams/readable_ops');
const defaultController = require('web/streams/default_controller');
const {
  readPipeOptions,
  readSource,
  readStrategy,
  requireObjectOrMissing,
  toDictionary,
} = require('web/streams/dictionaries');
const { publicWritable, writableSlots } = require('web/streams/writable_stream');
const { extractHighWaterMark, extractSize } = require('web/streams/strategies');
const { kClone, kTransfer } = require('runtime/symbols');
const {
  defineInspect,
  finishInterface,
  isObject,
  kInternal,
  markHandled,
  rejectInvalidThis,
  rejectPromise,
  throwInvalidThis,
} = require('web/streams/common');

const stateNames = ['readable', 'closed', 'errored'];

let slotsOfStream;
let slotsOfReader;
let byteController;

function setUpBytes(slots, underlyingSource, source, strategy) {
  // 5. Bytes are counted by the stream.
  if (strategy.size !== undefined) {
    throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.size', strategy.size);
  }
  byteController ??= require('web/streams/byte_controller');
  const highWaterMark = extractHighWaterMark(strategy, 0);
  byteController.setUpFromSource(slots, underlyingSource, source, highWaterMark);
}

class ReadableStream {
  #slots;

  constructor(underlyingSource = undefined, strategy = undefined) {
    if (underlyingSource === kInternal) {
      this.#slots = strategy;
      return;
    }
    // Web IDL: the strategy is converted first.
    requireObjectOrMissing(underlyingSource, 'source');
    const strategyInit = readStrategy(strategy);
    const source = readSource(underlyingSource);
    const slots = (this.#slots = new ops.ReadableSlots(this));
    if (source.isBytes) {
      setUpBytes(slots, underlyingSource, source, strategyInit);
    } else {
      const size = extractSize(strategyInit);
      const highWaterMark = extractHighWaterMark(strategyInit, 1);
      defaultController.setUpFromSource(slots, underlyingSource, source, highWaterMark, size);
    }
  }

  /** A stream of what an iterable or async iterable yields. */
  static from(iterable) {
    return publicReadable(require('web/streams/readable_from').fromIterable(iterable));
  }

  get locked() {
    return requireStream(this).reader !== null;
  }

  cancel(reason = undefined) {
    const slots = slotsOfStream(this);
    if (slots === undefined) return rejectInvalidThis('ReadableStream');
    if (slots.reader !== null) return rejectPromise(ops.lockedError());
    return ops.cancelStream(slots, reason);
  }

  getReader(options = undefined) {
    requireStream(this);
    const { mode } = toDictionary(options, 'options');
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` !== 'byob') throw new ERR_INVALID_ARG_VALUE('options.mode', mode);
    const { ReadableStreamBYOBReader } = require('web/streams/byob_reader');
    return new ReadableStreamBYOBReader(this);
  }

  pipeThrough(transform, options = undefined) {
    const slots = requireStream(this);
    const readable = transform?.readable;
    if (slotsOfStream(readable) === undefined) {
      throw new ERR_INVALID_ARG_TYPE('transform.readable', 'ReadableStream', readable);
    }
    const writable = transform?.writable;
    const dest = writableSlots(writable);
    if (dest === undefined) {
      throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', writable);
    }
    const piping = readPipeOptions(options);
    if (slots.reader !== null) throw ops.lockedError();
    if (dest.writer !== null) throw new ERR_INVALID_STATE.TypeError('WritableStream is locked');
    markHandled(require('web/streams/pipe_to').pipeTo(slots, dest, piping));
    return readable;
  }

  pipeTo(destination, options = undefined) {
    try {
      const slots = requireStream(this);
      const dest = writableSlots(destination);
      if (dest === undefined) {
        throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', destination);
      }
      const piping = readPipeOptions(options);
      if (slots.reader !== null) throw ops.lockedError();
      if (dest.writer !== null) throw new ERR_INVALID_STATE.TypeError('WritableStream is locked');
      return require('web/streams/pipe_to').pipeTo(slots, dest, piping);
    } catch (error) {
      return rejectPromise(error);
    }
  }

  tee() {
    const slots = requireStream(this);
    if (slots.reader !== null) throw ops.lockedError();
    return require('web/streams/tee').tee(slots, false).map(publicReadable);
  }

  values(options = undefined) {
    const slots = requireStream(this);
    const preventCancel = !!toDictionary(options, 'options').preventCancel;
    return require('web/streams/async_iterator').iterate(slots, preventCancel);
  }

  static {
    slotsOfStream = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }

  [kClone]() {
    throw require('web/messaging/transfer').dataCloneError(); // it can only move
  }

  [kTransfer]() {
    return require('web/streams/transfer').sendReadable(requireStream(this));
  }

  // What finished(), isErrored(), isDisturbed() and isReadable() of node:stream look at.
  get [Symbol.for('nodejs.stream.disturbed')]() {
    return requireStream(this).disturbed;
  }

  get [Symbol.for('nodejs.stream.errored')]() {
    return requireStream(this).state === ops.ERRORED;
  }

  get [Symbol.for('nodejs.stream.readable')]() {
    return requireStream(this).state === ops.READABLE;
  }
}

function requireStream(value) {
  const slots = slotsOfStream(value);
  if (slots === undefined) throwInvalidThis('ReadableStream');
  return slots;
}

/** The ReadableStream of slots that were made inside. */
function publicReadable(slots) {
  return (slots.wrapper ??= new ReadableStream(kInternal, slots));
}

class ReadableStreamDefaultReader {
  #slots;

  constructor(stream) {
    const slots = slotsOfStream(stream);
    if (slots === undefined) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
    this.#slots = ops.acquireDefaultReader(slots);
  }

  get closed() {
    const slots = slotsOfReader(this);
    if (slots === undefined) return rejectInvalidThis(readerName);
    return ops.closedPromise(slots);
  }

  cancel(reason = undefined) {
    const slots = slotsOfReader(this);
    if (slots === undefined) return rejectInvalidThis(readerName);
    if (slots.stream === null) return rejectPromise(detachedError());
    return ops.cancelStream(slots.stream, reason);
  }

  read() {
    const slots = slotsOfReader(this);
    if (slots === undefined) return rejectInvalidThis(readerName);
    if (slots.stream === null) return rejectPromise(detachedError());
    return ops.readToPromise(slots);
  }

  releaseLock() {
    const slots = slotsOfReader(this);
    if (slots === undefined) throwInvalidThis(readerName);
    if (slots.stream !== null) ops.releaseReader(slots);
  }

  static {
    slotsOfReader = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}
const readerName = 'ReadableStreamDefaultReader';

function detachedError() {
  return new ERR_INVALID_STATE.TypeError('The reader is not attached to a stream');
}

finishInterface(ReadableStream, [
  'cancel',
  'getReader',
  'locked',
  'pipeThrough',
  'pipeTo',
  'tee',
  'values',
]);
Object.defineProperty(ReadableStream, 'from', { enumerable: true });
Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  configurable: true,
  writable: true,
  value: ReadableStream.prototype.values,
});
finishInterface(ReadableStreamDefaultReader, ['cancel', 'closed', 'read', 'releaseLock']);
defineInspect(ReadableStream, (stream) => {
  const slots = requireStream(stream);
  return {
    locked: slots.reader !== null,
    state: stateNames[slots.state],
    supportsBYOB: !(slots.controller instanceof defaultController.DefaultControllerSlots),
  };
});
defineInspect(ReadableStreamDefaultReader, (reader) => {
  const slots = slotsOfReader(reader);
  return {
    stream: slots.stream && publicReadable(slots.stream),
    readRequests: slots.requests.length,
    close: ops.closedPromise(slots),
  };
});

module.exports = {
  ReadableStream,
  ReadableStreamDefaultReader,
  detachedError,
  publicReadable,
  publicWritable,
  readableSlots: (value) => slotsOfStream(value),
};

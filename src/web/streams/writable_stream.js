'use strict';

// https://streams.spec.whatwg.org/#ws-class
// The interfaces of the writable side; the algorithms are in writable_ops.js and writable_slots.js.

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const ops = require('web/streams/writable_ops');
const inner = require('web/streams/writable_slots');
const { readSink, readStrategy, requireObjectOrMissing } = require('web/streams/dictionaries');
const { extractHighWaterMark, extractSize } = require('web/streams/strategies');
const { kClone, kTransfer } = require('runtime/symbols');
const {
  callbackResult,
  callingOnce,
  callOnce,
  defineInspect,
  finishInterface,
  isObject,
  kInternal,
  rejectInvalidThis,
  rejectPromise,
  throwInvalidThis,
} = require('web/streams/common');

const { ERRORED, WRITABLE } = inner;
const stateNames = ['writable', 'closed', 'erroring', 'errored'];

let slotsOfStream;
let slotsOfWriter;
let slotsOfController;

class WritableStream {
  #slots;

  constructor(underlyingSink = undefined, strategy = undefined) {
    if (underlyingSink === kInternal) {
      this.#slots = strategy;
      return;
    }
    // Web IDL: the strategy is converted first.
    requireObjectOrMissing(underlyingSink, 'sink');
    const strategyInit = readStrategy(strategy);
    const { abort, close, start, write } = readSink(underlyingSink);
    // 5-7.
    const size = extractSize(strategyInit);
    const highWaterMark = extractHighWaterMark(strategyInit, 1);
    const slots = (this.#slots = new inner.WritableSlots(this));
    const controller = new ops.ControllerSlots(slots, highWaterMark, size);
    if (write !== undefined) {
      controller.sink = underlyingSink;
      controller.writeMethod = write;
      controller.write = writeToSink;
    }
    if (close !== undefined) controller.close = closingSink(close, underlyingSink);
    if (abort !== undefined) controller.abort = callingOnce(abort, underlyingSink);
    if (start === undefined) {
      ops.startController(controller);
    } else {
      // What it throws goes to the caller.
      const result = Reflect.apply(start, underlyingSink, [publicController(controller)]);
      ops.startWhenSettled(controller, result);
    }
  }

  get locked() {
    return requireStream(this).writer !== null;
  }

  abort(reason = undefined) {
    const slots = slotsOfStream(this);
    if (slots === undefined) return rejectInvalidThis('WritableStream');
    if (slots.writer !== null) return rejectPromise(lockedError());
    return ops.abortStream(slots, reason);
  }

  close() {
    const slots = slotsOfStream(this);
    if (slots === undefined) return rejectInvalidThis('WritableStream');
    if (slots.writer !== null) return rejectPromise(lockedError());
    if (inner.closeQueuedOrInFlight(slots)) {
      return rejectPromise(new ERR_INVALID_STATE.TypeError('Failure closing WritableStream'));
    }
    return ops.closeStream(slots);
  }

  getWriter() {
    requireStream(this);
    return new WritableStreamDefaultWriter(this);
  }

  static {
    slotsOfStream = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }

  [kClone]() {
    throw require('web/messaging/transfer').dataCloneError(); // it can only move
  }

  [kTransfer]() {
    return require('web/streams/transfer').sendWritable(requireStream(this));
  }

  // What finished(), isErrored() and isWritable() of node:stream look at.
  get [Symbol.for('nodejs.stream.errored')]() {
    return requireStream(this).state === ERRORED;
  }

  get [Symbol.for('nodejs.stream.writable')]() {
    return requireStream(this).state === WRITABLE;
  }
}

function writeToSink(chunk, controller) {
  let result;
  try {
    result = Reflect.apply(controller.writeMethod, controller.sink, [
      chunk,
      publicController(controller),
    ]);
  } catch (error) {
    return rejectPromise(error);
  }
  return callbackResult(result);
}

// A function of a constructor would cost each stream the object that holds what it can see.
function closingSink(close, sink) {
  return () => callOnce(close, sink);
}

function lockedError() {
  return new ERR_INVALID_STATE.TypeError('WritableStream is locked');
}

function requireStream(value) {
  const slots = slotsOfStream(value);
  if (slots === undefined) throwInvalidThis('WritableStream');
  return slots;
}

/** The WritableStream of slots that were made inside. */
function publicWritable(slots) {
  return (slots.wrapper ??= new WritableStream(kInternal, slots));
}

class WritableStreamDefaultWriter {
  #slots;

  constructor(stream) {
    const slots = slotsOfStream(stream);
    if (slots === undefined) throw new ERR_INVALID_ARG_TYPE('stream', 'WritableStream', stream);
    if (slots.writer !== null) throw lockedError();
    this.#slots = new inner.WriterSlots(slots);
  }

  get closed() {
    const slots = slotsOfWriter(this);
    if (slots === undefined) return rejectInvalidThis(writerName);
    return inner.closedPromise(slots);
  }

  get desiredSize() {
    const slots = slotsOfWriter(this);
    if (slots === undefined) throwInvalidThis(writerName);
    if (slots.stream === null) throw unboundError();
    return ops.writerDesiredSize(slots);
  }

  get ready() {
    const slots = slotsOfWriter(this);
    if (slots === undefined) return rejectInvalidThis(writerName);
    return inner.readyPromise(slots);
  }

  abort(reason = undefined) {
    const slots = slotsOfWriter(this);
    if (slots === undefined) return rejectInvalidThis(writerName);
    if (slots.stream === null) return rejectPromise(unboundError());
    return ops.abortStream(slots.stream, reason);
  }

  close() {
    const slots = slotsOfWriter(this);
    if (slots === undefined) return rejectInvalidThis(writerName);
    const { stream } = slots;
    if (stream === null) return rejectPromise(unboundError());
    if (inner.closeQueuedOrInFlight(stream)) {
      return rejectPromise(new ERR_INVALID_STATE.TypeError('Failure to close WritableStream'));
    }
    return ops.closeStream(stream);
  }

  releaseLock() {
    const slots = slotsOfWriter(this);
    if (slots === undefined) throwInvalidThis(writerName);
    if (slots.stream !== null) ops.releaseWriter(slots);
  }

  write(chunk = undefined) {
    const slots = slotsOfWriter(this);
    if (slots === undefined) return rejectInvalidThis(writerName);
    if (slots.stream === null) return rejectPromise(unboundError());
    return ops.writeWithPromise(slots, chunk);
  }

  static {
    slotsOfWriter = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}
const writerName = 'WritableStreamDefaultWriter';

function unboundError() {
  return new ERR_INVALID_STATE.TypeError('Writer is not bound to a WritableStream');
}

class WritableStreamDefaultController {
  #slots;

  constructor(guard = undefined, slots = undefined) {
    if (guard !== kInternal) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#slots = slots;
  }

  get signal() {
    return ops.abortSignal(requireController(this));
  }

  error(reason = undefined) {
    const slots = requireController(this);
    if (slots.stream.state === WRITABLE) ops.errorController(slots, reason);
  }

  static {
    slotsOfController = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

function requireController(value) {
  const slots = slotsOfController(value);
  if (slots === undefined) throwInvalidThis('WritableStreamDefaultController');
  return slots;
}

// Made when a program gets to see it: the streams that are made inside never show theirs.
function publicController(slots) {
  return (slots.wrapper ??= new WritableStreamDefaultController(kInternal, slots));
}

finishInterface(WritableStream, ['abort', 'close', 'getWriter', 'locked']);
finishInterface(WritableStreamDefaultWriter, [
  'abort',
  'close',
  'closed',
  'desiredSize',
  'ready',
  'releaseLock',
  'write',
]);
finishInterface(WritableStreamDefaultController, ['error', 'signal']);
defineInspect(WritableStream, (stream) => {
  const slots = requireStream(stream);
  return { locked: slots.writer !== null, state: stateNames[slots.state] };
});
defineInspect(WritableStreamDefaultWriter, (writer) => {
  const slots = slotsOfWriter(writer);
  return {
    stream: slots.stream && publicWritable(slots.stream),
    close: inner.closedPromise(slots),
    ready: inner.readyPromise(slots),
    desiredSize: slots.stream && ops.writerDesiredSize(slots),
  };
});
defineInspect(WritableStreamDefaultController, (controller) => {
  return { stream: publicWritable(requireController(controller).stream) };
});

module.exports = {
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
  publicWritable,
  writableSlots: (value) => slotsOfStream(value),
};

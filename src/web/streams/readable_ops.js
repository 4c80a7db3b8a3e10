'use strict';

// https://streams.spec.whatwg.org/#rs-all-abstract-ops
// Readable streams and default readers without their interfaces. A controller's slots have the
// methods pullSteps(request), cancelSteps(reason), releaseSteps() and errorStream(error).
//
// A read request is an object with the methods chunk(value), close() and error(reason).

const { ERR_INVALID_STATE } = require('runtime/errors');
const {
  Deferred,
  Fifo,
  markHandled,
  promiseOfEnd,
  rejectPromise,
  rejectedHandled,
  resolvePromise,
  seal,
  transform,
  withResolvers,
} = require('web/streams/common');

const READABLE = 0;
const CLOSED = 1;
const ERRORED = 2;

/** A ReadableStream's internal slots. */
class ReadableSlots {
  constructor(wrapper) {
    this.wrapper = wrapper;
    this.state = READABLE;
    this.disturbed = false;
    this.storedError = undefined;
    this.reader = null;
    this.controller = null;
    // What node:stream's finished() waits for; made when asked for.
    this.whenOver = null;
  }

  /** A promise of the end, however it comes. */
  over() {
    return promiseOfEnd(this, this.state === CLOSED, this.state === ERRORED);
  }
}

/** Any reader's internal slots. Its `closed` promise exists from when it is asked for. */
class ReaderSlots {
  constructor(stream, isByob, settlesPulls = false) {
    this.isByob = isByob;
    // Calls settlePull() of readable_controller.js in the first microtask after it got a chunk.
    this.settlesPulls = settlesPulls;
    // Such a reader reads in a microtask of its own: no code of a program is on the stack.
    this.inTurn = false;
    // For pipeTo(): called when the source was pulled in a microtask of its own; until then (awaitsPull) the
    // source's code is on the stack.
    this.afterPull = null;
    this.awaitsPull = false;
    this.stream = stream;
    this.requests = new Fifo();
    this.closedDeferred = null;
    this.closedSettled = null;
    // For pipeTo(), which reacts at once: called when the stream is closed or errored.
    this.onOver = null;
    stream.reader = this;
  }
}

function lockedError() {
  return new ERR_INVALID_STATE.TypeError('ReadableStream is locked');
}

/** https://streams.spec.whatwg.org/#acquire-readable-stream-reader */
function acquireDefaultReader(stream) {
  if (stream.reader !== null) throw lockedError();
  return new ReaderSlots(stream, false);
}

/** A reader that always settles pulls: what a pipe does when is its own business. */
function acquirePipeReader(stream) {
  if (stream.reader !== null) throw lockedError();
  return new ReaderSlots(stream, false, true);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-reader-read */
function read(reader, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === READABLE) stream.controller.pullSteps(request);
  else if (stream.state === CLOSED) request.close();
  else request.error(stream.storedError);
}

/**
 * A read of our own, that reacts to a chunk in a microtask: this settles the pull that taking it entails. Returns
 * whether the chunk was there.
 */
function readInner(reader, request) {
  const { controller, state } = reader.stream;
  if (state !== READABLE || !controller.hasChunk()) {
    read(reader, request);
    return false;
  }
  request.chunk(takeInner(reader));
  return true;
}

/** Takes a chunk that is there for such a read. */
function takeInner(reader) {
  const { stream } = reader;
  stream.disturbed = true;
  reader.settlesPulls = true;
  const chunk = stream.controller.takeChunk();
  reader.settlesPulls = false;
  return chunk;
}

/** reader.read(); a chunk that is there already costs one promise and nothing else. */
function readToPromise(reader) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === READABLE) {
    const { controller } = stream;
    if (controller.hasChunk()) {
      return resolvePromise({ value: controller.takeChunk(), done: false });
    }
    const request = new Deferred();
    controller.pullSteps(request);
    return request.promise;
  }
  if (stream.state === CLOSED) return resolvePromise({ value: undefined, done: true });
  return rejectPromise(stream.storedError);
}

/** https://streams.spec.whatwg.org/#readable-stream-cancel */
function cancelStream(stream, reason) {
  stream.disturbed = true;
  if (stream.state === CLOSED) return resolvePromise();
  if (stream.state === ERRORED) return rejectPromise(stream.storedError);
  closeStream(stream);
  // 5-6. A BYOB reader's pending reads end with no view.
  const { reader } = stream;
  if (reader !== null && reader.isByob) {
    const { requests } = reader;
    reader.requests = new Fifo();
    while (requests.length > 0) requests.shift().close(undefined);
  }
  const cancelled = stream.controller.cancelSteps(reason);
  return cancelled === undefined ? resolvePromise() : transform(cancelled, () => undefined);
}

/** https://streams.spec.whatwg.org/#readable-stream-close */
function closeStream(stream) {
  stream.state = CLOSED;
  const { reader } = stream;
  if (reader !== null) {
    if (reader.closedDeferred !== null) {
      reader.closedDeferred.resolve(undefined);
      reader.closedSettled = reader.closedDeferred.promise;
      reader.closedDeferred = null;
    }
    if (!reader.isByob) {
      const { requests } = reader;
      if (requests.length > 0) {
        reader.requests = new Fifo();
        while (requests.length > 0) requests.shift().close();
      }
    }
    if (reader.onOver !== null) reader.onOver();
  }
  stream.whenOver?.resolve(undefined);
}

/** https://streams.spec.whatwg.org/#readable-stream-error */
function errorStream(stream, error) {
  stream.state = ERRORED;
  stream.storedError = error;
  const { reader } = stream;
  if (reader !== null) {
    if (reader.closedDeferred !== null) {
      reader.closedDeferred.reject(error);
      reader.closedSettled = markHandled(reader.closedDeferred.promise);
      reader.closedDeferred = null;
    }
    errorRequests(reader, error);
    if (reader.onOver !== null) reader.onOver();
  }
  stream.whenOver?.reject(error);
}

function errorRequests(reader, error) {
  const { requests } = reader;
  if (requests.length === 0) return;
  reader.requests = new Fifo();
  while (requests.length > 0) requests.shift().error(error);
}

/** The promise of reader.closed for the situation as it is. */
function closedPromise(reader) {
  if (reader.closedDeferred !== null) return reader.closedDeferred.promise;
  if (reader.closedSettled !== null) return reader.closedSettled;
  const { stream } = reader;
  if (stream.state === READABLE) {
    reader.closedDeferred = withResolvers();
    return reader.closedDeferred.promise;
  }
  reader.closedSettled =
    stream.state === CLOSED ? resolvePromise() : rejectedHandled(stream.storedError);
  return reader.closedSettled;
}

/** https://streams.spec.whatwg.org/#readable-stream-reader-generic-release */
function releaseReader(reader) {
  const { stream } = reader;
  const released = new ERR_INVALID_STATE.TypeError('Reader released');
  if (reader.closedDeferred !== null) {
    reader.closedDeferred.reject(released);
    reader.closedSettled = markHandled(reader.closedDeferred.promise);
    reader.closedDeferred = null;
  } else {
    reader.closedSettled = rejectedHandled(released);
  }
  stream.controller.releaseSteps();
  stream.reader = null;
  reader.stream = null;
  // Pending reads learn that they will get nothing.
  if (reader.requests.length > 0) {
    errorRequests(reader, new ERR_INVALID_STATE.TypeError('Releasing reader'));
  }
}

/** The same of a reader that no program has: unless something waits for it, nobody learns why it is gone. */
function releaseInnerReader(reader) {
  if (reader.closedDeferred !== null || reader.requests.length > 0) {
    releaseReader(reader);
    return;
  }
  const { stream } = reader;
  stream.controller.releaseSteps();
  stream.reader = null;
  reader.stream = null;
}

seal(ReadableSlots, ReaderSlots);

module.exports = {
  CLOSED,
  ERRORED,
  READABLE,
  ReadableSlots,
  ReaderSlots,
  acquireDefaultReader,
  acquirePipeReader,
  cancelStream,
  closeStream,
  closedPromise,
  errorStream,
  lockedError,
  read,
  readInner,
  readToPromise,
  releaseInnerReader,
  releaseReader,
  takeInner,
};

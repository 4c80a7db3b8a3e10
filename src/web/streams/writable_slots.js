'use strict';

// The internal slots of writable streams and of writers, and a writer's promises: these exist from when they
// are asked for.

const { ERR_INVALID_STATE } = require('runtime/errors');
const {
  kEmptyQueue,
  markHandled,
  promiseOfEnd,
  rejectedHandled,
  resolvePromise,
  seal,
  withResolvers,
} = require('web/streams/common');

const WRITABLE = 0;
const CLOSED = 1;
const ERRORING = 2;
const ERRORED = 3;

/** A WritableStream's internal slots. */
class WritableSlots {
  constructor(wrapper) {
    this.wrapper = wrapper;
    this.state = WRITABLE;
    this.backpressure = false;
    this.storedError = undefined;
    this.controller = null;
    this.writer = null;
    // Each a deferred ({ promise, resolve, reject }), or null.
    this.closeRequest = null;
    this.inFlightClose = null;
    // A write that nobody waits for has the request undefined; null is none.
    this.inFlightWrite = null;
    // The requests of the chunks in the queue, without those at its front that nobody waits for.
    this.writeRequests = kEmptyQueue;
    // { deferred, reason, wasAlreadyErroring } or null.
    this.pendingAbort = null;
    // What node:stream's finished() waits for; made when asked for.
    this.whenOver = null;
  }

  /** A promise of the end, however it comes. */
  over() {
    return promiseOfEnd(this, this.state === CLOSED, this.state === ERRORED);
  }
}

/** A writer's internal slots. */
class WriterSlots {
  constructor(stream) {
    this.stream = stream;
    this.readyDeferred = null;
    this.readySettled = null;
    this.closedDeferred = null;
    this.closedSettled = null;
    // For pipeTo(): called when backpressure goes, always in a microtask.
    this.onReady = null;
    stream.writer = this;
  }
}

function closeQueuedOrInFlight(stream) {
  return stream.closeRequest !== null || stream.inFlightClose !== null;
}

function resolveReady(writer) {
  if (writer.readyDeferred === null) {
    writer.readySettled = null;
    return;
  }
  writer.readyDeferred.resolve(undefined);
  writer.readySettled = writer.readyDeferred.promise;
  writer.readyDeferred = null;
}

function rejectReady(writer, error) {
  if (writer.readyDeferred !== null) {
    writer.readyDeferred.reject(error);
    writer.readySettled = markHandled(writer.readyDeferred.promise);
    writer.readyDeferred = null;
  } else {
    writer.readySettled = rejectedHandled(error);
  }
}

function rejectClosed(writer, error) {
  if (writer.closedDeferred !== null) {
    writer.closedDeferred.reject(error);
    writer.closedSettled = markHandled(writer.closedDeferred.promise);
    writer.closedDeferred = null;
  } else {
    writer.closedSettled = rejectedHandled(error);
  }
}

/** The promise of writer.ready for the situation as it is. */
function readyPromise(writer) {
  if (writer.readyDeferred !== null) return writer.readyDeferred.promise;
  if (writer.readySettled !== null) return writer.readySettled;
  const { stream } = writer;
  if (stream.state === WRITABLE && stream.backpressure && !closeQueuedOrInFlight(stream)) {
    writer.readyDeferred = withResolvers();
    return writer.readyDeferred.promise;
  }
  writer.readySettled =
    stream.state === ERRORING || stream.state === ERRORED
      ? rejectedHandled(stream.storedError)
      : resolvePromise();
  return writer.readySettled;
}

/** The promise of writer.closed for the situation as it is. */
function closedPromise(writer) {
  if (writer.closedDeferred !== null) return writer.closedDeferred.promise;
  if (writer.closedSettled !== null) return writer.closedSettled;
  const { stream } = writer;
  if (stream.state === CLOSED) {
    writer.closedSettled = resolvePromise();
  } else if (stream.state === ERRORED) {
    writer.closedSettled = rejectedHandled(stream.storedError);
  } else {
    writer.closedDeferred = withResolvers();
    return writer.closedDeferred.promise;
  }
  return writer.closedSettled;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-release */
function releaseWriter(writer) {
  const error = new ERR_INVALID_STATE.TypeError('Writer has been released');
  rejectReady(writer, error);
  rejectClosed(writer, error);
  writer.stream.writer = null;
  writer.stream = null;
}

seal(WritableSlots, WriterSlots);

module.exports = {
  CLOSED,
  ERRORED,
  ERRORING,
  WRITABLE,
  WritableSlots,
  WriterSlots,
  closeQueuedOrInFlight,
  closedPromise,
  readyPromise,
  rejectClosed,
  rejectReady,
  releaseWriter,
  resolveReady,
};

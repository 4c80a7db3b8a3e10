'use strict';

// https://streams.spec.whatwg.org/#ws-abstract-ops
// Writable streams without their interfaces. A stream that is made inside (a transform's, an
// adapter's) is slots only, until a program gets to see it.
//
// A sink's algorithms (write(chunk, controller), close() and abort(reason) of ControllerSlots) return
// a promise, or undefined when they are done at once, which saves making one.

const { ERR_INVALID_STATE } = require('runtime/errors');
const {
  CLOSED,
  ERRORED,
  ERRORING,
  WRITABLE,
  WritableSlots,
  closeQueuedOrInFlight,
  rejectReady,
  releaseWriter,
  resolveReady,
} = require('web/streams/writable_slots');
const {
  Fifo,
  convertPromise,
  isObject,
  kEmptyQueue,
  kPending,
  kResolved,
  markHandled,
  rejectPromise,
  resolvePromise,
  seal,
  transform,
  upon,
  withResolvers,
} = require('web/streams/common');

const kClose = Symbol('close');

/** A WritableStreamDefaultController's internal slots. */
class ControllerSlots {
  constructor(stream, highWaterMark, size) {
    this.wrapper = null;
    this.stream = stream;
    this.highWaterMark = highWaterMark;
    this.size = size;
    // What waits, without the chunk that is being written.
    this.queue = kEmptyQueue;
    this.inFlightSize = 0;
    stream.controller = this;
    stream.backpressure = hasBackpressure(this);
    this.started = false;
    this.abortController = null;
    // Algorithms: write(chunk, controller), close(sink) and abort(reason, sink).
    this.write = null;
    this.close = null;
    this.abort = null;
    // A program's sink, and its method; or whoever the algorithms belong to.
    this.sink = undefined;
    this.writeMethod = undefined;
    // The promise of the write in flight is that of the reaction to its end. So it is made after some writes
    // that nothing followed, as by a program that awaits each of them.
    this.isPromised = false;
    this.aloneWrites = 0;
    this.onWritten = null;
    this.onWriteFailed = null;
  }

  errorStream(error) {
    errorIfNeeded(this, error);
  }
}

// The controller

/** https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller */
function startController(controller) {
  upon(kResolved, () => finishStart(controller));
}

/** 14-15. With what a program's start() returned. */
function startWhenSettled(controller, result) {
  if (isObject(result)) {
    upon(
      convertPromise(result),
      () => finishStart(controller),
      (error) => failStart(controller, error),
    );
  } else {
    startController(controller);
  }
}

function finishStart(controller) {
  controller.started = true;
  advance(controller);
}

function failStart(controller, error) {
  controller.started = true;
  dealWithRejection(controller.stream, error);
}

function desiredSize(controller) {
  return controller.highWaterMark - controller.queue.total - controller.inFlightSize;
}

function hasBackpressure(controller) {
  return desiredSize(controller) <= 0;
}

function clearAlgorithms(controller) {
  controller.write = null;
  controller.close = null;
  controller.abort = null;
  controller.size = null;
  controller.sink = controller.writeMethod = undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed */
function advance(controller) {
  const { stream, queue } = controller;
  if (!controller.started || stream.inFlightWrite !== null) return;
  if (stream.state === ERRORING) {
    finishErroring(stream);
  } else if (queue.length > 0) {
    // Behind a close there is nothing. Comparing chunks with a symbol would cost V8 a call.
    if (stream.closeRequest !== null && queue.length === 1) {
      processClose(controller);
    } else {
      controller.inFlightSize = queue.sizes === null ? 1 : queue.sizes.first();
      stream.inFlightWrite = takeRequest(stream, queue.length);
      processWrite(controller, queue.dequeue());
    }
  }
}

/** The request of the first of `count` entries of the queue. */
function takeRequest({ writeRequests, closeRequest }, count) {
  const chunks = closeRequest === null ? count : count - 1;
  return writeRequests.length >= chunks ? writeRequests.shift() : undefined;
}

/** Whether a chunk would reach the sink at once. */
function isIdle(controller) {
  return (
    controller.started && controller.stream.inFlightWrite === null && controller.queue.length === 0
  );
}

/** A write of size 1 to an idle stream, which nobody waits for yet; returns what endWrite() does. */
function writeAtOnce(controller, chunk) {
  const { stream } = controller;
  controller.inFlightSize = 1;
  stream.inFlightWrite = undefined;
  updateBackpressure(stream, hasBackpressure(controller));
  return processWrite(controller, chunk);
}

function processClose(controller) {
  const { stream } = controller;
  stream.inFlightClose = stream.closeRequest;
  stream.closeRequest = null;
  controller.queue.clear(); // nothing comes behind a close
  const { close } = controller;
  const closed = close === null ? kResolved : (close(controller.sink) ?? kResolved);
  clearAlgorithms(controller);
  upon(
    closed,
    () => finishInFlightClose(stream),
    (error) => {
      // https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error
      stream.inFlightClose.reject(error);
      stream.inFlightClose = null;
      if (stream.pendingAbort !== null) {
        stream.pendingAbort.deferred.reject(error);
        stream.pendingAbort = null;
      }
      dealWithRejection(stream, error);
    },
  );
}

function processWrite(controller, chunk) {
  const { write } = controller;
  const written = write === null ? undefined : write(chunk, controller);
  if (written !== undefined && written === kPending) return undefined;
  return endWrite(controller, written);
}

/**
 * The write that is in flight is over when `written` is; undefined: it is, and a promise of what follows is
 * returned.
 */
function endWrite(controller, written) {
  // The same two functions for every write of the stream.
  if (controller.onWritten === null) makeReactions(controller);
  if (written === undefined) return transform(kResolved, controller.onWritten);
  upon(written, controller.onWritten, controller.onWriteFailed);
  return undefined;
}

function makeReactions(controller) {
  const onWritten = () => afterWrite(controller);
  const onWriteFailed = (error) => failWrite(controller, error);
  controller.onWritten = onWritten;
  controller.onWriteFailed = onWriteFailed;
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write-with-error */
function failWrite(controller, error) {
  const { stream } = controller;
  if (stream.state === WRITABLE) clearAlgorithms(controller);
  stream.inFlightWrite?.reject(error);
  stream.inFlightWrite = null;
  controller.inFlightSize = 0;
  dealWithRejection(stream, error);
}

function afterWrite(controller) {
  const { stream } = controller;
  const isAlone = isAloneWrite(controller);
  if (controller.isPromised) {
    controller.isPromised = false;
    if (!isAlone) {
      // The promise of the write is resolved when this function returns, and what follows comes behind that.
      controller.aloneWrites = 0;
      upon(kResolved, controller.onWritten);
      return;
    }
  }
  controller.aloneWrites = isAlone ? controller.aloneWrites + 1 : 0;
  // https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write
  stream.inFlightWrite?.resolve(undefined);
  stream.inFlightWrite = null;
  controller.inFlightSize = 0;
  if (!closeQueuedOrInFlight(stream) && stream.state === WRITABLE) {
    updateBackpressure(stream, hasBackpressure(controller));
  }
  advance(controller);
}

// Whether nothing follows the write that has ended: no write, close or abort, and nobody who waits for `ready`.
function isAloneWrite({ stream, queue }) {
  return (
    queue.length === 0 &&
    stream.state === WRITABLE &&
    stream.closeRequest === null &&
    (stream.writer === null || stream.writer.readyDeferred === null)
  );
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-error */
function errorController(controller, error) {
  clearAlgorithms(controller);
  startErroring(controller.stream, error);
}

function errorIfNeeded(controller, error) {
  if (controller.stream.state === WRITABLE) errorController(controller, error);
}

/** The signal of controller.signal, aborted as soon as the stream is. */
function abortSignal(controller) {
  controller.abortController ??= new AbortController();
  return controller.abortController.signal;
}

// The stream

/** https://streams.spec.whatwg.org/#writable-stream-abort */
function abortStream(stream, reason) {
  if (stream.state === CLOSED || stream.state === ERRORED) return resolvePromise();
  const { controller } = stream;
  controller.abortController ??= new AbortController();
  controller.abortController.abort(reason);
  // 3-4. The signal's listeners may have ended the stream.
  if (stream.state === CLOSED || stream.state === ERRORED) return resolvePromise();
  if (stream.pendingAbort !== null) return stream.pendingAbort.deferred.promise;
  const wasAlreadyErroring = stream.state === ERRORING;
  if (wasAlreadyErroring) reason = undefined;
  const deferred = withResolvers();
  stream.pendingAbort = { deferred, reason, wasAlreadyErroring };
  if (!wasAlreadyErroring) startErroring(stream, reason);
  return deferred.promise;
}

/** https://streams.spec.whatwg.org/#writable-stream-close */
function closeStream(stream) {
  if (stream.state === CLOSED || stream.state === ERRORED) {
    return rejectPromise(new ERR_INVALID_STATE.TypeError('WritableStream is closed'));
  }
  const deferred = withResolvers();
  stream.closeRequest = deferred;
  const { writer, controller } = stream;
  if (writer !== null && stream.backpressure && stream.state === WRITABLE) resolveReady(writer);
  queueOf(controller).enqueue(kClose, 0);
  advance(controller);
  return deferred.promise;
}

function dealWithRejection(stream, error) {
  if (stream.state === WRITABLE) startErroring(stream, error);
  else finishErroring(stream);
}

/** https://streams.spec.whatwg.org/#writable-stream-start-erroring */
function startErroring(stream, reason) {
  const { controller, writer } = stream;
  stream.state = ERRORING;
  stream.storedError = reason;
  if (writer !== null) rejectReady(writer, reason);
  if (stream.inFlightWrite === null && stream.inFlightClose === null && controller.started) {
    finishErroring(stream);
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-erroring */
function finishErroring(stream) {
  if (stream.inFlightWrite !== null || stream.inFlightClose !== null) return;
  stream.state = ERRORED;
  const { controller } = stream;
  controller.queue.clear();
  const { storedError } = stream;
  while (stream.writeRequests.length > 0) stream.writeRequests.shift()?.reject(storedError);
  stream.writeRequests.clear();
  const { pendingAbort } = stream;
  if (pendingAbort === null) {
    rejectCloseAndClosed(stream);
    return;
  }
  stream.pendingAbort = null;
  if (pendingAbort.wasAlreadyErroring) {
    pendingAbort.deferred.reject(storedError);
    rejectCloseAndClosed(stream);
    return;
  }
  const { abort } = controller;
  const aborted =
    abort === null ? kResolved : (abort(pendingAbort.reason, controller.sink) ?? kResolved);
  clearAlgorithms(controller);
  upon(
    aborted,
    () => {
      pendingAbort.deferred.resolve(undefined);
      rejectCloseAndClosed(stream);
    },
    (error) => {
      pendingAbort.deferred.reject(error);
      rejectCloseAndClosed(stream);
    },
  );
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close */
function finishInFlightClose(stream) {
  stream.inFlightClose.resolve(undefined);
  stream.inFlightClose = null;
  if (stream.state === ERRORING) {
    stream.storedError = undefined;
    if (stream.pendingAbort !== null) {
      stream.pendingAbort.deferred.resolve(undefined);
      stream.pendingAbort = null;
    }
  }
  stream.state = CLOSED;
  const { writer } = stream;
  if (writer !== null && writer.closedDeferred !== null) {
    writer.closedDeferred.resolve(undefined);
    writer.closedSettled = writer.closedDeferred.promise;
    writer.closedDeferred = null;
  }
  stream.whenOver?.resolve(undefined);
}

/** https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed */
function rejectCloseAndClosed(stream) {
  const { storedError, writer } = stream;
  if (stream.closeRequest !== null) {
    stream.closeRequest.reject(storedError);
    stream.closeRequest = null;
  }
  if (writer !== null && writer.closedDeferred !== null) {
    writer.closedDeferred.reject(storedError);
    markHandled(writer.closedDeferred.promise);
    writer.closedSettled = writer.closedDeferred.promise;
    writer.closedDeferred = null;
  }
  stream.whenOver?.reject(storedError);
}

/** https://streams.spec.whatwg.org/#writable-stream-update-backpressure */
function updateBackpressure(stream, backpressure) {
  if (backpressure === stream.backpressure) return;
  stream.backpressure = backpressure;
  const { writer } = stream;
  if (writer === null) return;
  if (backpressure) {
    writer.readySettled = null; // the next one who asks gets a pending promise
    return;
  }
  resolveReady(writer);
  if (writer.onReady !== null) writer.onReady();
}

// The writer

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-write */
function writeWithPromise(writer, chunk) {
  const { stream } = writer;
  const { controller } = stream;
  const size = chunkSize(controller, chunk);
  // 5. The size function may have released the lock.
  if (stream !== writer.stream) {
    return rejectPromise(
      new ERR_INVALID_STATE.TypeError('Writer is not bound to a WritableStream'),
    );
  }
  if (stream.state === ERRORED) return rejectPromise(stream.storedError);
  if (closeQueuedOrInFlight(stream) || stream.state === CLOSED) {
    return rejectPromise(new ERR_INVALID_STATE.TypeError('WritableStream is closed'));
  }
  if (stream.state === ERRORING) return rejectPromise(stream.storedError);
  if (controller.size === null && isIdle(controller)) return promiseOfWrite(controller, chunk);
  const request = withResolvers();
  pushRequest(stream, request);
  controllerWrite(controller, chunk, size);
  return request.promise;
}

function pushRequest(stream, request) {
  if (stream.writeRequests === kEmptyQueue) stream.writeRequests = new Fifo();
  stream.writeRequests.push(request);
}

function queueOf(controller) {
  if (controller.queue === kEmptyQueue) controller.queue = new Fifo(controller.size !== null);
  return controller.queue;
}

function promiseOfWrite(controller, chunk) {
  const written = writeAtOnce(controller, chunk);
  if (written === undefined || controller.aloneWrites < 4) {
    return (controller.stream.inFlightWrite = withResolvers()).promise;
  }
  controller.isPromised = true;
  return written;
}

/** The same where nobody waits for the result and the stream is known to be writable. */
function writeUnwatched(stream, chunk) {
  const { controller } = stream;
  const size = chunkSize(controller, chunk);
  if (stream.state !== WRITABLE || closeQueuedOrInFlight(stream)) return;
  if (controller.size === null && isIdle(controller)) {
    writeAtOnce(controller, chunk);
  } else {
    if (stream.writeRequests.length > 0) stream.writeRequests.push(undefined);
    controllerWrite(controller, chunk, size);
  }
}

/** writeUnwatched() for the chunks of the first `count` entries. */
function writeManyUnwatched(stream, entries, count) {
  if (count === 0) return;
  // Only the first may reach the sink at once.
  writeUnwatched(stream, entries[0].chunk);
  const { controller } = stream;
  if (controller.size !== null) {
    for (let i = 1; i < count; i++) writeUnwatched(stream, entries[i].chunk);
    return;
  }
  if (count === 1 || stream.state !== WRITABLE || closeQueuedOrInFlight(stream)) return;
  if (stream.writeRequests.length > 0) stream.writeRequests.pushEmpty(count - 1);
  const queue = queueOf(controller);
  queue.reserve(count - 1);
  for (let i = 1; i < count; i++) queue.push(entries[i].chunk);
  queue.total += count - 1;
  updateBackpressure(stream, hasBackpressure(controller));
}

/** The promise of the last write that was accepted, also an unwatched one; null if none waits. */
function watchLastWrite(stream) {
  const { writeRequests } = stream;
  if (writeRequests.length > 0) {
    if (writeRequests.last() === undefined) writeRequests.replaceLast(withResolvers());
    return writeRequests.last().promise;
  }
  if (stream.controller.queue.length > 0) {
    const request = withResolvers();
    pushRequest(stream, request);
    return request.promise;
  }
  if (stream.inFlightWrite === null) return null;
  stream.inFlightWrite ??= withResolvers();
  return stream.inFlightWrite.promise;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size */
function chunkSize(controller, chunk) {
  if (controller.size === null) return 1;
  try {
    return controller.size(chunk);
  } catch (error) {
    errorIfNeeded(controller, error);
    return 1;
  }
}

function controllerWrite(controller, chunk, size) {
  const checked = validSize(controller, size);
  if (checked === undefined) return;
  queueOf(controller).enqueue(chunk, checked);
  const { stream } = controller;
  if (!closeQueuedOrInFlight(stream) && stream.state === WRITABLE) {
    updateBackpressure(stream, hasBackpressure(controller));
  }
  advance(controller);
}

function validSize(controller, size) {
  if (size === 1) return 1;
  size = Number(size);
  if (Number.isNaN(size) || size < 0 || size === Infinity) {
    const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
    errorIfNeeded(controller, new ERR_INVALID_ARG_VALUE.RangeError('size', size));
    return undefined;
  }
  return size;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size */
function writerDesiredSize({ stream }) {
  if (stream.state === ERRORED || stream.state === ERRORING) return null;
  return stream.state === CLOSED ? 0 : desiredSize(stream.controller);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation */
function closeWithErrorPropagation(stream) {
  if (closeQueuedOrInFlight(stream) || stream.state === CLOSED) return resolvePromise();
  if (stream.state === ERRORED) return rejectPromise(stream.storedError);
  return closeStream(stream);
}

/**
 * https://streams.spec.whatwg.org/#create-writable-stream
 * without the start. An algorithm may be null; `owner` is the sink that they are called with.
 */
function makeWritable(owner, write, close, abort, highWaterMark, size) {
  const stream = new WritableSlots(null);
  const controller = new ControllerSlots(stream, highWaterMark, size);
  controller.sink = owner;
  controller.write = write;
  controller.close = close;
  controller.abort = abort;
  return stream;
}

/** A stream for the library's own use. */
function createWritable(write, close, abort) {
  const stream = makeWritable(undefined, write, close, abort, 1, null);
  startController(stream.controller);
  return stream;
}

seal(ControllerSlots);

module.exports = {
  ControllerSlots,
  abortSignal,
  abortStream,
  closeStream,
  closeWithErrorPropagation,
  createWritable,
  desiredSize,
  endWrite,
  errorController,
  errorIfNeeded,
  failStart,
  failWrite,
  finishStart,
  makeWritable,
  releaseWriter,
  startController,
  startWhenSettled,
  watchLastWrite,
  writeManyUnwatched,
  writeUnwatched,
  writeWithPromise,
  writerDesiredSize,
};

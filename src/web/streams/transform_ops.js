'use strict';

// https://streams.spec.whatwg.org/#ts-abstract-ops

const readable = require('web/streams/default_controller');
const readableOps = require('web/streams/readable_ops');
const {
  awaitStart,
  desiredSize: desiredSizeOf,
  endDuePull,
  endPull,
  shouldPull,
} = require('web/streams/readable_controller');
const writable = require('web/streams/writable_ops');
const { ERRORED, ERRORING } = require('web/streams/writable_slots');
const { ERR_INVALID_STATE } = require('runtime/errors');
const {
  convertPromise,
  isObject,
  kPending,
  kResolved,
  rejectPromise,
  seal,
  transform,
  upon,
  withResolvers,
} = require('web/streams/common');

/** A TransformStream's internal slots. */
class TransformSlots {
  constructor() {
    this.readable = null;
    this.writable = null;
    this.controller = null;
    // undefined until it is known for the first time.
    this.backpressure = undefined;
    // What waits for the next change of it: a pull, and a chunk.
    this.pullWaits = false;
    this.chunkWaits = false;
    this.waitingChunk = undefined;
    this.resumeWrite = null;
  }
}

/** A TransformStreamDefaultController's internal slots. */
class TransformControllerSlots {
  constructor(stream) {
    this.wrapper = null;
    this.stream = stream;
    // Algorithms, transform(chunk, controller), flush() and cancel(reason): return a promise, or
    // undefined when done at once. null: the default.
    this.transform = null;
    this.flush = null;
    this.cancel = null;
    // A program's transformer, and its method.
    this.transformer = undefined;
    this.transformMethod = undefined;
    // The promise of a cancel or abort or close that is under way.
    this.finishing = null;
    this.cleared = false;
  }
}

/**
 * https://streams.spec.whatwg.org/#initialize-transform-stream
 * without the start. The controller's algorithms (transform, flush, cancel) are the identity and nothing
 * until they are assigned.
 */
function createTransform(writableHighWaterMark, writableSize, readableHighWaterMark, readableSize) {
  const stream = new TransformSlots();
  stream.controller = new TransformControllerSlots(stream);
  stream.writable = writable.makeWritable(
    stream,
    sinkWrite,
    sinkClose,
    sinkAbort,
    writableHighWaterMark,
    writableSize,
  );
  stream.readable = readable.makeReadable(
    stream,
    sourcePull,
    sourceCancel,
    readableHighWaterMark,
    readableSize,
  );
  setBackpressure(stream, true);
  awaitStart(stream.readable.controller);
  return stream;
}

function startSides(stream) {
  writable.finishStart(stream.writable.controller);
  endDuePull(stream.readable.controller);
}

/** A transform for the library's own classes. */
function createStartedTransform() {
  const stream = createTransform(1, null, 0, null);
  upon(kResolved, () => startSides(stream));
  return stream;
}

/** The same where `transformChunk(chunk)` and `flush()` may throw. */
function createSimpleTransform(transformChunk, flush) {
  const stream = createStartedTransform();
  const transformSettled = (chunk) => settled(transformChunk, chunk);
  const flushSettled = () => settled(flush, undefined);
  stream.controller.transform = transformSettled;
  stream.controller.flush = flushSettled;
  return stream;
}

/**
 * The start of a program's transform. Both sides wait for a promise of what start() returned, which the
 * standard wraps into another one: three microtasks where there is nothing to wait for.
 */
class TransformStart {
  constructor(stream) {
    this.stream = stream;
    this.turnsLeft = 3;
    const turn = () => this.takeTurn();
    this.turn = turn;
    upon(kResolved, turn);
  }

  takeTurn() {
    if (this.turnsLeft === 0) return;
    this.turnsLeft--;
    if (this.turnsLeft > 0) upon(kResolved, this.turn);
    else startSides(this.stream);
  }

  /** With what start() returned. */
  settle(result) {
    if (!isObject(result)) return;
    const { stream } = this;
    this.turnsLeft = 0;
    upon(
      convertPromise(result),
      () => upon(kResolved, () => startSides(stream)),
      (error) =>
        upon(kResolved, () => {
          writable.failStart(stream.writable.controller, error);
          readable.errorController(stream.readable.controller, error);
        }),
    );
  }
}

function settled(fn, argument) {
  try {
    return fn(argument);
  } catch (error) {
    return rejectPromise(error);
  }
}

seal(TransformSlots, TransformControllerSlots, TransformStart);

/** https://streams.spec.whatwg.org/#transform-stream-set-backpressure */
function setBackpressure(stream, backpressure) {
  stream.backpressure = backpressure;
  // The standard's backpressureChangePromise: what waits for it goes on in a microtask.
  if (stream.pullWaits) {
    stream.pullWaits = false;
    endPull(stream.readable.controller, undefined);
  }
  if (stream.chunkWaits) {
    upon(kResolved, stream.resumeWrite ?? makeResume(stream));
  }
}

function makeResume(stream) {
  const resume = () => resumeWrite(stream);
  stream.resumeWrite = resume;
  return resume;
}

/** https://streams.spec.whatwg.org/#transform-stream-error */
function errorTransform(stream, error) {
  readable.errorController(stream.readable.controller, error);
  errorWritableAndUnblock(stream, error);
}

function errorWritableAndUnblock(stream, error) {
  clearAlgorithms(stream.controller);
  writable.errorIfNeeded(stream.writable.controller, error);
  unblockWrite(stream);
}

function unblockWrite(stream) {
  if (stream.backpressure) setBackpressure(stream, false);
}

function clearAlgorithms(controller) {
  controller.transform = null;
  controller.flush = null;
  controller.cancel = null;
  controller.transformer = controller.transformMethod = undefined;
  controller.cleared = true;
}

function desiredSize({ stream }) {
  return desiredSizeOf(stream.readable.controller);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue */
function enqueue({ stream }, chunk) {
  const { controller } = stream.readable;
  if (!readable.canCloseOrEnqueue(controller)) {
    throw new ERR_INVALID_STATE.TypeError('Unable to enqueue');
  }
  try {
    readable.enqueue(controller, chunk);
  } catch (error) {
    errorWritableAndUnblock(stream, error);
    throw stream.readable.storedError;
  }
  const backpressure = !shouldPull(controller);
  if (backpressure !== stream.backpressure) setBackpressure(stream, true);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate */
function terminate({ stream }) {
  readable.close(stream.readable.controller);
  errorWritableAndUnblock(stream, new ERR_INVALID_STATE.TypeError('TransformStream terminated'));
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform */
function performTransform(controller, chunk) {
  if (controller.transform === null) {
    // The identity, unless the algorithms are gone.
    if (controller.cleared) return undefined;
    try {
      enqueue(controller, chunk);
      return undefined;
    } catch (error) {
      errorTransform(controller.stream, error);
      return rejectPromise(error);
    }
  }
  const transformed = controller.transform(chunk, controller);
  if (transformed === undefined || transformed === kResolved) return undefined;
  return transform(transformed, undefined, (error) => {
    errorTransform(controller.stream, error);
    throw error;
  });
}

/** https://streams.spec.whatwg.org/#transform-stream-default-sink-write-algorithm */
function sinkWrite(chunk, { sink: stream }) {
  const { controller } = stream;
  if (!stream.backpressure) return performTransform(controller, chunk);
  stream.waitingChunk = chunk;
  stream.chunkWaits = true;
  return kPending;
}

// 3.3. The backpressure has changed.
function resumeWrite(stream) {
  if (!stream.chunkWaits) return;
  const chunk = stream.waitingChunk;
  stream.waitingChunk = undefined;
  stream.chunkWaits = false;
  const { state, storedError, controller } = stream.writable;
  if (state === ERRORING) {
    writable.failWrite(controller, storedError);
    return;
  }
  writable.endWrite(controller, performTransform(stream.controller, chunk));
}

/** https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm */
function sinkAbort(reason, stream) {
  return finish(
    stream,
    'cancel',
    reason,
    () => {
      readable.errorController(stream.readable.controller, reason);
    },
    stream.readable,
    readableOps.ERRORED,
    (error) => {
      readable.errorController(stream.readable.controller, error);
    },
  );
}

/** https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm */
function sinkClose(stream) {
  return finish(
    stream,
    'flush',
    undefined,
    () => {
      readable.close(stream.readable.controller);
    },
    stream.readable,
    readableOps.ERRORED,
    (error) => {
      readable.errorController(stream.readable.controller, error);
    },
  );
}

/** https://streams.spec.whatwg.org/#transform-stream-default-source-cancel */
function sourceCancel(reason, stream) {
  return finish(
    stream,
    'cancel',
    reason,
    () => {
      writable.errorIfNeeded(stream.writable.controller, reason);
      unblockWrite(stream);
    },
    stream.writable,
    ERRORED,
    (error) => {
      writable.errorIfNeeded(stream.writable.controller, error);
      unblockWrite(stream);
    },
  );
}

/**
 * What abort, close and cancel have in common: run the transformer's algorithm once, then end the
 * other side with `onDone`, or with the failure.
 */
function finish(stream, algorithm, argument, onDone, otherSide, erroredState, onFailed) {
  const { controller } = stream;
  if (controller.finishing !== null) return controller.finishing.promise;
  const finishing = (controller.finishing = withResolvers());
  const run = controller[algorithm];
  const result = run === null ? kResolved : (run(argument) ?? kResolved);
  clearAlgorithms(controller);
  upon(
    result,
    () => {
      if (otherSide.state === erroredState) {
        finishing.reject(otherSide.storedError);
      } else {
        onDone();
        finishing.resolve(undefined);
      }
    },
    (error) => {
      onFailed(error);
      finishing.reject(error);
    },
  );
  return finishing.promise;
}

/** https://streams.spec.whatwg.org/#transform-stream-default-source-pull */
function sourcePull({ source: stream }) {
  const { reader } = stream.readable;
  if (reader !== null && reader.inTurn && stream.chunkWaits) {
    // A pipe reads: the chunk that waits need not wait for another microtask.
    reader.inTurn = false;
    stream.backpressure = false;
    stream.pullWaits = true;
    resumeWrite(stream);
  } else {
    setBackpressure(stream, false);
    stream.pullWaits = true;
  }
  return kPending;
}

module.exports = {
  TransformStart,
  createSimpleTransform,
  createStartedTransform,
  createTransform,
  desiredSize,
  enqueue,
  errorTransform,
  terminate,
};

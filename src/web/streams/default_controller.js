'use strict';

// https://streams.spec.whatwg.org/#rs-default-controller-class

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const { READABLE, ReadableSlots, closeStream, errorStream } = require('web/streams/readable_ops');
const {
  ReadableControllerSlots,
  clearAlgorithms,
  desiredSize,
  pullAfterEnqueue,
  pullIfNeeded,
  startController,
  useSource,
} = require('web/streams/readable_controller');
const {
  Fifo,
  defineInspect,
  finishInterface,
  isObject,
  kEmptyQueue,
  kInternal,
  throwInvalidThis,
} = require('web/streams/common');

/** The internal slots of a ReadableStreamDefaultController. */
class DefaultControllerSlots extends ReadableControllerSlots {
  hasChunk() {
    return this.queue.length > 0;
  }

  /** The first chunk of a queue that has one, and what its leaving entails. */
  takeChunk() {
    const chunk = this.queue.dequeue();
    if (this.closeRequested && this.queue.length === 0) {
      clearAlgorithms(this);
      closeStream(this.stream);
    } else {
      pullIfNeeded(this);
    }
    return chunk;
  }

  // https://streams.spec.whatwg.org/#rs-default-controller-private-pull
  pullSteps(request) {
    if (this.queue.length > 0) {
      request.chunk(this.takeChunk());
    } else {
      this.stream.reader.requests.push(request);
      pullIfNeeded(this);
    }
  }

  // https://streams.spec.whatwg.org/#rs-default-controller-private-cancel
  cancelSteps(reason) {
    this.queue.clear();
    const { cancel, source } = this;
    clearAlgorithms(this);
    return cancel === null ? undefined : cancel(reason, source);
  }

  releaseSteps() {}

  errorStream(error) {
    errorController(this, error);
  }

  /** The controller that a program's source gets to see. */
  publicController() {
    return (this.wrapper ??= new ReadableStreamDefaultController(kInternal, this));
  }
}

function canCloseOrEnqueue(controller) {
  return !controller.closeRequested && controller.stream.state === READABLE;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue */
function enqueue(controller, chunk) {
  if (canCloseOrEnqueue(controller)) accept(controller, chunk);
}

function accept(controller, chunk) {
  const { reader } = controller.stream;
  if (reader !== null && reader.requests.length > 0) {
    reader.requests.shift().chunk(chunk);
  } else {
    queueOf(controller).enqueue(chunk, controller.size === null ? 1 : sizeOf(controller, chunk));
  }
  pullAfterEnqueue(controller);
}

function queueOf(controller) {
  if (controller.queue === kEmptyQueue) controller.queue = new Fifo(controller.size !== null);
  return controller.queue;
}

function sizeOf(controller, chunk) {
  try {
    return checkSize(controller.size(chunk));
  } catch (error) {
    errorController(controller, error);
    throw error;
  }
}

// https://streams.spec.whatwg.org/#enqueue-value-with-size
function checkSize(value) {
  const size = Number(value);
  if (Number.isNaN(size) || size < 0 || size === Infinity) {
    throw new ERR_INVALID_ARG_VALUE.RangeError('size', value);
  }
  return size;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-close */
function close(controller) {
  if (!canCloseOrEnqueue(controller)) return;
  controller.closeRequested = true;
  if (controller.queue.length === 0) {
    clearAlgorithms(controller);
    closeStream(controller.stream);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-error */
function errorController(controller, error) {
  if (controller.stream.state !== READABLE) return;
  controller.queue.clear();
  clearAlgorithms(controller);
  errorStream(controller.stream, error);
}

function makeController(stream, highWaterMark, size) {
  const controller = new DefaultControllerSlots(stream, highWaterMark, size);
  stream.controller = controller;
  return controller;
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller-from-underlying-source */
function setUpFromSource(stream, underlyingSource, source, highWaterMark, size) {
  const controller = makeController(stream, highWaterMark, size);
  useSource(controller, underlyingSource, source.pull, source.cancel);
  startController(controller, source.start, underlyingSource);
}

/**
 * https://streams.spec.whatwg.org/#create-readable-stream
 * without the start. An algorithm may be null; `owner` is the source that they are called with.
 */
function makeReadable(owner, pull, cancel, highWaterMark, size) {
  const stream = new ReadableSlots(null);
  const controller = makeController(stream, highWaterMark, size);
  controller.source = owner;
  controller.pull = pull;
  controller.cancel = cancel;
  return stream;
}

/** A stream for the library's own use. */
function createReadable(pull, cancel, highWaterMark, size = null) {
  const stream = makeReadable(undefined, pull, cancel, highWaterMark, size);
  startController(stream.controller);
  return stream;
}

let slotsOf;

class ReadableStreamDefaultController {
  #slots;

  constructor(guard = undefined, slots = undefined) {
    if (guard !== kInternal) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#slots = slots;
  }

  get desiredSize() {
    return desiredSize(requireController(this));
  }

  close() {
    const slots = requireController(this);
    if (!canCloseOrEnqueue(slots)) throw closedError();
    close(slots);
  }

  enqueue(chunk = undefined) {
    const slots = requireController(this);
    if (!canCloseOrEnqueue(slots)) throw closedError();
    accept(slots, chunk);
  }

  error(reason = undefined) {
    errorController(requireController(this), reason);
  }

  static {
    slotsOf = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

function closedError() {
  return new ERR_INVALID_STATE.TypeError('Controller is already closed');
}

function requireController(value) {
  const slots = slotsOf(value);
  if (slots === undefined) throwInvalidThis('ReadableStreamDefaultController');
  return slots;
}

finishInterface(ReadableStreamDefaultController, ['close', 'desiredSize', 'enqueue', 'error']);
defineInspect(ReadableStreamDefaultController, () => ({}));

module.exports = {
  DefaultControllerSlots,
  ReadableStreamDefaultController,
  canCloseOrEnqueue,
  close,
  createReadable,
  enqueue,
  errorController,
  makeReadable,
  setUpFromSource,
};

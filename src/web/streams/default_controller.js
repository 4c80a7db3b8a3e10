'use strict';

// https://streams.spec.whatwg.org/#rs-default-controller-class

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const {
  CLOSED,
  ERRORED,
  READABLE,
  ReadableSlots,
  closeStream,
  errorStream,
} = require('web/streams/readable_ops');
const {
  SizedQueue,
  callOnce,
  callbackResult,
  convertPromise,
  defineInspect,
  finishInterface,
  kInternal,
  kPending,
  kResolved,
  rejectPromise,
  seal,
  throwInvalidThis,
  upon,
} = require('web/streams/common');

/** The internal slots of a ReadableStreamDefaultController. */
class DefaultControllerSlots {
  constructor(stream, highWaterMark, size) {
    this.wrapper = null;
    this.stream = stream;
    this.highWaterMark = highWaterMark;
    this.size = size;
    this.queue = new SizedQueue(size !== null);
    this.started = false;
    this.closeRequested = false;
    this.pulling = false;
    this.pullAgain = false;
    // Algorithms of the source, pull(controller) and cancel(reason): return a promise, or undefined when
    // done at once. null: nothing to do.
    this.pull = null;
    this.cancel = null;
    // A program's source, and its method.
    this.source = undefined;
    this.pullMethod = undefined;
    this.onPulled = null;
    this.onPullFailed = null;
  }

  hasChunk() {
    return this.queue.length > 0;
  }

  /** The first chunk of a queue that has one, and what its leaving entails. */
  takeChunk() {
    const chunk = this.queue.shift();
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
    const { cancel } = this;
    clearAlgorithms(this);
    return cancel === null ? undefined : cancel(reason);
  }

  releaseSteps() {}

  errorStream(error) {
    errorController(this, error);
  }
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller */
function startController(controller, start) {
  const result = start ? start() : undefined;
  upon(
    convertPromise(result),
    () => {
      controller.started = true;
      pullIfNeeded(controller);
    },
    (error) => errorController(controller, error),
  );
}

function canCloseOrEnqueue(controller) {
  return !controller.closeRequested && controller.stream.state === READABLE;
}

function clearAlgorithms(controller) {
  controller.pull = null;
  controller.cancel = null;
  controller.size = null;
  controller.source = controller.pullMethod = undefined;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size */
function desiredSize(controller) {
  const { state } = controller.stream;
  if (state === ERRORED) return null;
  return state === CLOSED ? 0 : controller.highWaterMark - controller.queue.total;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull */
function shouldPull(controller) {
  const { stream } = controller;
  if (!controller.started || controller.closeRequested || stream.state !== READABLE) return false;
  return (
    (stream.reader !== null && stream.reader.requests.length > 0) ||
    controller.highWaterMark - controller.queue.total > 0
  );
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed */
function pullIfNeeded(controller) {
  if (!shouldPull(controller)) return;
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  controller.pulling = true;
  // The same two functions for every pull of the stream.
  controller.onPulled ??= () => {
    controller.pulling = false;
    if (controller.pullAgain) {
      controller.pullAgain = false;
      pullIfNeeded(controller);
    }
  };
  controller.onPullFailed ??= (error) => errorController(controller, error);
  const { pull } = controller;
  const pulled = pull === null ? kResolved : (pull(controller) ?? kResolved);
  if (pulled !== kPending) upon(pulled, controller.onPulled, controller.onPullFailed);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue */
function enqueue(controller, chunk) {
  if (!canCloseOrEnqueue(controller)) return;
  const { reader } = controller.stream;
  if (reader !== null && reader.requests.length > 0) {
    reader.requests.shift().chunk(chunk);
  } else {
    let size = 1;
    if (controller.size !== null) {
      try {
        size = checkSize(controller.size(chunk));
      } catch (error) {
        errorController(controller, error);
        throw error;
      }
    }
    controller.queue.push(chunk, size);
  }
  pullIfNeeded(controller);
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

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller-from-underlying-source */
function setUpFromSource(stream, source, { start, pull, cancel }, highWaterMark, size) {
  const controller = (stream.controller = new DefaultControllerSlots(stream, highWaterMark, size));
  if (pull) {
    controller.source = source;
    controller.pullMethod = pull;
    controller.pull = pullFromSource;
  }
  if (cancel) controller.cancel = (reason) => callOnce(cancel, source, reason);
  startController(
    controller,
    start && (() => Reflect.apply(start, source, [publicController(controller)])),
  );
}

function pullFromSource(controller) {
  let result;
  try {
    result = Reflect.apply(controller.pullMethod, controller.source, [
      publicController(controller),
    ]);
  } catch (error) {
    return rejectPromise(error);
  }
  return callbackResult(result);
}

/** https://streams.spec.whatwg.org/#create-readable-stream ; an algorithm may be null. */
function createReadable(start, pull, cancel, highWaterMark, size) {
  const stream = new ReadableSlots(null);
  const controller = (stream.controller = new DefaultControllerSlots(stream, highWaterMark, size));
  controller.pull = pull;
  controller.cancel = cancel;
  startController(controller, start);
  return stream;
}

seal(DefaultControllerSlots);

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
    enqueue(slots, chunk);
  }

  error(reason = undefined) {
    errorController(requireController(this), reason);
  }

  static {
    slotsOf = (value) => {
      try {
        return value.#slots;
      } catch {
        return undefined; // a value of another kind
      }
    };
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

/** The controller that a program's source gets to see. */
function publicController(slots) {
  return (slots.wrapper ??= new ReadableStreamDefaultController(kInternal, slots));
}

finishInterface(ReadableStreamDefaultController, ['close', 'desiredSize', 'enqueue', 'error']);
defineInspect(ReadableStreamDefaultController, () => ({}));

module.exports = {
  DefaultControllerSlots,
  ReadableStreamDefaultController,
  canCloseOrEnqueue,
  close,
  createReadable,
  desiredSize,
  enqueue,
  errorController,
  publicController,
  setUpFromSource,
  shouldPull,
};

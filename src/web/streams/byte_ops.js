'use strict';

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops
// The algorithms of readable byte streams. A BYOB read's request is called a read-into request;
// its close() gets a view or undefined.

const { ERR_INVALID_STATE } = require('runtime/errors');
const {
  CLOSED,
  ERRORED,
  READABLE,
  ReadableSlots,
  closeStream,
  errorStream,
} = require('web/streams/readable_ops');
const { Fifo, convertPromise, kResolved, seal, upon } = require('web/streams/common');

/** The internal slots of a ReadableByteStreamController. */
class ByteControllerSlots {
  constructor(stream, highWaterMark, autoAllocateChunkSize) {
    this.wrapper = null;
    this.stream = stream;
    this.highWaterMark = highWaterMark;
    this.autoAllocateChunkSize = autoAllocateChunkSize;
    // Entries { buffer, byteOffset, byteLength }; queueTotal is their bytes.
    this.queue = new Fifo();
    this.queueTotal = 0;
    this.pendingPullIntos = [];
    this.byobRequest = null;
    this.started = false;
    this.closeRequested = false;
    this.pulling = false;
    this.pullAgain = false;
    this.pull = null;
    this.cancel = null;
    // A program's source, and its method.
    this.source = undefined;
    this.pullMethod = undefined;
    this.onPulled = null;
    this.onPullFailed = null;
  }

  hasChunk() {
    return this.queueTotal > 0;
  }

  /** The first entry of a queue that has one, as a view, and what its leaving entails. */
  takeChunk() {
    const { buffer, byteOffset, byteLength } = this.queue.shift();
    this.queueTotal -= byteLength;
    handleQueueDrain(this);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  // https://streams.spec.whatwg.org/#rbs-controller-private-pull
  pullSteps(request) {
    if (this.queueTotal > 0) {
      request.chunk(this.takeChunk());
      return;
    }
    if (this.autoAllocateChunkSize !== undefined) {
      let buffer;
      try {
        buffer = new ArrayBuffer(this.autoAllocateChunkSize);
      } catch (error) {
        request.error(error);
        return;
      }
      this.pendingPullIntos.push({
        buffer,
        bufferByteLength: this.autoAllocateChunkSize,
        byteOffset: 0,
        byteLength: this.autoAllocateChunkSize,
        bytesFilled: 0,
        minimumFill: 1,
        elementSize: 1,
        View: Uint8Array,
        readerType: 'default',
      });
    }
    this.stream.reader.requests.push(request);
    pullIfNeeded(this);
  }

  // https://streams.spec.whatwg.org/#rbs-controller-private-cancel
  cancelSteps(reason) {
    clearPendingPullIntos(this);
    resetQueue(this);
    const { cancel } = this;
    clearAlgorithms(this);
    return cancel === null ? undefined : cancel(reason);
  }

  // https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontroller-releasesteps
  releaseSteps() {
    if (this.pendingPullIntos.length > 0) {
      const first = this.pendingPullIntos[0];
      first.readerType = 'none';
      this.pendingPullIntos = [first];
    }
  }

  errorStream(error) {
    errorController(this, error);
  }
}

function resetQueue(controller) {
  controller.queue.clear();
  controller.queueTotal = 0;
}

function clearAlgorithms(controller) {
  controller.pull = null;
  controller.cancel = null;
  controller.source = controller.pullMethod = undefined;
}

function clearPendingPullIntos(controller) {
  invalidateByobRequest(controller);
  controller.pendingPullIntos = [];
}

function invalidateByobRequest(controller) {
  if (controller.byobRequest === null) return;
  controller.byobRequest.controller = undefined;
  controller.byobRequest.view = null;
  controller.byobRequest = null;
}

/** https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller */
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

function shouldPull(controller) {
  const { stream } = controller;
  if (stream.state !== READABLE || controller.closeRequested || !controller.started) return false;
  if (stream.reader !== null && stream.reader.requests.length > 0) return true;
  return controller.highWaterMark - controller.queueTotal > 0;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed */
function pullIfNeeded(controller) {
  if (!shouldPull(controller)) return;
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  controller.pulling = true;
  const { pull } = controller;
  const pulled = pull === null ? kResolved : (pull(controller) ?? kResolved);
  // The same two functions for every pull of the stream.
  controller.onPulled ??= () => {
    controller.pulling = false;
    if (controller.pullAgain) {
      controller.pullAgain = false;
      pullIfNeeded(controller);
    }
  };
  controller.onPullFailed ??= (error) => errorController(controller, error);
  upon(pulled, controller.onPulled, controller.onPullFailed);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size */
function desiredSize(controller) {
  const { state } = controller.stream;
  if (state === ERRORED) return null;
  return state === CLOSED ? 0 : controller.highWaterMark - controller.queueTotal;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-error */
function errorController(controller, error) {
  if (controller.stream.state !== READABLE) return;
  clearPendingPullIntos(controller);
  resetQueue(controller);
  clearAlgorithms(controller);
  errorStream(controller.stream, error);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-close */
function close(controller) {
  const { stream } = controller;
  if (controller.closeRequested || stream.state !== READABLE) return;
  if (controller.queueTotal > 0) {
    controller.closeRequested = true;
    return;
  }
  const first = controller.pendingPullIntos[0];
  if (first !== undefined && first.bytesFilled % first.elementSize !== 0) {
    const error = new ERR_INVALID_STATE.TypeError('Partial read');
    errorController(controller, error);
    throw error;
  }
  clearAlgorithms(controller);
  closeStream(stream);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue */
function enqueue(controller, view) {
  const { stream } = controller;
  if (controller.closeRequested || stream.state !== READABLE) return;
  const { buffer, byteOffset, byteLength } = view;
  if (buffer.detached) throw new ERR_INVALID_STATE.TypeError('Chunk buffer is detached');
  const transferred = buffer.transfer();
  const first = controller.pendingPullIntos[0];
  if (first !== undefined) {
    if (first.buffer.detached) {
      throw new ERR_INVALID_STATE.TypeError('Destination buffer is detached');
    }
    invalidateByobRequest(controller);
    first.buffer = first.buffer.transfer();
    if (first.readerType === 'none') enqueueDetachedPullInto(controller, first);
  }
  const { reader } = stream;
  if (reader !== null && !reader.isByob) {
    // 9.1-9.3. What the queue has goes first to the reads that wait.
    while (reader.requests.length > 0 && controller.queueTotal > 0) {
      reader.requests.shift().chunk(controller.takeChunk());
    }
    if (reader.requests.length === 0) {
      pushToQueue(controller, transferred, byteOffset, byteLength);
    } else {
      if (controller.pendingPullIntos.length > 0) shiftPullInto(controller);
      reader.requests.shift().chunk(new Uint8Array(transferred, byteOffset, byteLength));
    }
  } else if (reader !== null && reader.isByob) {
    pushToQueue(controller, transferred, byteOffset, byteLength);
    commitFilled(controller, fillPullIntosFromQueue(controller));
  } else {
    pushToQueue(controller, transferred, byteOffset, byteLength);
  }
  pullIfNeeded(controller);
}

function pushToQueue(controller, buffer, byteOffset, byteLength) {
  controller.queue.push({ buffer, byteOffset, byteLength });
  controller.queueTotal += byteLength;
}

// EnqueueClonedChunkToQueue
function pushCloneToQueue(controller, buffer, byteOffset, byteLength) {
  let clone;
  try {
    clone = buffer.slice(byteOffset, byteOffset + byteLength);
  } catch (error) {
    errorController(controller, error);
    throw error;
  }
  pushToQueue(controller, clone, 0, byteLength);
}

function enqueueDetachedPullInto(controller, pullInto) {
  if (pullInto.bytesFilled > 0) {
    pushCloneToQueue(controller, pullInto.buffer, pullInto.byteOffset, pullInto.bytesFilled);
  }
  shiftPullInto(controller);
}

function shiftPullInto(controller) {
  return controller.pendingPullIntos.shift();
}

function handleQueueDrain(controller) {
  if (controller.queueTotal === 0 && controller.closeRequested) {
    clearAlgorithms(controller);
    closeStream(controller.stream);
  } else {
    pullIfNeeded(controller);
  }
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor */
function convertPullInto({ buffer, byteOffset, bytesFilled, elementSize, View }) {
  return new View(buffer.transfer(), byteOffset, bytesFilled / elementSize);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor */
function commitPullInto(stream, pullInto) {
  const done = stream.state === CLOSED;
  const view = convertPullInto(pullInto);
  const request = stream.reader.requests.shift();
  if (done) request.close(pullInto.readerType === 'default' ? undefined : view);
  else request.chunk(view);
}

function commitFilled(controller, filled) {
  for (const pullInto of filled) commitPullInto(controller.stream, pullInto);
}

// FillPullIntoDescriptorFromQueue; whether the descriptor has what it wants at least.
function fillFromQueue(controller, pullInto) {
  const most = Math.min(controller.queueTotal, pullInto.byteLength - pullInto.bytesFilled);
  const filledThen = pullInto.bytesFilled + most;
  let remaining = most;
  let ready = false;
  const aligned = filledThen - (filledThen % pullInto.elementSize);
  if (aligned >= pullInto.minimumFill) {
    remaining = aligned - pullInto.bytesFilled;
    ready = true;
  }
  const { queue } = controller;
  while (remaining > 0) {
    const head = queue.first();
    const count = Math.min(remaining, head.byteLength);
    new Uint8Array(pullInto.buffer, pullInto.byteOffset + pullInto.bytesFilled, count).set(
      new Uint8Array(head.buffer, head.byteOffset, count),
    );
    if (head.byteLength === count) {
      queue.shift();
    } else {
      head.byteOffset += count;
      head.byteLength -= count;
    }
    controller.queueTotal -= count;
    pullInto.bytesFilled += count;
    remaining -= count;
  }
  return ready;
}

// ProcessPullIntoDescriptorsUsingQueue
function fillPullIntosFromQueue(controller) {
  const filled = [];
  while (controller.pendingPullIntos.length > 0 && controller.queueTotal > 0) {
    const first = controller.pendingPullIntos[0];
    if (!fillFromQueue(controller, first)) break;
    shiftPullInto(controller);
    filled.push(first);
  }
  return filled;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into */
function pullInto(controller, view, min, request) {
  const { stream } = controller;
  const elementSize = view.BYTES_PER_ELEMENT ?? 1;
  const View = view instanceof DataView ? DataView : typedArrayClass(view);
  const { byteOffset, byteLength } = view;
  let buffer;
  try {
    buffer = view.buffer.transfer();
  } catch (error) {
    request.error(error);
    return;
  }
  const descriptor = {
    buffer,
    bufferByteLength: buffer.byteLength,
    byteOffset,
    byteLength,
    bytesFilled: 0,
    minimumFill: min * elementSize,
    elementSize,
    View,
    readerType: 'byob',
  };
  if (controller.pendingPullIntos.length > 0) {
    controller.pendingPullIntos.push(descriptor);
    stream.reader.requests.push(request);
    return;
  }
  if (stream.state === CLOSED) {
    request.close(new View(buffer, byteOffset, 0));
    return;
  }
  if (controller.queueTotal > 0) {
    if (fillFromQueue(controller, descriptor)) {
      const filled = convertPullInto(descriptor);
      handleQueueDrain(controller);
      request.chunk(filled);
      return;
    }
    if (controller.closeRequested) {
      const error = new ERR_INVALID_STATE.TypeError('ReadableStream closed');
      errorController(controller, error);
      request.error(error);
      return;
    }
  }
  controller.pendingPullIntos.push(descriptor);
  stream.reader.requests.push(request);
  pullIfNeeded(controller);
}

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

// By the kind of array, whatever its class: a Buffer is read into as a Uint8Array.
function typedArrayClass(view) {
  return globalThis[typedArrayTag.call(view)];
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond */
function respond(controller, bytesWritten) {
  const first = controller.pendingPullIntos[0];
  if (controller.stream.state === CLOSED) {
    if (bytesWritten !== 0) {
      throw new ERR_INVALID_STATE.TypeError('Controller is closed');
    }
  } else {
    if (bytesWritten === 0) {
      throw new ERR_INVALID_STATE.TypeError('bytesWritten must be greater than 0');
    }
    if (first.bytesFilled + bytesWritten > first.byteLength) {
      const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
      throw new ERR_INVALID_ARG_VALUE.RangeError('bytesWritten', bytesWritten);
    }
  }
  first.buffer = first.buffer.transfer();
  respondInternal(controller, bytesWritten);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view */
function respondWithNewView(controller, view) {
  const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
  const first = controller.pendingPullIntos[0];
  const { buffer, byteOffset, byteLength } = view;
  if (controller.stream.state === CLOSED) {
    if (byteLength !== 0) throw new ERR_INVALID_STATE.TypeError('View is not zero-length');
  } else if (byteLength === 0) {
    throw new ERR_INVALID_STATE.TypeError('View is zero-length');
  }
  if (
    first.byteOffset + first.bytesFilled !== byteOffset ||
    first.bytesFilled + byteLength > first.byteLength ||
    first.bufferByteLength !== buffer.byteLength
  ) {
    throw new ERR_INVALID_ARG_VALUE.RangeError('view', view);
  }
  first.buffer = buffer.transfer();
  respondInternal(controller, byteLength);
}

function respondInternal(controller, bytesWritten) {
  const first = controller.pendingPullIntos[0];
  invalidateByobRequest(controller);
  if (controller.stream.state === CLOSED) respondInClosedState(controller, first);
  else respondInReadableState(controller, bytesWritten, first);
  pullIfNeeded(controller);
}

function respondInClosedState(controller, first) {
  if (first.readerType === 'none') shiftPullInto(controller);
  const { reader } = controller.stream;
  if (reader === null || !reader.isByob) return;
  const filled = [];
  while (filled.length < reader.requests.length) filled.push(shiftPullInto(controller));
  commitFilled(controller, filled);
}

function respondInReadableState(controller, bytesWritten, first) {
  first.bytesFilled += bytesWritten;
  if (first.readerType === 'none') {
    enqueueDetachedPullInto(controller, first);
    commitFilled(controller, fillPullIntosFromQueue(controller));
    return;
  }
  if (first.bytesFilled < first.minimumFill) return;
  shiftPullInto(controller);
  const remainder = first.bytesFilled % first.elementSize;
  if (remainder > 0) {
    // Bytes that make no whole element wait for the next read.
    const end = first.byteOffset + first.bytesFilled;
    pushCloneToQueue(controller, first.buffer, end - remainder, remainder);
  }
  first.bytesFilled -= remainder;
  const filled = fillPullIntosFromQueue(controller);
  commitPullInto(controller.stream, first);
  commitFilled(controller, filled);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-byob-request */
function getByobRequest(controller) {
  if (controller.byobRequest === null && controller.pendingPullIntos.length > 0) {
    const first = controller.pendingPullIntos[0];
    const view = new Uint8Array(
      first.buffer,
      first.byteOffset + first.bytesFilled,
      first.byteLength - first.bytesFilled,
    );
    controller.byobRequest = { wrapper: null, controller, view };
  }
  return controller.byobRequest;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream */
function createByteReadable(pull, cancel) {
  const stream = new ReadableSlots(null);
  const controller = (stream.controller = new ByteControllerSlots(stream, 0, undefined));
  controller.pull = pull;
  controller.cancel = cancel;
  startController(controller, null);
  return stream;
}

seal(ByteControllerSlots);

module.exports = {
  ByteControllerSlots,
  close,
  createByteReadable,
  desiredSize,
  enqueue,
  errorController,
  getByobRequest,
  pullInto,
  respond,
  respondWithNewView,
  startController,
};

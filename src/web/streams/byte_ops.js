'use strict';

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops
// The algorithms of readable byte streams. A BYOB read's request is called a read-into request;
// its close() gets a view or undefined.

const { ERR_INVALID_STATE } = require('runtime/errors');
const {
  CLOSED,
  READABLE,
  ReadableSlots,
  closeStream,
  errorStream,
} = require('web/streams/readable_ops');
const {
  ReadableControllerSlots,
  clearAlgorithms,
  pullAfterEnqueue,
  pullIfNeeded,
  startController,
} = require('web/streams/readable_controller');
const { Fifo, kEmptyQueue, kInternal } = require('web/streams/common');

/**
 * The internal slots of a ReadableByteStreamController. The queue's entries are Uint8Arrays, its total
 * is their bytes.
 */
class ByteControllerSlots extends ReadableControllerSlots {
  hasChunk() {
    return this.queue.total > 0;
  }

  /** The first entry of a queue that has one, and what its leaving entails. */
  takeChunk() {
    const view = this.queue.shift();
    this.queue.total -= view.byteLength;
    handleQueueDrain(this);
    return view;
  }

  // https://streams.spec.whatwg.org/#rbs-controller-private-pull
  pullSteps(request) {
    if (this.queue.total > 0) {
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
    this.queue.clear();
    const { cancel, source } = this;
    clearAlgorithms(this);
    return cancel === null ? undefined : cancel(reason, source);
  }

  // https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontroller-releasesteps
  releaseSteps() {
    if (this.pendingPullIntos.length > 0) {
      const first = this.pendingPullIntos.first();
      first.readerType = 'none';
      this.pendingPullIntos.clear();
      this.pendingPullIntos.push(first);
    }
  }

  errorStream(error) {
    errorController(this, error);
  }

  /** The controller that a program's source gets to see. */
  publicController() {
    if (this.wrapper === null) {
      const { ReadableByteStreamController } = require('web/streams/byte_controller');
      this.wrapper = new ReadableByteStreamController(kInternal, this);
    }
    return this.wrapper;
  }
}

function clearPendingPullIntos(controller) {
  invalidateByobRequest(controller);
  controller.pendingPullIntos.clear();
}

function invalidateByobRequest(controller) {
  if (controller.byobRequest === null) return;
  controller.byobRequest.controller = undefined;
  controller.byobRequest.view = null;
  controller.byobRequest = null;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-error */
function errorController(controller, error) {
  if (controller.stream.state !== READABLE) return;
  clearPendingPullIntos(controller);
  controller.queue.clear();
  clearAlgorithms(controller);
  errorStream(controller.stream, error);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-close */
function close(controller) {
  const { stream } = controller;
  if (controller.closeRequested || stream.state !== READABLE) return;
  if (controller.queue.total > 0) {
    controller.closeRequested = true;
    return;
  }
  const first = controller.pendingPullIntos.first();
  if (first !== undefined && first.bytesFilled % first.elementSize !== 0) {
    const error = new ERR_INVALID_STATE.TypeError('Partial read');
    errorController(controller, error);
    throw error;
  }
  clearAlgorithms(controller);
  closeStream(stream);
}

/**
 * https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue
 * Memory is transferred only where a program could see it: bytes that go into the buffer of a read are
 * copied and then freed, and that buffer is nobody's unless there is a BYOB request for it.
 */
function enqueue(controller, chunk, buffer, byteOffset, byteLength) {
  if (!fillDirectly(controller, chunk, buffer, byteOffset, byteLength)) {
    enqueueOwned(controller, new Uint8Array(buffer.transfer(), byteOffset, byteLength));
  }
}

// When a BYOB read waits that takes all of the chunk. Everything that can throw comes before the changes.
function fillDirectly(controller, chunk, buffer, byteOffset, byteLength) {
  const first = controller.pendingPullIntos.first();
  if (first === undefined || first.readerType !== 'byob' || controller.queue.total > 0)
    return false;
  if (controller.byobRequest !== null) return false;
  const filled = first.bytesFilled + byteLength;
  const isEnough = filled >= first.minimumFill;
  if (filled > first.byteLength || (isEnough && filled % first.elementSize !== 0)) return false;
  const isBytes = typedArrayTag.call(chunk) === 'Uint8Array';
  copyBytes(first, isBytes ? chunk : new Uint8Array(buffer, byteOffset, byteLength));
  buffer.transfer(0);
  first.bytesFilled = filled;
  if (isEnough) {
    shiftPullInto(controller);
    commitPullInto(controller.stream, first);
  }
  pullAfterEnqueue(controller);
  return true;
}

/** enqueue() of a Uint8Array whose memory no program has. */
function enqueueOwned(controller, view) {
  const { stream } = controller;
  if (controller.closeRequested || stream.state !== READABLE) return;
  const first = controller.pendingPullIntos.first();
  if (first !== undefined) {
    if (first.buffer.detached) {
      throw new ERR_INVALID_STATE.TypeError('Destination buffer is detached');
    }
    if (controller.byobRequest !== null) {
      invalidateByobRequest(controller);
      first.buffer = first.buffer.transfer();
    }
    if (first.readerType === 'none') enqueueDetachedPullInto(controller, first);
  }
  const { reader } = stream;
  if (reader !== null && !reader.isByob) {
    // 9.1-9.3. What the queue has goes first to the reads that wait.
    while (reader.requests.length > 0 && controller.queue.total > 0) {
      reader.requests.shift().chunk(controller.takeChunk());
    }
    if (reader.requests.length === 0) {
      pushToQueue(controller, view);
    } else {
      if (controller.pendingPullIntos.length > 0) shiftPullInto(controller);
      reader.requests.shift().chunk(view);
    }
  } else {
    pushToQueue(controller, view);
    if (reader !== null) commitFilled(controller, fillPullIntosFromQueue(controller));
  }
  pullAfterEnqueue(controller);
}

// Behind what the descriptor has already.
function copyBytes({ buffer, byteOffset, bytesFilled }, view) {
  new Uint8Array(buffer, byteOffset + bytesFilled, view.byteLength).set(view);
}

function pushToQueue(controller, view) {
  if (controller.queue === kEmptyQueue) controller.queue = new Fifo();
  controller.queue.push(view);
  controller.queue.total += view.byteLength;
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
  pushToQueue(controller, new Uint8Array(clone));
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
  if (controller.queue.total === 0 && controller.closeRequested) {
    clearAlgorithms(controller);
    closeStream(controller.stream);
  } else {
    pullIfNeeded(controller);
  }
}

/**
 * https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor
 * Without the transfer: whatever ended a BYOB request has made one.
 */
function convertPullInto({ buffer, byteOffset, bytesFilled, elementSize, View }) {
  return new View(buffer, byteOffset, bytesFilled / elementSize);
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
  const most = Math.min(controller.queue.total, pullInto.byteLength - pullInto.bytesFilled);
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
    const { byteLength } = head;
    const count = Math.min(remaining, byteLength);
    if (byteLength === count) {
      copyBytes(pullInto, head);
      queue.shift();
    } else {
      const { buffer, byteOffset } = head;
      copyBytes(pullInto, new Uint8Array(buffer, byteOffset, count));
      queue.replaceFirst(new Uint8Array(buffer, byteOffset + count, byteLength - count));
    }
    controller.queue.total -= count;
    pullInto.bytesFilled += count;
    remaining -= count;
  }
  return ready;
}

// ProcessPullIntoDescriptorsUsingQueue
function fillPullIntosFromQueue(controller) {
  const filled = [];
  while (controller.pendingPullIntos.length > 0 && controller.queue.total > 0) {
    const first = controller.pendingPullIntos.first();
    if (!fillFromQueue(controller, first)) break;
    shiftPullInto(controller);
    filled.push(first);
  }
  return filled;
}

/**
 * https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into
 * `memory` is the view's buffer, which costs a call of V8 to ask for.
 */
function pullInto(controller, view, memory, min, request) {
  const { stream } = controller;
  const elementSize = view.BYTES_PER_ELEMENT ?? 1;
  const View = viewClass(view);
  const { byteOffset, byteLength } = view;
  let buffer;
  try {
    buffer = memory.transfer();
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
  if (controller.queue.total > 0) {
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

const uint8ArrayPrototype = Uint8Array.prototype;
const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

// By the kind of array, whatever its class: a Buffer is read into as a Uint8Array.
function viewClass(view) {
  if (Object.getPrototypeOf(view) === uint8ArrayPrototype) return Uint8Array;
  return view instanceof DataView ? DataView : globalThis[typedArrayTag.call(view)];
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond */
function respond(controller, bytesWritten) {
  const first = controller.pendingPullIntos.first();
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
  const first = controller.pendingPullIntos.first();
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
  const first = controller.pendingPullIntos.first();
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
    const first = controller.pendingPullIntos.first();
    const view = new Uint8Array(
      first.buffer,
      first.byteOffset + first.bytesFilled,
      first.byteLength - first.bytesFilled,
    );
    controller.byobRequest = { wrapper: null, controller, view };
  }
  return controller.byobRequest;
}

/** For streams that will be: by a BYOB reader, or since they allocate buffers themselves. */
function expectPullIntos(controller) {
  if (controller.pendingPullIntos === kEmptyQueue) controller.pendingPullIntos = new Fifo();
}

/** Gives `stream` a controller, not started yet. */
function makeByteController(stream, highWaterMark, autoAllocateChunkSize) {
  const controller = (stream.controller = new ByteControllerSlots(stream, highWaterMark, null));
  controller.autoAllocateChunkSize = autoAllocateChunkSize;
  if (autoAllocateChunkSize !== undefined) expectPullIntos(controller);
  return controller;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream */
function createByteReadable(pull, cancel, highWaterMark = 0) {
  const stream = new ReadableSlots(null);
  const controller = makeByteController(stream, highWaterMark, undefined);
  controller.pull = pull;
  controller.cancel = cancel;
  startController(controller);
  return stream;
}

module.exports = {
  ByteControllerSlots,
  close,
  createByteReadable,
  enqueue,
  enqueueOwned,
  errorController,
  expectPullIntos,
  getByobRequest,
  makeByteController,
  pullInto,
  respond,
  respondWithNewView,
};

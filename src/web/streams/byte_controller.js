'use strict';

// https://streams.spec.whatwg.org/#rbs-controller-class and #rs-byob-request-class

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const ops = require('web/streams/byte_ops');
const { READABLE } = require('web/streams/readable_ops');
const { desiredSize, startController, useSource } = require('web/streams/readable_controller');
const {
  defineInspect,
  finishInterface,
  isObject,
  kInternal,
  throwInvalidThis,
} = require('web/streams/common');

let slotsOfController;
let slotsOfRequest;

class ReadableByteStreamController {
  #slots;

  constructor(guard = undefined, slots = undefined) {
    if (guard !== kInternal) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#slots = slots;
  }

  get byobRequest() {
    const request = ops.getByobRequest(requireController(this));
    if (request === null) return null;
    return (request.wrapper ??= new ReadableStreamBYOBRequest(kInternal, request));
  }

  get desiredSize() {
    return desiredSize(requireController(this));
  }

  close() {
    const slots = requireController(this);
    if (slots.closeRequested || slots.stream.state !== READABLE) throw closedError();
    ops.close(slots);
  }

  enqueue(chunk) {
    const slots = requireController(this);
    if (!ArrayBuffer.isView(chunk)) {
      throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], chunk);
    }
    const buffer = unsharedBuffer(chunk);
    const { byteOffset, byteLength } = chunk;
    // 1-3. A view of an empty or detached buffer is empty, too.
    if (byteLength === 0) throw new ERR_INVALID_STATE.TypeError('Chunk is empty');
    if (slots.closeRequested || slots.stream.state !== READABLE) throw closedError();
    ops.enqueue(slots, chunk, buffer, byteOffset, byteLength);
  }

  error(reason = undefined) {
    ops.errorController(requireController(this), reason);
  }

  static {
    slotsOfController = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

function closedError() {
  return new ERR_INVALID_STATE.TypeError('Controller is already closed');
}

/** A view's buffer. Web IDL: without [AllowShared], memory that other threads see is refused. */
function unsharedBuffer(view) {
  const { buffer } = view;
  if (buffer instanceof ArrayBuffer) return buffer;
  throw new ERR_INVALID_ARG_VALUE('view', view, 'must not be backed by shared memory');
}

function requireController(value) {
  const slots = slotsOfController(value);
  if (slots === undefined) throwInvalidThis('ReadableByteStreamController');
  return slots;
}

class ReadableStreamBYOBRequest {
  #slots;

  constructor(guard = undefined, slots = undefined) {
    if (guard !== kInternal) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#slots = slots;
  }

  get view() {
    return requireRequest(this).view;
  }

  respond(bytesWritten) {
    const slots = requireRequest(this);
    if (arguments.length === 0) {
      const { ERR_MISSING_ARGS } = require('runtime/errors');
      throw new ERR_MISSING_ARGS('bytesWritten');
    }
    const count = Math.trunc(Number(bytesWritten));
    if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER)) {
      throw new ERR_INVALID_ARG_VALUE('bytesWritten', bytesWritten);
    }
    if (slots.controller === undefined) throw invalidatedError();
    if (slots.view.buffer.detached) {
      throw new ERR_INVALID_STATE.TypeError('Viewed ArrayBuffer is detached');
    }
    ops.respond(slots.controller, count);
  }

  respondWithNewView(view) {
    const slots = requireRequest(this);
    if (!ArrayBuffer.isView(view)) {
      throw new ERR_INVALID_ARG_TYPE('view', ['Buffer', 'TypedArray', 'DataView'], view);
    }
    const buffer = unsharedBuffer(view);
    if (slots.controller === undefined) throw invalidatedError();
    if (buffer.detached) {
      throw new ERR_INVALID_STATE.TypeError('Viewed ArrayBuffer is detached');
    }
    ops.respondWithNewView(slots.controller, view);
  }

  static {
    slotsOfRequest = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

function invalidatedError() {
  return new ERR_INVALID_STATE.TypeError('This BYOB request has been invalidated');
}

function requireRequest(value) {
  const slots = slotsOfRequest(value);
  if (slots === undefined) throwInvalidThis('ReadableStreamBYOBRequest');
  return slots;
}

// SetUpReadableByteStreamControllerFromUnderlyingSource
function setUpFromSource(stream, underlyingSource, source, highWaterMark) {
  const { autoAllocateChunkSize } = source;
  if (autoAllocateChunkSize === 0) {
    throw new ERR_INVALID_ARG_VALUE('source.autoAllocateChunkSize', autoAllocateChunkSize);
  }
  const controller = ops.makeByteController(stream, highWaterMark, autoAllocateChunkSize);
  useSource(controller, underlyingSource, source.pull, source.cancel);
  startController(controller, source.start, underlyingSource);
}

finishInterface(ReadableByteStreamController, [
  'byobRequest',
  'close',
  'desiredSize',
  'enqueue',
  'error',
]);
finishInterface(ReadableStreamBYOBRequest, ['respond', 'respondWithNewView', 'view']);
defineInspect(ReadableByteStreamController, () => ({}));
defineInspect(ReadableStreamBYOBRequest, (request) => ({ view: request.view }));

module.exports = {
  ReadableByteStreamController,
  ReadableStreamBYOBRequest,
  unsharedBuffer,
  setUpFromSource,
};

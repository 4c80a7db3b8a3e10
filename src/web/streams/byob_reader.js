'use strict';

// https://streams.spec.whatwg.org/#byob-reader-class

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
  ERR_OUT_OF_RANGE,
} = require('runtime/errors');
const ops = require('web/streams/readable_ops');
const { ByteControllerSlots, expectPullIntos, pullInto } = require('web/streams/byte_ops');
const { unsharedBuffer } = require('web/streams/byte_controller');
const { detachedError, publicReadable, readableSlots } = require('web/streams/readable_stream');
const { toDictionary } = require('web/streams/dictionaries');
const {
  Deferred,
  defineInspect,
  finishInterface,
  isObject,
  rejectInvalidThis,
  rejectPromise,
  throwInvalidThis,
} = require('web/streams/common');

/** https://streams.spec.whatwg.org/#set-up-readable-stream-byob-reader */
function acquireByobReader(stream) {
  if (stream.reader !== null) throw ops.lockedError();
  if (!(stream.controller instanceof ByteControllerSlots)) {
    throw new ERR_INVALID_ARG_VALUE('stream', publicReadable(stream), 'must be a byte stream');
  }
  expectPullIntos(stream.controller);
  return new ops.ReaderSlots(stream, true);
}

/** https://streams.spec.whatwg.org/#readable-stream-byob-reader-read */
function readInto(reader, view, buffer, min, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === ops.ERRORED) request.error(stream.storedError);
  else pullInto(stream.controller, view, buffer, min, request);
}

/** https://streams.spec.whatwg.org/#dictdef-readablestreambyobreaderreadoptions */
function readMinimum(options) {
  const { min = 1 } = toDictionary(options, 'options');
  const count = Math.trunc(Number(min));
  if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER)) {
    throw new ERR_INVALID_ARG_VALUE('options.min', count);
  }
  return count;
}

let slotsOf;
const className = 'ReadableStreamBYOBReader';

class ReadableStreamBYOBReader {
  #slots;

  constructor(stream) {
    const slots = readableSlots(stream);
    if (slots === undefined) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
    this.#slots = acquireByobReader(slots);
  }

  get closed() {
    const slots = slotsOf(this);
    if (slots === undefined) return rejectInvalidThis(className);
    return ops.closedPromise(slots);
  }

  cancel(reason = undefined) {
    const slots = slotsOf(this);
    if (slots === undefined) return rejectInvalidThis(className);
    if (slots.stream === null) return rejectPromise(detachedError());
    return ops.cancelStream(slots.stream, reason);
  }

  read(view, options = undefined) {
    try {
      const slots = slotsOf(this);
      if (slots === undefined) throwInvalidThis(className);
      if (!ArrayBuffer.isView(view)) {
        throw new ERR_INVALID_ARG_TYPE('view', ['Buffer', 'TypedArray', 'DataView'], view);
      }
      const buffer = unsharedBuffer(view);
      const min = options === undefined ? 1 : readMinimum(options);
      // 1-6.
      if (view.byteLength === 0) {
        throw new ERR_INVALID_STATE.TypeError(
          'View or Viewed ArrayBuffer is zero-length or detached',
        );
      }
      if (min === 0) throw new ERR_INVALID_ARG_VALUE('options.min', min, 'must be greater than 0');
      if (min > 1 && min > (view instanceof DataView ? view.byteLength : view.length)) {
        throw new ERR_OUT_OF_RANGE('options.min', '<= view.length', min);
      }
      if (slots.stream === null) throw detachedError();
      const request = new Deferred();
      readInto(slots, view, buffer, min, request);
      return request.promise;
    } catch (error) {
      return rejectPromise(error);
    }
  }

  releaseLock() {
    const slots = slotsOf(this);
    if (slots === undefined) throwInvalidThis(className);
    if (slots.stream !== null) ops.releaseReader(slots);
  }

  static {
    slotsOf = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

finishInterface(ReadableStreamBYOBReader, ['cancel', 'closed', 'read', 'releaseLock']);
defineInspect(ReadableStreamBYOBReader, (reader) => {
  const slots = slotsOf(reader);
  return {
    stream: slots.stream && publicReadable(slots.stream),
    readIntoRequests: slots.requests.length,
    close: ops.closedPromise(slots),
  };
});

module.exports = { ReadableStreamBYOBReader, acquireByobReader, readInto };

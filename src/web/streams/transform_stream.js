'use strict';

// https://streams.spec.whatwg.org/#ts-class

const { ERR_ILLEGAL_CONSTRUCTOR } = require('runtime/errors');
const ops = require('web/streams/transform_ops');
const { publicReadable } = require('web/streams/readable_stream');
const { publicWritable } = require('web/streams/writable_stream');
const {
  readStrategy,
  readTransformer,
  requireObjectOrMissing,
} = require('web/streams/dictionaries');
const { extractHighWaterMark, extractSize } = require('web/streams/strategies');
const { kClone, kTransfer } = require('runtime/symbols');
const {
  callbackResult,
  callingOnce,
  callOnce,
  defineInspect,
  finishInterface,
  isObject,
  kInternal,
  rejectPromise,
  throwInvalidThis,
} = require('web/streams/common');

let slotsOfStream;
let slotsOfController;

class TransformStream {
  #slots;

  constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
    if (transformer === kInternal) {
      this.#slots = writableStrategy;
      return;
    }
    // The arguments in Web IDL's order: the transformer is looked into last.
    requireObjectOrMissing(transformer, 'transformer');
    const writableInit = readStrategy(writableStrategy, 'writableStrategy');
    const readableInit = readStrategy(readableStrategy, 'readableStrategy');
    const { cancel, flush, start, transform } = readTransformer(transformer);
    // 5-8.
    const readableHighWaterMark = extractHighWaterMark(readableInit, 0);
    const readableSize = extractSize(readableInit);
    const writableHighWaterMark = extractHighWaterMark(writableInit, 1);
    const writableSize = extractSize(writableInit);
    const slots = (this.#slots = ops.createTransform(
      writableHighWaterMark,
      writableSize,
      readableHighWaterMark,
      readableSize,
    ));
    const { controller } = slots;
    if (transform !== undefined) {
      controller.transformer = transformer;
      controller.transformMethod = transform;
      controller.transform = transformChunk;
    }
    if (flush !== undefined) controller.flush = flushing(flush, transformer, controller);
    if (cancel !== undefined) controller.cancel = callingOnce(cancel, transformer);
    // 12-13.
    const starting = new ops.TransformStart(slots);
    if (start !== undefined) {
      starting.settle(Reflect.apply(start, transformer, [publicController(controller)]));
    }
  }

  get readable() {
    return publicReadable(requireStream(this).readable);
  }

  get writable() {
    return publicWritable(requireStream(this).writable);
  }

  [kClone]() {
    throw require('web/messaging/transfer').dataCloneError(); // it can only move
  }

  [kTransfer]() {
    return require('web/streams/transfer').sendTransform(requireStream(this));
  }

  static {
    slotsOfStream = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

function transformChunk(chunk, controller) {
  let result;
  try {
    result = Reflect.apply(controller.transformMethod, controller.transformer, [
      chunk,
      publicController(controller),
    ]);
  } catch (error) {
    return rejectPromise(error);
  }
  return callbackResult(result);
}

function flushing(flush, transformer, controller) {
  return () => callOnce(flush, transformer, publicController(controller));
}

function requireStream(value) {
  const slots = slotsOfStream(value);
  if (slots === undefined) throwInvalidThis('TransformStream');
  return slots;
}

/** A TransformStream of two streams (slots) that came from elsewhere. */
function transformFromSides(readable, writable) {
  return new TransformStream(kInternal, { readable, writable, backpressure: undefined });
}

class TransformStreamDefaultController {
  #slots;

  constructor(guard = undefined, slots = undefined) {
    if (guard !== kInternal) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#slots = slots;
  }

  get desiredSize() {
    return ops.desiredSize(requireController(this));
  }

  enqueue(chunk = undefined) {
    ops.enqueue(requireController(this), chunk);
  }

  error(reason = undefined) {
    ops.errorTransform(requireController(this).stream, reason);
  }

  terminate() {
    ops.terminate(requireController(this));
  }

  static {
    slotsOfController = (value) => (isObject(value) && #slots in value ? value.#slots : undefined);
  }
}

function requireController(value) {
  const slots = slotsOfController(value);
  if (slots === undefined) throwInvalidThis('TransformStreamDefaultController');
  return slots;
}

function publicController(slots) {
  return (slots.wrapper ??= new TransformStreamDefaultController(kInternal, slots));
}

finishInterface(TransformStream, ['readable', 'writable']);
finishInterface(TransformStreamDefaultController, ['desiredSize', 'enqueue', 'error', 'terminate']);
defineInspect(TransformStream, (stream) => ({
  readable: stream.readable,
  writable: stream.writable,
  backpressure: requireStream(stream).backpressure,
}));
defineInspect(TransformStreamDefaultController, (controller) => {
  return { stream: new TransformStream(kInternal, requireController(controller).stream) };
});

module.exports = {
  TransformStream,
  TransformStreamDefaultController,
  transformFromSides,
};

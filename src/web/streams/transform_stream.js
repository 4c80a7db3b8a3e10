'use strict';

// https://streams.spec.whatwg.org/#ts-class

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
} = require('runtime/errors');
const ops = require('web/streams/transform_ops');
const { publicReadable } = require('web/streams/readable_stream');
const { publicWritable } = require('web/streams/writable_stream');
const { extractHighWaterMark, extractSize, readStrategy } = require('web/streams/strategies');
const { kClone, kTransfer } = require('runtime/symbols');
const {
  callOnce,
  callToPromise,
  callbackMember,
  defineInspect,
  finishInterface,
  isObject,
  kInternal,
  requireObjectOrMissing,
  toDictionary,
  withResolvers,
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
    const dictionary = toDictionary(transformer, 'transformer');
    const cancel = callbackMember(dictionary, 'cancel', 'transformer');
    const flush = callbackMember(dictionary, 'flush', 'transformer');
    const { readableType } = dictionary;
    const start = callbackMember(dictionary, 'start', 'transformer');
    const transform = callbackMember(dictionary, 'transform', 'transformer');
    const { writableType } = dictionary;
    if (readableType !== undefined) {
      throw new ERR_INVALID_ARG_VALUE.RangeError('transformer.readableType', readableType);
    }
    if (writableType !== undefined) {
      throw new ERR_INVALID_ARG_VALUE.RangeError('transformer.writableType', writableType);
    }
    // 5-8.
    const readableHighWaterMark = extractHighWaterMark(readableInit, 0);
    const readableSize = extractSize(readableInit);
    const writableHighWaterMark = extractHighWaterMark(writableInit, 1);
    const writableSize = extractSize(writableInit);
    const started = withResolvers();
    const slots = (this.#slots = ops.createTransform(
      () => started.promise,
      writableHighWaterMark,
      writableSize,
      readableHighWaterMark,
      readableSize,
    ));
    const { controller } = slots;
    if (transform) {
      controller.transform = (chunk) => {
        return callToPromise(transform, transformer, chunk, publicController(controller));
      };
    }
    if (flush) {
      controller.flush = () => callOnce(flush, transformer, publicController(controller));
    }
    if (cancel) controller.cancel = (reason) => callOnce(cancel, transformer, reason);
    // 12-13.
    started.resolve(
      start ? Reflect.apply(start, transformer, [publicController(controller)]) : undefined,
    );
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

function requireStream(value) {
  const slots = slotsOfStream(value);
  if (slots === undefined) throw new ERR_INVALID_THIS('TransformStream');
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
  if (slots === undefined) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
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

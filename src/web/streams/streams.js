'use strict';

// https://streams.spec.whatwg.org/ : all interfaces, and what the rest of Gyre needs of streams.
// Each interface is loaded when it is first asked for.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');

const files = {
  ReadableStream: 'readable_stream',
  ReadableStreamDefaultReader: 'readable_stream',
  ReadableStreamBYOBReader: 'byob_reader',
  ReadableStreamBYOBRequest: 'byte_controller',
  ReadableByteStreamController: 'byte_controller',
  ReadableStreamDefaultController: 'default_controller',
  TransformStream: 'transform_stream',
  TransformStreamDefaultController: 'transform_stream',
  WritableStream: 'writable_stream',
  WritableStreamDefaultWriter: 'writable_stream',
  WritableStreamDefaultController: 'writable_stream',
  ByteLengthQueuingStrategy: 'strategies',
  CountQueuingStrategy: 'strategies',
  TextEncoderStream: 'encoding_streams',
  TextDecoderStream: 'encoding_streams',
  CompressionStream: 'compression_streams',
  DecompressionStream: 'compression_streams',
};

for (const name of Object.keys(files)) {
  Object.defineProperty(exports, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = require(`web/streams/${files[name]}`)[name];
      Object.defineProperty(exports, name, { enumerable: true, value });
      return value;
    },
  });
}

/** Names of all interfaces of the standard. */
exports.interfaceNames = Object.keys(files);

/** tee(), with chunks cloned for the second branch where a standard asks for that. */
exports.ReadableStreamTee = function ReadableStreamTee(stream, cloneForBranch2 = false) {
  const { publicReadable, readableSlots } = require('web/streams/readable_stream');
  const slots = readableSlots(stream);
  if (slots === undefined) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
  return require('web/streams/tee').tee(slots, !!cloneForBranch2).map(publicReadable);
};
Object.defineProperty(exports.ReadableStreamTee, 'length', { value: 1 });

/** A promise of the end of a ReadableStream or WritableStream; undefined for anything else. */
exports.closedPromiseOf = function closedPromiseOf(stream) {
  return slotsOf(stream)?.over();
};

/** Puts a stream into its error state. */
exports.errorStream = function errorStream(stream, error) {
  slotsOf(stream)?.controller.errorStream(error);
};

function slotsOf(stream) {
  const { readableSlots } = require('web/streams/readable_stream');
  const { writableSlots } = require('web/streams/writable_stream');
  return readableSlots(stream) ?? writableSlots(stream);
}

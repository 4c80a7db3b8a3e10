// node:stream
'use strict';

const { Stream } = require('modules/stream/legacy');
const kind = require('modules/stream/stream_kind');
const { isUint8Array, viewToBuffer } = require('modules/stream/bytes');
const { getDefaultHighWaterMark, setDefaultHighWaterMark } =
  require('modules/stream/high_water_mark');
const { Readable } = require('modules/stream/readable');
const { Writable } = require('modules/stream/writable');
const Duplex = require('modules/stream/duplex');
const Transform = require('modules/stream/transform');
const PassThrough = require('modules/stream/passthrough');
const { duplexPair } = require('modules/stream/duplex_pair');
const { destroyer } = require('modules/stream/destroy');
const { finished, finishedPromise } = require('modules/stream/end_of_stream');
const { pipeline, pipelinePromise } = require('modules/stream/pipeline');
const { compose } = require('modules/stream/compose');
const { addAbortSignal } = require('modules/stream/add_abort_signal');

// The module is the base class itself, as it was before there were others.
module.exports = Object.assign(Stream, {
  isDestroyed: kind.isDestroyed,
  isDisturbed: kind.isDisturbed,
  isErrored: kind.isErrored,
  isReadable: kind.isReadable,
  isWritable: kind.isWritable,
  Readable,
  Writable,
  Duplex,
  Transform,
  PassThrough,
  duplexPair,
  pipeline,
  addAbortSignal,
  finished,
  destroy: destroyer,
  compose,
  setDefaultHighWaterMark,
  getDefaultHighWaterMark,
});

Object.defineProperty(Stream, 'promises', {
  configurable: true,
  enumerable: true,
  get() {
    return require('node:stream/promises');
  },
});

const customPromisify = Symbol.for('nodejs.util.promisify.custom');
Object.defineProperty(pipeline, customPromisify, { enumerable: true, value: pipelinePromise });
Object.defineProperty(finished, customPromisify, { enumerable: true, value: finishedPromise });

Object.assign(Stream, {
  Stream,
  _isArrayBufferView: ArrayBuffer.isView,
  _isUint8Array: isUint8Array,
  _uint8ArrayToBuffer: viewToBuffer,
});

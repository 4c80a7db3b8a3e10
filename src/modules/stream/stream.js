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
const { destroyer } = require('modules/stream/destroy');

/** A function that is loaded with its file when it is first called. */
function deferred(file, name, length) {
  const call = {
    [name](...args) {
      return require(`modules/stream/${file}`)[name](...args);
    },
  }[name];
  return Object.defineProperty(call, 'length', { configurable: true, value: length });
}

const pipeline = deferred('pipeline', 'pipeline', 0);
const finished = deferred('end_of_stream', 'finished', 3);

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
  duplexPair: deferred('duplex_pair', 'duplexPair', 1),
  pipeline,
  addAbortSignal: deferred('add_abort_signal', 'addAbortSignal', 2),
  finished,
  destroy: destroyer,
  compose: deferred('compose', 'compose', 0),
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

// util.promisify() makes those of node:stream/promises of them.
for (const fn of [pipeline, finished]) {
  Object.defineProperty(fn, Symbol.for('nodejs.util.promisify.custom'), {
    enumerable: true,
    get: () => require('node:stream/promises')[fn.name],
  });
}

Object.assign(Stream, {
  Stream,
  _isArrayBufferView: ArrayBuffer.isView,
  _isUint8Array: isUint8Array,
  _uint8ArrayToBuffer: viewToBuffer,
});

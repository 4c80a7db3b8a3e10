'use strict';

// Web IDL: what the arguments of the interfaces are converted to. The members of a dictionary are
// read in the order of their names. Errors are made in functions of their own: what is left V8 makes a part of
// the constructors.

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { isObject } = require('web/streams/common');

/** The first argument of constructors is an object, or missing. */
function requireObjectOrMissing(value, name) {
  if (value !== undefined && !isObject(value)) throwNotObject(value, name);
}

function throwNotObject(value, name) {
  throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
}

// Stands for a missing dictionary; nobody writes to it.
const kMissing = {};

/** A dictionary is an object, or missing. */
function toDictionary(value, name) {
  if (value === undefined || value === null) return kMissing;
  if (!isObject(value)) throwNotObject(value, name);
  return value;
}

/**
 * A member that is a callback function, or missing. The caller takes it out of the dictionary: by one name
 * at one place V8 does so without a look-up.
 */
function callback(value, name) {
  if (value !== undefined && typeof value !== 'function') throwNotFunction(value, name);
  return value;
}

function throwNotFunction(value, name) {
  throw new ERR_INVALID_ARG_TYPE(name, 'Function', value);
}

/** https://streams.spec.whatwg.org/#dictdef-underlyingsource */
function readSource(underlyingSource) {
  const source = toDictionary(underlyingSource, 'source');
  const givenSize = source.autoAllocateChunkSize;
  const autoAllocateChunkSize = givenSize === undefined ? undefined : enforceRange(givenSize);
  const cancel = callback(source.cancel, 'source.cancel');
  const pull = callback(source.pull, 'source.pull');
  const start = callback(source.start, 'source.start');
  const { type } = source;
  const isBytes = type !== undefined && (type === 'bytes' || convertsToBytes(type));
  return { autoAllocateChunkSize, cancel, pull, start, isBytes };
}

function convertsToBytes(type) {
  const text = `${type}`;
  if (text !== 'bytes') throw new ERR_INVALID_ARG_VALUE('source.type', text);
  return true;
}

// Web IDL: [EnforceRange] unsigned long long
function enforceRange(value) {
  const number = Math.trunc(Number(value));
  if (!(number >= 0 && number <= Number.MAX_SAFE_INTEGER)) {
    throw new ERR_INVALID_ARG_VALUE('source.autoAllocateChunkSize', value);
  }
  return number;
}

/** https://streams.spec.whatwg.org/#dictdef-underlyingsink */
function readSink(underlyingSink) {
  const sink = toDictionary(underlyingSink, 'sink');
  const abort = callback(sink.abort, 'sink.abort');
  const close = callback(sink.close, 'sink.close');
  const start = callback(sink.start, 'sink.start');
  const { type } = sink;
  const write = callback(sink.write, 'sink.write');
  if (type !== undefined) throwReserved('type', type);
  return { abort, close, start, write };
}

/** A member that the standard keeps for later. */
function throwReserved(name, value) {
  throw new ERR_INVALID_ARG_VALUE.RangeError(name, value);
}

/** https://streams.spec.whatwg.org/#dictdef-transformer */
function readTransformer(transformer) {
  const dictionary = toDictionary(transformer, 'transformer');
  const cancel = callback(dictionary.cancel, 'transformer.cancel');
  const flush = callback(dictionary.flush, 'transformer.flush');
  const { readableType } = dictionary;
  const start = callback(dictionary.start, 'transformer.start');
  const transform = callback(dictionary.transform, 'transformer.transform');
  const { writableType } = dictionary;
  if (readableType !== undefined) throwReserved('transformer.readableType', readableType);
  if (writableType !== undefined) throwReserved('transformer.writableType', writableType);
  return { cancel, flush, start, transform };
}

const kDefaultStrategy = { highWaterMark: undefined, size: undefined };

/** https://streams.spec.whatwg.org/#dictdef-queuingstrategy */
function readStrategy(value, name = 'strategy') {
  return value === undefined ? kDefaultStrategy : readGivenStrategy(value, name);
}

function readGivenStrategy(value, name) {
  const dictionary = toDictionary(value, name);
  const highWaterMark =
    dictionary.highWaterMark === undefined ? undefined : Number(dictionary.highWaterMark);
  const { size } = dictionary;
  if (size !== undefined && typeof size !== 'function') {
    throw new ERR_INVALID_ARG_TYPE(`${name}.size`, 'Function', size);
  }
  return { highWaterMark, size };
}

/** https://streams.spec.whatwg.org/#dictdef-streampipeoptions */
function readPipeOptions(value) {
  const options = toDictionary(value, 'options');
  const preventAbort = !!options.preventAbort;
  const preventCancel = !!options.preventCancel;
  const preventClose = !!options.preventClose;
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ERR_INVALID_ARG_TYPE('options.signal', 'AbortSignal', signal);
  }
  return { preventAbort, preventCancel, preventClose, signal };
}

module.exports = {
  readPipeOptions,
  readSink,
  readSource,
  readStrategy,
  readTransformer,
  requireObjectOrMissing,
  toDictionary,
};

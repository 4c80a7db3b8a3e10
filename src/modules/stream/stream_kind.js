'use strict';

// What kind of stream a value is and what has become of it. Everything here looks at behaviour,
// not at classes: streams of user-land packages, HTTP messages and web streams count too.

const kDestroyed = Symbol.for('nodejs.stream.destroyed');
const kDisturbed = Symbol.for('nodejs.stream.disturbed');
const kErrored = Symbol.for('nodejs.stream.errored');
const kReadable = Symbol.for('nodejs.stream.readable');
const kWritable = Symbol.for('nodejs.stream.writable');

const isFunction = (value) => typeof value === 'function';

/** Any stream of the node:stream kind (or an old one with on() and pipe() or write()). */
function isNodeStream(value) {
  return (
    !!value &&
    (!!value._readableState ||
      !!value._writableState ||
      (isFunction(value.on) && (isFunction(value.write) || isFunction(value.pipe))))
  );
}

/** `strict` also asks for pause() and resume(). */
function isReadableNodeStream(value, strict = false) {
  return (
    !!value &&
    isFunction(value.pipe) &&
    isFunction(value.on) &&
    (!strict || (isFunction(value.pause) && isFunction(value.resume))) &&
    (!value._writableState || value._readableState?.readable !== false) &&
    (!value._writableState || !!value._readableState)
  );
}

function isWritableNodeStream(value) {
  return (
    !!value &&
    isFunction(value.write) &&
    isFunction(value.on) &&
    (!value._readableState || value._writableState?.writable !== false)
  );
}

function isDuplexNodeStream(value) {
  return (
    !!value &&
    isFunction(value.pipe) &&
    !!value._readableState &&
    isFunction(value.on) &&
    isFunction(value.write)
  );
}

function isReadableStream(value) {
  return (
    !!value &&
    !isNodeStream(value) &&
    isFunction(value.pipeThrough) &&
    isFunction(value.getReader) &&
    isFunction(value.cancel)
  );
}

function isWritableStream(value) {
  return !!value && !isNodeStream(value) && isFunction(value.getWriter) && isFunction(value.abort);
}

function isTransformStream(value) {
  return (
    !!value &&
    !isNodeStream(value) &&
    typeof value.readable === 'object' &&
    typeof value.writable === 'object'
  );
}

function isWebStream(value) {
  return isReadableStream(value) || isWritableStream(value) || isTransformStream(value);
}

/** `isAsync` true or false asks for that kind; without it either will do. */
function isIterable(value, isAsync) {
  if (value == null) return false;
  if (isAsync === true) return isFunction(value[Symbol.asyncIterator]);
  if (isAsync === false) return isFunction(value[Symbol.iterator]);
  return isFunction(value[Symbol.asyncIterator]) || isFunction(value[Symbol.iterator]);
}

/** null if `stream` is no stream. */
function isDestroyed(stream) {
  if (!isNodeStream(stream)) return null;
  const state = stream._writableState || stream._readableState;
  return !!(stream.destroyed || stream[kDestroyed] || state?.destroyed);
}

/** Whether 'finish' came, or (unless strict) will come without doubt; null if unknown. */
function isWritableFinished(stream, strict) {
  if (!isWritableNodeStream(stream)) return null;
  if (stream.writableFinished === true) return true;
  const w = stream._writableState;
  if (w?.errored) return false;
  if (typeof w?.finished !== 'boolean') return null;
  return w.finished || (strict === false && w.ended === true && w.length === 0);
}

function isWritableEnded(stream) {
  if (!isWritableNodeStream(stream)) return null;
  if (stream.writableEnded === true) return true;
  const w = stream._writableState;
  if (w?.errored) return false;
  return typeof w?.ended === 'boolean' ? w.ended : null;
}

/** Whether 'end' came, or (unless strict) all data is read; null if unknown. */
function isReadableFinished(stream, strict) {
  if (!isReadableNodeStream(stream)) return null;
  const r = stream._readableState;
  if (r?.errored) return false;
  if (typeof r?.endEmitted !== 'boolean') return null;
  return r.endEmitted || (strict === false && r.ended === true && r.length === 0);
}

/** null if the stream cannot tell. */
function isReadable(stream) {
  if (stream && stream[kReadable] != null) return stream[kReadable];
  if (typeof stream?.readable !== 'boolean') return null;
  if (isDestroyed(stream)) return false;
  return isReadableNodeStream(stream) && stream.readable && !isReadableFinished(stream);
}

function isWritable(stream) {
  if (stream && stream[kWritable] != null) return stream[kWritable];
  if (typeof stream?.writable !== 'boolean') return null;
  if (isDestroyed(stream)) return false;
  return isWritableNodeStream(stream) && stream.writable && !isWritableEnded(stream);
}

/** Whether nothing more will come of the side(s) that `options` does not exclude. */
function isFinished(stream, options) {
  if (!isNodeStream(stream)) return null;
  if (isDestroyed(stream)) return true;
  if (options?.readable !== false && isReadable(stream)) return false;
  if (options?.writable !== false && isWritable(stream)) return false;
  return true;
}

function writableError(stream) {
  if (!isNodeStream(stream)) return null;
  if (stream.writableErrored) return stream.writableErrored;
  return stream._writableState?.errored ?? null;
}

function readableError(stream) {
  if (!isNodeStream(stream)) return null;
  if (stream.readableErrored) return stream.readableErrored;
  return stream._readableState?.errored ?? null;
}

function isClosed(stream) {
  if (!isNodeStream(stream)) return null;
  if (typeof stream.closed === 'boolean') return stream.closed;
  const { _writableState: w, _readableState: r } = stream;
  if (typeof w?.closed === 'boolean' || typeof r?.closed === 'boolean') {
    return w?.closed || r?.closed;
  }
  if (typeof stream._closed === 'boolean' && isOutgoingMessage(stream)) return stream._closed;
  return null;
}

function isOutgoingMessage(stream) {
  return (
    typeof stream._closed === 'boolean' &&
    typeof stream._defaultKeepAlive === 'boolean' &&
    typeof stream._removedConnection === 'boolean' &&
    typeof stream._removedContLen === 'boolean'
  );
}

function isServerResponse(stream) {
  return typeof stream._sent100 === 'boolean' && isOutgoingMessage(stream);
}

function isServerRequest(stream) {
  return (
    typeof stream._dumped === 'boolean' &&
    typeof stream.complete === 'boolean' &&
    stream.req === undefined
  );
}

/** A client request of the `request` package's kind. */
function isRequest(stream) {
  return !!stream && isFunction(stream.setHeader) && isFunction(stream.abort);
}

/** Whether 'close' can be relied on. */
function willEmitClose(stream) {
  if (!isNodeStream(stream)) return null;
  const state = stream._writableState || stream._readableState;
  return (
    (!state && isServerResponse(stream)) ||
    !!(state?.autoDestroy && state.emitClose && state.closed === false)
  );
}

/** Whether data was read from it, or it was cancelled. */
function isDisturbed(stream) {
  return !!(stream && (stream[kDisturbed] ?? (stream.readableDidRead || stream.readableAborted)));
}

function isErrored(stream) {
  return !!(
    stream &&
    (stream[kErrored] ??
      stream.readableErrored ??
      stream.writableErrored ??
      stream._readableState?.errorEmitted ??
      stream._writableState?.errorEmitted ??
      stream._readableState?.errored ??
      stream._writableState?.errored)
  );
}

module.exports = {
  isClosed,
  isDestroyed,
  isDisturbed,
  isDuplexNodeStream,
  isErrored,
  isFinished,
  isIterable,
  isNodeStream,
  isReadable,
  isReadableFinished,
  isReadableNodeStream,
  isReadableStream,
  isRequest,
  isServerRequest,
  isTransformStream,
  isWebStream,
  isWritable,
  isWritableEnded,
  isWritableFinished,
  isWritableNodeStream,
  isWritableStream,
  kDestroyed,
  kDisturbed,
  kErrored,
  kReadable,
  kWritable,
  readableError,
  willEmitClose,
  writableError,
};

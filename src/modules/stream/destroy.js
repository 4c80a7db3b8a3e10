'use strict';

// How a stream comes to life and ends, whichever sides it has: construction, destruction, and the
// path of an error from where it happens to the 'error' event.

const {
  AUTO_DESTROY,
  CLOSED,
  CLOSE_EMITTED,
  CONSTRUCTED,
  DESTROYED,
  EMIT_CLOSE,
  ERRORED,
  ERROR_EMITTED,
} = require('modules/stream/state_bits');
const { AbortError, aggregateTwoErrors, ERR_MULTIPLE_CALLBACK } = require('runtime/errors');

// While _construct() runs: what shall happen when it is done.
const kConstruction = Symbol('construction');

/** Remembers the first error of a side. */
function recordError(state, error) {
  if (state && state.failure === null) {
    state.failure = error;
    state.bits |= ERRORED;
  }
}

function setBits(r, w, bits) {
  if (r) r.bits |= bits;
  if (w) w.bits |= bits;
}

function eitherHas(r, w, bits) {
  return ((r ? r.bits : 0) | (w ? w.bits : 0)) & bits;
}

// Reading `stack` makes the engine render it now. An error that is kept for long would otherwise
// keep alive everything that its frames refer to.
function settleStack(error) {
  void error.stack;
}

/**
 * The destroy() of every stream: releases resources through _destroy(), then emits 'error' (if
 * there is one) and 'close'.
 */
function destroy(error, callback) {
  const r = this._readableState;
  const w = this._writableState;
  const main = w || r;
  if (eitherHas(r, w, DESTROYED)) {
    if (typeof callback === 'function') callback();
    return this;
  }
  if (error) {
    settleStack(error);
    recordError(w, error);
    recordError(r, error);
  }
  setBits(r, w, DESTROYED);
  if (main && !(main.bits & CONSTRUCTED)) {
    // Half-made resources cannot be released: wait until _construct() has finished.
    const construction = (this[kConstruction] ||= { ready: [], afterwards: null });
    const afterwards = (late) => {
      runDestroy(this, late ? aggregateTwoErrors(late, error) : error, callback);
    };
    construction.afterwards = afterwards;
  } else {
    runDestroy(this, error, callback);
  }
  return this;
}

function runDestroy(stream, error, callback) {
  let called = false;
  function onDestroyed(failure) {
    if (called) return;
    called = true;
    const r = stream._readableState;
    const w = stream._writableState;
    if (failure) {
      settleStack(failure);
      recordError(w, failure);
      recordError(r, failure);
    }
    setBits(r, w, CLOSED);
    if (typeof callback === 'function') callback(failure);
    if (failure) process.nextTick(emitErrorAndClose, stream, failure);
    else process.nextTick(emitClose, stream);
  }
  try {
    stream._destroy(error || null, onDestroyed);
  } catch (thrown) {
    onDestroyed(thrown);
  }
}

function emitErrorAndClose(stream, error) {
  emitError(stream, error);
  emitClose(stream);
}

function emitClose(stream) {
  const r = stream._readableState;
  const w = stream._writableState;
  setBits(r, w, CLOSE_EMITTED);
  if (eitherHas(r, w, EMIT_CLOSE)) stream.emit('close');
}

function emitError(stream, error) {
  const r = stream._readableState;
  const w = stream._writableState;
  if (eitherHas(r, w, ERROR_EMITTED)) return;
  setBits(r, w, ERROR_EMITTED);
  stream.emit('error', error);
}

/** Makes a destroyed stream usable again (net.Socket reconnects this way). */
function undestroy() {
  this._readableState?.revive();
  this._writableState?.revive();
}

/**
 * Reports an error that the stream itself met: an autoDestroy stream is destroyed with it, another
 * one only emits it. `sync` says that the caller of a method is still on the stack, so that the
 * event has to wait.
 */
function errorOrDestroy(stream, error, sync) {
  const r = stream._readableState;
  const w = stream._writableState;
  if (eitherHas(r, w, DESTROYED)) return stream;
  if (eitherHas(r, w, AUTO_DESTROY)) {
    stream.destroy(error);
  } else if (error) {
    settleStack(error);
    recordError(w, error);
    recordError(r, error);
    if (sync) process.nextTick(emitError, stream, error);
    else emitError(stream, error);
  }
  return stream;
}

/**
 * Schedules stream._construct(), if the stream has one, and calls `ready` when it is done. Until
 * then nothing is read, written or destroyed.
 */
function construct(stream, ready) {
  if (typeof stream._construct !== 'function') return;
  const r = stream._readableState;
  const w = stream._writableState;
  if (r) r.bits &= ~CONSTRUCTED;
  if (w) w.bits &= ~CONSTRUCTED;
  const pending = stream[kConstruction];
  if (pending) {
    pending.ready.push(ready);
    return;
  }
  stream[kConstruction] = { ready: [ready], afterwards: null };
  process.nextTick(runConstruct, stream);
}

function runConstruct(stream) {
  let called = false;
  function onConstructed(error) {
    if (called) {
      errorOrDestroy(stream, error ?? new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    const r = stream._readableState;
    const w = stream._writableState;
    setBits(r, w, CONSTRUCTED);
    const { ready, afterwards } = stream[kConstruction];
    stream[kConstruction] = null;
    if (eitherHas(r, w, DESTROYED)) {
      if (afterwards) afterwards(error);
    } else if (error) {
      errorOrDestroy(stream, error, true);
    } else {
      for (const resume of ready) resume(stream);
    }
  }
  // Always a tick later, so that what a constructor registers after super() is in place.
  const done = (error) => process.nextTick(onConstructed, error);
  try {
    stream._construct(done);
  } catch (thrown) {
    done(thrown);
  }
}

/**
 * stream.destroy(): ends any kind of stream, also ones that are not ours. Without an error, what
 * is cut short gets an AbortError.
 */
function destroyer(stream, error) {
  const { isDestroyed, isFinished, isRequest, isServerRequest } =
    require('modules/stream/stream_kind');
  if (!stream || isDestroyed(stream)) return;
  if (!error && !isFinished(stream)) error = new AbortError();
  if (isServerRequest(stream)) {
    // The socket still has to carry the response.
    stream.socket = null;
    stream.destroy(error);
  } else if (isRequest(stream)) {
    stream.abort();
  } else if (isRequest(stream.req)) {
    stream.req.abort();
  } else if (typeof stream.destroy === 'function') {
    stream.destroy(error);
  } else if (typeof stream.close === 'function') {
    stream.close();
  } else if (error) {
    process.nextTick(emitErrorThenClose, stream, error);
  } else {
    process.nextTick(emitPlainClose, stream);
  }
  if (!stream.destroyed) stream[Symbol.for('nodejs.stream.destroyed')] = true;
}

function emitErrorThenClose(stream, error) {
  stream.emit('error', error);
  emitPlainClose(stream);
}

function emitPlainClose(stream) {
  stream.emit('close');
}

module.exports = {
  construct,
  destroy,
  destroyer,
  errorOrDestroy,
  recordError,
  settleStack,
  undestroy,
};

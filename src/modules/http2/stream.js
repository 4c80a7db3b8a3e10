'use strict';
// Http2Stream: a Duplex over one stream of a session.
// https://nodejs.org/api/http2.html#class-http2stream

const { Duplex } = require('node:stream');
const errors = require('runtime/errors');
const { validateFunction, validateInteger } = require('runtime/validators');
const { encodings } = require('modules/net/encodings');
const { constants } = require('modules/http2/constants');
const { noPseudo, toBlock } = require('modules/http2/headers');
const { nghttpError, streamFailure } = require('modules/http2/failures');
const { publish } = require('modules/http2/diagnostics');
const { streamEnded } = require('modules/http2/performance');
const debug = require('modules/http2/debug');
const { disarm, setTimeoutOf } = require('modules/http2/timeout');
const symbols = require('modules/http2/symbols');
const { setImmediate } = require('runtime/timers');

const { kDetach, kHandle, kInit, kMaybeDestroy, kProceed, kSession, kState } = symbols;
const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

const kMaxUint32 = 2 ** 32 - 1;

/** nghttp2's options of a stream, as native('http2') takes them. */
const kEndStream = 1;
const kWaitForTrailers = 2;

class Http2Stream extends Duplex {
  constructor(session, options) {
    // Not destroyed before nghttp2 has done with it: see _nativeClosed().
    super({ ...options, allowHalfOpen: true, decodeStrings: false, autoDestroy: false });
    this[kSession] = session;
    this[kHandle] = undefined;
    this[kState] = {
      id: undefined,
      closed: false,
      rstCode: NGHTTP2_NO_ERROR,
      aborted: false,
      headersSent: false,
      headRequest: false,
      endAfterHeaders: false,
      sentHeaders: undefined,
      sentInfoHeaders: undefined,
      sentTrailers: undefined,
      trailersReady: false,
      waitsForTrailers: false,
      sendsFile: false,
      finalCallback: undefined, // of _final(), until the trailers are out
      didRead: false,
      // The write that the native stream has, and its length as the Writable counts it.
      writeCallback: undefined,
      inFlight: 0,
      endMarked: false,
      resetWhenFinished: false,
      nativeOpen: false,
      origin: undefined,
    };
  }

  /** The native stream exists: what has waited for it can go on. */
  [kInit](handle) {
    const state = this[kState];
    handle.owner = this;
    this[kHandle] = handle;
    state.id = handle.id();
    state.nativeOpen = true;
    this[kSession][kState].streams.set(state.id, this);
    this.uncork();
    this.emit('ready');
  }

  get bufferSize() {
    return this[kState].closed ? 0 : this.writableLength;
  }

  get endAfterHeaders() {
    return this[kState].endAfterHeaders;
  }

  get sentHeaders() {
    return this[kState].sentHeaders;
  }

  get sentTrailers() {
    return this[kState].sentTrailers;
  }

  get sentInfoHeaders() {
    return this[kState].sentInfoHeaders;
  }

  get pending() {
    return this[kState].id === undefined;
  }

  get id() {
    return this[kState].id;
  }

  get session() {
    return this[kSession];
  }

  get headersSent() {
    return this[kState].headersSent;
  }

  get aborted() {
    return this[kState].aborted;
  }

  get headRequest() {
    return this[kState].headRequest;
  }

  get rstCode() {
    return this[kState].rstCode;
  }

  get closed() {
    return this[kState].closed;
  }

  get state() {
    const numbers = this.destroyed || !this[kHandle] ? undefined : this[kHandle].state();
    if (numbers === undefined) return {};
    const [state, localClose, remoteClose, localWindowSize] = numbers;
    // Priorities are no more: what was told of them stands still.
    return { state, weight: 16, sumDependencyWeight: 0, localClose, remoteClose, localWindowSize };
  }

  setTimeout(msecs, callback) {
    return setTimeoutOf(this, msecs, callback, () => this[kHandle]?.idle());
  }

  _onTimeout() {
    if (!this.destroyed) this.emit('timeout');
  }

  priority() {
    warnOfPriority(
      'http2Stream.priority is longer supported after priority signalling was deprecated in RFC 9113',
    );
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_STREAM();
  }

  // Reading.

  _read() {
    const state = this[kState];
    if (this.destroyed) {
      this.push(null);
      return;
    }
    if (this.pending) {
      this.once('ready', () => this._read());
      return;
    }
    state.didRead = true;
    if (debug.isEnabled) debug.ofStream(this, 'reading starting');
    const chunk = this[kHandle].readStart();
    if (chunk !== undefined && !this._readableState.ended && !this.push(chunk)) {
      this[kHandle].readStop();
    }
  }

  // Writing.

  _write(chunk, encoding, callback) {
    this._send(false, chunk, encoding, callback);
  }

  _writev(chunks, callback) {
    this._send(true, chunks, '', callback);
  }

  _send(isMany, data, encoding, callback) {
    if (this.pending) {
      this.once('ready', () => this._send(isMany, data, encoding, callback));
      return;
    }
    const state = this[kState];
    if (!state.headersSent) this[kProceed]();
    // What comes after the end of a stream that the peer does not want is dropped.
    if (!state.nativeOpen || state.endMarked) {
      process.nextTick(callback);
      return;
    }
    const handle = this[kHandle];
    state.inFlight = 0;
    let flat;
    if (isMany) {
      flat = new Array(data.length * 2);
      data.forEach(({ chunk, encoding: own }, i) => {
        const kind = typeof chunk === 'string' ? encodings[own] : 0;
        flat[i * 2] = kind === undefined ? Buffer.from(chunk, own) : chunk;
        flat[i * 2 + 1] = kind ?? 0;
        state.inFlight += chunk.length;
      });
    } else {
      state.inFlight = data.length;
    }
    const ends = this.writableEnded && state.inFlight === this.writableLength;
    let size;
    if (isMany) {
      size = handle.writev(flat, ends);
    } else if (typeof data === 'string' && encodings[encoding] === undefined) {
      size = handle.write(Buffer.from(data, encoding), 0, ends);
    } else {
      size = handle.write(data, typeof data === 'string' ? encodings[encoding] : 0, ends);
    }
    if (size >= 0 && ends) state.endMarked = true;
    publish(this, 'bodyChunkSent', () => {
      const told = isMany && data.allBuffers ? data.map(({ chunk }) => chunk) : data;
      return { stream: this, writev: isMany, data: told, encoding };
    });
    if (size > 0) state.writeCallback = callback;
    else process.nextTick(callback);
  }

  end(chunk, encoding, callback) {
    super.end(chunk, encoding, callback);
    // If the native stream already has all of it, the end goes out with the last frame.
    const state = this[kState];
    if (
      state.writeCallback !== undefined &&
      !state.endMarked &&
      this.writableEnded &&
      state.inFlight === this.writableLength
    ) {
      state.endMarked = true;
      this[kHandle].end();
    }
    return this;
  }

  _final(callback) {
    if (this.pending) {
      this.once('ready', () => this._final(callback));
      return;
    }
    const state = this[kState];
    if (state.nativeOpen && !state.endMarked) {
      if (!state.headersSent && !state.closed) this[kProceed]();
      state.endMarked = true;
      if (state.headersSent) this[kHandle].end();
    }
    publish(this, 'bodySent', () => ({ stream: this }));
    // Trailers belong to what is written.
    state.finalCallback = callback;
    const waits = state.sendsFile || (state.waitsForTrailers && !state.sentTrailers);
    if (!waits || state.closed || !state.nativeOpen) this._finishWriting();
  }

  _finishWriting() {
    const state = this[kState];
    const callback = state.finalCallback;
    if (callback === undefined) return;
    state.finalCallback = undefined;
    if (state.resetWhenFinished) {
      state.resetWhenFinished = false;
      if (state.nativeOpen) this[kHandle].reset(state.rstCode);
    }
    callback();
    if (!state.closed) process.nextTick(() => this[kMaybeDestroy]());
  }

  /** Writes past the Writable, which has been ended: a file takes its place. */
  _sendPiece(chunk, isLast, callback) {
    const state = this[kState];
    if (!state.nativeOpen) {
      callback();
      return;
    }
    state.writeCallback = callback;
    if (this[kHandle].write(chunk, 0, isLast) <= 0) finishWrite(this);
  }

  _endPieces() {
    const state = this[kState];
    state.sendsFile = false;
    if (state.nativeOpen) this[kHandle].end();
    if (!state.waitsForTrailers || state.sentTrailers) this._finishWriting();
  }

  sendTrailers(headers) {
    const state = this[kState];
    if (this.destroyed || state.closed) throw new errors.ERR_HTTP2_INVALID_STREAM();
    if (state.sentTrailers) throw new errors.ERR_HTTP2_TRAILERS_ALREADY_SENT();
    if (!state.trailersReady) throw new errors.ERR_HTTP2_TRAILERS_NOT_READY();
    const copy = Object.assign({ __proto__: null }, headers);
    const block = toBlock(copy, noPseudo, this[kSession]?._strictFields ?? true);
    state.sentTrailers = copy;
    const err = this[kHandle].sendTrailers(block.text, block.count);
    if (err < 0) this.destroy(nghttpError(err));
    else this._finishWriting();
  }

  // Ending.

  close(code = NGHTTP2_NO_ERROR, callback = undefined) {
    validateInteger(code, 'code', 0, kMaxUint32);
    if (callback !== undefined) validateFunction(callback, 'callback');
    if (this.closed) return;
    if (callback !== undefined) this.once('close', callback);
    this._markClosed(code);
    // A request that was never made ends well for who reads it.
    if (this.pending) this.push(null);
    const isEnding = !this.writableEnded;
    // A reset that tells of an error goes behind the end, which the peer gets if it takes that much.
    if (code === NGHTTP2_NO_ERROR) this._reset(code);
    if (isEnding) this.end();
    if (code !== NGHTTP2_NO_ERROR) this._reset(code, isEnding);
    this._finishWriting();
  }

  // Both ways are over, whether the peer knows or not.
  _markClosed(code) {
    const state = this[kState];
    state.closed = true;
    state.rstCode = code;
    disarm(this);
    if (!state.aborted && !this.writableEnded) {
      state.aborted = true;
      this.emit('aborted');
    }
    publish(this, 'close', () => ({ stream: this }));
  }

  _reset(code, isBehindEnd = false) {
    const state = this[kState];
    if (this.pending) {
      this.once('ready', () => this._reset(code, isBehindEnd));
      return;
    }
    if (!state.nativeOpen) return;
    if (code === NGHTTP2_NO_ERROR && !this.writableFinished) state.resetWhenFinished = true;
    else if (isBehindEnd) this[kHandle].resetAfterEnd(code);
    else this[kHandle].reset(code);
  }

  /** nghttp2 knows no more of the stream: both sides have ended, or one has reset it. */
  _nativeClosed(code) {
    const state = this[kState];
    if (debug.isEnabled) debug.ofStream(this, `closed with code ${code}`);
    state.nativeOpen = false;
    if (this.destroyed) return;
    if (!state.closed) this._markClosed(code);
    // From here on it goes when both its ends are done with.
    this._readableState.autoDestroy = true;
    this._writableState.autoDestroy = true;
    // In this order: what is ended does not ask for more.
    if (!this.writableEnded) this.end();
    finishWrite(this);
    this._finishWriting();
    const readable = this._readableState;
    // An answer that is broken off is over, whether what has come of it was read or not.
    if (!this._isServer && state.rstCode !== NGHTTP2_NO_ERROR) {
      this._destroyLater();
      return;
    }
    const isWell = state.rstCode === NGHTTP2_NO_ERROR || state.rstCode === NGHTTP2_CANCEL;
    if (!readable.ended) {
      const rest = this[kHandle].readStart();
      if (rest !== undefined && isWell) this.push(rest);
      // The end of a broken stream is its error.
      if (isWell) this.push(null);
    }
    // One that has failed does not finish by itself.
    if (!isWell || readable.endEmitted || readable.errored || this._writableState.errored) {
      this._destroyLater();
    } else if (this._isServer && !state.didRead) {
      // Nobody will: the end is all that is left of it.
      this.resume();
    } else {
      this.read(0);
    }
  }

  /** A server's socket is gone: what has arrived before can still be read. */
  _connectionLost(code) {
    if (!this.destroyed && this[kState].nativeOpen) this._nativeClosed(code);
  }

  // What is under way, as the end of the Writable, has its turn before.
  _destroyLater() {
    setImmediate(() => {
      if (!this.destroyed) this.destroy();
    });
  }

  /** A server that has answered needs no more of a request that nobody has looked at. */
  [kMaybeDestroy]() {
    const state = this[kState];
    if (!this._isServer || this.destroyed || state.closed || state.didRead) return;
    if (!this.writableFinished || this._readableState.flowing !== null) return;
    if (this._readableState.ended) this.resume();
    else if (this.listenerCount('readable') === 0) this.close();
  }

  _destroy(error, callback) {
    const state = this[kState];
    const session = this[kSession];
    disarm(this);
    if (debug.isEnabled) debug.ofStream(this, 'tearing down stream');
    if (!state.closed) {
      this._markClosed(codeOf(error, session));
    }
    if (!this.writableEnded) this.end();
    const code = state.rstCode;
    // The end of its session tells the peer of all its streams.
    if (state.nativeOpen && !session.destroyed) this[kHandle].reset(code);
    if (!error && code !== NGHTTP2_NO_ERROR && code !== NGHTTP2_CANCEL) error = streamFailure(code);
    const write = state.writeCallback;
    if (write !== undefined) {
      state.writeCallback = undefined;
      process.nextTick(write, error ?? new errors.ERR_STREAM_DESTROYED('write'));
    }
    if (!error && !this._readableState.ended) this.push(null);
    session[kState].streams.delete(state.id);
    session[kState].pendingStreams.delete(this);
    this[kDetach]();
    if (error) publish(this, 'error', () => ({ stream: this, error }));
    streamEnded(this);
    this[kSession] = undefined;
    callback(error);
    if (session.closed) setImmediate(() => session[kMaybeDestroy]());
  }

  [kDetach]() {}

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    const { inspect } = require('modules/util/inspect');
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {
      id: this.id ?? '<pending>',
      closed: this.closed,
      destroyed: this.destroyed,
      state: this.state,
      readableState: this._readableState,
      writableState: this._writableState,
    };
    return `Http2Stream ${inspect(shown, { ...options, depth: depth === null ? null : depth - 1 })}`;
  }
}

function codeOf(error, session) {
  const { destroyed, destroyCode, goawayCode } = session[kState];
  const sessionCode = destroyed ? goawayCode || destroyCode : NGHTTP2_NO_ERROR;
  if (!error || sessionCode !== NGHTTP2_NO_ERROR) return sessionCode;
  return error.name === 'AbortError' ? NGHTTP2_CANCEL : NGHTTP2_INTERNAL_ERROR;
}

function finishWrite(stream) {
  const state = stream[kState];
  const callback = state.writeCallback;
  if (callback === undefined) return;
  state.writeCallback = undefined;
  callback();
}

let warned = false;
function warnOfPriority(message) {
  if (warned) return;
  warned = true;
  process.emitWarning(message, 'DeprecationWarning', 'DEP0194');
}

module.exports = { Http2Stream, finishWrite, kEndStream, kWaitForTrailers, warnOfPriority };

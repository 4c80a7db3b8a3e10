'use strict';
// What native sessions and streams tell: `this` is the native object, its `owner` ours.

const errors = require('runtime/errors');
const { constants } = require('modules/http2/constants');
const { toObject } = require('modules/http2/headers');
const { nghttpError, sessionFailure } = require('modules/http2/failures');
const { finishWrite } = require('modules/http2/stream');
const { publish } = require('modules/http2/diagnostics');
const { kSocket, kState } = require('modules/http2/symbols');
const debug = require('modules/http2/debug');
const binding = native('http2');
const { UV_EOF } = native('net');
const { setImmediate } = require('runtime/timers');

const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;
const kProtocolError = -505; // NGHTTP2_ERR_PROTO

function onHeaders(sessionHandle, id, category, flags, fields, sensitive) {
  const session = sessionHandle.owner;
  if (session.destroyed) return;
  const stream = this.owner;
  const headers = toObject(fields, sensitive);
  const isLast = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
  if (stream === undefined) {
    openStream(session, this, headers, flags, fields, isLast);
    return;
  }
  const status = headers[':status'];
  if (isLast && status !== undefined && status >= 200) stream[kState].endAfterHeaders = true;
  if (status === undefined) {
    stream.emit('trailers', headers, flags, fields);
  } else if (status < 200) {
    if (status === 100) stream.emit('continue');
    stream.emit('headers', headers, flags, fields);
  } else {
    if (status === 421) require('modules/http2/origins').misdirected(session, stream);
    publish(stream, 'finish', () => ({ stream, headers, flags }));
    stream.emit(stream._isPushed ? 'push' : 'response', headers, flags, fields);
  }
  if (isLast && !stream.destroyed) endReading(stream, this);
}

// A request, or a promise of one.
function openStream(session, handle, headers, flags, fields, isLast) {
  if (session._isServer && session.closed) {
    handle.reset(NGHTTP2_REFUSED_STREAM);
    return;
  }
  const stream = session._acceptStream(handle, headers);
  if (isLast && session._isServer) {
    stream[kState].endAfterHeaders = true;
    stream.push(null);
  }
  if (session.listenerCount('stream') === 0 && !session._isServer) {
    stream.on('error', () => {});
    stream.close(NGHTTP2_REFUSED_STREAM);
    return;
  }
  session.emit('stream', stream, headers, flags, fields);
}

function endReading(stream, handle) {
  if (stream._readableState.ended) return;
  const rest = handle.readStart();
  if (rest !== undefined) stream.push(rest);
  stream.push(null);
  stream.read(0);
}

function onData(chunk) {
  const stream = this.owner;
  if (debug.isEnabled && stream?.session) {
    debug.ofSession(stream.session, `handling data frame for stream ${stream.id}`);
  }
  if (stream === undefined || stream.destroyed || stream._readableState.ended) return;
  if (chunk === undefined) endReading(stream, this);
  else if (!stream.push(chunk)) this.readStop();
}

function onClose(code) {
  this.owner?._nativeClosed(code);
}

function onWritten() {
  const stream = this.owner;
  if (stream !== undefined) finishWrite(stream);
}

function onTrailers() {
  const stream = this.owner;
  if (stream === undefined || stream.destroyed) return;
  stream[kState].trailersReady = true;
  // Nobody has any to send.
  if (!stream.emit('wantTrailers')) stream.sendTrailers({});
}

function onFrameError(type, code, id) {
  const session = this.owner;
  if (session.destroyed) return;
  const stream = session[kState].streams.get(id);
  const target = stream ?? session;
  const isHeard = target.emit('frameError', type, code, id);
  if (stream === undefined) {
    const error = isHeard ? undefined : new errors.ERR_HTTP2_FRAME_ERROR(type, code, id);
    session.destroy(error);
    return;
  }
  // What nghttp2 itself makes of the stream comes before.
  setImmediate(() => {
    if (!stream.destroyed) {
      stream.close(code);
      stream.destroy();
    }
    // What both sides know of each other may differ now.
    session.close();
  });
}

function onSettings(isAck) {
  const session = this.owner;
  const state = session[kState];
  if (session.destroyed) return;
  if (!isAck) {
    state.remoteSettings = undefined;
    session.emit('remoteSettings', session.remoteSettings);
    return;
  }
  const pending = state.pendingSettings.shift();
  if (pending === undefined) return;
  state.unacknowledged--;
  state.localSettings = undefined;
  const { callback, resource, begun } = pending;
  resource.runInAsyncScope(() => {
    if (callback) {
      const [seconds, nanoseconds] = process.hrtime(begun);
      callback(null, session.localSettings, seconds * 1e3 + nanoseconds / 1e6);
    }
    if (!session.destroyed) session.emit('localSettings', session.localSettings);
  });
  resource.emitDestroy();
}

function onPing(payload, isAck) {
  const session = this.owner;
  if (session.destroyed) return;
  if (!isAck) {
    session.emit('ping', payload);
    return;
  }
  const pending = session[kState].pendingPings.shift();
  if (pending === undefined) {
    // An answer to what was not asked.
    session.destroy(nghttpError(kProtocolError));
    return;
  }
  const { callback, resource, begun } = pending;
  const [seconds, nanoseconds] = process.hrtime(begun);
  const duration = seconds * 1e3 + nanoseconds / 1e6;
  session[kState].pingRtt = duration;
  resource.runInAsyncScope(callback, undefined, null, duration, payload);
  resource.emitDestroy();
}

function onGoaway(code, lastStreamID, data) {
  const session = this.owner;
  const state = session[kState];
  if (session.destroyed) return;
  state.goawayCode = code;
  state.goawayLastStreamID = lastStreamID;
  session.emit('goaway', code, lastStreamID, data);
  if (session.destroyed) return;
  if (code === NGHTTP2_NO_ERROR) session.close();
  else session.destroy(new errors.ERR_HTTP2_SESSION_ERROR(code), NGHTTP2_NO_ERROR);
}

function onAltsvc(id, origin, value) {
  const session = this.owner;
  if (!session.destroyed) session.emit('altsvc', value, origin, id);
}

function onOrigin(origins) {
  const session = this.owner;
  if (session.destroyed || !session.encrypted) return;
  require('modules/http2/origins').received(session, origins);
}

function onError(number) {
  const session = this.owner;
  if (!session.destroyed) session.destroy(sessionFailure(number));
}

// The socket below has ended, or failed; it hears of it as if it had read itself.
function onEnd(status) {
  const socket = this.owner[kSocket];
  if (socket === undefined || socket.destroyed) return;
  if (status !== UV_EOF) {
    socket.destroy(errors.errnoException(status, 'read'));
    return;
  }
  if (!socket._handle) {
    socket.destroy();
    return;
  }
  socket.push(null);
  socket.read(0);
  // A session cannot go on without its peer.
  if (!socket.destroyed) socket.end(() => socket.destroy());
}

let installed = false;
/** Gives native('http2') the functions above, in the order that it knows. */
function install() {
  if (installed) return;
  installed = true;
  binding.setCallbacks([
    onHeaders,
    onData,
    onClose,
    onWritten,
    onTrailers,
    onFrameError,
    onSettings,
    onPing,
    onGoaway,
    onAltsvc,
    onOrigin,
    onError,
    onEnd,
  ]);
}

module.exports = { install };

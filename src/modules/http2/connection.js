'use strict';
// A session and its socket: how they are tied, and how both end.

const errors = require('runtime/errors');
const { constants } = require('modules/http2/constants');
const { disarm } = require('modules/http2/timeout');
const symbols = require('modules/http2/symbols');
const binding = native('http2');
const { setImmediate } = require('runtime/timers');

const { kBound, kHandle, kSocket, kState } = symbols;
const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_SESSION_SERVER } = constants;

const kMegabyte = 1_000_000;

let flusher;

// The options that native sessions take, in their order: name and default.
const kNumbers = [
  ['maxDeflateDynamicTableSize', -1],
  ['maxSettings', 32],
  ['maxReservedRemoteStreams', 200],
  ['maxSendHeaderBlockLength', -1],
  ['peerMaxConcurrentStreams', 100],
  ['paddingStrategy', 0],
  ['maxHeaderListPairs', 128],
  ['maxSessionMemory', 10],
  ['maxSessionInvalidFrames', 1000],
  ['maxSessionRejectedStreams', 100],
  ['streamResetBurst', -1],
  ['streamResetRate', -1],
  ['strictFieldWhitespaceValidation', true],
];

function numbersOf(options, isServer) {
  const numbers = new Float64Array(kNumbers.length);
  kNumbers.forEach(([name, otherwise], i) => {
    let value = options[name] ?? otherwise;
    if (name === 'maxReservedRemoteStreams' && value < 0) value = 2 ** 32 - 1;
    // Below this no request could be told from another.
    if (name === 'maxHeaderListPairs') value = Math.max(value, isServer ? 4 : 1);
    if (name === 'maxSettings') value = Math.max(value, 1);
    if (name === 'maxSessionMemory') value = Math.max(value, 1) * kMegabyte;
    numbers[i] = Number(value);
  });
  return numbers;
}

/** Ties a new session to its socket: now, or once the socket is connected. */
function bind(session, socket) {
  if (socket[kBound] !== undefined) throw new errors.ERR_HTTP2_SOCKET_BOUND();
  socket[kBound] = session;
  const state = session[kState];
  socket.on('error', onSocketError);
  socket.on('close', onSocketClose);
  if (socket.connecting || socket.secureConnecting) {
    state.connecting = true;
    const event = socket.encrypted || socket.secureConnecting ? 'secureConnect' : 'connect';
    socket.once(event, () => {
      try {
        open(session, socket);
      } catch (error) {
        session.destroy(error);
      }
    });
    return;
  }
  open(session, socket);
}

function open(session, socket) {
  const state = session[kState];
  if (state.destroyed) return;
  const { options } = state;
  state.connecting = false;
  state.encrypted = Boolean(socket.encrypted);
  state.alpnProtocol = state.encrypted ? socket.alpnProtocol : 'h2c';
  flusher ??= new binding.Flusher();
  require('modules/http2/events').install();
  const handle = new binding.Session(
    state.type,
    flusher,
    numbersOf(options, state.type === NGHTTP2_SESSION_SERVER),
  );
  handle.owner = session;
  session[kHandle] = handle;
  state.asyncId = handle.getAsyncId();
  if (options.remoteCustomSettings) handle.keepCustomSettings(options.remoteCustomSettings);
  const isNative = socket._handle?.writeMessage !== undefined;
  const below = isNative ? socket._handle : require('modules/tls/bridge').bridgeTo(socket);
  // What the socket has read already comes first.
  const early = isNative && socket.readableLength > 0 ? socket.read() : null;
  if (isNative) below.reading = true;
  session.settings(options.settings ?? {});
  if (!handle.consume(below, !isNative)) {
    session.destroy(new errors.ERR_HTTP2_SOCKET_UNBOUND());
    return;
  }
  if (!isNative) socket.resume();
  session._opened?.(options);
  for (const callback of state.whenConnected.splice(0)) {
    if (!state.destroyed) callback();
  }
  process.nextTick(() => {
    if (!session.destroyed) session.emit('connect', session, socket);
    // Whoever made the session listens by now.
    if (early && !session.destroyed) handle.receive(Buffer.from(early));
  });
}

function onSocketError(error) {
  const session = this[kBound];
  if (session === undefined) return;
  // A peer that has said goodbye may close its end as it likes.
  if (error.code === 'ECONNRESET' && session[kState].goawayCode === NGHTTP2_NO_ERROR) {
    session.destroy();
    return;
  }
  session[kState].failure ??= error;
  session.destroy(error);
}

function onSocketClose() {
  const session = this[kBound];
  if (session === undefined) return;
  const state = session[kState];
  // The streams are told that nobody is there any more.
  if (!state.destroyed) {
    state.closed = true;
    end(session, undefined, NGHTTP2_CANCEL, true);
  }
  this.removeListener('close', onSocketClose);
  state.whenSocketClosed?.();
}

/** Ends a session and its streams at once, and its socket when the last words are out. */
function end(session, error, code, isCancelled = false) {
  const state = session[kState];
  const socket = session[kSocket];
  const handle = session[kHandle];
  const wasClosed = state.closed;
  state.destroyed = true;
  state.connecting = false;
  state.destroyCode = code;
  disarm(session);
  if (handle) state.statistics = handle.statistics();

  if (state.streams.size > 0 || state.pendingStreams.size > 0) {
    const cancelled = new errors.ERR_HTTP2_STREAM_CANCEL(error);
    for (const stream of [...state.pendingStreams]) stream.destroy(cancelled);
    for (const stream of [...state.streams.values()]) {
      if (isCancelled && session._isServer) stream._connectionLost(code);
      else stream.destroy(error);
    }
  }
  for (const { callback, resource } of state.pendingPings.splice(0)) {
    resource.runInAsyncScope(callback, undefined, new errors.ERR_HTTP2_PING_CANCEL());
    resource.emitDestroy();
  }
  for (const { resource } of state.pendingSettings.splice(0)) resource.emitDestroy();

  const socketGone = socket === undefined || socket.destroyed;
  handle?.destroy(socketGone || isCancelled ? undefined : code);

  const finish = () => {
    require('modules/http2/performance').sessionEnded(session, state.statistics);
    if (error) session.emit('error', error);
    session.emit('close');
  };
  session[kSocket] = undefined;
  const whenSocketClosed = () => {
    state.whenSocketClosed = undefined;
    if (socket !== undefined) socket[kBound] = undefined;
    process.nextTick(finish);
  };
  state.whenSocketClosed = whenSocketClosed;
  if (socket === undefined || socket.closed) {
    process.nextTick(() => state.whenSocketClosed?.());
  } else if (!socket.destroyed) {
    closeSocket(socket, error, wasClosed);
  }
}

// A session that was closed may take its time to write the rest; one that was destroyed may not.
function closeSocket(socket, error, isGraceful) {
  if (socket.connecting) {
    socket.destroy();
    return;
  }
  // The native session may be at work, and says goodbye when it has ended that.
  setImmediate(() => {
    const canEnd = socket.writable && !socket.destroyed;
    if (canEnd && isGraceful && !error) {
      socket.end(() => setImmediate(() => socket.destroy()));
      return;
    }
    if (canEnd) socket.end();
    setImmediate(() => socket.destroy());
  });
}

module.exports = { bind, end };

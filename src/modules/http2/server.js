'use strict';
// Http2Server and Http2SecureServer.
// https://nodejs.org/api/http2.html#class-http2server

const net = require('node:net');
const tls = require('node:tls');
const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const { validateFunction, validateObject, validateUint32 } = require('runtime/validators');
const { checkSettings } = require('modules/http2/settings');
const { ServerHttp2Session } = require('modules/http2/server_session');
const { checkCustom } = require('modules/http2/connect');
const { kOptions, kServer, kSessions } = require('modules/http2/symbols');

const kUnknownProtocolTimeout = 10_000;

/** The options of a server, checked, with their defaults. */
function normalizeOptions(given) {
  validateObject(given, 'options');
  const options = { ...given };
  for (const name of ['maxSessionInvalidFrames', 'maxSessionRejectedStreams']) {
    if (options[name] !== undefined) validateUint32(options[name], `options.${name}`);
  }
  if (options.unknownProtocolTimeout !== undefined) {
    validateUint32(options.unknownProtocolTimeout, 'options.unknownProtocolTimeout');
  } else {
    options.unknownProtocolTimeout = kUnknownProtocolTimeout;
  }
  if (options.settings !== undefined) validateObject(options.settings, 'options.settings');
  checkCustom(options);
  options.settings = { ...options.settings };
  // A server that had no limit would be asked for ever more.
  options.allowHalfOpen = true;
  const compat = require('modules/http2/compat');
  options.Http2ServerRequest ??= compat.Http2ServerRequest;
  options.Http2ServerResponse ??= compat.Http2ServerResponse;
  return options;
}

function setUp(server, options, listener) {
  server[kOptions] = options;
  server[kSessions] = new Set();
  server.timeout = 0;
  server.on('newListener', onNewListener);
  if (typeof listener === 'function') server.on('request', listener);
}

// The compatibility API costs only those who use it.
function onNewListener(event) {
  if (event !== 'request') return;
  this.removeListener('newListener', onNewListener);
  const { answer } = require('modules/http2/compat');
  this.on('stream', (stream, headers, flags, rawHeaders) =>
    answer(this, stream, headers, flags, rawHeaders),
  );
}

function onConnection(socket) {
  const server = this;
  const options = server[kOptions];
  socket.on('error', ignore);
  if (socket.alpnProtocol === false || socket.alpnProtocol === 'http/1.1') {
    if (options.allowHTTP1 === true) {
      socket.removeListener('error', ignore);
      require('modules/http/connection').accept(server, socket);
      return;
    }
    refuse(server, socket, options);
    return;
  }
  serve(server, socket, options);
}

function ignore() {}

function serve(server, socket, options) {
  socket.server ??= server;
  const session = new ServerHttp2Session(options, socket, server);
  server[kSessions].add(session);
  session.on('stream', onStream);
  session.on('error', onSessionError);
  session.on('timeout', onTimeout);
  session.on('close', onSessionClose);
  if (server.timeout) session.setTimeout(server.timeout);
  server.emit('session', session);
}

// RFC 9113, 3.2 and 3.3: a client of a protocol that is not spoken here.
function refuse(server, socket, options) {
  const { setUnrefTimeout, clearTimeout } = require('runtime/timers');
  const timer = setUnrefTimeout(() => socket.destroy(), options.unknownProtocolTimeout);
  socket.once('close', () => clearTimeout(timer));
  if (server.emit('unknownProtocol', socket)) return;
  const text = 'Missing ALPN Protocol, expected `h2` to be available.\n';
  socket.end(
    `HTTP/1.0 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}

function onStream(stream, headers, flags, rawHeaders) {
  const server = this[kServer];
  const isHeard = server.emit('stream', stream, headers, flags, rawHeaders);
  if (!isHeard && this.listenerCount('stream') === 1) {
    stream.close(require('modules/http2/constants').constants.NGHTTP2_REFUSED_STREAM);
  }
}

function onSessionError(error) {
  this[kServer].emit('sessionError', error, this);
}

function onTimeout() {
  // A session that is silent and that nobody cares about is over.
  const server = this[kServer];
  if (!server.emit('timeout', this)) this.destroy();
}

function onSessionClose() {
  this[kServer][kSessions].delete(this);
}

function closeSessions(server) {
  for (const session of server[kSessions]) session.close();
}

function updateSettings(server, settings) {
  if (settings === undefined || settings === null || typeof settings !== 'object') {
    throw new errors.ERR_INVALID_ARG_TYPE('settings', 'Object', settings);
  }
  checkSettings(settings);
  const options = server[kOptions];
  options.settings = { ...options.settings, ...settings };
}

function setServerTimeout(server, msecs, callback) {
  server.timeout = msecs;
  if (callback !== undefined) {
    validateFunction(callback, 'callback');
    server.on('timeout', callback);
  }
  return server;
}

function rejected(server, Base, error, event, args) {
  if (event === 'stream') {
    const [stream] = args;
    require('modules/http2/compat').answerRejection(stream, error);
  } else if (event === 'request') {
    const [, response] = args;
    require('modules/http2/compat').answerRejection(response.stream ?? response, error);
  } else {
    Base.prototype[EventEmitter.captureRejectionSymbol].call(server, error, event, ...args);
  }
}

class Http2Server extends net.Server {
  constructor(given, listener) {
    const options = normalizeOptions(given);
    super(options);
    setUp(this, options, listener);
    this.on('connection', onConnection);
  }

  setTimeout(msecs, callback) {
    return setServerTimeout(this, msecs, callback);
  }

  updateSettings(settings) {
    updateSettings(this, settings);
  }

  close(callback) {
    closeSessions(this);
    return super.close(callback);
  }

  async [Symbol.asyncDispose]() {
    await require('node:util').promisify(this.close).call(this);
  }

  [EventEmitter.captureRejectionSymbol](error, event, ...args) {
    rejected(this, net.Server, error, event, args);
  }
}

class Http2SecureServer extends tls.Server {
  constructor(given, listener) {
    const options = normalizeOptions(given);
    if (!options.ALPNCallback && !options.ALPNProtocols) {
      options.ALPNProtocols = options.allowHTTP1 === true ? ['h2', 'http/1.1'] : ['h2'];
    }
    super({ ...options });
    setUp(this, options, listener);
    if (options.allowHTTP1 === true) setUpHttp1(this, options);
    this.on('secureConnection', onConnection);
    this.on('tlsClientError', (error, socket) => {
      if (!this.emit('clientError', error, socket)) socket.destroy(error);
    });
  }

  setTimeout(msecs, callback) {
    return setServerTimeout(this, msecs, callback);
  }

  updateSettings(settings) {
    updateSettings(this, settings);
  }

  closeAllConnections() {
    if (this[kOptions].allowHTTP1 === true) {
      require('node:http').Server.prototype.closeAllConnections.call(this);
    }
  }

  closeIdleConnections() {
    if (this[kOptions].allowHTTP1 === true) {
      require('node:http').Server.prototype.closeIdleConnections.call(this);
    }
  }

  _maxHeaderSize() {
    return require('node:http').Server.prototype._maxHeaderSize?.call(this);
  }

  close(callback) {
    if (this[kOptions].allowHTTP1 === true) {
      require('modules/http/server').httpServerPreClose(this);
    }
    closeSessions(this);
    return super.close(callback);
  }

  async [Symbol.asyncDispose]() {
    await require('node:util').promisify(this.close).call(this);
  }

  [EventEmitter.captureRejectionSymbol](error, event, ...args) {
    rejected(this, tls.Server, error, event, args);
  }
}

// What http.Server keeps on itself, for those who speak HTTP/1.
function setUpHttp1(server, options) {
  const http = require('modules/http/server');
  const own = { ...options, ...options.http1Options };
  own.IncomingMessage = options.http1Options?.IncomingMessage ?? options.Http1IncomingMessage;
  own.ServerResponse = options.http1Options?.ServerResponse ?? options.Http1ServerResponse;
  http.storeHttpOptions.call(server, own);
  server.httpAllowHalfOpen = false;
  server.maxHeadersCount = null;
  server.maxRequestsPerSocket = 0;
  server.on('listening', http.setupChecker);
}

function createServer(options, handler) {
  if (typeof options === 'function') {
    handler = options;
    options = undefined;
  }
  return new Http2Server(options === undefined ? {} : options, handler);
}

function createSecureServer(options, handler) {
  return new Http2SecureServer(options === undefined ? {} : options, handler);
}

/** A server's session on a socket that the program has already. */
function performServerHandshake(socket, options = {}) {
  const session = new ServerHttp2Session(normalizeOptions(options), socket, undefined);
  return session;
}

module.exports = { createSecureServer, createServer, performServerHandshake };

'use strict';
// One connection of an http.Server: its parser, the requests under way and the order of their
// responses.

const errors = require('runtime/errors');
const common = require('modules/http/common');
const {
  kConnections,
  kIncomingMessage,
  kServerResponse,
  kNeedDrain,
  kUniqueHeaders,
} = require('modules/http/server');
const { abortSignalOf, connectionReset } = require('modules/http/incoming');
const diagnosticsChannel = require('modules/diagnostics_channel/state');
const { UV_EOF } = native('net');
const { loopTime } = native('timers');
const { clearTimeout } = require('runtime/timers');

const { REQUEST, methods, takeParser, freeParser } = common;

// Flags of Parser.onHeaders
const kKeepAlive = 1;
const kUpgrade = 2;
const kHasLength = 8;
const kComplete = 16;
const kHasHost = 32;
const kExpects = 64;

const kOtherProtocol = 2;

const kMaxHeaderPairs = 2000;
const continueExpression = /(?:^|\W)100-continue(?:$|\W)/i;

class Connection {
  constructor(server, socket) {
    this.server = server;
    this.socket = socket;
    this.parser = null;
    this.request = null; // whose body is arriving
    this.upgraded = null; // after which another protocol follows
    this.incoming = []; // requests without a complete response
    this.outgoing = []; // responses that wait for their turn
    this.outgoingData = 0;
    this.requestCount = 0;
    this.keepAliveTimer = null;
    this.idleUntil = 0;
    this.idleLimit = false;
    this.paused = false;
    this.usesHandle = false;
    this.dropping = false;
    this.responseOptions = undefined;
    this.onPendingData = undefined;
  }

  // What every response of the connection is made with.
  prepare() {
    const { server, socket } = this;
    this.responseOptions = {
      highWaterMark: socket.writableHighWaterMark,
      rejectNonStandardBodyWrites: server.rejectNonStandardBodyWrites,
    };
    const onPendingData = (amount) => {
      this.outgoingData += amount;
      if (this.paused && this.outgoingData < socket.writableHighWaterMark) onDrain.call(socket);
    };
    this.onPendingData = onPendingData;
  }

  isIdle() {
    return this.incoming.length === 0 && (this.parser === null || !this.parser.busy());
  }

  // Answers a broken or late request and closes.
  fail(error) {
    const { server, socket } = this;
    if (!socket) return;
    socket.removeListener('error', onSocketError);
    if (socket.listenerCount('error') === 0) socket.on('error', () => {});
    if (server.emit('clientError', error, socket)) return;
    // Only a connection that has had no part of an answer can be told.
    const current = socket._httpMessage;
    if (socket.writable && (!current || !current._headerSent)) {
      let status;
      switch (error.code) {
        case 'HPE_HEADER_OVERFLOW':
          status = '431 Request Header Fields Too Large';
          break;
        case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
          status = '413 Payload Too Large';
          break;
        case 'ERR_HTTP_REQUEST_TIMEOUT':
          status = '408 Request Timeout';
          break;
        default:
          status = '400 Bad Request';
      }
      socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, 'latin1');
    }
    socket.destroy(error);
  }

  // Keep-alive: one timer a connection, which looks at what has happened when it fires.
  becomeIdle() {
    const { server, socket } = this;
    const timeout = server.keepAliveTimeout;
    if (!timeout || typeof socket.setTimeout !== 'function') return;
    const wait = timeout + (server.keepAliveTimeoutBuffer ?? 0);
    // Where the socket has a time limit, that of requests gives way to this one until the next request.
    if (socket.timeout) {
      this.idleLimit = true;
      socket.setTimeout(wait);
      return;
    }
    this.idleUntil = loopTime() + wait;
    if (this.keepAliveTimer === null) this.arm(wait);
  }

  arm(wait) {
    const { setUnrefTimeout } = require('runtime/timers');
    this.keepAliveTimer = setUnrefTimeout(() => {
      this.keepAliveTimer = null;
      const { socket } = this;
      if (!socket || socket.destroyed || this.idleUntil === 0) return;
      const left = this.idleUntil - loopTime();
      if (left > 0) {
        this.arm(left);
        return;
      }
      if (this.isIdle()) this.onTimeout();
    }, wait);
  }

  onTimeout() {
    const { socket } = this;
    if (!socket.emit('timeout')) socket.destroy();
  }

  release() {
    const { server, parser } = this;
    server[kConnections].delete(this);
    if (this.keepAliveTimer !== null) {
      clearTimeout(this.keepAliveTimer);
      this.keepAliveTimer = null;
    }
    if (parser !== null) {
      this.parser = null;
      if (this.socket) this.socket.parser = null;
      freeParser(parser);
    }
  }
}

function accept(server, socket) {
  const connection = new Connection(server, socket);
  socket._httpConnection = connection;
  socket.server ??= server;
  socket._httpMessage = null;
  socket._paused = false;
  server[kConnections].add(connection);
  const lenient = server.insecureHTTPParser ?? common.isLenient();
  const parser = takeParser(
    REQUEST,
    server._maxHeaderSize?.() ?? common.getMaxHeaderSize(),
    lenient,
  );
  connection.parser = parser;
  socket.parser = parser;
  parser.owner = connection;
  parser.incoming = null;
  parser.socket = socket;
  parser.onHeaders = onHeaders;
  parser.onBody = onBody;
  parser.onComplete = onComplete;
  parser.onError = onError;
  parser.onEnd = onEnd;
  parser.onUpgrade = onUpgrade;
  parser.startClock();

  if (server.timeout && typeof socket.setTimeout === 'function') socket.setTimeout(server.timeout);
  if (typeof socket.setTimeout === 'function') socket.on('timeout', onTimeout);
  socket.on('error', onSocketError);
  socket.on('close', onClose);
  socket.on('drain', onDrain);
  const resumeParser = () => resume(connection);
  socket._parserResume = resumeParser;

  const handle = socket._handle;
  if (
    handle?.writeMessage !== undefined &&
    !socket._readableState.flowing &&
    parser.consume(handle)
  ) {
    connection.usesHandle = true;
    handle.reading = true;
    handle.readStart();
  }
  attachStream(connection);
  // A program that reads the socket itself takes it back from the parser.
  if (connection.usesHandle) for (const name of takers) socket[name] = taker(name);
}

function attachStream(connection) {
  const { socket } = connection;
  const onData = (data) => {
    if (connection.parser) connection.parser.execute(data);
  };
  connection.onData = onData;
  const onStreamEnd = () => {
    if (connection.parser) ended(connection);
  };
  connection.onStreamEnd = onStreamEnd;
  socket.on('data', connection.onData);
  socket.on('end', connection.onStreamEnd);
}

const takers = ['on', 'addListener', 'prependListener'];
const takerOf = new Map();

function taker(name) {
  let method = takerOf.get(name);
  if (method === undefined) {
    method = function (event, listener) {
      if (event === 'data' || event === 'readable') giveBack(this._httpConnection);
      return Object.getPrototypeOf(this)[name].call(this, event, listener);
    };
    takerOf.set(name, method);
  }
  return method;
}

function dropTakers(socket) {
  for (const name of takers) delete socket[name];
}

// The stream is a program's from now on; what it brings still goes to the parser as well.
function giveBack(connection) {
  const { socket } = connection;
  dropTakers(socket);
  if (!connection.usesHandle || connection.parser === null) return;
  connection.usesHandle = false;
  connection.parser.unconsume();
}

function detach(connection) {
  const { socket } = connection;
  dropTakers(socket);
  socket.removeListener('close', onClose);
  socket.removeListener('drain', onDrain);
  socket.removeListener('error', onSocketError);
  socket.removeListener('timeout', onTimeout);
  if (connection.onData) {
    socket.removeListener('data', connection.onData);
    socket.removeListener('end', connection.onStreamEnd);
  }
  socket._parserResume = undefined;
  socket._httpConnection = undefined;
  connection.release();
}

function onHeaders(flags, method, url, block, major, minor) {
  const connection = this.owner;
  const { server, socket } = connection;
  connection.idleUntil = 0;
  if (connection.idleLimit) {
    connection.idleLimit = false;
    socket.setTimeout(server.timeout || 0);
  } else if (
    connection.keepAliveTimer === null &&
    connection.requestCount === 0 &&
    server.timeout
  ) {
    socket.setTimeout?.(server.timeout);
  }
  const req = new server[kIncomingMessage](socket);
  req.httpVersionMajor = major;
  req.httpVersionMinor = minor;
  req.httpVersion = major === 1 && minor === 1 ? '1.1' : `${major}.${minor}`;
  req.joinDuplicateHeaders = server.joinDuplicateHeaders;
  req.url = url;
  req.method = methods[method];
  const limit = server.maxHeadersCount;
  req._setHeaderBlock?.(
    block,
    limit === null || limit === undefined ? kMaxHeaderPairs : limit > 0 ? limit : 0,
  );
  req.upgrade = (flags & kUpgrade) !== 0;
  if (req.upgrade) {
    req.upgrade = req.method === 'CONNECT' || server.shouldUpgradeCallback(req);
    if (req.upgrade) {
      connection.upgraded = req;
      return kOtherProtocol;
    }
  }
  connection.request = req;
  this.incoming = req;
  if (flags & kComplete) {
    req.complete = true;
    req._endedEarly = true;
    connection.request = null;
    if (server.optimizeEmptyRequests && !(flags & kHasLength)) req._skipStream?.();
  }
  return onRequest(connection, req, flags);
}

function onRequest(connection, req, flags) {
  const { server, socket } = connection;
  connection.incoming.push(req);
  // A peer that sends faster than it reads must wait.
  if (!connection.paused) {
    const needPause =
      socket._writableState?.needDrain || connection.outgoingData >= socket.writableHighWaterMark;
    if (needPause) pause(connection);
  }
  if (connection.responseOptions === undefined) connection.prepare();
  const res = new server[kServerResponse](req, connection.responseOptions);
  res._keepAliveTimeout = server.keepAliveTimeout;
  res._maxRequestsPerSocket = server.maxRequestsPerSocket;
  res._onPendingData = connection.onPendingData;
  res.shouldKeepAlive = (flags & kKeepAlive) !== 0;
  if (server[kUniqueHeaders]) res[kUniqueHeaders] = server[kUniqueHeaders];
  const channels = diagnostics();
  if (channels?.created.hasSubscribers) channels.created.publish({ request: req, response: res });
  if (channels?.start.hasSubscribers) {
    channels.start.publish({ request: req, response: res, socket, server });
  }
  if (socket._httpMessage) connection.outgoing.push(res);
  else res.assignSocket(socket);
  res._connectionState = connection;
  res.on('finish', onResponseFinish);

  let handled = false;
  if (req.httpVersionMajor === 1 && req.httpVersionMinor === 1) {
    // RFC 9112, 3.2: a request of HTTP/1.1 without a host is a bad one.
    if (server.requireHostHeader && !(flags & kHasHost)) {
      res.writeHead(400, ['Connection', 'close']);
      res.end();
      return 0;
    }
    const limit = server.maxRequestsPerSocket > 0;
    if (limit) {
      connection.requestCount++;
      res.maxRequestsOnConnectionReached = server.maxRequestsPerSocket <= connection.requestCount;
    }
    if (limit && server.maxRequestsPerSocket < connection.requestCount) {
      handled = true;
      server.emit('dropRequest', req, socket);
      res.writeHead(503);
      res.end();
    } else if (flags & kExpects) {
      handled = true;
      if (continueExpression.test(req.headers.expect)) {
        res._expect_continue = true;
        if (server.listenerCount('checkContinue') > 0) {
          server.emit('checkContinue', req, res);
        } else {
          res.writeContinue();
          server.emit('request', req, res);
        }
      } else if (server.listenerCount('checkExpectation') > 0) {
        server.emit('checkExpectation', req, res);
      } else {
        res.writeHead(417);
        res.end();
      }
    }
  }
  if (!handled) server.emit('request', req, res);
  return 0;
}

let channels;
// The diagnostics channels of a server exist once somebody has loaded node:diagnostics_channel.
function diagnostics() {
  if (channels === undefined && diagnosticsChannel.loaded) {
    const { channel } = require('node:diagnostics_channel');
    channels = {
      start: channel('http.server.request.start'),
      created: channel('http.server.response.created'),
      finish: channel('http.server.response.finish'),
    };
  }
  return channels;
}

function onBody(chunk) {
  const connection = this.owner;
  const req = connection.request;
  if (req === null || req._dumped) return;
  if (!req.push(chunk)) pause(connection);
}

function onComplete(trailers) {
  const req = this.owner.request;
  if (req === null) return;
  this.owner.request = null;
  req.complete = true;
  if (trailers) req._setTrailerBlock?.(trailers);
  req.push(null);
}

function onError(code, reason, bytesParsed, rawPacket) {
  const connection = this.owner;
  const error = common.parseError(code, reason, bytesParsed, rawPacket);
  connection.fail(error);
}

// The stream ended beneath the parser: the socket hears of it as if it had read itself.
function onEnd(status) {
  const { socket } = this.owner;
  if (status !== UV_EOF) {
    socket.destroy(errors.errnoException(status, 'read'));
    return;
  }
  socket.push(null);
  socket.read(0);
}

function ended(connection) {
  const { socket, server } = connection;
  connection.parser.finish();
  if (connection.parser === null || socket.destroyed) return;
  if (!server.httpAllowHalfOpen) {
    abortIncoming(connection);
    if (socket.writable) socket.end();
  } else if (connection.outgoing.length > 0) {
    connection.outgoing[connection.outgoing.length - 1]._last = true;
  } else if (socket._httpMessage) {
    socket._httpMessage._last = true;
  } else if (socket.writable) {
    socket.end();
  }
}

function onUpgrade(head) {
  const connection = this.owner;
  const { server, socket, upgraded: req } = connection;
  const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
  if (server.listenerCount(event) > 0) {
    detach(connection);
    // The rest belongs to the program, as a stream that has not begun to flow.
    socket._readableState.flowing = null;
    socket.readableFlowing = null;
    req.complete = true;
    server.emit(event, req, socket, head);
  } else {
    socket.destroy();
  }
}

function onTimeout() {
  const connection = this._httpConnection;
  if (!connection) return;
  const { server } = connection;
  const req = connection.request;
  const reqHandled = req && !req.complete && req.emit('timeout', this);
  const res = this._httpMessage;
  const resHandled = res?.emit('timeout', this);
  const serverHandled = server.emit('timeout', this);
  if (!reqHandled && !resHandled && !serverHandled) this.destroy();
}

function onSocketError(error) {
  this._httpConnection?.fail(error);
}

function onClose() {
  const connection = this._httpConnection;
  if (!connection) return;
  abortIncoming(connection);
  connection.release();
}

function abortIncoming(connection) {
  const { incoming } = connection;
  while (incoming.length > 0) {
    const req = incoming.shift();
    // Also where nobody listens: a handler may ask later whether it is `aborted`.
    req.destroy(connectionReset('aborted'));
    abortSignalOf(req);
  }
}

function onDrain() {
  const connection = this._httpConnection;
  if (!connection) return;
  const needPause = connection.outgoingData > this.writableHighWaterMark;
  if (connection.paused && !needPause) resume(connection);
  const message = this._httpMessage;
  if (message && !message.finished && message[kNeedDrain]) {
    message[kNeedDrain] = false;
    message.emit('drain');
  }
}

function pause(connection) {
  if (connection.paused) return;
  const { socket } = connection;
  connection.paused = true;
  socket._paused = true;
  if (connection.usesHandle && socket._handle) {
    socket._handle.reading = false;
    socket._handle.readStop();
  } else {
    socket.pause();
  }
}

function resume(connection) {
  if (!connection.paused) return;
  const { socket } = connection;
  connection.paused = false;
  socket._paused = false;
  if (connection.usesHandle && socket._handle) {
    socket._handle.reading = true;
    socket._handle.readStart();
  } else {
    socket.resume();
  }
}

// The response is with the system: the request is done with, and the next response may go.
function onResponseFinish() {
  const res = this;
  const connection = res._connectionState;
  const { server, socket } = connection;
  const { req } = res;
  const channels = diagnostics();
  if (channels?.finish.hasSubscribers) {
    channels.finish.publish({ request: req, response: res, socket, server });
  }
  const { incoming } = connection;
  if (incoming[0] === req) incoming.length === 1 ? incoming.pop() : incoming.shift();
  else if (incoming.includes(req)) incoming.splice(incoming.indexOf(req), 1);

  // What is left of the request nobody will read.
  if (!req._consumed && (!req.complete || req._isTouched?.() !== false || req._eventsCount > 0)) {
    req._dump();
  }
  if (socket) res.detachSocket(socket);
  finishRequest(req);
  process.nextTick(emitClose, res);
  if (res._last) {
    if (typeof socket.destroySoon === 'function') socket.destroySoon();
    else socket.end();
  } else if (connection.outgoing.length === 0) {
    connection.becomeIdle();
    if (connection.paused && connection.outgoingData < socket.writableHighWaterMark)
      resume(connection);
  } else {
    const next = connection.outgoing.shift();
    next.assignSocket(socket);
  }
}

function emitClose(res) {
  res.destroyed = true;
  res._closed = true;
  res.emit('close');
}

// A request whose stream somebody used ends like one: 'close' follows its end.
function finishRequest(req) {
  const { parser } = req.socket ?? {};
  if (req._isTouched?.() === false && req.listenerCount('close') === 0) {
    if (parser?.incoming === req) parser.incoming = null;
    return;
  }
  if (req.readableEnded === false) req.once?.('end', destroyRequest);
  else destroyRequest.call(req);
}

function destroyRequest() {
  const { parser } = this.socket ?? {};
  if (parser?.incoming === this) parser.incoming = null;
  process.nextTick(() => {
    if (!this.destroyed) this.destroy();
  });
}

module.exports = { accept };

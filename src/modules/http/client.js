'use strict';
// http.ClientRequest.
// https://nodejs.org/api/http.html#class-httpclientrequest

const net = require('node:net');
const errors = require('runtime/errors');
const { validateBoolean, validateFunction, validateInteger, validateNumber } = require('runtime/validators');
const { OutgoingMessage, parseUniqueHeaders, kHeaders, kNeedDrain, kUniqueHeaders } = require('modules/http/outgoing');
const common = require('modules/http/common');
const { IncomingMessage, connectionReset } = require('modules/http/incoming');

const { RESPONSE, isToken, takeParser, freeParser } = common;
const kInvalidPath = /[^\u0021-\u00ff]/;
const kPath = Symbol('path');
const kError = Symbol('error');

// Flags of Parser.onHeaders
const kKeepAlive = 1;
const kUpgrade = 2;
const kSkipBody = 1;
const kOtherProtocol = 2;

function ClientRequest(input, options, callback) {
  OutgoingMessage.call(this);
  this[kError] = null;
  if (typeof input === 'string') {
    const { urlToHttpOptions } = require('node:url');
    input = urlToHttpOptions(new URL(input));
  } else if (isUrl(input)) {
    input = require('node:url').urlToHttpOptions(input);
  } else {
    callback = options;
    options = input;
    input = null;
  }
  if (typeof options === 'function') {
    callback = options;
    options = input || {};
  } else {
    options = Object.assign(input || {}, options);
  }

  let { agent } = options;
  const defaultAgent = options._defaultAgent || require('modules/http/agent').globalAgent();
  if (agent === false) {
    agent = new defaultAgent.constructor();
  } else if (agent === null || agent === undefined) {
    if (typeof options.createConnection !== 'function') agent = defaultAgent;
  } else if (typeof agent.addRequest !== 'function') {
    throw new errors.ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'], agent);
  }
  this.agent = agent;

  const protocol = options.protocol || defaultAgent.protocol;
  let expectedProtocol = defaultAgent.protocol;
  if (this.agent?.protocol) expectedProtocol = this.agent.protocol;
  if (options.path) {
    const path = String(options.path);
    if (kInvalidPath.test(path)) throw new errors.ERR_UNESCAPED_CHARACTERS('Request path');
  }
  if (protocol !== expectedProtocol) throw new errors.ERR_INVALID_PROTOCOL(protocol, expectedProtocol);

  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  const port = (options.port = options.port || defaultPort || 80);
  const host = (options.host =
    checkHost(options.hostname, 'hostname') || checkHost(options.host, 'host') || 'localhost');
  const setHost = options.setHost !== undefined ? Boolean(options.setHost) : options.setDefaultHeaders !== false;
  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = checkTimeout(options.timeout, 'timeout');

  const { signal } = options;
  if (signal) {
    require('node:stream').addAbortSignal(signal, this);
    // The request listens: the socket need not.
    options = { ...options, signal: undefined };
  }

  let { method } = options;
  if (method !== null && method !== undefined && typeof method !== 'string') {
    throw new errors.ERR_INVALID_ARG_TYPE('options.method', 'string', method);
  }
  if (method) {
    if (!isToken(method)) throw new errors.ERR_INVALID_HTTP_TOKEN('Method', method);
    method = this.method = method.toUpperCase();
  } else {
    method = this.method = 'GET';
  }
  if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = options.maxHeaderSize;
  if (options.insecureHTTPParser !== undefined) {
    validateBoolean(options.insecureHTTPParser, 'options.insecureHTTPParser');
  }
  this.insecureHTTPParser = options.insecureHTTPParser;
  if (options.joinDuplicateHeaders !== undefined) {
    validateBoolean(options.joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  }
  this.joinDuplicateHeaders = options.joinDuplicateHeaders;
  this.path = options.path || '/';
  if (callback) this.once('response', callback);
  // Methods whose requests seldom have a body send none unless told.
  this.useChunkedEncodingByDefault = !(
    method === 'GET' ||
    method === 'HEAD' ||
    method === 'DELETE' ||
    method === 'OPTIONS' ||
    method === 'TRACE' ||
    method === 'CONNECT'
  );
  this._ended = false;
  this.res = null;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = host;
  this.protocol = protocol;

  if (this.agent) {
    if (this.timeout === undefined && this.agent.options?.timeout) {
      this.timeout = checkTimeout(this.agent.options.timeout, 'timeout');
    }
    // A single request must not leave a connection behind.
    if (!this.agent.keepAlive && !Number.isFinite(this.agent.maxSockets)) {
      this._last = true;
      this.shouldKeepAlive = false;
    } else {
      this._last = false;
      this.shouldKeepAlive = true;
    }
  }

  this[kUniqueHeaders] = parseUniqueHeaders(options.uniqueHeaders);
  if (options.setDefaultHeaders === false) {
    this._removedConnection = true;
    this._removedContLen = true;
    this._removedTE = true;
  }
  const headersArray = Array.isArray(options.headers);
  if (!headersArray) {
    if (options.headers) {
      for (const key of Object.keys(options.headers)) this.setHeader(key, options.headers[key]);
    }
    if (host && !this.getHeader('host') && setHost) {
      let header = host;
      // RFC 3986, 3.2.2: an IPv6 address stands in brackets.
      const colon = header.indexOf(':');
      if (colon !== -1 && header.includes(':', colon + 1) && header.charCodeAt(0) !== 91) header = `[${header}]`;
      if (port && +port !== defaultPort) header += `:${port}`;
      this.setHeader('Host', header);
    }
    if (options.auth && !this.getHeader('Authorization')) {
      this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    }
    if (this.getHeader('expect')) {
      if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('render');
      this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kHeaders]);
    }
  } else {
    this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, options.headers);
  }

  // The agent, the program's own way, or a socket of our own.
  // To a socket, `path` is the name of a pipe.
  const connectOptions = { ...options, path: options.socketPath };
  if (this.agent) {
    this.agent.addRequest(this, { ...options });
  } else {
    this._last = true;
    this.shouldKeepAlive = false;
    if (typeof options.createConnection === 'function') {
      let called = false;
      const onCreate = (error, socket) => {
        if (called) return;
        called = true;
        if (error) process.nextTick(() => emitError(this, error));
        else this.onSocket(socket);
      };
      try {
        const made = options.createConnection(connectOptions, onCreate);
        if (made) onCreate(null, made);
      } catch (error) {
        onCreate(error);
      }
    } else {
      this.onSocket(net.createConnection(connectOptions));
    }
  }
  const channel = diagnostics();
  if (channel?.created.hasSubscribers) channel.created.publish({ request: this });
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

Object.defineProperty(ClientRequest.prototype, 'path', {
  get() {
    return this[kPath];
  },
  set(value) {
    const path = String(value);
    if (kInvalidPath.test(path)) throw new errors.ERR_UNESCAPED_CHARACTERS('Request path');
    this[kPath] = path;
  },
  configurable: true,
  enumerable: true,
});

function isUrl(value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
}

function checkHost(host, name) {
  if (host !== null && host !== undefined && typeof host !== 'string') {
    throw new errors.ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host);
  }
  return host;
}

function checkTimeout(msecs, name) {
  validateNumber(msecs, name);
  if (msecs < 0 || !Number.isFinite(msecs)) {
    throw new errors.ERR_OUT_OF_RANGE(name, 'a non-negative finite number', msecs);
  }
  return Math.min(msecs, 2 ** 31 - 1);
}

let channels;
function diagnostics() {
  if (channels === undefined && require('runtime/builtins').isLoaded('diagnostics_channel')) {
    const { channel } = require('node:diagnostics_channel');
    channels = {
      created: channel('http.client.request.created'),
      start: channel('http.client.request.start'),
      error: channel('http.client.request.error'),
      finish: channel('http.client.response.finish'),
    };
  }
  return channels;
}

function emitError(req, error) {
  const channel = diagnostics();
  if (channel?.error.hasSubscribers) channel.error.publish({ request: req, error });
  req.emit('error', error);
}

ClientRequest.prototype._finish = function _finish() {
  OutgoingMessage.prototype._finish.call(this);
  const channel = diagnostics();
  if (channel?.start.hasSubscribers) channel.start.publish({ request: this });
};

ClientRequest.prototype._implicitHeader = function _implicitHeader() {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('render');
  this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kHeaders]);
};

ClientRequest.prototype.abort = function abort() {
  if (this.aborted) return;
  this.aborted = true;
  process.nextTick(() => this.emit('abort'));
  this.destroy();
};

ClientRequest.prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  // A response that is arriving breaks off.
  if (this.res) this.res._dump();
  this[kError] = error;
  this.socket?.destroy(error);
  return this;
};

ClientRequest.prototype.onSocket = function onSocket(socket, error) {
  // The program may still add its listeners in this turn.
  process.nextTick(onSocketNT, this, socket, error);
};

function onSocketNT(req, socket, error) {
  if (req.destroyed || error) {
    const failure = error ?? req[kError] ?? (req.aborted || req.res ? undefined : connectionReset('socket hang up'));
    if (socket) {
      if (!error && req.agent && !socket.destroyed) {
        socket.emit('free');
      } else {
        // What the socket dies of is what the request dies of.
        const { finished } = require('node:stream');
        finished(socket.destroy(error ?? req[kError]), (cause) => {
          if (cause?.code === 'ERR_STREAM_PREMATURE_CLOSE') cause = null;
          closeRequest(req, cause || failure);
        });
        return;
      }
    }
    req.destroyed = true;
    closeRequest(req, failure);
    return;
  }
  tickOnSocket(req, socket);
  req._flush();
}

function closeRequest(req, error) {
  if (req._closed) return;
  if (error && !req._errorEmitted) {
    req._errorEmitted = true;
    emitError(req, error);
  }
  req._closed = true;
  req.emit('close');
}

function tickOnSocket(req, socket) {
  req.socket = socket;
  const lenient = req.insecureHTTPParser ?? common.isLenient();
  const parser = takeParser(RESPONSE, req.maxHeaderSize || common.getMaxHeaderSize(), lenient);
  req.parser = parser;
  parser.owner = req;
  parser.socket = socket;
  parser.onHeaders = onHeaders;
  parser.onBody = onBody;
  parser.onComplete = onComplete;
  parser.onError = onParserError;
  parser.onUpgrade = onUpgrade;
  socket.parser = parser;
  socket._httpMessage = req;
  socket.on('error', onSocketError);
  socket.on('data', onSocketData);
  socket.on('end', onSocketEnd);
  socket.on('close', onSocketClose);
  socket.on('drain', onDrain);
  if (req.timeout !== undefined) listenSocketTimeout(req);
  req.emit('socket', socket);
}

function onDrain() {
  const req = this._httpMessage;
  if (req && !req.finished && req[kNeedDrain]) {
    req[kNeedDrain] = false;
    req.emit('drain');
  }
}

function detach(socket, req) {
  socket.removeListener('error', onSocketError);
  socket.removeListener('data', onSocketData);
  socket.removeListener('end', onSocketEnd);
  socket.removeListener('close', onSocketClose);
  socket.removeListener('drain', onDrain);
  socket.removeListener('timeout', emitRequestTimeout);
  const { parser } = req;
  if (parser) {
    req.parser = null;
    socket.parser = null;
    freeParser(parser);
  }
}

function onSocketError(error) {
  const req = this._httpMessage;
  if (req) {
    // The response may have said it all already.
    req._socketError = error;
    if (!req.res || !req.res.complete) {
      if (!req._errorEmitted) {
        req._errorEmitted = true;
        emitError(req, error);
      }
    }
  }
  if (req?.parser) {
    req.parser.finish();
    detach(this, req);
    this.on('error', () => {});
    this.once('close', () => finishClosed(this, req));
  }
  this.destroy();
}

function onSocketData(data) {
  const req = this._httpMessage;
  const parser = req?.parser;
  if (!parser) return;
  parser.execute(data);
}

function onParserError(code, reason, bytesParsed, rawPacket) {
  const req = this.owner;
  const { socket } = req;
  const error = common.parseError(code, reason, bytesParsed, rawPacket);
  queueMicrotask(() => {
    if (req._closed) return;
    detach(socket, req);
    req.res?._dump?.();
    socket.on('error', () => {});
    socket.destroy();
    if (!req._errorEmitted) {
      req._errorEmitted = true;
      emitError(req, error);
    }
    finishClosed(socket, req);
  });
}

function onSocketEnd() {
  const req = this._httpMessage;
  const parser = req?.parser;
  if (!req.res && !req._errorEmitted) {
    // The peer has hung up without an answer.
    req._errorEmitted = true;
    emitError(req, connectionReset('socket hang up'));
  }
  if (parser) {
    parser.finish();
    if (req.parser) detach(this, req);
    this.once('close', () => finishClosed(this, req));
  }
  this.end();
}

function onSocketClose() {
  const req = this._httpMessage;
  if (!req) return;
  // What is buffered may complete the response.
  const { parser } = req;
  if (parser) this.read?.();
  if (req.parser) {
    req.parser.finish();
    if (req.parser) detach(this, req);
  }
  finishClosed(this, req);
}

function finishClosed(socket, req) {
  if (req._closedBySocket) return;
  req._closedBySocket = true;
  req.destroyed = true;
  const { res } = req;
  if (res) {
    if (!res.complete) res.destroy(connectionReset('aborted'));
    const closed = () => {
      if (req._closed) return;
      req._closed = true;
      req.emit('close');
    };
    if (!res.aborted && res.readable && !res.readableEnded) res.push(null);
    closed();
  } else {
    if (!req._errorEmitted) {
      req._errorEmitted = true;
      const error = req[kError] ?? connectionReset('socket hang up');
      emitError(req, error);
    }
    if (!req._closed) {
      req._closed = true;
      req.emit('close');
    }
  }
  if (req.outputData.length > 0) {
    const waiting = req.outputData;
    req.outputData = [];
    for (const { callback } of waiting) callback?.(new errors.ERR_STREAM_DESTROYED('write'));
  }
}

function onHeaders(flags, status, reason, block, major, minor) {
  const req = this.owner;
  const { socket } = req;
  const res = new IncomingMessage(socket);
  res.httpVersionMajor = major;
  res.httpVersionMinor = minor;
  res.httpVersion = `${major}.${minor}`;
  res.joinDuplicateHeaders = req.joinDuplicateHeaders;
  res.statusCode = status;
  res.statusMessage = reason;
  const limit = req.maxHeadersCount;
  res._setHeaderBlock(block, limit === null ? 2000 : limit > 0 ? limit : 0);
  res.upgrade = (flags & kUpgrade) !== 0;

  if (req.res) {
    // A second answer to one request: the peer is broken.
    socket.destroy();
    return 0;
  }
  if (status < 200 && status !== 101) {
    // RFC 9110, 15.2: something else follows.
    if (status === 100) req.emit('continue');
    req.emit('information', {
      statusCode: res.statusCode,
      statusMessage: res.statusMessage,
      httpVersion: res.httpVersion,
      httpVersionMajor: major,
      httpVersionMinor: minor,
      headers: res.headers,
      rawHeaders: res.rawHeaders,
    });
    return kSkipBody;
  }
  req.res = res;
  res.req = req;
  if (req.method === 'CONNECT') {
    res.upgrade = true;
    return kOtherProtocol;
  }
  if (res.upgrade && (status === 101 || req.listenerCount('upgrade') > 0)) {
    if (status === 101) return kOtherProtocol;
    res.upgrade = false;
  }
  if (req.shouldKeepAlive && !(flags & kKeepAlive) && !req.upgradeOrConnect) {
    // The peer ends the connection after this answer.
    req.shouldKeepAlive = false;
  }
  const channel = diagnostics();
  if (channel?.finish.hasSubscribers) channel.finish.publish({ request: req, response: res });
  req.timeoutCb = null;
  res.on('end', onResponseEnd);
  socket.on('timeout', onResponseTimeout);
  req.on('finish', onRequestFinish);
  socket.on('drain', onDrain);
  const handled = req.aborted || !req.emit('response', res);
  if (handled) res._dump();
  if (req.method === 'HEAD') return kSkipBody;
  if (status === 304) {
    res.complete = true;
    return kSkipBody;
  }
  return 0;
}

function onBody(chunk) {
  const { res, socket } = this.owner;
  if (!res || res._dumped || res.complete) return;
  if (!res.push(chunk)) {
    socket._paused = true;
    socket.pause();
    socket._parserResume = () => {
      socket._paused = false;
      socket._parserResume = undefined;
      socket.resume();
    };
  }
}

function onComplete(trailers) {
  const { res } = this.owner;
  if (!res || res.complete) return;
  res.complete = true;
  if (trailers) res._setTrailerBlock(trailers);
  res.push(null);
  res.socket?._parserResume?.();
}

function onUpgrade(head) {
  const req = this.owner;
  const { socket, res } = req;
  req.upgradeOrConnect = true;
  const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
  // The parser's stack is above us: the socket changes hands when it is done.
  socket.emit('agentRemove');
  detach(socket, req);
  socket._httpMessage = null;
  if (req.listenerCount(event) > 0) {
    socket.readableFlowing = null;
    socket._readableState.flowing = null;
    res.complete = true;
    if (req.timeoutCb) socket.setTimeout(0, req.timeoutCb);
    req.emit(event, res, socket, head);
    req.destroyed = true;
    req._closed = true;
    req.emit('close');
  } else {
    socket.destroy();
    finishClosed(socket, req);
  }
}

function onResponseTimeout() {
  this._httpMessage?.res?.emit('timeout');
}

function onResponseEnd() {
  const { req } = this;
  const { socket } = req;
  socket?.removeListener('timeout', onResponseTimeout);
  // An answer that was read to its end is over; the socket may live on.
  process.nextTick(() => {
    if (!this.destroyed) this.destroy();
  });
  req._ended = true;
  if (req.timeoutCb && socket) socket.removeListener('timeout', emitRequestTimeout);
  if (!req.shouldKeepAlive) {
    if (socket?.writable) {
      if (typeof socket.destroySoon === 'function') socket.destroySoon();
      else socket.end();
    }
  } else if (req.writableFinished && !this.aborted) {
    responseOnEnd(req);
  }
}

function onRequestFinish() {
  if (this.shouldKeepAlive && this._ended) responseOnEnd(this);
}

// Both halves are done: the connection is free for another request.
function responseOnEnd(req) {
  const { socket } = req;
  if (!socket || req._freed) return;
  req._freed = true;
  if (req.parser) detach(socket, req);
  socket.removeListener('timeout', emitRequestTimeout);
  req.destroyed = true;
  process.nextTick(() => {
    if (!req._closed) {
      req._closed = true;
      req.emit('close');
    }
    socket.emit('free');
    req.socket = socket;
  });
}

function emitRequestTimeout() {
  this._httpMessage?.emit('timeout');
}

function listenSocketTimeout(req) {
  if (req.timeoutCb) return;
  req.timeoutCb = emitRequestTimeout;
  if (req.socket) req.socket.once('timeout', emitRequestTimeout);
  else req.on('socket', (socket) => socket.once('timeout', emitRequestTimeout));
}

ClientRequest.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (this._ended) return this;
  listenSocketTimeout(this);
  msecs = checkTimeout(msecs, 'msecs');
  if (callback) {
    validateFunction(callback, 'callback');
    this.once('timeout', callback);
  }
  if (this.socket) setSocketTimeout(this.socket, msecs);
  else this.once('socket', (socket) => setSocketTimeout(socket, msecs));
  return this;
};

function setSocketTimeout(socket, msecs) {
  if (socket.connecting) socket.once('connect', () => socket.setTimeout(msecs));
  else socket.setTimeout(msecs);
}

function onceSocket(req, call) {
  if (req.socket) {
    if (req.socket.connecting === false || req.socket.writable) call(req.socket);
    else req.socket.once('connect', () => call(req.socket));
  } else {
    req.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => call(socket));
      else call(socket);
    });
  }
}

ClientRequest.prototype.setNoDelay = function setNoDelay(enable) {
  onceSocket(this, (socket) => socket.setNoDelay(enable));
};

ClientRequest.prototype.setSocketKeepAlive = function setSocketKeepAlive(enable, delay) {
  onceSocket(this, (socket) => socket.setKeepAlive(enable, delay));
};

ClientRequest.prototype.clearTimeout = function clearTimeout(callback) {
  this.setTimeout(0, callback);
};

module.exports = { ClientRequest };

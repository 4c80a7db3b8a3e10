'use strict';
// http.Server and http.ServerResponse.
// https://nodejs.org/api/http.html#class-httpserver

const net = require('node:net');
const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const { validateBoolean, validateInteger, validateObject, validateLinkHeaderValue } =
  require('runtime/validators');
const {
  OutgoingMessage,
  parseUniqueHeaders,
  validateHeaderName,
  validateHeaderValue,
  kHeaders,
  kNeedDrain,
  kUniqueHeaders,
} = require('modules/http/outgoing');
const { hasInvalidValue, STATUS_CODES, getMaxHeaderSize } = require('modules/http/common');
const { IncomingMessage } = require('modules/http/incoming');
const { clearInterval, setInterval } = require('runtime/timers');

const kIncomingMessage = Symbol('IncomingMessage');
const kServerResponse = Symbol('ServerResponse');
const kConnections = Symbol('connections');
const kChecker = Symbol('http.server.connectionsCheckingInterval');

function ServerResponse(req, options) {
  OutgoingMessage.call(this, options);
  if (req.method === 'HEAD') this._hasBody = false;
  this.req = req;
  this.sendDate = true;
  this._sent100 = false;
  this._expect_continue = false;
  if (req.httpVersionMajor < 1 || req.httpVersionMinor < 1) {
    this.useChunkedEncodingByDefault = /(?:^|\W)chunked(?:$|\W)/i.test(req.headers.te);
    this.shouldKeepAlive = false;
  }
}
Object.setPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ServerResponse, OutgoingMessage);

ServerResponse.prototype.statusCode = 200;
ServerResponse.prototype.statusMessage = undefined;

ServerResponse.prototype._finish = function _finish() {
  const { server } = this.req?.socket ?? {};
  if (server?._observeResponse) server._observeResponse(this);
  OutgoingMessage.prototype._finish.call(this);
};

function onSocketClose() {
  // The socket went before the response did.
  const message = this._httpMessage;
  if (message) {
    message.destroyed = true;
    message._closed = true;
    message.emit('close');
  }
}

ServerResponse.prototype.assignSocket = function assignSocket(socket) {
  if (socket._httpMessage) throw new errors.ERR_HTTP_SOCKET_ASSIGNED();
  socket._httpMessage = this;
  if (!socket._watchesClose) {
    socket._watchesClose = true;
    socket.on('close', onSocketClose);
  }
  this.socket = socket;
  if (this._events?.socket !== undefined) this.emit('socket', socket);
  if (this.outputData.length > 0 || this.finished) this._flush();
};

ServerResponse.prototype.detachSocket = function detachSocket(socket) {
  socket._httpMessage = null;
  this.socket = null;
};

ServerResponse.prototype.writeContinue = function writeContinue(callback) {
  this._writeRaw('HTTP/1.1 100 Continue\r\n\r\n', 'latin1', callback);
  this._sent100 = true;
};

ServerResponse.prototype.writeProcessing = function writeProcessing(callback) {
  this._writeRaw('HTTP/1.1 102 Processing\r\n\r\n', 'latin1', callback);
};

ServerResponse.prototype.writeEarlyHints = function writeEarlyHints(hints, callback) {
  validateObject(hints, 'hints');
  if (hints.link === null || hints.link === undefined) return;
  const link = validateLinkHeaderValue(hints.link);
  if (link.length === 0) return;
  let head = `HTTP/1.1 103 Early Hints\r\nLink: ${link}\r\n`;
  for (const key of Object.keys(hints)) {
    if (key === 'link') continue;
    validateHeaderName(key);
    validateHeaderValue(key, hints[key]);
    head += `${key}: ${hints[key]}\r\n`;
  }
  this._writeRaw(`${head}\r\n`, 'latin1', callback);
};

/** Sends an answer before the answer: 1xx with headers in the forms of writeHead(). */
ServerResponse.prototype.writeInformation = function writeInformation(
  statusCode,
  headers,
  callback,
) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('write');
  validateInteger(statusCode, 'statusCode', 100, 199);
  if (statusCode === 101) throw new errors.ERR_HTTP_INVALID_STATUS_CODE(statusCode);
  let head = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] || 'unknown'}\r\n`;
  for (const [name, value] of informationHeaders(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    head += `${name}: ${value}\r\n`;
  }
  const sent = this._writeRaw(`${head}\r\n`, 'latin1', callback);
  if (statusCode === 100) this._sent100 = true;
  return sent;
};

// [name, value] of an object, of pairs, or of names and values in turn.
function informationHeaders(headers) {
  if (headers === undefined || headers === null) return [];
  if (!Array.isArray(headers)) {
    validateObject(headers, 'headers');
    return Object.entries(headers);
  }
  if (Array.isArray(headers[0])) return headers;
  if (headers.length % 2 !== 0) throw new errors.ERR_INVALID_ARG_VALUE('headers', headers);
  const pairs = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i], headers[i + 1]]);
  return pairs;
}

ServerResponse.prototype._implicitHeader = function _implicitHeader() {
  this.writeHead(this.statusCode);
};

// "HTTP/1.1 200 OK\r\n", by code, while the text is the usual one.
const statusLines = [];

ServerResponse.prototype.writeHead = function writeHead(statusCode, reason, fields) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('write');
  const original = statusCode;
  statusCode |= 0;
  if (statusCode < 100 || statusCode > 999) throw new errors.ERR_HTTP_INVALID_STATUS_CODE(original);
  if (typeof reason === 'string') {
    this.statusMessage = reason;
  } else {
    this.statusMessage ||= STATUS_CODES[statusCode] || 'unknown';
    fields ??= reason;
  }
  this.statusCode = statusCode;
  let headers;
  if (this[kHeaders] !== null) {
    // What was set before and what is given now.
    if (Array.isArray(fields)) {
      if (fields.length && Array.isArray(fields[0])) {
        for (const [name, value] of fields) if (name) this.setHeader(name, value);
      } else {
        if (fields.length % 2 !== 0) throw new errors.ERR_INVALID_ARG_VALUE('headers', fields);
        for (let i = 0; i < fields.length; i += 2) this.removeHeader(fields[i]);
        for (let i = 0; i < fields.length; i += 2)
          if (fields[i]) this.appendHeader(fields[i], fields[i + 1]);
      }
    } else if (fields) {
      for (const name of Object.keys(fields)) if (name) this.setHeader(name, fields[name]);
    }
    headers = this[kHeaders];
  } else {
    headers = fields;
  }
  let line;
  if (this.statusMessage === STATUS_CODES[statusCode]) {
    line = statusLines[statusCode] ??= `HTTP/1.1 ${statusCode} ${this.statusMessage}\r\n`;
  } else {
    if (hasInvalidValue(this.statusMessage)) throw new errors.ERR_INVALID_CHAR('statusMessage');
    line = `HTTP/1.1 ${statusCode} ${this.statusMessage}\r\n`;
  }
  // RFC 9110, 15.2, 15.3.5, 15.4.5: these have no body.
  if (statusCode === 204 || statusCode === 304 || (statusCode >= 100 && statusCode <= 199))
    this._hasBody = false;
  // A request whose "Expect: 100-continue" was not answered leaves its body unsent: the connection ends.
  if (this._expect_continue && !this._sent100) this.shouldKeepAlive = false;
  this._storeHeader(line, headers);
  return this;
};
ServerResponse.prototype.writeHeader = ServerResponse.prototype.writeHead;

function storeHttpOptions(options) {
  this[kIncomingMessage] = options.IncomingMessage || IncomingMessage;
  this[kServerResponse] = options.ServerResponse || ServerResponse;
  const {
    maxHeaderSize,
    insecureHTTPParser,
    requireHostHeader,
    joinDuplicateHeaders,
    rejectNonStandardBodyWrites,
  } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = maxHeaderSize;
  if (insecureHTTPParser !== undefined)
    validateBoolean(insecureHTTPParser, 'options.insecureHTTPParser');
  this.insecureHTTPParser = insecureHTTPParser;
  const interval = (name, fallback) => {
    const value = options[name];
    if (value === undefined) return fallback;
    validateInteger(value, name, 0);
    return value;
  };
  this.requestTimeout = interval('requestTimeout', 300_000);
  const headersDefault = this.requestTimeout > 0 ? Math.min(60_000, this.requestTimeout) : 60_000;
  this.headersTimeout = interval('headersTimeout', headersDefault);
  if (
    this.requestTimeout > 0 &&
    this.headersTimeout > 0 &&
    this.headersTimeout > this.requestTimeout
  ) {
    throw new errors.ERR_OUT_OF_RANGE(
      'headersTimeout',
      '<= requestTimeout',
      options.headersTimeout,
    );
  }
  this.keepAliveTimeout = interval('keepAliveTimeout', 5_000);
  this.keepAliveTimeoutBuffer = interval('keepAliveTimeoutBuffer', 1_000);
  this.connectionsCheckingInterval = interval('connectionsCheckingInterval', 30_000);
  if (requireHostHeader !== undefined)
    validateBoolean(requireHostHeader, 'options.requireHostHeader');
  this.requireHostHeader = requireHostHeader ?? true;
  if (joinDuplicateHeaders !== undefined)
    validateBoolean(joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  this.joinDuplicateHeaders = joinDuplicateHeaders;
  if (rejectNonStandardBodyWrites !== undefined) {
    validateBoolean(rejectNonStandardBodyWrites, 'options.rejectNonStandardBodyWrites');
  }
  this.rejectNonStandardBodyWrites = rejectNonStandardBodyWrites ?? false;
  if (options.optimizeEmptyRequests !== undefined) {
    validateBoolean(options.optimizeEmptyRequests, 'options.optimizeEmptyRequests');
  }
  this.optimizeEmptyRequests = options.optimizeEmptyRequests ?? false;
  if (options.shouldUpgradeCallback !== undefined) {
    require('runtime/validators').validateFunction(
      options.shouldUpgradeCallback,
      'options.shouldUpgradeCallback',
    );
    this.shouldUpgradeCallback = options.shouldUpgradeCallback;
  } else {
    this.shouldUpgradeCallback = () => this.listenerCount('upgrade') > 0;
  }
  this[kUniqueHeaders] = parseUniqueHeaders(options.uniqueHeaders);
  this[kConnections] = new Set();
}

/** What createServer() of node:http and node:https was given, as [own options, listener]. */
function serverArguments(options, listener) {
  if (typeof options === 'function') return [{}, options];
  if (options === undefined || options === null) return [{}, listener];
  validateObject(options, 'options');
  return [{ ...options }, listener];
}

function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  [options, requestListener] = serverArguments(options, requestListener);
  storeHttpOptions.call(this, options);
  net.Server.call(this, {
    allowHalfOpen: true,
    noDelay: options.noDelay ?? true,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
    highWaterMark: options.highWaterMark,
  });
  if (requestListener) this.on('request', requestListener);
  // The connection outlives the peer's half: it may be waiting for an answer.
  this.httpAllowHalfOpen = false;
  this.on('connection', (socket) => require('modules/http/connection').accept(this, socket));
  this.on('listening', setupChecker);
  this.timeout = 0;
  this.maxHeadersCount = null;
  this.maxRequestsPerSocket = 0;
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

// Requests that take too long are found by looking at all connections every now and then.
function setupChecker() {
  if (this[kChecker]) clearInterval(this[kChecker]);
  this[kChecker] = setInterval(checkConnections, this.connectionsCheckingInterval, this);
  this[kChecker].unref();
}

function checkConnections(server) {
  if (server.headersTimeout === 0 && server.requestTimeout === 0) return;
  for (const connection of server[kConnections]) {
    if (connection.parser?.expired(server.headersTimeout, server.requestTimeout)) {
      const { socket } = connection;
      if (socket) connection.fail(new errors.ERR_HTTP_REQUEST_TIMEOUT());
    }
  }
}

Server.prototype.close = function close(...args) {
  httpServerPreClose(this);
  net.Server.prototype.close.apply(this, args);
  return this;
};

function httpServerPreClose(server) {
  server.closeIdleConnections();
  clearInterval(server[kChecker]);
}

Server.prototype[Symbol.asyncDispose] = async function () {
  if (!this.listening) return;
  await require('node:util').promisify(this.close).call(this);
};

Server.prototype.closeAllConnections = function closeAllConnections() {
  for (const connection of this[kConnections]) connection.socket?.destroy();
};

Server.prototype.closeIdleConnections = function closeIdleConnections() {
  for (const connection of this[kConnections]) {
    if (connection.isIdle()) connection.socket?.destroy();
  }
};

Server.prototype.setTimeout = function setTimeout(msecs, callback) {
  this.timeout = msecs;
  if (callback) this.on('timeout', callback);
  return this;
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function (error, event, ...args) {
  if (event !== 'request') {
    net.Server.prototype[EventEmitter.captureRejectionSymbol].call(this, error, event, ...args);
    return;
  }
  const [, res] = args;
  if (!res.headersSent && !res.writableEnded) {
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    res.statusCode = 500;
    res.end(STATUS_CODES[500]);
  } else {
    res.destroy();
  }
};

Server.prototype._maxHeaderSize = function _maxHeaderSize() {
  return this.maxHeaderSize || getMaxHeaderSize();
};

module.exports = {
  Server,
  ServerResponse,
  serverArguments,
  storeHttpOptions,
  setupChecker,
  httpServerPreClose,
  kChecker,
  kConnections,
  kIncomingMessage,
  kServerResponse,
  kNeedDrain,
  kUniqueHeaders,
};

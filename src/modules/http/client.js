'use strict';
// http.ClientRequest.
// https://nodejs.org/api/http.html#class-httpclientrequest

const net = require('node:net');
const errors = require('runtime/errors');
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
} = require('runtime/validators');
const { OutgoingMessage } = require('modules/http/outgoing');
const { parseUniqueHeaders, kHeaders, kUniqueHeaders } = require('modules/http/outgoing_headers');
const { kProxy } = require('modules/http/agent');
const { isToken } = require('modules/http/common');
const { kError, diagnostics, emitError, onSocketNT, listenSocketTimeout } =
  require('modules/http/client_connection');

const kInvalidPath = /[^\u0021-\u00ff]/;
const kPath = Symbol('path');
const kMaxTimeout = 2 ** 31 - 1;

function ClientRequest(input, options, callback) {
  OutgoingMessage.call(this);
  this[kError] = null;
  if (typeof input === 'string') {
    const { URL, urlToHttpOptions } = require('node:url');
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
    throw new errors.ERR_INVALID_ARG_TYPE(
      'options.agent',
      ['Agent-like Object', 'undefined', 'false'],
      agent,
    );
  }
  this.agent = agent;

  const protocol = options.protocol || defaultAgent.protocol;
  let expectedProtocol = defaultAgent.protocol;
  if (this.agent?.protocol) expectedProtocol = this.agent.protocol;
  if (options.path) {
    const path = String(options.path);
    if (kInvalidPath.test(path)) throw new errors.ERR_UNESCAPED_CHARACTERS('Request path');
  }
  if (protocol !== expectedProtocol)
    throw new errors.ERR_INVALID_PROTOCOL(protocol, expectedProtocol);

  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  const port = (options.port = options.port || defaultPort || 80);
  const host = (options.host =
    checkHost(options.hostname, 'hostname') || checkHost(options.host, 'host') || 'localhost');
  const setHost =
    options.setHost !== undefined ? Boolean(options.setHost) : options.setDefaultHeaders !== false;
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
  if (options.maxHeaderSize !== undefined)
    validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0);
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
  const proxy = this.agent?.[kProxy];
  const isProxied = proxy !== undefined && protocol === 'http:' && proxy.serves(options);
  if (isProxied) {
    // A proxy is told the whole address (RFC 9112, 3.2.2).
    const { absolutePath } = require('modules/http/proxy');
    this.path = absolutePath(host, port, this.path, options.headers);
  }
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
      if (colon !== -1 && header.includes(':', colon + 1) && header.charCodeAt(0) !== 91)
        header = `[${header}]`;
      if (port && +port !== defaultPort) header += `:${port}`;
      this.setHeader('Host', header);
    }
    if (options.auth && !this.getHeader('Authorization')) {
      this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    }
    if (isProxied) {
      for (const [name, value] of proxy.headers(this.shouldKeepAlive)) this.setHeader(name, value);
    }
    if (this.getHeader('expect')) {
      if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('render');
      this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kHeaders]);
    }
  } else {
    let { headers } = options;
    if (isProxied) {
      const proxyHeaders = proxy.headers(this.shouldKeepAlive);
      headers = Array.isArray(headers[0])
        ? [...headers, ...proxyHeaders]
        : [...headers, ...proxyHeaders.flat()];
    }
    this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, headers);
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
  return Boolean(
    value?.href && value.protocol && value.auth === undefined && value.path === undefined,
  );
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
  if (msecs <= kMaxTimeout) return msecs;
  process.emitWarning(
    `${msecs} does not fit into a 32-bit signed integer.\n` +
      `Timer duration was truncated to ${kMaxTimeout}.`,
    'TimeoutOverflowWarning',
  );
  return kMaxTimeout;
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

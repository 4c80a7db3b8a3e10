'use strict';
// Http2ServerResponse: https://nodejs.org/api/http2.html#class-http2http2serverresponse

const Stream = require('node:stream');
const errors = require('runtime/errors');
const { validateFunction, validateLinkHeaderValue, validateObject, validateString } =
  require('runtime/validators');
const { hasInvalidValue, isToken } = require('modules/http/common');
const { constants } = require('modules/http2/constants');
const { isPseudo, sensitiveHeaders } = require('modules/http2/headers');

const { HTTP_STATUS_CONTINUE, HTTP_STATUS_EARLY_HINTS, HTTP_STATUS_SWITCHING_PROTOCOLS } =
  constants;

let warnedOfMessage = false;
function warnOfMessage() {
  if (warnedOfMessage) return;
  warnedOfMessage = true;
  process.emitWarning(
    'Status message is not supported by HTTP/2 (RFC7540 8.1.2.4)',
    'UnsupportedWarning',
  );
}

function checkName(name) {
  if (name === '' || typeof name !== 'string' || !isToken(name)) {
    throw new errors.ERR_INVALID_HTTP_TOKEN('Header name', name);
  }
}

function checkValue(name, value) {
  if (value === undefined || value === null) {
    throw new errors.ERR_HTTP2_INVALID_HEADER_VALUE(value, name);
  }
  if (Array.isArray(value)) {
    for (const one of value) checkValue(name, one);
    return;
  }
  if (hasInvalidValue(String(value))) throw new errors.ERR_INVALID_CHAR('header content', name);
}

class Http2ServerResponse extends Stream {
  #stream;
  #headers = { __proto__: null };
  #trailers = { __proto__: null };
  #sendDate = true;
  #statusCode = 200;
  #closed = false;
  #ending = false;

  constructor(stream, options) {
    super(options);
    this.#stream = stream;
    this.writable = true;
    this.req = stream.compatRequest;
    stream.on('drain', () => this.emit('drain'));
    stream.on('aborted', () => {
      if (!this.#closed) this.emit('aborted');
    });
    stream.on('close', () => {
      if (this.#closed) return;
      this.#closed = true;
      this.writable = false;
      this.emit('finish');
      this.emit('close');
    });
    stream.on('wantTrailers', () => {
      if (!stream.destroyed && !stream.closed) stream.sendTrailers(this.#trailers);
    });
    stream.on('timeout', () => this.emit('timeout'));
  }

  // What HTTP/1 modules look at to see whether a head has been made.
  get _header() {
    return this.headersSent;
  }

  get writableEnded() {
    return this.#ending;
  }

  get finished() {
    return this.#ending;
  }

  get socket() {
    // A response that is over has none.
    if (this.#closed) return undefined;
    return require('modules/http2/compat_socket').socketOf(this.#stream);
  }

  get connection() {
    return this.socket;
  }

  get stream() {
    return this.#stream;
  }

  get headersSent() {
    return this.#stream.headersSent;
  }

  get sendDate() {
    return this.#sendDate;
  }

  set sendDate(value) {
    this.#sendDate = Boolean(value);
  }

  get statusCode() {
    return this.#statusCode;
  }

  set statusCode(code) {
    code |= 0;
    if (code >= 100 && code < 200) throw new errors.ERR_HTTP2_INFO_STATUS_NOT_ALLOWED();
    if (code < 100 || code > 599) throw new errors.ERR_HTTP2_STATUS_INVALID(code);
    this.#statusCode = code;
  }

  get writableCorked() {
    return this.#stream.writableCorked;
  }

  get writableHighWaterMark() {
    return this.#stream.writableHighWaterMark;
  }

  get writableObjectMode() {
    return this.#stream.writableObjectMode;
  }

  get writableFinished() {
    return this.#stream.writableFinished;
  }

  get writableLength() {
    return this.#stream.writableLength;
  }

  get writableNeedDrain() {
    return this.#stream.writableNeedDrain;
  }

  get statusMessage() {
    warnOfMessage();
    return '';
  }

  set statusMessage(_message) {
    warnOfMessage();
  }

  // Headers.

  setTrailer(name, value) {
    validateString(name, 'name');
    name = name.trim().toLowerCase();
    if (isPseudo(name)) throw new errors.ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED();
    checkName(name);
    checkValue(name, value);
    this.#trailers[name] = value;
  }

  addTrailers(headers) {
    for (const name of Object.keys(headers)) this.setTrailer(name, headers[name]);
  }

  getHeader(name) {
    validateString(name, 'name');
    return this.#headers[name.trim().toLowerCase()];
  }

  getHeaderNames() {
    return Object.keys(this.#headers);
  }

  getHeaders() {
    return Object.assign({ __proto__: null }, this.#headers);
  }

  hasHeader(name) {
    validateString(name, 'name');
    return Object.hasOwn(this.#headers, name.trim().toLowerCase());
  }

  removeHeader(name) {
    validateString(name, 'name');
    if (this.headersSent) throw new errors.ERR_HTTP2_HEADERS_SENT();
    name = name.trim().toLowerCase();
    if (name === 'date') this.#sendDate = false;
    delete this.#headers[name];
  }

  setHeader(name, value) {
    validateString(name, 'name');
    if (this.headersSent) throw new errors.ERR_HTTP2_HEADERS_SENT();
    this.#set(name, value);
  }

  #set(given, value) {
    const name = given.trim().toLowerCase();
    if (isPseudo(name)) throw new errors.ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED();
    checkName(name);
    checkValue(name, value);
    // Programs written for HTTP/1 set it all the same.
    if (name === 'connection') {
      warnOfConnection();
      return;
    }
    this.#headers[name] = value;
  }

  appendHeader(name, value) {
    validateString(name, 'name');
    if (this.headersSent) throw new errors.ERR_HTTP2_HEADERS_SENT();
    const key = name.trim().toLowerCase();
    const before = this.#headers[key];
    if (before === undefined) {
      this.#set(name, value);
      return;
    }
    checkName(key);
    checkValue(key, value);
    this.#headers[key] = [before, value].flat();
  }

  flushHeaders() {
    const stream = this.#stream;
    if (!this.#closed && !stream.destroyed && !stream.closed && !this.headersSent) this.#begin();
  }

  writeHead(statusCode, statusMessage, headers) {
    const stream = this.#stream;
    if (this.#closed || stream.destroyed || stream.closed) return this;
    if (this.headersSent) throw new errors.ERR_HTTP2_HEADERS_SENT();
    if (typeof statusMessage === 'string') warnOfMessage();
    else if (headers === undefined) headers = statusMessage;
    if (Array.isArray(headers)) {
      if (headers.length % 2 !== 0 && !Array.isArray(headers[0])) {
        throw new errors.ERR_INVALID_ARG_VALUE('headers', headers);
      }
      this.#setMany(Array.isArray(headers[0]) ? headers.flat() : headers);
    } else if (headers !== null && typeof headers === 'object') {
      for (const name of Object.keys(headers)) this.#set(name, headers[name]);
      if (headers[sensitiveHeaders]) this.#headers[sensitiveHeaders] = headers[sensitiveHeaders];
    }
    this.statusCode = statusCode;
    this.#begin();
    return this;
  }

  // A flat list: what is there already is replaced, what repeats in the list is kept.
  #setMany(list) {
    const seen = new Set();
    for (let i = 0; i < list.length; i += 2) {
      const name = String(list[i]).trim().toLowerCase();
      if (seen.has(name)) {
        this.appendHeader(list[i], list[i + 1]);
      } else {
        seen.add(name);
        this.#set(list[i], list[i + 1]);
      }
    }
  }

  #begin(endStream = false) {
    const headers = this.#headers;
    headers[':status'] = this.#statusCode;
    const options = {
      endStream,
      waitForTrailers: true,
      sendDate: this.#sendDate,
    };
    this.#stream.respond(headers, options);
  }

  // Informational answers.

  writeContinue() {
    return this.#inform({ ':status': HTTP_STATUS_CONTINUE });
  }

  writeEarlyHints(hints) {
    validateObject(hints, 'hints');
    const headers = { __proto__: null };
    const link = validateLinkHeaderValue(hints.link);
    for (const name of Object.keys(hints)) if (name !== 'link') headers[name] = hints[name];
    if (link.length === 0) return false;
    return this.#inform({ ...headers, ':status': HTTP_STATUS_EARLY_HINTS, Link: link });
  }

  writeInformation(statusCode, headers) {
    const isInformational = Number.isInteger(statusCode) && statusCode >= 100 && statusCode < 200;
    if (!isInformational || statusCode === HTTP_STATUS_SWITCHING_PROTOCOLS) {
      throw new errors.ERR_HTTP2_STATUS_INVALID(statusCode);
    }
    if (headers !== undefined) validateObject(headers, 'headers');
    return this.#inform({ ...headers, ':status': statusCode });
  }

  #inform(headers) {
    const stream = this.#stream;
    if (stream.headersSent || this.#closed || stream.destroyed || stream.closed) return false;
    stream.additionalHeaders(headers);
    return true;
  }

  // The body.

  cork() {
    this.#stream.cork();
  }

  uncork() {
    this.#stream.uncork();
  }

  write(chunk, encoding, callback) {
    if (typeof encoding === 'function') {
      callback = encoding;
      encoding = 'utf8';
    }
    let error;
    if (this.#ending) error = new errors.ERR_STREAM_WRITE_AFTER_END();
    else if (this.#closed) error = new errors.ERR_HTTP2_INVALID_STREAM();
    else if (this.#stream.destroyed) return false;
    if (error !== undefined) {
      if (typeof callback === 'function') process.nextTick(callback, error);
      else this.destroy(error);
      return false;
    }
    const stream = this.#stream;
    if (!stream.headersSent && !stream.closed) this.#begin();
    return stream.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') {
      callback = chunk;
      chunk = null;
    } else if (typeof encoding === 'function') {
      callback = encoding;
      encoding = 'utf8';
    }
    const stream = this.#stream;
    if (this.#closed || this.#ending) {
      if (typeof callback === 'function') process.nextTick(callback);
      return this;
    }
    const hasBody = chunk !== null && chunk !== undefined && chunk.length > 0;
    // The answer to HEAD has no body; its headers end it.
    if (hasBody && !stream.headRequest) this.write(chunk, encoding);
    this.#ending = true;
    if (typeof callback === 'function') {
      if (stream.writableEnded) this.once('finish', callback);
      else stream.once('finish', callback);
    }
    if (!stream.headersSent && !stream.destroyed && !stream.closed) {
      const hasTrailers = Object.keys(this.#trailers).length > 0;
      this.#begin(!hasTrailers);
    }
    if (!stream.writableEnded) stream.end();
    return this;
  }

  destroy(error) {
    if (this.#stream.destroyed) return;
    this.#stream.destroy(error);
  }

  setTimeout(msecs, callback) {
    if (!this.#closed) this.#stream.setTimeout(msecs, callback);
    return this;
  }

  createPushResponse(headers, callback) {
    validateFunction(callback, 'callback');
    if (this.#closed || this.#stream.destroyed) {
      process.nextTick(callback, new errors.ERR_HTTP2_INVALID_STREAM());
      return;
    }
    this.#stream.pushStream(headers, {}, (error, stream) => {
      if (error) {
        callback(error);
        return;
      }
      callback(null, new Http2ServerResponse(stream));
    });
  }
}

let warnedOfConnection = false;
function warnOfConnection() {
  if (!warnedOfConnection) {
    warnedOfConnection = true;
    process.emitWarning(
      'The provided connection header is not valid, ' +
        'the value will be dropped from the header and ' +
        'will never be in use.',
      'UnsupportedWarning',
    );
  }
}

module.exports = { Http2ServerResponse };

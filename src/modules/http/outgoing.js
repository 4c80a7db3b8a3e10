'use strict';
// http.OutgoingMessage: headers, framing and the way to the socket of what we send. ServerResponse and
// ClientRequest are made of it.
// https://nodejs.org/api/http.html#class-httpoutgoingmessage

const { Stream, getDefaultHighWaterMark } = require('node:stream');
const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { isToken, hasInvalidValue, utcDate } = require('modules/http/common');

const kHeaders = Symbol('headers'); // null-prototype object: lower-case name -> [name as given, value]
const kCorked = Symbol('corked');
const kChunkedBuffer = Symbol('chunkedBuffer');
const kChunkedLength = Symbol('chunkedLength');
const kErrored = Symbol('errored');
const kHighWaterMark = Symbol('highWaterMark');
const kUniqueHeaders = Symbol('uniqueHeaders');
const kRejectNonStandardBodyWrites = Symbol('rejectNonStandardBodyWrites');
const kBytesWritten = Symbol('bytesWritten');
const kNeedDrain = Symbol('needDrain');

const kCrlf = '\r\n';
const noop = () => {};

function OutgoingMessage(options) {
  EventEmitter.call(this);
  this.outputData = [];
  this.outputSize = 0;
  this.writable = true;
  this.destroyed = false;
  this._last = false;
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;
  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = '';
  this[kNeedDrain] = false;
  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunkedBuffer] = undefined;
  this[kChunkedLength] = 0;
  this._closed = false;
  this.socket = null;
  this._header = null;
  this[kHeaders] = null;
  this._keepAliveTimeout = 0;
  this._onPendingData = noop;
  this[kErrored] = null;
  this[kHighWaterMark] = options?.highWaterMark ?? getDefaultHighWaterMark();
  this[kRejectNonStandardBodyWrites] = options?.rejectNonStandardBodyWrites ?? false;
  this[kUniqueHeaders] = undefined;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
Object.setPrototypeOf(OutgoingMessage, Stream);

function getter(name, get, set) {
  Object.defineProperty(OutgoingMessage.prototype, name, { get, set, configurable: true, enumerable: false });
}

getter('errored', function () {
  return this[kErrored];
});
getter('closed', function () {
  return this._closed;
});
getter('writableFinished', function () {
  return this.finished && this.outputSize === 0 && (!this.socket || this.socket.writableLength === 0);
});
getter('writableObjectMode', () => false);
getter('writableLength', function () {
  return this.outputSize + this[kChunkedLength] + (this.socket ? this.socket.writableLength : 0);
});
getter('writableHighWaterMark', function () {
  return this.socket ? this.socket.writableHighWaterMark : this[kHighWaterMark];
});
getter('writableCorked', function () {
  return this[kCorked];
});
getter('writableEnded', function () {
  return this.finished;
});
getter('writableNeedDrain', function () {
  return !this.destroyed && !this.finished && this[kNeedDrain];
});
getter('headersSent', function () {
  return Boolean(this._header);
});
getter(
  'connection',
  function () {
    return this.socket;
  },
  function (value) {
    this.socket = value;
  },
);

OutgoingMessage.prototype.cork = function cork() {
  this[kCorked]++;
  this.socket?.cork();
};

OutgoingMessage.prototype.uncork = function uncork() {
  if (this[kCorked] > 0) this[kCorked]--;
  this.socket?.uncork();
  if (this[kCorked] > 0 || !this[kChunkedBuffer]?.length) return;
  // One chunk for all that was written while corked.
  const length = this[kChunkedLength];
  const buffered = this[kChunkedBuffer];
  this._send(length.toString(16), 'latin1', null);
  this._send(kCrlf, 'latin1', null);
  let last = noop;
  const callbacks = [];
  for (const { chunk, encoding, callback } of buffered) {
    this._send(chunk, encoding, null);
    if (callback) callbacks.push(callback);
  }
  if (callbacks.length > 0) {
    last = (error) => {
      for (const callback of callbacks) callback(error);
    };
  }
  this._send(kCrlf, null, last);
  this[kChunkedBuffer] = undefined;
  this[kChunkedLength] = 0;
};

OutgoingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  if (!this.socket) {
    this.once('socket', (socket) => socket.setTimeout(msecs));
  } else {
    this.socket.setTimeout(msecs);
  }
  return this;
};

OutgoingMessage.prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  this[kErrored] = error;
  if (this.socket) this.socket.destroy(error);
  else this.once('socket', (socket) => socket.destroy(error));
  return this;
};

// Headers

function checkName(name) {
  if (typeof name !== 'string' || !name || !isToken(name)) {
    throw new errors.ERR_INVALID_HTTP_TOKEN('Header name', name);
  }
}

function checkValue(name, value) {
  if (value === undefined) throw new errors.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (typeof value === 'string' ? hasInvalidValue(value) : hasInvalidValue(`${value}`)) {
    throw new errors.ERR_INVALID_CHAR('header content', name);
  }
}

/** http.validateHeaderName */
function validateHeaderName(name, label) {
  if (typeof name !== 'string' || !name || !isToken(name)) {
    throw new errors.ERR_INVALID_HTTP_TOKEN(label || 'Header name', name);
  }
}

/** http.validateHeaderValue */
function validateHeaderValue(name, value) {
  checkValue(name, value);
}

OutgoingMessage.prototype.setHeader = function setHeader(name, value) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('set');
  checkName(name);
  if (Array.isArray(value)) for (const each of value) checkValue(name, each);
  else checkValue(name, value);
  const headers = (this[kHeaders] ??= { __proto__: null });
  headers[name.toLowerCase()] = [name, value];
  return this;
};

OutgoingMessage.prototype.setHeaders = function setHeaders(headers) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('set');
  if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
    throw new errors.ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
  }
  // Set-Cookie is the one header that Headers keeps apart.
  const cookies = [];
  for (const { 0: key, 1: value } of headers) {
    if (key === 'set-cookie') {
      if (Array.isArray(value)) cookies.push(...value);
      else cookies.push(value);
      continue;
    }
    this.setHeader(key, value);
  }
  if (cookies.length) this.setHeader('set-cookie', cookies);
  return this;
};

OutgoingMessage.prototype.appendHeader = function appendHeader(name, value) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('append');
  checkName(name);
  if (Array.isArray(value)) for (const each of value) checkValue(name, each);
  else checkValue(name, value);
  const headers = (this[kHeaders] ??= { __proto__: null });
  const entry = headers[name.toLowerCase()];
  if (entry === undefined) {
    headers[name.toLowerCase()] = [name, value];
  } else {
    const before = Array.isArray(entry[1]) ? entry[1] : [entry[1]];
    entry[1] = before.concat(value);
  }
  return this;
};

OutgoingMessage.prototype.getHeader = function getHeader(name) {
  validateString(name, 'name');
  return this[kHeaders]?.[name.toLowerCase()]?.[1];
};

OutgoingMessage.prototype.getHeaderNames = function getHeaderNames() {
  return this[kHeaders] === null ? [] : Object.keys(this[kHeaders]);
};

OutgoingMessage.prototype.getRawHeaderNames = function getRawHeaderNames() {
  return this[kHeaders] === null ? [] : Object.values(this[kHeaders], 0).map(([name]) => name);
};

OutgoingMessage.prototype.getHeaders = function getHeaders() {
  const result = { __proto__: null };
  for (const key in this[kHeaders]) result[key] = this[kHeaders][key][1];
  return result;
};

OutgoingMessage.prototype.hasHeader = function hasHeader(name) {
  validateString(name, 'name');
  return this[kHeaders] !== null && this[kHeaders][name.toLowerCase()] !== undefined;
};

OutgoingMessage.prototype.removeHeader = function removeHeader(name) {
  validateString(name, 'name');
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('remove');
  const key = name.toLowerCase();
  if (key === 'connection') this._removedConnection = true;
  else if (key === 'content-length') this._removedContLen = true;
  else if (key === 'transfer-encoding') this._removedTE = true;
  else if (key === 'date') this.sendDate = false;
  if (this[kHeaders] !== null) delete this[kHeaders][key];
};

OutgoingMessage.prototype._renderHeaders = function _renderHeaders() {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('render');
  const result = {};
  for (const key in this[kHeaders]) result[this[kHeaders][key][0]] = this[kHeaders][key][1];
  return result;
};

// Framing

const kConnection = 1;
const kContentLength = 2;
const kTransferEncoding = 4;
const kDate = 8;
const kExpect = 16;
const kTrailer = 32;
const kKeepAlive = 64;
const special = {
  __proto__: null,
  connection: kConnection,
  'content-length': kContentLength,
  'transfer-encoding': kTransferEncoding,
  date: kDate,
  expect: kExpect,
  trailer: kTrailer,
  'keep-alive': kKeepAlive,
};

// Collects the header block: text so far and which headers with a meaning for framing it has.
class Block {
  constructor(message, first) {
    this.message = message;
    this.text = first;
    this.has = 0;
  }

  add(name, lower, value, check) {
    if (check) checkName(name);
    if (Array.isArray(value)) {
      // A request's cookies are one header (RFC 6265, 5.4), and so is what the program calls unique.
      if (value.length > 1 && (lower === 'cookie' || this.message[kUniqueHeaders]?.has(lower))) {
        this.one(name, lower, value.join('; '), check);
        return;
      }
      for (const each of value) this.one(name, lower, each, check);
      return;
    }
    this.one(name, lower, value, check);
  }

  one(name, lower, value, check) {
    if (check) checkValue(name, value);
    if (lower === 'content-disposition' && this.message._contentLength) {
      value = Buffer.from(`${value}`, 'latin1').toString('latin1');
    }
    this.text += `${name}: ${value}\r\n`;
    const bit = special[lower];
    if (bit !== undefined) this.note(bit, value);
  }

  note(bit, value) {
    const { message } = this;
    this.has |= bit;
    if (bit === kConnection) {
      message._removedConnection = false;
      if (/(?:^|\W)close(?:$|\W)/i.test(value)) message._last = true;
      else message.shouldKeepAlive = true;
    } else if (bit === kTransferEncoding) {
      message._removedTE = false;
      if (/(?:^|\W)chunked(?:$|\W)/i.test(value)) message.chunkedEncoding = true;
    } else if (bit === kContentLength) {
      message._contentLength = +value;
      message._removedContLen = false;
    } else if (bit === kKeepAlive) {
      message._defaultKeepAlive = false;
    }
  }
}

OutgoingMessage.prototype._storeHeader = function _storeHeader(firstLine, headers) {
  const block = new Block(this, firstLine);
  if (headers) {
    if (headers === this[kHeaders]) {
      for (const key in headers) block.add(headers[key][0], key, headers[key][1], false);
    } else if (Array.isArray(headers)) {
      if (headers.length && Array.isArray(headers[0])) {
        for (const [name, value] of headers) block.add(name, String(name).toLowerCase(), value, true);
      } else {
        if (headers.length % 2 !== 0) throw new errors.ERR_INVALID_ARG_VALUE('headers', headers);
        for (let i = 0; i < headers.length; i += 2) {
          block.add(headers[i], String(headers[i]).toLowerCase(), headers[i + 1], true);
        }
      }
    } else {
      for (const name in headers) {
        if (Object.hasOwn(headers, name)) block.add(name, name.toLowerCase(), headers[name], true);
      }
    }
  }
  let header = block.text;
  if (this.sendDate && !(block.has & kDate)) header += `Date: ${utcDate()}\r\n`;

  // RFC 9112, 6.3: 204 and 304 have no body; an encoding header would make a peer wait for one.
  if (this.chunkedEncoding && (this.statusCode === 204 || this.statusCode === 304)) {
    this.chunkedEncoding = false;
    this.shouldKeepAlive = false;
  }

  if (this._removedConnection) {
    // Without the header HTTP/1.1 keeps the connection and 1.0 does not.
    this.shouldKeepAlive = this._last ? false : this.shouldKeepAlive;
    this._last = !this.shouldKeepAlive;
  } else if (!(block.has & kConnection)) {
    const keep =
      this.shouldKeepAlive && (block.has & kContentLength || this.useChunkedEncodingByDefault || this.agent);
    if (keep && this.maxRequestsOnConnectionReached) {
      header += 'Connection: close\r\n';
    } else if (keep) {
      header += 'Connection: keep-alive\r\n';
      if (this._keepAliveTimeout && this._defaultKeepAlive) {
        const seconds = Math.floor(this._keepAliveTimeout / 1000);
        const max = ~~this._maxRequestsPerSocket > 0 ? `, max=${this._maxRequestsPerSocket}` : '';
        header += `Keep-Alive: timeout=${seconds}${max}\r\n`;
      }
    } else {
      this._last = true;
      header += 'Connection: close\r\n';
    }
  }

  if (!(block.has & kContentLength) && !(block.has & kTransferEncoding)) {
    if (!this._hasBody) {
      this.chunkedEncoding = false;
    } else if (!this.useChunkedEncodingByDefault) {
      this._last = true;
    } else if (!this._trailer && !(block.has & kTrailer) && !this._removedContLen && typeof this._contentLength === 'number') {
      header += `Content-Length: ${this._contentLength}\r\n`;
    } else if (!this._removedTE) {
      header += 'Transfer-Encoding: chunked\r\n';
      this.chunkedEncoding = true;
    } else {
      // Nothing says how long the body is: its end is the connection's.
      this._last = true;
      this.shouldKeepAlive = false;
    }
  }

  // RFC 9112, 6.1: trailers need chunks.
  if (this.chunkedEncoding !== true && block.has & kTrailer) {
    throw new errors.ERR_HTTP_TRAILER_INVALID();
  }
  this._header = header + kCrlf;
  this._headerSent = false;
  // The body waits for a "100 Continue": the head must not wait for the body.
  if (block.has & kExpect) this._send('');
};

// Sending

OutgoingMessage.prototype._send = function _send(data, encoding, callback, byteLength) {
  if (!this._headerSent && this._header !== null) {
    const header = this._header;
    this._headerSent = true;
    if (typeof data === 'string' && (encoding === 'utf8' || encoding === 'latin1' || !encoding)) {
      // Head and text in one string: one write.
      if (data === '') encoding = 'latin1';
      if (encoding === 'latin1' || !hasHighBytes(header)) {
        return this._writeRaw(header + data, encoding, callback);
      }
    }
    this.outputData.unshift({ data: header, encoding: 'latin1', callback: null });
    this.outputSize += header.length;
    this._onPendingData(header.length);
    if (this.socket && this.socket._httpMessage === this && this.socket.writable) {
      this._flushOutput(this.socket);
    }
  }
  return this._writeRaw(data, encoding, callback, byteLength);
};

const kHigh = /[\x80-\uffff]/;
const hasHighBytes = (text) => kHigh.test(text);

OutgoingMessage.prototype._writeRaw = function _writeRaw(data, encoding, callback, size) {
  const { socket } = this;
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (socket && socket._httpMessage === this && socket.writable) {
    if (this.outputData.length) this._flushOutput(socket);
    return socket.write(data, encoding, callback);
  }
  if (socket?.destroyed && socket._httpMessage === this) {
    // The peer has gone; what is written goes nowhere, and nobody is told, as with Node.
    return false;
  }
  this.outputData.push({ data, encoding, callback });
  const length = size ?? data.length;
  this.outputSize += length;
  this._onPendingData(length);
  return this.outputSize < this[kHighWaterMark];
};

OutgoingMessage.prototype._flush = function _flush() {
  const { socket } = this;
  if (!socket?.writable) return;
  const result = this._flushOutput(socket);
  if (this.finished) {
    this._finish();
  } else if (result && this[kNeedDrain]) {
    this[kNeedDrain] = false;
    this.emit('drain');
  }
};

OutgoingMessage.prototype._flushOutput = function _flushOutput(socket) {
  const { outputData } = this;
  if (outputData.length === 0) return undefined;
  let result;
  socket.cork();
  for (const { data, encoding, callback } of outputData) result = socket.write(data, encoding, callback);
  socket.uncork();
  this.outputData = [];
  this._onPendingData(-this.outputSize);
  this.outputSize = 0;
  return result;
};

function checkChunk(chunk) {
  if (chunk === null) throw new errors.ERR_STREAM_NULL_VALUES();
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    throw new errors.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk);
  }
}

const lengthOf = (chunk, encoding) =>
  typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;

OutgoingMessage.prototype.write = function write(chunk, encoding, callback) {
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  const result = writeBody(this, chunk, encoding, callback, false);
  if (!result) this[kNeedDrain] = true;
  return result;
};

function writeBody(message, chunk, encoding, callback, fromEnd) {
  if (typeof callback !== 'function') callback = noop;
  checkChunk(chunk);
  let error;
  if (message.finished) error = new errors.ERR_STREAM_WRITE_AFTER_END();
  else if (message.destroyed) error = new errors.ERR_STREAM_DESTROYED('write');
  if (error) {
    if (!message.destroyed) {
      message._endError(error, callback);
    } else {
      process.nextTick(callback, error);
    }
    return false;
  }
  let length;
  if (message.strictContentLength) {
    length = lengthOf(chunk, encoding);
    const total = message[kBytesWritten] + length;
    if (message._contentLength != null && !message.chunkedEncoding) {
      if (fromEnd ? total !== message._contentLength : total > message._contentLength) {
        throw new errors.ERR_HTTP_CONTENT_LENGTH_MISMATCH(total, message._contentLength);
      }
    }
    message[kBytesWritten] = total;
  }
  if (!message._header) {
    if (fromEnd) {
      length ??= lengthOf(chunk, encoding);
      message._contentLength = length;
    }
    message._implicitHeader();
  }
  if (!message._hasBody) {
    if (message[kRejectNonStandardBodyWrites]) throw new errors.ERR_HTTP_BODY_NOT_ALLOWED();
    process.nextTick(callback);
    return true;
  }
  if (!fromEnd && message.socket && !message.socket.writableCorked) {
    // Small writes of one turn leave together.
    message.socket.cork();
    process.nextTick(uncork, message.socket);
  }
  if (message.chunkedEncoding && chunk.length !== 0) {
    length ??= lengthOf(chunk, encoding);
    if (message[kCorked] && message._headerSent) {
      (message[kChunkedBuffer] ??= []).push({ chunk, encoding, callback });
      message[kChunkedLength] += length;
      return message[kChunkedLength] < message[kHighWaterMark];
    }
    message._send(length.toString(16) + kCrlf, 'latin1', null);
    message._send(chunk, encoding, null, length);
    return message._send(kCrlf, 'latin1', callback);
  }
  return message._send(chunk, encoding, callback, length);
}

function uncork(socket) {
  socket.uncork();
}

OutgoingMessage.prototype.addTrailers = function addTrailers(headers) {
  this._trailer = '';
  const isArray = Array.isArray(headers);
  for (const key of isArray ? headers.keys() : Object.keys(headers)) {
    const name = isArray ? headers[key][0] : key;
    const value = isArray ? headers[key][1] : headers[key];
    validateHeaderName(name, 'Trailer name');
    for (const each of Array.isArray(value) ? value : [value]) {
      if (hasInvalidValue(`${each}`)) throw new errors.ERR_INVALID_CHAR('trailer content', name);
      this._trailer += `${name}: ${each}\r\n`;
    }
  }
};

OutgoingMessage.prototype._emitFinish = function _emitFinish() {
  this.emit('finish');
};

OutgoingMessage.prototype.end = function end(chunk, encoding, callback) {
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (chunk !== undefined && chunk !== null) {
    checkChunk(chunk);
    if (this.finished) {
      this._endError(new errors.ERR_STREAM_WRITE_AFTER_END(), callback);
      return this;
    }
    if (this._endWhole(chunk, encoding, callback)) return this;
    this[kCorked] > 0 || this.socket?.cork();
    writeBody(this, chunk, encoding, null, true);
  } else if (this.finished) {
    if (typeof callback === 'function') {
      if (!this.writableFinished) this.on('finish', callback);
      else callback(new errors.ERR_STREAM_ALREADY_FINISHED('end'));
    }
    return this;
  } else if (!this._header) {
    if (this._endWhole('', 'latin1', callback)) return this;
    this.socket?.cork();
    this._contentLength = 0;
    this._implicitHeader();
  } else {
    this.socket?.cork();
  }
  if (typeof callback === 'function') this.once('finish', callback);
  if (this.strictContentLength && this._hasBody && this._contentLength !== null && !this.chunkedEncoding &&
      this[kBytesWritten] !== this._contentLength) {
    throw new errors.ERR_HTTP_CONTENT_LENGTH_MISMATCH(this[kBytesWritten], this._contentLength);
  }
  const finish = (error) => {
    if (!error) this._emitFinish();
  };
  if (this._hasBody && this.chunkedEncoding) {
    if (this[kCorked] > 0) {
      this[kCorked] = 1;
      this.uncork();
    }
    this._send(`0\r\n${this._trailer}\r\n`, 'latin1', finish);
  } else if (!this._headerSent || this.writableLength || chunk) {
    this._send('', 'latin1', finish);
  } else {
    process.nextTick(finish);
  }
  if (this.socket) {
    // Everything that was held back leaves now.
    if (this.socket._writableState) this.socket._writableState.corked = 1;
    this.socket.uncork();
  }
  this[kCorked] = 0;
  this.finished = true;
  if (this.outputData.length === 0 && this.socket && this.socket._httpMessage === this) this._finish();
  return this;
};

/**
 * A message that is complete in one piece goes to the socket in one call, past the stream between:
 * the usual answer of a server. Returns false where anything is out of the ordinary.
 */
OutgoingMessage.prototype._endWhole = function _endWhole(chunk, encoding, callback) {
  const { socket } = this;
  if (
    socket === null ||
    socket._httpMessage !== this ||
    this._headerSent ||
    this.destroyed ||
    this[kCorked] > 0 ||
    this._trailer !== '' ||
    this.strictContentLength ||
    this.outputData.length > 0 ||
    !socket._canWriteWhole?.()
  ) {
    return false;
  }
  let kind = 0;
  if (typeof chunk === 'string') {
    if (encoding === 'latin1' || encoding === 'binary') kind = 1;
    else if (encoding && encoding !== 'utf8' && encoding !== 'utf-8') return false;
  }
  if (!this._header) {
    this._contentLength = chunk === '' ? 0 : lengthOf(chunk, kind === 1 ? 'latin1' : 'utf8');
    this._implicitHeader();
  }
  // A program's _implicitHeader or writeHead hook may have done more than make a header.
  if (this._headerSent || this.chunkedEncoding || this.outputData.length > 0) return false;
  if (!this._hasBody) {
    if (chunk !== '' && this[kRejectNonStandardBodyWrites]) throw new errors.ERR_HTTP_BODY_NOT_ALLOWED();
    chunk = undefined;
  }
  if (typeof callback === 'function') this.once('finish', callback);
  this._headerSent = true;
  const finish = (error) => {
    if (!error) this._emitFinish();
  };
  socket._writeWhole(this._header, chunk === '' ? undefined : chunk, kind, finish);
  this.finished = true;
  this._finish();
  return true;
};

OutgoingMessage.prototype._endError = function _endError(error, callback) {
  process.nextTick(() => {
    if (!this.destroyed) this.emit('error', error);
  });
  if (typeof callback === 'function') process.nextTick(callback, error);
};

// The last byte is on its way.
OutgoingMessage.prototype._finish = function _finish() {
  this.emit('prefinish');
};

OutgoingMessage.prototype._implicitHeader = function _implicitHeader() {
  throw new errors.ERR_METHOD_NOT_IMPLEMENTED('_implicitHeader()');
};

OutgoingMessage.prototype.flushHeaders = function flushHeaders() {
  if (!this._header) this._implicitHeader();
  this._send('');
};

OutgoingMessage.prototype.pipe = function pipe() {
  this.emit('error', new errors.ERR_STREAM_CANNOT_PIPE());
};

OutgoingMessage.prototype[EventEmitter.captureRejectionSymbol] = function (error) {
  this.destroy(error);
};

OutgoingMessage.prototype[Symbol.asyncDispose] = async function () {
  const { AbortError } = errors;
  if (!this.destroyed) this.destroy(this.writableFinished ? null : new AbortError());
  await new Promise((resolve) => {
    if (this._closed) resolve();
    else this.once('close', resolve);
  });
};

/** A set of lower-case names from an option such as uniqueHeaders. */
function parseUniqueHeaders(list) {
  if (!Array.isArray(list)) return null;
  const set = new Set();
  for (const name of list) {
    if (Array.isArray(name)) for (const each of name) set.add(each.toLowerCase());
    else set.add(name.toLowerCase());
  }
  return set;
}

module.exports = {
  OutgoingMessage,
  validateHeaderName,
  validateHeaderValue,
  parseUniqueHeaders,
  kHeaders,
  kNeedDrain,
  kUniqueHeaders,
  kErrored,
};

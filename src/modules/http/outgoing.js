'use strict';
// http.OutgoingMessage: headers, framing and the way to the socket of what we send. ServerResponse and
// ClientRequest are made of it.
// https://nodejs.org/api/http.html#class-httpoutgoingmessage

const { Buffer } = require('node:buffer'); // the global is an accessor
const { Stream, getDefaultHighWaterMark } = require('node:stream');
const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const { hasInvalidValue } = require('modules/http/common');
const {
  methods,
  kHeaders,
  kUniqueHeaders,
  parseUniqueHeaders,
  validateHeaderName,
  validateHeaderValue,
} = require('modules/http/outgoing_headers');

const kCorked = Symbol('corked');
const kChunkedBuffer = Symbol('chunkedBuffer');
const kChunkedLength = Symbol('chunkedLength');
const kErrored = Symbol('errored');
const kHighWaterMark = Symbol('highWaterMark');
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
Object.assign(OutgoingMessage.prototype, methods);

function getter(name, get, set) {
  Object.defineProperty(OutgoingMessage.prototype, name, {
    get,
    set,
    configurable: true,
    enumerable: false,
  });
}

getter('errored', function () {
  return this[kErrored];
});
getter('closed', function () {
  return this._closed;
});
getter('writableFinished', function () {
  return (
    this.finished && this.outputSize === 0 && (!this.socket || this.socket.writableLength === 0)
  );
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
  for (const { data, encoding, callback } of outputData)
    result = socket.write(data, encoding, callback);
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
    if (message[kCorked]) {
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
    let values = Array.isArray(value) ? value : [value];
    if (values.length > 1 && this[kUniqueHeaders]?.has(name.toLowerCase())) {
      values = [values.join('; ')];
    }
    for (const each of values) {
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
  if (
    this.strictContentLength &&
    this._hasBody &&
    this._contentLength !== null &&
    !this.chunkedEncoding &&
    this[kBytesWritten] !== this._contentLength
  ) {
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
  if (this.outputData.length === 0 && this.socket && this.socket._httpMessage === this)
    this._finish();
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
    if (chunk !== '' && this[kRejectNonStandardBodyWrites])
      throw new errors.ERR_HTTP_BODY_NOT_ALLOWED();
    chunk = undefined;
  }
  if (typeof callback === 'function') this.once('finish', callback);
  this._headerSent = true;
  socket._writeWhole(this._header, chunk === '' ? undefined : chunk, kind, this);
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

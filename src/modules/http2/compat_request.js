'use strict';
// Http2ServerRequest: https://nodejs.org/api/http2.html#class-http2http2serverrequest

const { Readable } = require('node:stream');
const errors = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { kState } = require('modules/http2/symbols');

const kRequest = Symbol('request');

class Http2ServerRequest extends Readable {
  #stream;
  #headers;
  #rawHeaders;
  #trailers = {};
  #rawTrailers = [];
  #url;
  #method;
  #closed = false;
  #aborted = false;

  constructor(stream, headers, options, rawHeaders) {
    super({ autoDestroy: false, ...options });
    this.#stream = stream;
    this.#headers = headers;
    this.#rawHeaders = rawHeaders;
    stream[kRequest] = this;
    stream.on('trailers', (trailers, _flags, raw) => {
      Object.assign(this.#trailers, trailers);
      this.#rawTrailers.push(...raw);
    });
    stream.on('end', () => this.#endReading());
    // A broken stream is no error of the request: 'aborted' and 'close' tell of it.
    stream.on('error', () => {});
    stream.on('aborted', () => {
      if (this.#closed) return;
      this.#aborted = true;
      this.emit('aborted');
    });
    stream.on('close', () => this.#close());
    stream.on('timeout', () => this.emit('timeout'));
    this.on('pause', () => stream.pause());
    this.on('resume', () => stream.resume());
  }

  #close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#endReading();
    // What has come before can still be read.
    process.nextTick(() => this.emit('close'));
  }

  #endReading() {
    this.push(null);
    // Who only waits for the end hears of it, if there was nothing to read.
    if (this.readableLength === 0) this.read(0);
  }

  get aborted() {
    return this.#aborted;
  }

  get complete() {
    return this.#aborted || this.readableEnded || this.#closed || this.#stream.destroyed;
  }

  get stream() {
    return this.#stream;
  }

  get headers() {
    return this.#headers;
  }

  get rawHeaders() {
    return this.#rawHeaders;
  }

  get trailers() {
    return this.#trailers;
  }

  get rawTrailers() {
    return this.#rawTrailers;
  }

  get httpVersionMajor() {
    return 2;
  }

  get httpVersionMinor() {
    return 0;
  }

  get httpVersion() {
    return '2.0';
  }

  get socket() {
    return require('modules/http2/compat_socket').socketOf(this.#stream);
  }

  get connection() {
    return this.socket;
  }

  _read() {
    const stream = this.#stream;
    if (this.#closed || stream.destroyed) {
      this.push(null);
      return;
    }
    if (this[kState] === undefined) {
      this[kState] = 'reading';
      stream.on('data', (chunk) => {
        if (!this.push(chunk)) stream.pause();
      });
      return;
    }
    process.nextTick(() => stream.resume());
  }

  get method() {
    return this.#method ?? this.#headers[':method'];
  }

  set method(method) {
    validateString(method, 'method');
    if (method.trim() === '') throw new errors.ERR_INVALID_ARG_VALUE('method', method);
    this.#method = method;
  }

  get authority() {
    return this.#headers[':authority'] ?? this.#headers.host;
  }

  get scheme() {
    return this.#headers[':scheme'];
  }

  get url() {
    return this.#url ?? this.#headers[':path'];
  }

  set url(url) {
    this.#url = url;
  }

  setTimeout(msecs, callback) {
    if (!this.#closed) this.#stream.setTimeout(msecs, callback);
    return this;
  }

  destroy(error) {
    if (this.#stream !== undefined && !this.#stream.destroyed) this.#stream.destroy(error);
    return this;
  }
}

module.exports = { Http2ServerRequest };

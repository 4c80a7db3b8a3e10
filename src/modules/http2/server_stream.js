'use strict';
// ServerHttp2Stream: a request that a server answers, or an answer that it pushes.
// https://nodejs.org/api/http2.html#class-serverhttp2stream

const errors = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { utcDate } = require('modules/http/common');
const { constants } = require('modules/http2/constants');
const { nghttpError } = require('modules/http2/failures');
const headersOf = require('modules/http2/headers');
const { Http2Stream, kEndStream, kWaitForTrailers } = require('modules/http2/stream');
const { publish } = require('modules/http2/diagnostics');
const { kHandle, kInit, kProceed, kSession, kState } = require('modules/http2/symbols');

const { HTTP_STATUS_NO_CONTENT, HTTP_STATUS_NOT_MODIFIED, HTTP_STATUS_RESET_CONTENT } = constants;
const kStreamIdNotAvailable = -509; // NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE
const kStreamClosed = -510; // NGHTTP2_ERR_STREAM_CLOSED

const hasNoPayload = (status) =>
  status === HTTP_STATUS_NO_CONTENT ||
  status === HTTP_STATUS_RESET_CONTENT ||
  status === HTTP_STATUS_NOT_MODIFIED;

/** The headers of a response as they will be sent, with their status and date; throws for bad ones. */
function prepareResponse(given, options) {
  const isFlat = Array.isArray(given);
  const headers = isFlat ? headersOf.fromFlat(given) : Object.assign({ __proto__: null }, given);
  let list = isFlat ? given : headers;
  const hasStatus = headers[':status'] !== undefined && headers[':status'] !== null;
  if (!hasStatus) {
    headers[':status'] = 200;
    if (isFlat) list = [':status', '200', ...given];
  }
  const status = isFlat
    ? Number(headers[':status'])
    : (headers[':status'] = headers[':status'] | 0);
  const dated = (options.sendDate ?? true) && !hasDate(headers);
  if (dated) {
    headers.date = utcDate();
    if (isFlat) list = [...list, 'date', headers.date];
  }
  if (isFlat && given[headersOf.sensitiveHeaders]) {
    list[headersOf.sensitiveHeaders] = given[headersOf.sensitiveHeaders];
  }
  if (!(status >= 200 && status <= 599)) throw new errors.ERR_HTTP2_STATUS_INVALID(status);
  return { headers, list, status };
}

function hasDate(headers) {
  if (headers.date !== undefined && headers.date !== null) return true;
  for (const name in headers) if (name.length === 4 && name.toLowerCase() === 'date') return true;
  return false;
}

class ServerHttp2Stream extends Http2Stream {
  constructor(session, handle, requestHeaders) {
    super(session);
    const state = this[kState];
    this._isServer = true;
    state.authority = requestHeaders[':authority'];
    state.protocol = requestHeaders[':scheme'];
    state.headRequest = requestHeaders[':method'] === 'HEAD';
    this[kInit](handle);
  }

  get pushAllowed() {
    return (
      !this.destroyed &&
      !this.closed &&
      !this.session.closed &&
      !this.session.destroyed &&
      this.session.remoteSettings.enablePush
    );
  }

  [kProceed]() {
    this.respond();
  }

  pushStream(headers, options, callback) {
    if (!this.pushAllowed) throw new errors.ERR_HTTP2_PUSH_DISABLED();
    if (this.id % 2 === 0) throw new errors.ERR_HTTP2_NESTED_PUSH();
    if (typeof options === 'function') {
      callback = options;
      options = undefined;
    }
    validateFunction(callback, 'callback');
    if (
      headers !== undefined &&
      (headers === null || typeof headers !== 'object' || Array.isArray(headers))
    ) {
      throw new errors.ERR_INVALID_ARG_TYPE('headers', 'Object', headers);
    }
    if (options !== undefined && (options === null || typeof options !== 'object')) {
      throw new errors.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    const { authority, protocol } = this[kState];
    const sent = Object.assign({ __proto__: null }, headers);
    sent[':method'] ??= 'GET';
    sent[':authority'] ??= authority;
    sent[':scheme'] ??= protocol;
    sent[':path'] ??= '/';
    const session = this[kSession];
    const block = headersOf.toBlock(sent, headersOf.requestPseudo, session._strictFields);
    const isHead = sent[':method'] === 'HEAD';
    const handle = this[kHandle].push(block.text, block.count);
    if (typeof handle === 'number') {
      process.nextTick(callback, pushFailure(handle));
      return;
    }
    const stream = new ServerHttp2Stream(session, handle, sent);
    stream[kState].sentHeaders = sent;
    stream.push(null);
    if (isHead) {
      stream[kState].endMarked = true; // with its headers
      stream.end();
    }
    publish(stream, 'created', () => ({ stream, headers: sent }));
    publish(stream, 'start', () => ({ stream, headers: sent }));
    process.nextTick(callback, null, stream, sent, 0);
  }

  respond(given = {}, options = {}) {
    const state = this[kState];
    if (this.destroyed || this.closed) throw new errors.ERR_HTTP2_INVALID_STREAM();
    if (state.headersSent) throw new errors.ERR_HTTP2_HEADERS_SENT();
    if (options === null || typeof options !== 'object') {
      throw new errors.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    const { headers, list, status } = prepareResponse(given, options);
    let bits = options.endStream ? kEndStream : 0;
    const waits = Boolean(options.waitForTrailers);
    // Such answers have no payload, whatever the program says.
    const endsNow = hasNoPayload(status) || state.headRequest;
    if (endsNow) bits = kEndStream;
    if (waits && !endsNow) bits |= kWaitForTrailers;
    const block = headersOf.toBlock(list, headersOf.responsePseudo, this[kSession]._strictFields);
    state.headersSent = true;
    state.sentHeaders = headers;
    state.waitsForTrailers = (bits & kWaitForTrailers) !== 0;
    if (bits & kEndStream) {
      state.endMarked = true;
      if (!this.writableEnded) this.end();
    }
    const err = this[kHandle].respond(block.text, block.count, bits);
    if (err < 0) {
      this.destroy(nghttpError(err));
      return;
    }
    publish(this, 'finish', () => ({ stream: this, headers, flags: bits & kEndStream }));
  }

  additionalHeaders(given = {}) {
    const state = this[kState];
    if (this.destroyed || this.closed) throw new errors.ERR_HTTP2_INVALID_STREAM();
    if (state.headersSent) throw new errors.ERR_HTTP2_HEADERS_AFTER_RESPOND();
    const headers = Object.assign({ __proto__: null }, given);
    if (headers[':status'] !== undefined) {
      const status = (headers[':status'] |= 0);
      if (status === 101) throw new errors.ERR_HTTP2_STATUS_101();
      if (status < 100 || status >= 200) throw new errors.ERR_HTTP2_INVALID_INFO_STATUS(status);
    }
    const block = headersOf.toBlock(
      headers,
      headersOf.responsePseudo,
      this[kSession]._strictFields,
    );
    state.sentInfoHeaders ??= [];
    state.sentInfoHeaders.push(headers);
    const err = this[kHandle].inform(block.text, block.count);
    if (err < 0) this.destroy(nghttpError(err));
  }

  respondWithFD(fd, headers, options) {
    require('modules/http2/files').respondWithFD(this, fd, headers, options);
  }

  respondWithFile(path, headers, options) {
    require('modules/http2/files').respondWithFile(this, path, headers, options);
  }
}

function pushFailure(number) {
  if (number === kStreamIdNotAvailable) return new errors.ERR_HTTP2_OUT_OF_STREAMS();
  if (number === kStreamClosed) return new errors.ERR_HTTP2_INVALID_STREAM();
  return nghttpError(number);
}

module.exports = { ServerHttp2Stream, hasNoPayload, prepareResponse };

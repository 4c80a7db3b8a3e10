'use strict';
// ClientHttp2Session and the streams that it makes.
// https://nodejs.org/api/http2.html#class-clienthttp2session

const errors = require('runtime/errors');
const {
  validateAbortSignal,
  validateBoolean,
  validateNumber,
  validateObject,
} = require('runtime/validators');
const { getFrame, runInFrame } = require('runtime/async_context');
const { nghttpError } = require('modules/http2/failures');
const headersOf = require('modules/http2/headers');
const { Http2Session } = require('modules/http2/session');
const { Http2Stream, kEndStream, kWaitForTrailers, warnOfPriority } =
  require('modules/http2/stream');
const { publish } = require('modules/http2/diagnostics');
const { kDetach, kHandle, kInit, kState } = require('modules/http2/symbols');

const kStreamIdNotAvailable = -509; // NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE
const kInvalidArgument = -501; // NGHTTP2_ERR_INVALID_ARGUMENT

class ClientHttp2Stream extends Http2Stream {
  constructor(session, handle) {
    super(session);
    this._isServer = false;
    this._isPushed = handle !== undefined;
    this[kState].headersSent = true;
    if (handle !== undefined) {
      this[kInit](handle);
      return;
    }
    session[kState].pendingStreams.add(this);
    this.cork();
  }

  [kDetach]() {
    const { signal, onAbort } = this[kState];
    signal?.removeEventListener('abort', onAbort);
  }
}

class ClientHttp2Session extends Http2Session {
  request(given, options) {
    const state = this[kState];
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
    if (this.closed) {
      return failed(this, new errors.ERR_HTTP2_GOAWAY_SESSION());
    }
    if (options !== undefined) validateObject(options, 'options');
    options = { ...options };
    if (
      options.weight !== undefined ||
      options.parent !== undefined ||
      options.silent !== undefined
    ) {
      warnOfPriority('Priority signaling has been deprecated as of RFC 9113.');
    }
    for (const name of ['endStream', 'exclusive', 'silent']) {
      if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`);
    }
    if (options.parent !== undefined) validateNumber(options.parent, 'options.parent');
    const { signal } = options;
    if (signal) validateAbortSignal(signal, 'options.signal');
    const { headers, list, method } = prepareRequest(this, given);
    // These carry no payload unless the program says so.
    options.endStream ??= method === 'GET' || method === 'HEAD' || method === 'DELETE';
    const block = headersOf.toBlock(list, headersOf.requestPseudo, this._strictFields);

    const stream = new ClientHttp2Stream(this);
    const streamState = stream[kState];
    streamState.sentHeaders = headers;
    streamState.headRequest = method === 'HEAD';
    let bits = 0;
    if (options.waitForTrailers) {
      bits |= kWaitForTrailers;
      streamState.waitsForTrailers = true;
    }
    if (options.endStream) {
      bits |= kEndStream;
      streamState.endMarked = true;
      stream.end();
    }
    publish(stream, 'created', () => ({ stream, headers }));
    if (signal) {
      streamState.signal = signal;
      const onAbort = () =>
        stream.destroy(new errors.AbortError(undefined, { cause: signal.reason }));
      streamState.onAbort = onAbort;
      if (signal.aborted) {
        streamState.onAbort();
        return stream;
      }
      signal.addEventListener('abort', streamState.onAbort, { once: true });
    }
    const submit = () => {
      if (stream.destroyed) return;
      submitRequest(this, stream, block, bits);
      if (!stream.pending) publish(stream, 'start', () => ({ stream, headers }));
    };
    if (state.connecting || !this[kHandle]) {
      // The stream belongs to the context of its request.
      const frame = getFrame();
      this._whenConnected(() => {
        if (this.closed && !stream.destroyed) stream.destroy(new errors.ERR_HTTP2_GOAWAY_SESSION());
        else runInFrame(frame, submit);
      });
    } else {
      submit();
    }
    return stream;
  }

  _acceptStream(handle, headers) {
    const stream = new ClientHttp2Stream(this, handle);
    stream[kState].endMarked = true;
    stream.end(); // a client has nothing to say on it
    publish(stream, 'created', () => ({ stream, headers }));
    publish(stream, 'start', () => ({ stream, headers }));
    return stream;
  }
}

// A stream that was never to be: its error comes when the program listens.
function failed(session, error) {
  const stream = new ClientHttp2Stream(session);
  process.nextTick(() => stream.destroy(error));
  return stream;
}

function prepareRequest(session, given) {
  const isFlat = Array.isArray(given);
  if (given !== undefined && (given === null || typeof given !== 'object')) {
    throw new errors.ERR_INVALID_ARG_TYPE('headers', ['Object', 'Array'], given);
  }
  const headers = isFlat ? headersOf.fromFlat(given) : Object.assign({ __proto__: null }, given);
  const added = [];
  const add = (name, value) => {
    headers[name] = value;
    added.push(name, value);
  };
  if (headers[':method'] === undefined) add(':method', 'GET');
  const method = headers[':method'];
  const isTunnel = method === 'CONNECT';
  if (headers[':authority'] === undefined && headers.host === undefined) {
    if (!isTunnel || headers[':protocol'] !== undefined) add(':authority', session._authority);
  }
  if (!isTunnel || headers[':protocol'] !== undefined) {
    if (headers[':scheme'] === undefined) add(':scheme', session._protocol.slice(0, -1));
    if (headers[':path'] === undefined) add(':path', '/');
  } else {
    if (headers[':authority'] === undefined) throw new errors.ERR_HTTP2_CONNECT_AUTHORITY();
    if (headers[':scheme'] !== undefined) throw new errors.ERR_HTTP2_CONNECT_SCHEME();
    if (headers[':path'] !== undefined) throw new errors.ERR_HTTP2_CONNECT_PATH();
  }
  let list = headers;
  if (isFlat) {
    list = [...added, ...given];
    if (given[headersOf.sensitiveHeaders]) {
      list[headersOf.sensitiveHeaders] = given[headersOf.sensitiveHeaders];
    }
  }
  return { headers, list, method };
}

function submitRequest(session, stream, block, bits) {
  session[kState].pendingStreams.delete(stream);
  const handle = session[kHandle].request(block.text, block.count, bits);
  if (typeof handle !== 'number') {
    stream[kInit](handle);
    return;
  }
  if (handle === kStreamIdNotAvailable) {
    stream.destroy(new errors.ERR_HTTP2_OUT_OF_STREAMS());
  } else if (handle === kInvalidArgument) {
    stream.destroy(new errors.ERR_HTTP2_STREAM_SELF_DEPENDENCY());
  } else {
    stream.destroy(nghttpError(handle));
  }
}

module.exports = { ClientHttp2Session, ClientHttp2Stream };

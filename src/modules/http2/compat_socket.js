'use strict';
// request.socket and response.socket: the socket, as far as one stream may have it.
// https://nodejs.org/api/http2.html#requestsocket

const errors = require('runtime/errors');
const { kProxy, kSocket } = require('modules/http2/symbols');

const streamMethods = new Set(['on', 'once', 'end', 'emit', 'destroy']);
const streamFields = new Set(['destroyed', 'readable', 'writable']);
const forbidden = new Set(['pause', 'read', 'resume', 'write']);

const handler = {
  has(stream, name) {
    const socket = stream.session === undefined ? stream : stream.session[kSocket];
    return Reflect.has(stream, name) || (socket !== undefined && Reflect.has(socket, name));
  },
  get(stream, name) {
    if (streamMethods.has(name)) return stream[name].bind(stream);
    if (streamFields.has(name)) return stream[name];
    if (name === 'setTimeout') {
      const { session } = stream;
      return session === undefined
        ? stream.setTimeout.bind(stream)
        : session.setTimeout.bind(session);
    }
    if (forbidden.has(name)) throw new errors.ERR_HTTP2_NO_SOCKET_MANIPULATION();
    // When the session is gone, what is left is the stream.
    const target = stream.session === undefined ? stream : (stream.session[kSocket] ?? stream);
    const value = target[name];
    return typeof value === 'function' ? value.bind(target) : value;
  },
  getPrototypeOf(stream) {
    const target = stream.session === undefined ? stream : (stream.session[kSocket] ?? stream);
    return Reflect.getPrototypeOf(target);
  },
  set(stream, name, value) {
    if (streamMethods.has(name) || streamFields.has(name)) {
      stream[name] = value;
      return true;
    }
    if (name === 'setTimeout') {
      if (stream.session === undefined) stream.setTimeout = value;
      else stream.session.setTimeout = value;
      return true;
    }
    if (forbidden.has(name)) throw new errors.ERR_HTTP2_NO_SOCKET_MANIPULATION();
    const target = stream.session === undefined ? stream : (stream.session[kSocket] ?? stream);
    target[name] = value;
    return true;
  },
};

/** The one proxy of a stream's socket. */
function socketOf(stream) {
  stream[kProxy] ??= new Proxy(stream, handler);
  return stream[kProxy];
}

module.exports = { socketOf };

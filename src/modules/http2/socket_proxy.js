'use strict';
// session.socket: the socket, less what would disturb the session.
// https://nodejs.org/api/http2.html#http2sessionsocket

const errors = require('runtime/errors');
const { kProxy, kSocket } = require('modules/http2/symbols');

const ownMethods = new Set(['destroy', 'setTimeout', 'ref', 'unref']);
const forbidden = new Set(['emit', 'end', 'pause', 'read', 'resume', 'write']);
const noBuffering = new Set(['setEncoding', 'setKeepAlive', 'setNoDelay']);

const handler = {
  get(session, name) {
    if (ownMethods.has(name)) {
      const method = session[name];
      return typeof method === 'function' ? method.bind(session) : method;
    }
    if (forbidden.has(name) || noBuffering.has(name)) {
      throw new errors.ERR_HTTP2_NO_SOCKET_MANIPULATION();
    }
    const socket = session[kSocket];
    if (socket === undefined) throw new errors.ERR_HTTP2_SOCKET_UNBOUND();
    const value = socket[name];
    return typeof value === 'function' ? value.bind(socket) : value;
  },
  getPrototypeOf(session) {
    const socket = session[kSocket];
    if (socket === undefined) throw new errors.ERR_HTTP2_SOCKET_UNBOUND();
    return Reflect.getPrototypeOf(socket);
  },
  set(session, name, value) {
    if (ownMethods.has(name)) {
      session[name] = value;
      return true;
    }
    if (forbidden.has(name) || noBuffering.has(name)) {
      throw new errors.ERR_HTTP2_NO_SOCKET_MANIPULATION();
    }
    const socket = session[kSocket];
    if (socket === undefined) throw new errors.ERR_HTTP2_SOCKET_UNBOUND();
    socket[name] = value;
    return true;
  },
};

/** The one proxy of a session's socket. */
function socketOf(session) {
  session[kProxy] ??= new Proxy(session, handler);
  return session[kProxy];
}

module.exports = { socketOf };

// node:http
'use strict';
// https://nodejs.org/api/http.html

const common = require('modules/http/common');
const { IncomingMessage } = require('modules/http/incoming');
const {
  OutgoingMessage,
  validateHeaderName,
  validateHeaderValue,
} = require('modules/http/outgoing');
const { Server, ServerResponse } = require('modules/http/server');
const { defineLazy } = require('runtime/lazy_property');

/** An http.Server that calls `listener(request, response)` for each request. */
function createServer(options, listener) {
  return new Server(options, listener);
}

/** A ClientRequest: request(url[, options][, callback]). */
function request(url, options, callback) {
  const { ClientRequest } = require('modules/http/client');
  return new ClientRequest(url, options, callback);
}

/** request() for GET, ended at once. */
function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

function setMaxIdleHTTPParsers(max) {
  require('runtime/validators').validateInteger(max, 'max', 1);
  common.parsers.max = max;
}

module.exports = {
  METHODS: common.METHODS,
  STATUS_CODES: common.STATUS_CODES,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  _connectionListener(socket) {
    require('modules/http/connection').accept(this, socket);
  },
  createServer,
  get,
  request,
  setGlobalProxyFromEnv(proxyEnv) {
    return require('modules/http/proxy').setGlobalProxyFromEnv(proxyEnv);
  },
  setMaxIdleHTTPParsers,
  validateHeaderName,
  validateHeaderValue,
};

// The client's half is loaded by those who are one.
for (const [name, file] of [
  ['Agent', 'modules/http/agent'],
  ['ClientRequest', 'modules/http/client'],
]) {
  defineLazy(module.exports, name, () => require(file)[name]);
}
Object.defineProperty(module.exports, 'maxHeaderSize', {
  get: common.getMaxHeaderSize,
  enumerable: true,
  configurable: true,
});
Object.defineProperty(module.exports, 'globalAgent', {
  get: () => require('modules/http/agent').globalAgent(),
  set: (value) => require('modules/http/agent').setGlobalAgent(value),
  enumerable: true,
  configurable: true,
});
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) {
  Object.defineProperty(module.exports, name, {
    get: () => globalThis[name],
    enumerable: true,
    configurable: true,
  });
}

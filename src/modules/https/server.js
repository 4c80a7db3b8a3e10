'use strict';
// https.Server: tls.Server for what http.Server does with a connection.
// https://nodejs.org/api/https.html#class-httpsserver

const http = require('node:http');
const tls = require('node:tls');
const EventEmitter = require('node:events');
const {
  serverArguments,
  storeHttpOptions,
  setupChecker,
  httpServerPreClose,
} = require('modules/http/server');
const { accept } = require('modules/http/connection');

function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  [options, listener] = serverArguments(options, listener);
  // HTTP/1.1 is what is spoken here; without a word of it, clients may not know.
  if (!options.ALPNProtocols && !options.ALPNCallback) options.ALPNProtocols = ['http/1.1'];
  storeHttpOptions.call(this, options);
  tls.Server.call(this, { noDelay: true, ...options, allowHalfOpen: true }, (socket) =>
    accept(this, socket),
  );
  this.httpAllowHalfOpen = false;
  if (listener) this.on('request', listener);
  this.on('tlsClientError', (error, socket) => {
    if (!this.emit('clientError', error, socket)) socket.destroy(error);
  });
  this.on('listening', setupChecker);
  this.timeout = 0;
  this.maxHeadersCount = null;
  this.maxRequestsPerSocket = 0;
}
Object.setPrototypeOf(Server.prototype, tls.Server.prototype);
Object.setPrototypeOf(Server, tls.Server);

for (const name of [
  'closeAllConnections',
  'closeIdleConnections',
  'setTimeout',
  '_maxHeaderSize',
]) {
  Server.prototype[name] = http.Server.prototype[name];
}

Server.prototype.close = function close(...args) {
  httpServerPreClose(this);
  tls.Server.prototype.close.apply(this, args);
  return this;
};

Server.prototype[Symbol.asyncDispose] = async function () {
  if (!this.listening) return;
  await require('node:util').promisify(this.close).call(this);
};

Server.prototype[EventEmitter.captureRejectionSymbol] =
  http.Server.prototype[EventEmitter.captureRejectionSymbol];

/** An https.Server that calls `listener(request, response)` for each request. */
function createServer(options, listener) {
  return new Server(options, listener);
}

module.exports = { Server, createServer };

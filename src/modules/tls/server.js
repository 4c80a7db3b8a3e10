'use strict';
// tls.Server: a net.Server whose connections are encrypted.
// https://nodejs.org/api/tls.html#class-tlsserver

const net = require('node:net');
const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const {
  validateBuffer,
  validateFunction,
  validateNumber,
  validateString,
} = require('runtime/validators');
const { serverArguments } = require('modules/net/arguments');
const { TLSSocket, kFailure, kOwned } = require('modules/tls/tls_socket');
const { createSecureContext } = require('modules/tls/secure_context');
const binding = native('tls');

const kContextOptions = [
  'pfx',
  'key',
  'passphrase',
  'cert',
  'ca',
  'ciphers',
  'sigalgs',
  'ecdhCurve',
  'dhparam',
  'crl',
  'secureProtocol',
  'secureOptions',
  'honorCipherOrder',
  'minVersion',
  'maxVersion',
  'sessionIdContext',
  'ticketKeys',
  'clientCertEngine',
  'privateKeyIdentifier',
  'privateKeyEngine',
  'sessionTimeout',
  'allowPartialTrustChain',
  'certificateCompression',
];

function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  [options, listener] = serverArguments(options, listener);
  this._contexts = [];
  this.requestCert = options.requestCert === true;
  this.rejectUnauthorized = options.rejectUnauthorized !== false;
  this.sessionTimeout = undefined;
  setOptions(this, options);
  this._sharedCreds = createSecureContext(this._contextOptions);
  const timeout = options.handshakeTimeout;
  if (timeout !== undefined) validateNumber(timeout, 'options.handshakeTimeout');
  this._handshakeTimeout = timeout ?? 120_000;
  if (options.SNICallback !== undefined && options.SNICallback !== null) {
    validateFunction(options.SNICallback, 'options.SNICallback');
    this._SNICallback = options.SNICallback;
  }
  if (options.pskCallback) validateFunction(options.pskCallback, 'options.pskCallback');
  if (options.pskIdentityHint) {
    validateString(options.pskIdentityHint, 'options.pskIdentityHint');
  }
  if (options.ALPNCallback) {
    validateFunction(options.ALPNCallback, 'options.ALPNCallback');
    if (options.ALPNProtocols) throw new errors.ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS();
  }
  this._tlsOptions = options;
  this.ALPNProtocols = undefined;
  if (options.ALPNProtocols) require('modules/tls/alpn').convert(options.ALPNProtocols, this);
  net.Server.call(this, options, (raw) => onConnection(this, raw));
  if (listener) this.on('secureConnection', listener);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

function setOptions(server, options) {
  const context = {};
  for (const name of kContextOptions)
    if (options[name] !== undefined) context[name] = options[name];
  // Sessions of other programs' servers are not for this one.
  context.sessionIdContext ??= require('node:crypto')
    .createHash('sha1')
    .update(process.argv.join(' '))
    .digest('hex')
    .slice(0, 32);
  // A server's preference counts unless it says otherwise.
  context.honorCipherOrder ??= true;
  server._contextOptions = context;
  // Other modules read them from the server itself.
  for (const name of kContextOptions) server[name] = context[name];
}

function onConnection(server, raw) {
  const options = server._tlsOptions;
  const socket = new TLSSocket(raw, {
    secureContext: server._sharedCreds,
    isServer: true,
    server,
    requestCert: server.requestCert,
    rejectUnauthorized: server.rejectUnauthorized,
    handshakeTimeout: server._handshakeTimeout,
    ALPNProtocols: server.ALPNProtocols,
    ALPNCallback: options.ALPNCallback,
    SNICallback:
      server._SNICallback ?? ((name, callback) => callback(null, contextFor(server, name))),
    enableTrace: options.enableTrace,
    pauseOnConnect: server.pauseOnConnect,
    pskCallback: options.pskCallback,
    pskIdentityHint: options.pskIdentityHint,
    [kOwned]: true,
    highWaterMark: server.highWaterMark,
  });
  socket.server = server;
  if (server._handshakeTimeout > 0)
    socket.setTimeout(server._handshakeTimeout, socket._handleTimeout);
  let failed = false;
  socket.on('secure', () => onSecure(server, socket));
  socket.on('_tlsError', (error) => {
    if (socket._controlReleased || failed) return;
    failed = true;
    server.emit('tlsClientError', error, socket);
  });
  // A peer that ends before the handshake does has nothing to say, also where half-open connections are welcome.
  socket.once('end', () => {
    if (!socket._controlReleased) socket.destroy();
  });
  socket.on('close', () => {
    // Gone before it was anybody's.
    if (socket._controlReleased || failed || socket[kFailure]) return;
    failed = true;
    const error = new Error('socket hang up');
    error.code = 'ECONNRESET';
    server.emit('tlsClientError', error, socket);
  });
}

function onSecure(server, socket) {
  // Another negotiation of a connection that is in use.
  if (socket._controlReleased) return;
  if (server.requestCert) {
    const error = socket.verifyError();
    if (error) {
      socket.authorizationError = error.code;
      if (server.rejectUnauthorized) socket.destroy();
    } else {
      socket.authorized = true;
    }
  }
  if (socket.destroyed || !socket._releaseControl()) return;
  if (server.pauseOnConnect) socket.pause();
  server.emit('secureConnection', socket);
}

function contextFor(server, name) {
  // The latest that fits.
  for (let i = server._contexts.length - 1; i >= 0; i--) {
    const [pattern, context] = server._contexts[i];
    if (pattern.test(name)) return context;
  }
  return undefined;
}

Server.prototype.addContext = function addContext(hostname, context) {
  if (!hostname) throw new errors.ERR_TLS_REQUIRED_SERVER_NAME();
  const text = hostname.replace(/([.^$+?\-\\[\]{}])/g, '\\$1').replaceAll('*', '[^.]*');
  const secure = context?.context ? context : createSecureContext(context);
  this._contexts.push([new RegExp(`^${text}$`, 'i'), secure]);
};

Server.prototype.setSecureContext = function setSecureContext(options) {
  if (options === null || typeof options !== 'object') {
    throw new errors.ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  setOptions(this, options);
  const keys = binding.ticketKeys(this._sharedCreds.context);
  this._sharedCreds = createSecureContext(this._contextOptions);
  if (!options.ticketKeys) binding.setTicketKeys(this._sharedCreds.context, keys);
};

Server.prototype.getTicketKeys = function getTicketKeys() {
  return binding.ticketKeys(this._sharedCreds.context);
};

Server.prototype.setTicketKeys = function setTicketKeys(keys) {
  validateBuffer(keys, 'keys');
  if (keys.byteLength !== 48) {
    const { AssertionError } = require('node:assert');
    throw new AssertionError({
      message: 'Session ticket keys must be a 48-byte buffer',
      operator: '==',
    });
  }
  binding.setTicketKeys(this._sharedCreds.context, keys);
};

Server.prototype._getServerData = function _getServerData() {
  return { ticketKeys: this.getTicketKeys().toString('hex') };
};

Server.prototype._setServerData = function _setServerData(data) {
  this.setTicketKeys(Buffer.from(data.ticketKeys, 'hex'));
};

Server.prototype.setOptions = function (options) {
  if (options.requestCert !== undefined) this.requestCert = options.requestCert === true;
  if (options.rejectUnauthorized !== undefined)
    this.rejectUnauthorized = options.rejectUnauthorized !== false;
  setOptions(this, options);
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function (error, event, socket) {
  if (event === 'secureConnection') socket.destroy(error);
  else net.Server.prototype[EventEmitter.captureRejectionSymbol].call(this, error, event, socket);
};

/** A tls.Server that calls `listener` with each secure connection. */
function createServer(options, listener) {
  return new Server(options, listener);
}

module.exports = { Server, createServer };

'use strict';
// tls.connect().
// https://nodejs.org/api/tls.html#tlsconnectoptions-callback

const net = require('node:net');
const errors = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { TLSSocket } = require('modules/tls/tls_socket');

let warned = false;

// NODE_TLS_REJECT_UNAUTHORIZED=0 trusts everybody: worth a word.
function allowsUnauthorized() {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return false;
  if (!warned) {
    warned = true;
    process.emitWarning(
      "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS " +
        'requests insecure by disabling certificate verification.',
    );
  }
  return true;
}

// (port[, host][, options][, callback]) and the like, as one object.
function normalize(args) {
  const [first, callback] = net._normalizeArgs(args);
  let options = first;
  if (args[1] !== null && typeof args[1] === 'object') options = { ...options, ...args[1] };
  else if (args[2] !== null && typeof args[2] === 'object') options = { ...options, ...args[2] };
  return [options, callback];
}

/** A TLSSocket to a server: connect(options), connect(path), connect(port[, host]), each with options and callback. */
function connect(...args) {
  const [given, callback] = normalize(args);
  const { DEFAULT_CIPHERS } = require('node:tls');
  const options = {
    rejectUnauthorized: !allowsUnauthorized(),
    ciphers: DEFAULT_CIPHERS,
    checkServerIdentity: require('node:tls').checkServerIdentity,
    minDHSize: 1024,
    ...given,
  };
  if (!options.keepAlive) options.singleUse = true;
  validateFunction(options.checkServerIdentity, 'options.checkServerIdentity');
  if (typeof options.minDHSize !== 'number') {
    throw new errors.ERR_INVALID_ARG_TYPE('options.minDHSize', 'number', options.minDHSize);
  }
  if (!(options.minDHSize > 0)) {
    throw new errors.ERR_OUT_OF_RANGE('options.minDHSize', 'a positive number', options.minDHSize);
  }
  if (options.pskCallback !== undefined)
    validateFunction(options.pskCallback, 'options.pskCallback');
  const context = options.secureContext || require('node:tls').createSecureContext(options);
  const socket = new TLSSocket(options.socket, {
    allowHalfOpen: options.socket ? options.socket.allowHalfOpen : Boolean(options.allowHalfOpen),
    secureContext: context,
    isServer: false,
    requestCert: true,
    rejectUnauthorized: options.rejectUnauthorized !== false,
    session: options.session,
    ALPNProtocols: options.ALPNProtocols,
    requestOCSP: options.requestOCSP,
    enableTrace: options.enableTrace,
    pskCallback: options.pskCallback,
    highWaterMark: options.highWaterMark,
    onread: options.onread,
    signal: options.signal,
    servername: serverName(options),
    startsAtOnce: true,
  });
  socket._connectOptions = options;
  options.rejectUnauthorized = options.rejectUnauthorized !== false;
  if (callback) socket.once('secureConnect', callback);
  if (!options.socket) {
    if (options.timeout) socket.setTimeout(options.timeout);
    socket.connect({ ...options });
  }
  socket.on('secure', onSecure);
  socket.prependListener('end', onEnd);
  return socket;
}

// RFC 6066, 3: addresses are no names.
function serverName(options) {
  const name = options.servername;
  if (name) {
    if (typeof name === 'string' && net.isIP(name)) {
      warnOfAddress();
    }
    return name;
  }
  return undefined;
}

let warnedOfAddress = false;
function warnOfAddress() {
  if (warnedOfAddress) return;
  warnedOfAddress = true;
  process.emitWarning(
    'Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a future version.',
    'DeprecationWarning',
    'DEP0123',
  );
}

// The connection ended while it was still being negotiated.
function onEnd() {
  if (this._secureEstablished || this._hadSecureError || this.destroyed) return;
  this._hadSecureError = true;
  const options = this._connectOptions;
  const error = new Error(
    'Client network socket disconnected before secure TLS connection was established',
  );
  error.code = 'ECONNRESET';
  error.path = options.path;
  error.host = options.host;
  error.port = options.port;
  error.localAddress = options.localAddress;
  this.destroy(error);
}

function onSecure() {
  const options = this._connectOptions;
  // RFC 7919: small groups can be broken.
  const key = this.getEphemeralKeyInfo();
  if (key?.type === 'DH' && key.size < options.minDHSize) {
    this.destroy(new errors.ERR_TLS_DH_PARAM_SIZE(key.size));
    return;
  }
  let error = this.verifyError();
  // A session stands for the certificate that was checked when it was made; keys shared before need none.
  if (!error && !this.isSessionReused()) {
    const certificate = this.getPeerCertificate(true);
    if (Object.keys(certificate).length > 0) {
      const host = options.servername || options.host || options.socket?._host || 'localhost';
      error = options.checkServerIdentity(host, certificate);
    }
  }
  if (error) {
    this.authorized = false;
    this.authorizationError = error.code || error.message;
    if (options.rejectUnauthorized) {
      this._hadSecureError = true;
      this.destroy(error);
      return;
    }
  } else {
    this.authorized = true;
    this.authorizationError = null;
  }
  this.removeListener('end', onEnd);
  this.emit('secureConnect');
  this._markVerified();
}

module.exports = { connect };

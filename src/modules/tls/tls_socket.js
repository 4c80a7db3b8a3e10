'use strict';
// tls.TLSSocket: a net.Socket whose bytes are encrypted on their way through another stream.
// https://nodejs.org/api/tls.html#class-tlstlssocket

const net = require('node:net');
const { Duplex } = require('node:stream');
const errors = require('runtime/errors');
const {
  validateBuffer,
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
  validateUint32,
} = require('runtime/validators');
const { provideHandle } = require('modules/net/connect');
const { adopt } = require('modules/net/socket');
const { SecureContext, createSecureContext } = require('modules/tls/secure_context');
const binding = native('tls');
const { setImmediate } = require('runtime/timers');

const kInner = Symbol('inner stream');
const kFailure = Symbol('connection failure');
const kState = Symbol('tls state');
// An option of sockets that belong to their tls.Server until they are secure.
const kOwned = Symbol('owned by the server');

const noop = () => {};

// What a native connection calls; `this` is the handle.
const callbacks = {
  onhandshakestart() {
    const socket = this.tlsSocket;
    if (!socket._secureEstablished || !socket._tlsOptions.isServer) return;
    require('modules/tls/renegotiation').noteHandshake(socket);
  },
  onhandshakedone() {
    const socket = this.tlsSocket;
    // A server's program may first have to keep the session.
    if (socket._newSessionPending) socket._securePending = true;
    else socket._finishInit();
  },
  onerror(error) {
    this.tlsSocket._tlsError(error);
  },
  onkeylog(line) {
    const socket = this.tlsSocket;
    socket.emit('keylog', line);
    socket._tlsOptions.server?.emit('keylog', line, socket);
  },
  onsession(id, session) {
    const socket = this.tlsSocket;
    const { isServer, server } = socket._tlsOptions;
    if (isServer) {
      if (!server || server.listenerCount('newSession') === 0) return;
      socket._newSessionPending = true;
      let called = false;
      server.emit('newSession', id, session, () => {
        if (called) throw new errors.ERR_MULTIPLE_CALLBACK();
        called = true;
        socket._newSessionPending = false;
        if (socket._securePending && !socket.destroyed) {
          socket._securePending = false;
          socket._finishInit();
        }
      });
      return;
    }
    // Nobody should resume what turns out not to be trusted.
    if (socket[kState].verified) socket.emit('session', session);
    else socket[kState].session = session;
  },
  onclienthello(id, servername, hasTicket) {
    const socket = this.tlsSocket;
    const { server } = socket._tlsOptions;
    let called = false;
    const answer = (error, session) => {
      if (called) throw new errors.ERR_MULTIPLE_CALLBACK();
      called = true;
      if (socket.destroyed || !socket._handle) return;
      if (error) socket.destroy(error);
      else this.loadSession(session ?? undefined);
    };
    if (id.length === 0 || !server?.emit('resumeSession', id, answer)) answer();
  },
  oncertificate(servername, wantsOcsp) {
    if (servername) this.tlsSocket.servername = servername;
    require('modules/tls/server_name').choose(this.tlsSocket, this, servername, wantsOcsp);
  },
  onocspresponse(response) {
    this.tlsSocket.emit('OCSPResponse', response);
  },
  onalpn(servername, protocols) {
    const socket = this.tlsSocket;
    const chosen = socket._tlsOptions.ALPNCallback.call(socket, {
      servername: servername ?? '',
      protocols,
    });
    if (chosen !== undefined && !protocols.includes(chosen)) {
      throw new errors.ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(chosen, protocols);
    }
    return chosen;
  },
  onpskclient(hint, maxKey, maxIdentity) {
    const socket = this.tlsSocket;
    const answer = socket._tlsOptions.pskCallback(hint);
    if (answer === null || answer === undefined) return undefined;
    validateObject(answer, 'options');
    const { psk, identity } = answer;
    validateString(identity, 'identity');
    if (Buffer.byteLength(identity) > maxIdentity) {
      throw new errors.ERR_INVALID_ARG_VALUE(
        'identity',
        identity,
        `PSK identity exceeds ${maxIdentity} bytes`,
      );
    }
    checkKey(psk, maxKey);
    return [identity, psk];
  },
  onpskserver(identity, maxKey) {
    const socket = this.tlsSocket;
    const answer = socket._tlsOptions.pskCallback.call(
      socket._tlsOptions.server ?? socket,
      socket,
      identity,
    );
    if (answer === null || answer === undefined) return undefined;
    const psk = ArrayBuffer.isView(answer) ? answer : answer.psk;
    checkKey(psk, maxKey);
    return psk;
  },
};

function checkKey(psk, max) {
  validateBuffer(psk, 'psk');
  if (psk.byteLength > max) {
    throw new errors.ERR_INVALID_ARG_VALUE('psk', psk, `Pre-shared key exceeds ${max} bytes`);
  }
}

function TLSSocket(stream, options) {
  if (!(this instanceof TLSSocket)) return new TLSSocket(stream, options);
  const given = { ...options };
  if (given.ALPNProtocols) require('modules/tls/alpn').convert(given.ALPNProtocols, given);
  this._tlsOptions = given;
  this._secureEstablished = false;
  this._securePending = false;
  this._newSessionPending = false;
  this._controlReleased = Boolean(given.server) && !given[kOwned];
  this.secureConnecting = true;
  this._SNICallback = null;
  this.servername = null;
  this.alpnProtocol = null;
  this.authorized = false;
  this.authorizationError = null;
  this[kFailure] = null;
  this[kState] = { verified: false, session: undefined, below: undefined, started: false };
  this[kInner] = null;
  if (
    stream !== undefined &&
    stream !== null &&
    !(stream instanceof Duplex) &&
    typeof stream.write !== 'function'
  ) {
    throw new errors.ERR_INVALID_ARG_TYPE('socket', 'Duplex', stream);
  }
  net.Socket.call(this, {
    allowHalfOpen: stream ? stream.allowHalfOpen : given.allowHalfOpen,
    pauseOnCreate: given.pauseOnConnect,
    manualStart: true,
    highWaterMark: given.highWaterMark,
    readableHighWaterMark: given.readableHighWaterMark,
    writableHighWaterMark: given.writableHighWaterMark,
    onread: stream ? undefined : given.onread,
    signal: given.signal,
  });
  this.on('newListener', onListener);
  if (
    given.secureContext !== undefined &&
    !(given.secureContext instanceof SecureContext) &&
    !given.secureContext?.context
  ) {
    throw new errors.ERR_TLS_INVALID_CONTEXT('options.secureContext');
  }
  if (given.ALPNCallback) {
    validateFunction(given.ALPNCallback, 'options.ALPNCallback');
    if (given.ALPNProtocols) throw new errors.ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS();
  }
  if (stream) attach(this, stream);
}
Object.setPrototypeOf(TLSSocket.prototype, net.Socket.prototype);
Object.setPrototypeOf(TLSSocket, net.Socket);

TLSSocket.prototype.encrypted = true;

// Lines of keys are only made for who listens.
function onListener(event) {
  if (event === 'keylog') this._handle?.enableKeylog?.();
}

// Puts the socket on the stream; what it says waits until that is connected.
function attach(socket, inner) {
  socket[kInner] = inner;
  socket._parent = inner;
  inner.on('error', (error) => socket._tlsError(error));
  inner.on('close', () => {
    if (socket._handle) {
      // What has arrived is still to be read.
      socket._handle.release();
    }
    if (!socket.destroyed) socket.destroy(socket[kFailure] ?? undefined);
  });
  inner.on('timeout', noop);
  if (inner._handle) open(socket, inner);
  if (inner.connecting || socket.connecting) {
    socket.connecting = true;
    for (const event of [
      'lookup',
      'connectionAttempt',
      'connectionAttemptFailed',
      'connectionAttemptTimeout',
    ]) {
      inner.on(event, (...args) => socket.emit(event, ...args));
    }
    inner.once('connect', () => {
      if (socket.destroyed) return;
      socket.connecting = false;
      if (!socket._handle) open(socket, inner);
      else if (socket[kState].below !== inner._handle) moveTo(socket, inner._handle);
      start(socket);
      socket.emit('connect');
      socket.emit('ready');
    });
    return;
  }
  if (!socket._handle) open(socket, inner);
  // The program still sets what it wants in this turn; a client may wait until it has something to say.
  const { isServer, startsAtOnce } = socket._tlsOptions;
  if (isServer || startsAtOnce) process.nextTick(start, socket);
}

function open(socket, inner) {
  const options = socket._tlsOptions;
  options.secureContext ??= createSecureContext(options);
  const isNative = inner instanceof net.Socket && inner._handle?.writeMessage !== undefined;
  const below = isNative ? inner._handle : require('modules/tls/bridge').bridgeTo(inner);
  const { context } = options.secureContext;
  const handle = new binding.TLS(below, context, Boolean(options.isServer));
  Object.assign(handle, callbacks);
  handle.tlsSocket = socket;
  handle.handshakes = 0;
  handle.close = closeHandle;
  takeBelow(socket, below);
  socket._handle = handle;
  socket.ssl = handle;
  adopt(socket, handle);
  configure(socket, handle, options);
  // What the stream had read before belongs to the negotiation.
  if (isNative && inner.readableLength > 0) {
    const buffered = inner.read();
    if (buffered) socket[kState].buffered = buffered;
  }
}

function takeBelow(socket, below) {
  socket[kState].below = below;
  // It reads no more by itself.
  below.reading = true;
  const onFault = (error) => socket.destroy(error);
  below.onfault = onFault;
}

// Of several attempts to connect, the one that succeeded has another handle than the first.
function moveTo(socket, below) {
  socket._handle.moveTo(below);
  takeBelow(socket, below);
}

function configure(socket, handle, options) {
  const { server } = options;
  const wantsCertificate = Boolean(options.requestCert) || !options.isServer;
  handle.setVerify(wantsCertificate, Boolean(options.rejectUnauthorized));
  if (options.isServer) {
    if (options.SNICallback) {
      validateFunction(options.SNICallback, 'options.SNICallback');
      socket._SNICallback = options.SNICallback;
    }
    if (socket._SNICallback || server?.listenerCount('OCSPRequest') > 0) handle.watchCertificate();
    if (server?.listenerCount('resumeSession') > 0) handle.watchClientHello();
  } else {
    if (options.requestOCSP) handle.requestOcsp();
    const { session } = options;
    if (session) socket.setSession(session);
    const name = options.servername;
    if (name) socket.setServername(name);
  }
  if (options.ALPNCallback) handle.useAlpnCallback();
  else if (options.ALPNProtocols) handle.setAlpn(options.ALPNProtocols);
  if (options.pskCallback) handle.enablePsk();
  if (options.pskIdentityHint && options.isServer) {
    try {
      binding.setPskHint(options.secureContext.context, options.pskIdentityHint);
    } catch (error) {
      process.nextTick(() => socket._tlsError(error));
    }
  }
  require('modules/tls/keylog').watch(socket);
  if (socket.listenerCount('keylog') > 0 || server?.listenerCount('keylog') > 0)
    handle.enableKeylog();
  if (options.enableTrace ?? tracesAll()) handle.enableTrace();
}

let hasWarned = false;
/** Whether the command line wants to see what all connections say to each other. */
function tracesAll() {
  const isWanted = require('runtime/options').getOptionValue('--trace-tls');
  if (isWanted && !hasWarned) {
    hasWarned = true;
    process.emitWarning('Enabling --trace-tls can expose sensitive data in the resulting log.');
  }
  return isWanted;
}

function start(socket) {
  const handle = socket._handle;
  const state = socket[kState];
  if (!handle || socket.destroyed || state.started) return;
  state.started = true;
  if (!handle.reading) socket.read(0);
  handle.start();
  if (state.buffered && socket._handle) {
    handle.receive(state.buffered);
    state.buffered = undefined;
  }
}

// The native connection ends with the stream below.
function closeHandle(callback) {
  const inner = this.tlsSocket[kInner];
  const finish = () => {
    this.release();
    callback?.();
  };
  if (inner.destroyed) {
    if (inner.closed) setImmediate(finish);
    else inner.once('close', finish);
    return;
  }
  inner.once('close', finish);
  inner.destroy();
}

for (const name of ['_read', '_write', '_writev']) {
  TLSSocket.prototype[name] = function (...args) {
    if (this._handle && !this.connecting && !this[kState].started) start(this);
    return net.Socket.prototype[name].apply(this, args);
  };
}

TLSSocket.prototype.connect = function connect(...args) {
  const [options, callback] = net._normalizeArgs(args);
  if (callback) this.once('connect', callback);
  if (this.destroyed) return this;
  const inner = new net.Socket({
    allowHalfOpen: this.allowHalfOpen,
    noDelay: options.noDelay,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
  });
  if (options.blockList) inner._blockList = options.blockList;
  this.connecting = true;
  // Who watches connections wants to hear of this one.
  inner._secureSocket = this;
  provideHandle(inner, options);
  attach(this, inner);
  inner.connect({ ...options, signal: undefined, onread: undefined, timeout: undefined });
  return this;
};

/** The handshake is over: from here on the socket is as secure as it gets. */
TLSSocket.prototype._finishInit = function _finishInit() {
  const handle = this._handle;
  if (!handle) return;
  this.alpnProtocol = binding.alpnOf(handle) ?? false;
  this.servername =
    binding.serverNameOf(handle) ?? (this._tlsOptions.isServer ? false : this.servername);
  this._secureEstablished = true;
  this.secureConnecting = false;
  if (this._tlsOptions.handshakeTimeout > 0) this.setTimeout(0, this._handleTimeout);
  this.emit('secure');
};

TLSSocket.prototype._handleTimeout = function _handleTimeout() {
  this._tlsError(new errors.ERR_TLS_HANDSHAKE_TIMEOUT());
};

// Before the connection is the program's, its server hears of what goes wrong; then the socket does.
TLSSocket.prototype._tlsError = function _tlsError(error) {
  if (this.destroyed) return;
  this[kFailure] = error;
  if (this._tlsOptions.isServer && !this._controlReleased) {
    // Nobody listens to the socket yet.
    this.destroy();
    this.emit('_tlsError', error);
  } else {
    this.emit('_tlsError', error);
    this.destroy(error);
  }
};

TLSSocket.prototype._releaseControl = function _releaseControl() {
  if (this._controlReleased) return false;
  this._controlReleased = true;
  return true;
};

/** The peer's certificate was judged: sessions may be told of. */
TLSSocket.prototype._markVerified = function _markVerified() {
  const state = this[kState];
  state.verified = true;
  if (state.session !== undefined) {
    const { session } = state;
    state.session = undefined;
    this.emit('session', session);
  }
};

TLSSocket.prototype._destroySSL = function _destroySSL() {
  this._handle?.release();
};

TLSSocket.prototype.verifyError = function verifyError() {
  return this._handle ? binding.verifyError(this._handle) : null;
};

TLSSocket.prototype.setServername = function setServername(name) {
  validateString(name, 'name');
  if (this._tlsOptions.isServer) throw new errors.ERR_TLS_SNI_FROM_SERVER();
  if (this._handle) this._handle.setServername(name);
  else this._tlsOptions.servername = name;
};

TLSSocket.prototype.setSession = function setSession(session) {
  if (typeof session === 'string') session = Buffer.from(session, 'latin1');
  if (this._handle) this._handle.setSession(session);
  else this._tlsOptions.session = session;
};

TLSSocket.prototype.setKeyCert = function setKeyCert(context) {
  const secure = context?.context ? context : createSecureContext(context);
  this._tlsOptions.secureContext = secure;
  if (this._handle) binding.useContext(this._handle, secure.context);
};

TLSSocket.prototype.setMaxSendFragment = function setMaxSendFragment(size) {
  validateInt32(size, 'size');
  return this._handle ? this._handle.setMaxSendFragment(size) : false;
};

TLSSocket.prototype.enableTrace = function enableTrace() {
  if (this._handle) this._handle.enableTrace();
  else this._tlsOptions.enableTrace = true;
};

TLSSocket.prototype.renegotiate = function renegotiate(options, callback) {
  return require('modules/tls/renegotiation').renegotiate(this, options, callback);
};

TLSSocket.prototype.disableRenegotiation = function disableRenegotiation() {
  this._renegotiationDisabled = true;
};

TLSSocket.prototype.exportKeyingMaterial = function exportKeyingMaterial(length, label, context) {
  validateUint32(length, 'length', true);
  validateString(label, 'label');
  if (context !== undefined) validateBuffer(context, 'context');
  if (!this._secureEstablished) throw new errors.ERR_TLS_INVALID_STATE();
  return binding.exportKeyingMaterial(this._handle, length, label, context);
};

TLSSocket.prototype.getPeerCertificate = function getPeerCertificate(detailed) {
  if (!this._handle) return null;
  const chain = binding.peerChain(this._handle, Boolean(detailed));
  if (chain === undefined) return {};
  const { X509Certificate } = require('node:crypto');
  const list = chain.map((der) => new X509Certificate(der));
  const objects = list.map((one) => one.toLegacyObject());
  if (detailed) {
    objects.forEach((one, i) => {
      if (i + 1 < objects.length) one.issuerCertificate = objects[i + 1];
      else if (list[i].checkIssued(list[i])) one.issuerCertificate = one;
    });
  }
  return objects[0];
};

TLSSocket.prototype.getPeerX509Certificate = function getPeerX509Certificate() {
  if (!this._handle) return undefined;
  const chain = binding.peerChain(this._handle, true);
  if (chain === undefined) return undefined;
  const { X509Certificate } = require('node:crypto');
  const { linkIssuer } = require('modules/crypto/x509');
  const list = chain.map((der) => new X509Certificate(der));
  list.forEach((one, i) => {
    if (i + 1 < list.length) linkIssuer(one, list[i + 1]);
  });
  return list[0];
};

TLSSocket.prototype.getCertificate = function getCertificate() {
  if (!this._handle) return null;
  const der = binding.ownCertificate(this._handle);
  if (der === undefined) return {};
  const { X509Certificate } = require('node:crypto');
  return new X509Certificate(der).toLegacyObject();
};

TLSSocket.prototype.getX509Certificate = function getX509Certificate() {
  const der = this._handle ? binding.ownCertificate(this._handle) : undefined;
  if (der === undefined) return undefined;
  const { X509Certificate } = require('node:crypto');
  return new X509Certificate(der);
};

TLSSocket.prototype.getEphemeralKeyInfo = function getEphemeralKeyInfo() {
  if (!this._handle) return null;
  return this._tlsOptions.isServer ? null : binding.ephemeralKey(this._handle);
};

TLSSocket.prototype.isSessionReused = function isSessionReused() {
  return this._handle ? binding.isReused(this._handle) : null;
};

for (const [name, read] of [
  ['getCipher', 'cipherInfo'],
  ['getProtocol', 'protocolOf'],
  ['getSession', 'sessionOf'],
  ['getTLSTicket', 'ticketOf'],
  ['getSharedSigalgs', 'sharedSignatureAlgorithms'],
]) {
  TLSSocket.prototype[name] = {
    [name]() {
      return this._handle ? binding[read](this._handle) : null;
    },
  }[name];
}

// Undefined until the message has been sent, or has come.
for (const [name, read] of [
  ['getFinished', 'finished'],
  ['getPeerFinished', 'peerFinished'],
]) {
  TLSSocket.prototype[name] = {
    [name]() {
      if (this._handle) return binding[read](this._handle) ?? undefined;
      return this.destroyed ? null : undefined;
    },
  }[name];
}

// What concerns the connection below is the stream's below.
for (const name of ['setNoDelay', 'setKeepAlive', 'ref', 'unref']) {
  TLSSocket.prototype[name] = {
    [name](...args) {
      this[kInner]?.[name]?.(...args);
      return this;
    },
  }[name];
}
for (const name of ['_getpeername', '_getsockname']) {
  TLSSocket.prototype[name] = function () {
    return this[kInner]?.[name]?.() ?? {};
  };
}

TLSSocket.prototype._destroy = function _destroy(error, callback) {
  // A connection that never came to be has no handle to close.
  const inner = this[kInner];
  if (!this._handle && inner && !inner.destroyed) inner.destroy();
  return net.Socket.prototype._destroy.call(this, error, callback);
};

module.exports = { TLSSocket, kFailure, kInner, kOwned };

'use strict';

const EventEmitter = require('node:events');
const {
  ERR_INVALID_FD_TYPE,
  ERR_IP_BLOCKED,
  ERR_MISSING_ARGS,
  ERR_SOCKET_ALREADY_BOUND,
  ERR_SOCKET_BAD_BUFFER_SIZE,
  ERR_SOCKET_BUFFER_SIZE,
  ERR_SOCKET_DGRAM_IS_CONNECTED,
  ERR_SOCKET_DGRAM_NOT_CONNECTED,
  errnoException,
  exceptionWithHostPort,
} = require('runtime/errors');
const {
  isInt32,
  validateAbortSignal,
  validateNumber,
  validatePort,
  validateString,
} = require('runtime/validators');
const {
  BINDING,
  BOUND,
  CONNECTED,
  CONNECTING,
  DISCONNECTED,
  Itself,
  SocketState,
  UNBOUND,
  isBlocked,
} = require('modules/dgram/state');
const { toChunks, sliceBytes } = require('modules/dgram/message');

let internals;
let initialize;

/**
 * The methods of a socket. Socket is a function, so that it can be called for the object of an heir;
 * but private state takes a class.
 */
class SocketMethods extends Itself {
  #state;

  static {
    internals = (socket) => socket.#state;
    initialize = (socket, type, listener) => new SocketMethods(socket).#initialize(type, listener);
  }

  #initialize(type, listener) {
    let options;
    if (type !== null && typeof type === 'object') {
      options = type;
      type = options.type;
    }
    this.#state = new SocketState(type, options);
    this.type = type;
    if (typeof listener === 'function') this.on('message', listener);
    const signal = options?.signal;
    if (signal !== undefined) this.#closeOnAbort(signal);
    require('modules/diagnostics_channel/publish').publish('udp.socket', () => ({ socket: this }));
  }

  #closeOnAbort(signal) {
    validateAbortSignal(signal, 'options.signal');
    const close = () => {
      if (this.#state.handle !== null) this.close();
    };
    if (signal.aborted) {
      close();
    } else {
      signal.addEventListener('abort', close);
      this.once('close', () => signal.removeEventListener('abort', close));
    }
  }

  // The arguments of bind(), which may be an object.
  #startBinding() {
    const state = this.#state;
    state.healthCheck();
    if (state.bindState !== UNBOUND) throw new ERR_SOCKET_ALREADY_BOUND();
    state.bindState = BINDING;
  }

  /** Binds the socket and begins to receive; emits 'listening' or 'error'. */
  bind(portOrOptions, address, ...rest) {
    this.#startBinding();
    const state = this.#state;
    const callback = [portOrOptions, address, ...rest].findLast((value) => value !== undefined);
    if (typeof callback === 'function') this.#onceListening(callback);

    let port = portOrOptions;
    let exclusive = false;
    if (port !== null && typeof port === 'object') {
      const options = port;
      if (typeof options.recvStart === 'function') {
        state.replaceHandle(options);
        this.#startListening();
        return this;
      }
      if (isInt32(options.fd) && options.fd > 0) {
        this.#bindDescriptor(options.fd, Boolean(options.exclusive));
        return this;
      }
      ({ port, address } = options);
      exclusive = Boolean(options.exclusive);
    } else if (typeof port === 'function') {
      port = 0;
    }
    if (typeof address === 'function' || !address) address = state.anyAddress();

    state.lookup(address, (error, ip) => {
      if (state.handle === null) return;
      if (error) {
        state.bindState = UNBOUND;
        this.emit('error', error);
        return;
      }
      this.#bindResolved(ip, Number(port) || 0, exclusive);
    });
    return this;
  }

  #onceListening(callback) {
    const stop = () => {
      this.removeListener('error', stop);
      this.removeListener('listening', onListening);
    };
    const onListening = () => {
      stop();
      callback.call(this);
    };
    this.on('error', stop);
    this.on('listening', onListening);
  }

  #bindResolved(ip, port, exclusive) {
    const state = this.#state;
    const flags = state.bindFlags();
    if (require('modules/cluster/role').isWorker && !exclusive && !state.reusePort) {
      const wanted = { address: ip, port, addressType: this.type, fd: -1, flags };
      this.#bindShared(require('node:cluster'), wanted);
      return;
    }
    const errno = state.handle.bind(ip, port, flags);
    if (errno < 0) {
      state.bindState = UNBOUND;
      this.emit('error', exceptionWithHostPort(errno, 'bind', ip, port));
      return;
    }
    this.#startListening();
  }

  // In a cluster, workers share the primary's handle.
  #bindShared(cluster, wanted) {
    const state = this.#state;
    cluster._getServer(this, wanted, (errno, handle) => {
      if (errno) {
        state.bindState = UNBOUND;
        this.emit('error', exceptionWithHostPort(errno, 'bind', wanted.address, wanted.port));
        return;
      }
      // The socket was closed while the primary made up its mind.
      if (state.handle === null) {
        handle.close();
        return;
      }
      state.replaceHandle(handle);
      this.#startListening();
    });
  }

  #bindDescriptor(fd, exclusive) {
    const state = this.#state;
    const type = native('stdio').guessHandleType(fd);
    if (type !== 'UDP') throw new ERR_INVALID_FD_TYPE(type);
    if (require('modules/cluster/role').isWorker && !exclusive) {
      const wanted = { address: null, port: null, addressType: this.type, fd, flags: 0 };
      this.#bindShared(require('node:cluster'), wanted);
      return;
    }
    const errno = state.handle.open(fd);
    if (errno < 0) throw errnoException(errno, 'open');
    this.#startListening();
  }

  #startListening() {
    this.#beginReceiving();
    this.emit('listening');
  }

  #beginReceiving() {
    const state = this.#state;
    const onMessage = (bytes, from) => {
      if (isBlocked(state.receiveBlockList, from.address)) return;
      from.size = bytes.length;
      this.emit('message', bytes, from);
    };
    state.handle.onmessage = onMessage;
    const onError = (errno) => {
      this.emit('error', errnoException(errno, 'recvmsg'));
    };
    state.handle.onerror = onError;
    state.handle.recvStart();
    state.receiving = true;
    state.bindState = BOUND;
    if (state.recvBufferSize) this.setRecvBufferSize(state.recvBufferSize);
    if (state.sendBufferSize) this.setSendBufferSize(state.sendBufferSize);
  }

  /** Binds at once, to a numeric address; throws instead of emitting 'error'. */
  bindSync(options = {}) {
    this.#startBinding();
    const state = this.#state;
    const { port = 0, address = state.anyAddress() } = options;
    try {
      validateString(address, 'options.address');
      state.requireNumeric(address, 'options.address');
      validatePort(port, 'options.port');
      const errno = state.handle.bind(address, Number(port), state.bindFlags());
      if (errno < 0) throw exceptionWithHostPort(errno, 'bind', address, Number(port));
    } catch (error) {
      state.bindState = UNBOUND;
      throw error;
    }
    this.#beginReceiving();
    process.nextTick(() => {
      if (state.handle !== null) this.emit('listening');
    });
    return this.address();
  }

  // Runs `action` once the socket is bound; forgets it when binding fails.
  #whenBound(action) {
    const state = this.#state;
    if (state.queue !== undefined) {
      state.queue.push(action);
      return;
    }
    state.queue = [action];
    const forget = () => {
      this.removeListener('listening', run);
      state.queue = undefined;
    };
    const run = () => {
      this.removeListener(EventEmitter.errorMonitor, forget);
      const actions = state.queue;
      state.queue = undefined;
      for (const each of actions) each();
    };
    this.once(EventEmitter.errorMonitor, forget);
    this.once('listening', run);
  }

  #bindImplicitly() {
    if (this.#state.bindState === UNBOUND) this.bind({ port: 0, exclusive: true });
  }

  /** Sets the peer of the socket; emits 'connect'. */
  connect(port, address, callback) {
    port = validatePort(port, 'Port', false);
    if (typeof address === 'function') {
      callback = address;
      address = '';
    } else if (address === undefined) {
      address = '';
    }
    validateString(address, 'address');
    const state = this.#state;
    if (state.connectState !== DISCONNECTED) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
    state.connectState = CONNECTING;
    this.#bindImplicitly();
    const start = () => this.#connectBound(port, address, callback);
    if (state.bindState === BOUND) start();
    else this.#whenBound(start);
  }

  #connectBound(port, address, callback) {
    const state = this.#state;
    if (callback) this.once('connect', callback);
    state.lookup(address || state.loopback(), (error, ip) => {
      if (state.handle === null) return;
      if (!error) error = this.#connectResolved(ip, port, address);
      if (error) {
        state.connectState = DISCONNECTED;
        process.nextTick(() => {
          if (callback) {
            this.removeListener('connect', callback);
            callback(error);
          } else {
            this.emit('error', error);
          }
        });
        return;
      }
      state.connectState = CONNECTED;
      process.nextTick(() => this.emit('connect'));
    });
  }

  #connectResolved(ip, port, address) {
    const state = this.#state;
    if (isBlocked(state.sendBlockList, ip)) return new ERR_IP_BLOCKED(ip);
    const errno = state.handle.connect(ip, port);
    return errno < 0 ? exceptionWithHostPort(errno, 'connect', address, port) : null;
  }

  /** Sets the peer at once, by its numeric address. */
  connectSync(port, address) {
    port = validatePort(port, 'Port', false);
    const state = this.#state;
    state.healthCheck();
    if (address === undefined) address = state.loopback();
    validateString(address, 'address');
    state.requireNumeric(address, 'address');
    if (state.connectState !== DISCONNECTED) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
    if (state.bindState === BINDING) throw new ERR_SOCKET_ALREADY_BOUND();
    if (state.bindState === UNBOUND) this.bindSync();
    const error = this.#connectResolved(address, port, address);
    if (error !== null) throw error;
    state.connectState = CONNECTED;
    process.nextTick(() => {
      if (state.handle !== null) this.emit('connect');
    });
  }

  /** Forgets the peer. */
  disconnect() {
    const state = this.#state;
    if (state.connectState !== CONNECTED) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
    const errno = state.handle.disconnect();
    if (errno < 0) throw errnoException(errno, 'connect');
    state.connectState = DISCONNECTED;
  }

  sendto(buffer, offset, length, port, address, callback) {
    validateNumber(offset, 'offset');
    validateNumber(length, 'length');
    validateNumber(port, 'port');
    validateString(address, 'address');
    this.send(buffer, offset, length, port, address, callback);
  }

  /** Sends a datagram: send(msg[, offset, length][, port][, address][, callback]). */
  send(buffer, offset, length, port, address, callback) {
    const isConnected = this.#state.connectState === CONNECTED;
    if (!isConnected) {
      if (address || (port && typeof port !== 'function')) {
        buffer = sliceBytes(buffer, offset, length);
      } else {
        callback = port;
        port = offset;
        address = length;
      }
    } else {
      if (typeof length === 'number') {
        buffer = sliceBytes(buffer, offset, length);
        if (typeof port === 'function') {
          callback = port;
          port = null;
        }
      } else {
        callback = offset;
      }
    }
    const chunks = toChunks(buffer);
    if (!isConnected) port = validatePort(port, 'Port', false);
    else if (port || address) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();

    if (typeof callback !== 'function') callback = undefined;
    if (typeof address === 'function') {
      callback = address;
      address = undefined;
    } else if (address !== undefined && address !== null) {
      validateString(address, 'address');
    }
    this.#state.healthCheck();
    this.#bindImplicitly();
    const start = () => this.#sendBound(chunks, port, address, callback);
    if (this.#state.bindState === BOUND) start();
    else this.#whenBound(start);
  }

  #sendBound(chunks, port, address, callback) {
    const state = this.#state;
    if (state.connectState === CONNECTED) {
      this.#sendResolved(chunks, port, address, undefined, callback);
      return;
    }
    state.lookup(address || state.loopback(), (error, ip) => {
      if (error) this.#failSend(error, callback);
      else this.#sendResolved(chunks, port, address, ip, callback);
    });
  }

  #failSend(error, callback) {
    if (callback) process.nextTick(callback, error);
    else process.nextTick(() => this.emit('error', error));
  }

  #sendResolved(chunks, port, address, ip, callback) {
    const state = this.#state;
    // The socket was closed while the name was looked up.
    if (state.handle === null) return;
    if (isBlocked(state.sendBlockList, ip)) {
      if (callback) process.nextTick(callback, new ERR_IP_BLOCKED(ip));
      return;
    }
    const failure = (errno) => exceptionWithHostPort(errno, 'send', address, port);
    const done = callback
      ? (errno, bytes) => callback(errno < 0 ? failure(errno) : null, bytes)
      : undefined;
    const result = state.handle.send(chunks, ip, port || 0, done);
    // Without a callback nobody wants to know: datagrams get lost.
    if (result === undefined || !callback) return;
    if (result < 0) process.nextTick(callback, failure(result));
    else process.nextTick(callback, null, result);
  }

  /** Closes the socket; emits 'close'. */
  close(callback) {
    if (typeof callback === 'function') this.on('close', callback);
    const state = this.#state;
    if (state.queue !== undefined) {
      state.queue.push(() => this.close());
      return this;
    }
    state.healthCheck();
    state.stopReceiving();
    state.handle.close();
    state.handle = null;
    process.nextTick(() => this.emit('close'));
    return this;
  }

  async [Symbol.asyncDispose]() {
    if (this.#state.handle === null) return;
    await new Promise((resolve) => this.close(resolve));
  }

  /** The address that the socket is bound to. */
  address() {
    this.#state.healthCheck();
    const out = {};
    this.#check(this.#state.handle.getsockname(out), 'getsockname');
    return out;
  }

  /** The address of the peer. */
  remoteAddress() {
    this.#state.healthCheck();
    if (this.#state.connectState !== CONNECTED) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
    const out = {};
    this.#check(this.#state.handle.getpeername(out), 'getpeername');
    return out;
  }

  #check(errno, syscall) {
    if (errno < 0) throw errnoException(errno, syscall);
  }

  setBroadcast(flag) {
    this.#state.healthCheck();
    this.#check(this.#state.handle.setBroadcast(Boolean(flag)), 'setBroadcast');
  }

  setTTL(ttl) {
    validateNumber(ttl, 'ttl');
    this.#state.healthCheck();
    this.#check(this.#state.handle.setTTL(ttl), 'setTTL');
    return ttl;
  }

  setMulticastTTL(ttl) {
    validateNumber(ttl, 'ttl');
    this.#state.healthCheck();
    this.#check(this.#state.handle.setMulticastTTL(ttl), 'setMulticastTTL');
    return ttl;
  }

  setMulticastLoopback(flag) {
    this.#state.healthCheck();
    this.#check(this.#state.handle.setMulticastLoopback(Boolean(flag)), 'setMulticastLoopback');
    return flag;
  }

  setMulticastInterface(interfaceAddress) {
    this.#state.healthCheck();
    validateString(interfaceAddress, 'interfaceAddress');
    this.#check(
      this.#state.handle.setMulticastInterface(interfaceAddress),
      'setMulticastInterface',
    );
  }

  #setMembership(group, interfaceAddress, join, syscall) {
    this.#state.healthCheck();
    if (!group) throw new ERR_MISSING_ARGS('multicastAddress');
    this.#check(this.#state.handle.setMembership(group, interfaceAddress, join), syscall);
  }

  addMembership(multicastAddress, interfaceAddress) {
    this.#setMembership(multicastAddress, interfaceAddress, true, 'addMembership');
  }

  dropMembership(multicastAddress, interfaceAddress) {
    this.#setMembership(multicastAddress, interfaceAddress, false, 'dropMembership');
  }

  #setSourceMembership(source, group, interfaceAddress, join, syscall) {
    this.#state.healthCheck();
    validateString(source, 'sourceAddress');
    validateString(group, 'groupAddress');
    const { handle } = this.#state;
    this.#check(handle.setSourceMembership(source, group, interfaceAddress, join), syscall);
  }

  addSourceSpecificMembership(sourceAddress, groupAddress, interfaceAddress) {
    const syscall = 'addSourceSpecificMembership';
    this.#setSourceMembership(sourceAddress, groupAddress, interfaceAddress, true, syscall);
  }

  dropSourceSpecificMembership(sourceAddress, groupAddress, interfaceAddress) {
    const syscall = 'dropSourceSpecificMembership';
    this.#setSourceMembership(sourceAddress, groupAddress, interfaceAddress, false, syscall);
  }

  ref() {
    this.#state.handle?.ref();
    return this;
  }

  unref() {
    this.#state.handle?.unref();
    return this;
  }

  #bufferSize(size, isReceive) {
    if (size >>> 0 !== size) throw new ERR_SOCKET_BAD_BUFFER_SIZE();
    const result =
      this.#state.handle === null ? -9 : this.#state.handle.bufferSize(size, isReceive);
    if (result >= 0) return result;
    const { name: code, message } = require('runtime/system_errors').describe(result);
    const syscall = isReceive ? 'uv_recv_buffer_size' : 'uv_send_buffer_size';
    throw new ERR_SOCKET_BUFFER_SIZE({ errno: result, code, message, syscall });
  }

  setRecvBufferSize(size) {
    this.#bufferSize(size, true);
  }

  setSendBufferSize(size) {
    this.#bufferSize(size, false);
  }

  getRecvBufferSize() {
    return this.#bufferSize(0, true);
  }

  getSendBufferSize() {
    return this.#bufferSize(0, false);
  }

  getSendQueueSize() {
    return this.#state.handle.getSendQueueSize();
  }

  getSendQueueCount() {
    return this.#state.handle.getSendQueueCount();
  }
}

/**
 * A UDP socket: https://nodejs.org/docs/latest-v24.x/api/dgram.html#class-dgramsocket
 * `Socket.call(this, type)` in the constructor of an heir makes it one, too.
 */
function Socket(type, listener) {
  EventEmitter.call(this);
  initialize(this, type, listener);
}
Object.setPrototypeOf(Socket, EventEmitter);
Object.setPrototypeOf(Socket.prototype, EventEmitter.prototype);

for (const name of Reflect.ownKeys(SocketMethods.prototype)) {
  if (name === 'constructor') continue;
  Socket.prototype[name] = SocketMethods.prototype[name];
}

module.exports = { Socket, internals };

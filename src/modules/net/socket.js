'use strict';
// net.Socket: a Duplex over a native connection handle (TCP or Pipe).
// https://nodejs.org/api/net.html#class-netsocket

const { Duplex } = require('node:stream');
const { setUnrefTimeout, unenroll } = require('runtime/timers');
const errors = require('runtime/errors');
const { validateFunction, validateInt32, validateNumber } = require('runtime/validators');
const { checkDuration, normalizeConnect } = require('modules/net/arguments');
const { handleOfBound, keepUntilClosed, takeBound } = require('modules/net/bound_hooks');
const { encodings } = require('modules/net/encodings');
const { kOwner: kServer } = require('runtime/symbols');
const { TCP, Pipe, UV_ECANCELED, UV_ENOTCONN, UV_EOF } = native('net');
const { queueMicrotask } = require('runtime/task_queue');

const kTimeout = Symbol('timeout');
const kBytesRead = Symbol('bytesRead');
const kBytesWritten = Symbol('bytesWritten');
const kSetNoDelay = Symbol('setNoDelay');
const kSetKeepAlive = Symbol('setKeepAlive');
const kSetKeepAliveDelay = Symbol('setKeepAliveInitialDelay');
const kUserBuffer = Symbol('userBuffer');
const kUserCallback = Symbol('userCallback');

const noop = () => {};

// What a connected handle calls. Its owner is the socket.
const callbacks = {
  onread(chunk, status) {
    const socket = this[kServer];
    if (socket === undefined || socket.destroyed) return;
    touch(socket);
    if (chunk !== undefined) {
      if (socket[kUserCallback] !== undefined) {
        // The program's own buffer: a callback that returns false stops the reading.
        if (socket[kUserCallback](chunk, socket[kUserBuffer]) === false) stopReading(socket);
        if (typeof socket._onreadOption.buffer === 'function') {
          socket[kUserBuffer] = socket._onreadOption.buffer();
          this.useUserBuffer(socket[kUserBuffer]);
        }
        return;
      }
      if (!socket.push(chunk)) stopReading(socket);
      return;
    }
    if (status !== UV_EOF) {
      socket.destroy(errors.errnoException(status, 'read'));
      return;
    }
    socket[kBytesRead] = this.bytesRead;
    if (socket._readableState.endEmitted) {
      if (socket._finished?.()) socket.destroy();
      return;
    }
    socket.push(null);
    socket.read(0);
  },
  onwritten(status) {
    const socket = this[kServer];
    if (socket === undefined) return;
    finishWrite(socket, status);
  },
  onshutdown(status) {
    const socket = this[kServer];
    if (socket === undefined) return;
    const callback = socket._pendingFinal;
    socket._pendingFinal = undefined;
    // A peer that is gone already has no need of our end.
    callback?.(
      status === 0 || status === UV_ENOTCONN || socket.destroyed
        ? undefined
        : errors.errnoException(status, 'shutdown'),
    );
  },
};

function touch(socket) {
  for (let s = socket; s !== null && s !== undefined; s = s._parent) {
    if (s[kTimeout]) s[kTimeout].refresh();
  }
}

function finishWrite(socket, status) {
  // Writes end in the order in which they began.
  const callback = socket._pendingWrites.shift();
  if (callback === undefined) return;
  if (socket.destroyed && !socket._writableState.finished) {
    callback(errors.errnoException(status || UV_ECANCELED, 'write'));
    return;
  }
  if (status < 0) {
    const error = errors.errnoException(status, 'write');
    callback(error);
    return;
  }
  touch(socket);
  callback(null);
}

function startReading(socket) {
  const handle = socket._handle;
  handle.reading = true;
  const err = handle.readStart();
  if (err) socket.destroy(errors.errnoException(err, 'read'));
}

function stopReading(socket) {
  const handle = socket._handle;
  if (handle && handle.reading) {
    handle.reading = false;
    const err = handle.readStop();
    if (err) socket.destroy(errors.errnoException(err, 'read'));
  }
}

function adopt(socket, handle) {
  handle[kServer] = socket;
  handle.onread = callbacks.onread;
  handle.onwritten = callbacks.onwritten;
  handle.onshutdown = callbacks.onshutdown;
  if (socket._onreadOption && handle.useUserBuffer) handle.useUserBuffer(socket[kUserBuffer]);
}

// The handle of a descriptor that somebody hands us.
function handleOf(fd, isServer) {
  validateInt32(fd, 'fd', 0);
  const kind = require('runtime/stdio').kindOf(fd);
  if (kind === 'PIPE') return new Pipe(isServer ? 1 : 0);
  if (kind === 'TCP') return new TCP(isServer ? 1 : 0);
  throw new errors.ERR_INVALID_FD_TYPE(kind);
}

function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  if (options?.objectMode) {
    throw new errors.ERR_INVALID_ARG_VALUE(
      'options.objectMode',
      options.objectMode,
      'is not supported',
    );
  } else if (options?.readableObjectMode || options?.writableObjectMode) {
    const key = options.readableObjectMode ? 'readableObjectMode' : 'writableObjectMode';
    throw new errors.ERR_INVALID_ARG_VALUE(`options.${key}`, options[key], 'is not supported');
  }
  if (options?.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
  }
  if (typeof options === 'number') options = { fd: options };
  else options = { ...options };
  const { onread, signal } = options;
  let bound;
  this.connecting = false;
  this._hadError = false;
  this._parent = null;
  this._host = null;
  this._handle = null;
  this._pendingWrites = [];
  this._pendingFinal = undefined;
  this[kTimeout] = null;
  this[kBytesRead] = 0;
  this[kBytesWritten] = 0;
  this[kServer] = undefined;
  this._sockname = null;
  this._peername = undefined;
  this._pendingData = null;
  this._pendingEncoding = '';
  this._onreadOption = null;
  this.autoSelectFamilyAttemptedAddresses = undefined;
  if (options.typeOfService !== undefined) {
    require('modules/net/type_of_service').initializeTypeOfService(this, options.typeOfService);
  }
  options.allowHalfOpen = Boolean(options.allowHalfOpen);
  options.emitClose = false;
  options.autoDestroy = true;
  options.decodeStrings = false;
  delete options.signal;
  if (options.handle) {
    bound = takeBound(options.handle);
    this._handle = bound === undefined ? options.handle : handleOfBound(this, bound, options);
  } else if (options.fd !== undefined) {
    const { fd } = options;
    this._handle = handleOf(fd, false);
    const err = this._handle.open(fd);
    if (err) throw errors.errnoException(err, 'open');
  }
  delete options.handle;
  Duplex.call(this, options);
  if (bound !== undefined) keepUntilClosed(this, bound);
  this[kSetNoDelay] = Boolean(options.noDelay);
  this[kSetKeepAlive] = Boolean(options.keepAlive);
  this[kSetKeepAliveDelay] = Math.max(0, ~~(options.keepAliveInitialDelay / 1000));
  if (
    onread !== null &&
    typeof onread === 'object' &&
    (onread.buffer instanceof Uint8Array || typeof onread.buffer === 'function') &&
    typeof onread.callback === 'function'
  ) {
    this._onreadOption = onread;
    this[kUserBuffer] = typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer;
    this[kUserCallback] = onread.callback;
  }
  this.on('end', onReadableStreamEnd);
  if (this._handle) {
    adopt(this, this._handle);
    this[kBytesRead] = 0;
    if (!options.manualStart && options.readable !== false) {
      if (options.pauseOnCreate) {
        this._handle.reading = false;
        this._handle.readStop();
        this.readableFlowing = false;
      } else {
        this.read(0);
      }
    }
  }
  if (signal) require('node:stream').addAbortSignal(signal, this);
}
Object.setPrototypeOf(Socket.prototype, Duplex.prototype);
Object.setPrototypeOf(Socket, Duplex);

// The peer has ended; without allowHalfOpen so do we.
function onReadableStreamEnd() {
  if (!this.allowHalfOpen) this.write = writeAfterFIN;
}

function writeAfterFIN(chunk, encoding, callback) {
  if (!this.writableEnded) return Duplex.prototype.write.apply(this, arguments);
  if (typeof encoding === 'function') callback = encoding;
  const error = new Error('This socket has been ended by the other party');
  error.code = 'EPIPE';
  if (typeof callback === 'function') process.nextTick(callback, error);
  this.destroy(error);
  return false;
}

Socket.prototype._final = function _final(callback) {
  if (this.connecting) {
    this.once('connect', () => this._final(callback));
    return;
  }
  if (!this._handle) {
    callback();
    return;
  }
  this._pendingFinal = callback;
  const err = this._handle.shutdown ? this._handle.shutdown() : 0;
  if (err === UV_ENOTCONN || err === 1) {
    this._pendingFinal = undefined;
    callback();
  } else if (err) {
    this._pendingFinal = undefined;
    callback(errors.errnoException(err, 'shutdown'));
  }
};

Socket.prototype._read = function _read() {
  if (this.connecting || !this._handle) {
    this.once('connect', () => this._read());
  } else if (!this._handle.reading) {
    startReading(this);
  }
};

Socket.prototype.end = function end(data, encoding, callback) {
  Duplex.prototype.end.call(this, data, encoding, callback);
  return this;
};

Socket.prototype.pause = function pause() {
  if (this[kUserBuffer] && !this.connecting && this._handle?.reading) stopReading(this);
  return Duplex.prototype.pause.call(this);
};

Socket.prototype.resume = function resume() {
  if (this[kUserBuffer] && !this.connecting && this._handle && !this._handle.reading)
    startReading(this);
  return Duplex.prototype.resume.call(this);
};

Socket.prototype.read = function read(n) {
  if (this[kUserBuffer] && !this.connecting && this._handle && !this._handle.reading)
    startReading(this);
  return Duplex.prototype.read.call(this, n);
};

Socket.prototype._writeGeneric = function _writeGeneric(isMany, data, encoding, callback) {
  // Before the connection stands, data waits.
  if (this.connecting) {
    this._pendingData = data;
    this._pendingEncoding = encoding;
    const onClose = () => callback(new errors.ERR_SOCKET_CLOSED_BEFORE_CONNECTION());
    this.once('connect', () => {
      this.off('close', onClose);
      this._writeGeneric(isMany, data, encoding, callback);
    });
    this.once('close', onClose);
    return;
  }
  this._pendingData = null;
  this._pendingEncoding = '';
  if (!this._handle) {
    callback(new errors.ERR_SOCKET_CLOSED());
    return;
  }
  touch(this);
  const handle = this._handle;
  let status;
  if (isMany) {
    const flat = new Array(data.length * 2);
    for (let i = 0; i < data.length; i++) {
      const { chunk, encoding } = data[i];
      const kind = typeof chunk === 'string' ? encodings[encoding] : 0;
      flat[i * 2] = kind === undefined ? Buffer.from(chunk, encoding) : chunk;
      flat[i * 2 + 1] = kind ?? 0;
    }
    status = handle.writev(flat);
  } else if (typeof data === 'string') {
    if (encoding === 'buffer') {
      const error = new errors.ERR_INVALID_ARG_TYPE('data', 'Buffer', data);
      error.message = 'Second argument must be a buffer';
      throw error;
    }
    const kind = encodings[encoding];
    status =
      kind === undefined ? handle.write(Buffer.from(data, encoding), 0) : handle.write(data, kind);
  } else {
    status = handle.write(data, 0);
  }
  if (status === 0) {
    callback();
  } else if (status < 0) {
    callback(errors.errnoException(status, 'write'));
  } else {
    this._pendingWrites.push(callback);
  }
};

/** Whether a whole message may go to the handle past the Writable: nothing is queued or held back. */
Socket.prototype._canWriteWhole = function _canWriteWhole() {
  return (
    this._handle !== null &&
    this._handle.writeMessage !== undefined &&
    !this.connecting &&
    this.writable &&
    this.writableLength === 0 &&
    this.writableCorked === 0
  );
};

/**
 * Writes the Latin-1 head and the body (string, Buffer or undefined) of a message in one call, and tells
 * the message when they are with the system; see _canWriteWhole().
 */
Socket.prototype._writeWhole = function _writeWhole(head, body, kind, message) {
  touch(this);
  const status = this._handle.writeMessage(head, body, kind);
  if (status === 0) {
    process.nextTick(emitFinish, message);
  } else if (status < 0) {
    const error = errors.errnoException(status, 'write');
    process.nextTick(() => this.destroy(error));
  } else {
    this._pendingWrites.push((error) => {
      if (!error) message._emitFinish();
    });
  }
};

function emitFinish(message) {
  message._emitFinish();
}

Socket.prototype._writev = function _writev(chunks, callback) {
  this._writeGeneric(true, chunks, '', callback);
};

Socket.prototype._write = function _write(data, encoding, callback) {
  this._writeGeneric(false, data, encoding, callback);
};

Socket.prototype._destroy = function _destroy(error, callback) {
  this.connecting = false;
  for (let s = this; s !== null && s !== undefined; s = s._parent) {
    if (s[kTimeout]) {
      unenroll(s[kTimeout]);
      s[kTimeout] = null;
    }
  }
  if (this._handle) {
    const handle = this._handle;
    const isException = Boolean(error);
    this[kBytesRead] = handle.bytesRead;
    this[kBytesWritten] = handle.bytesWritten;
    const closed = () => this.emit('close', isException);
    if (this.resetAndClosing) {
      this.resetAndClosing = false;
      const err = handle.reset(closed);
      if (err) this.emit('error', errors.errnoException(err, 'reset'));
    } else if (this._closeAfterHandlingError) {
      // The error's handlers may still look at the handle.
      queueMicrotask(() => handle.close(closed));
    } else {
      handle.close(closed);
    }
    handle.onread = noop;
    const pending = this._pendingWrites;
    this._pendingWrites = [];
    this._handle = null;
    this._sockname = null;
    callback(error);
    for (const waiting of pending) {
      process.nextTick(waiting, error ?? errors.errnoException(UV_ECANCELED, 'write'));
    }
    const final = this._pendingFinal;
    if (final !== undefined) {
      this._pendingFinal = undefined;
      process.nextTick(final);
    }
  } else {
    callback(error);
    process.nextTick(() => this.emit('close', Boolean(error)));
  }
  const server = this._server;
  if (server) {
    server._connections--;
    server._sockets?.delete(this);
    server._emitCloseIfDrained?.();
  }
};

Socket.prototype.destroySoon = function destroySoon() {
  if (this.writable) this.end();
  if (this.writableFinished) this.destroy();
  else this.once('finish', this.destroy);
};

Socket.prototype.resetAndDestroy = function resetAndDestroy() {
  if (this._handle) {
    if (!(this._handle instanceof TCP)) throw new errors.ERR_INVALID_HANDLE_TYPE();
    if (this.connecting) {
      this.once('connect', () => this._reset());
    } else {
      this._reset();
    }
  } else {
    this.destroy(new errors.ERR_SOCKET_CLOSED());
  }
  return this;
};

Socket.prototype._reset = function _reset() {
  this.resetAndClosing = true;
  return this.destroy();
};

Socket.prototype._onTimeout = function _onTimeout() {
  // A write that makes progress is not idle.
  const handle = this._handle;
  if (handle && this._pendingWrites.length > 0) {
    const queued = handle.writeQueueSize;
    if (this._lastQueued !== queued) {
      this._lastQueued = queued;
      touch(this);
      return;
    }
  }
  this.emit('timeout');
};

Socket.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (this.destroyed) return this;
  this.timeout = msecs;
  msecs = checkDuration(msecs, 'msecs');
  if (this[kTimeout]) {
    unenroll(this[kTimeout]);
    this[kTimeout] = null;
  }
  if (msecs === 0) {
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.removeListener('timeout', callback);
    }
  } else {
    this[kTimeout] = setUnrefTimeout(() => this._onTimeout(), msecs);
    if (this._session) this[kTimeout].refresh();
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.once('timeout', callback);
    }
  }
  return this;
};

Socket.prototype.setNoDelay = function setNoDelay(enable) {
  enable = enable === undefined ? true : Boolean(enable);
  if (!this._handle) {
    this[kSetNoDelay] = enable;
    return this;
  }
  if (this._handle.setNoDelay && enable !== this[kSetNoDelay]) {
    this[kSetNoDelay] = enable;
    this._handle.setNoDelay(enable);
  }
  return this;
};

Socket.prototype.setKeepAlive = function setKeepAlive(enable, initialDelay) {
  enable = Boolean(enable);
  const seconds = ~~(initialDelay / 1000);
  if (!this._handle) {
    this[kSetKeepAlive] = enable;
    this[kSetKeepAliveDelay] = seconds;
    return this;
  }
  if (!this._handle.setKeepAlive) return this;
  if (enable !== this[kSetKeepAlive] || (enable && this[kSetKeepAliveDelay] !== seconds)) {
    this[kSetKeepAlive] = enable;
    this[kSetKeepAliveDelay] = seconds;
    this._handle.setKeepAlive(enable, seconds);
  }
  return this;
};

Socket.prototype.ref = function ref() {
  if (!this._handle) {
    this.once('connect', this.ref);
    return this;
  }
  this._handle.ref?.();
  return this;
};

Socket.prototype.unref = function unref() {
  if (!this._handle) {
    this.once('connect', this.unref);
    return this;
  }
  this._handle.unref?.();
  return this;
};

Socket.prototype.address = function address() {
  return this._getsockname();
};

Socket.prototype._getpeername = function _getpeername() {
  if (!this._handle?.getpeername || this.connecting) return this._peername || {};
  if (!this._peername) {
    const out = {};
    const err = this._handle.getpeername(out);
    if (err) return out;
    this._peername = out;
  }
  return this._peername;
};

Socket.prototype._getsockname = function _getsockname() {
  if (!this._handle?.getsockname) {
    return this._bound?.path === undefined ? {} : (this._sockname ?? {});
  }
  if (!this._sockname) {
    this._sockname = {};
    this._handle.getsockname(this._sockname);
  }
  return this._sockname;
};

require('modules/net/socket_accessors').install(Socket, { kBytesRead, kBytesWritten });
require('modules/net/type_of_service').install(Socket);

Socket.prototype.connect = function connect(...args) {
  const [options, callback] = normalizeConnect(args);
  return require('modules/net/connect').connect(this, options, callback);
};

module.exports = {
  Socket,
  adopt,
  handleOf,
  startReading,
  kServer,
  kSetNoDelay,
  kSetKeepAlive,
  kSetKeepAliveDelay,
  kBytesRead,
  kBytesWritten,
  kTimeout,
  touch,
};

'use strict';
// The properties of net.Socket that are computed when asked for.

function install(Socket, { kBytesRead, kBytesWritten }) {
  function accessor(name, get) {
    Object.defineProperty(Socket.prototype, name, { get, configurable: false, enumerable: true });
  }

  accessor('_connecting', function () {
    return this.connecting;
  });
  accessor('pending', function () {
    return !this._handle || this.connecting;
  });
  accessor('readyState', function () {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable && !this.writable) return 'readOnly';
    if (!this.readable && this.writable) return 'writeOnly';
    return 'closed';
  });
  accessor('bufferSize', function () {
    if (this._handle) return this.writableLength;
  });
  accessor('bytesRead', function () {
    return this._handle ? this._handle.bytesRead : this[kBytesRead];
  });
  accessor('_bytesDispatched', function () {
    return this._handle ? this._handle.bytesWritten : this[kBytesWritten];
  });
  accessor('bytesWritten', function () {
    let bytes = this._bytesDispatched;
    const state = this._writableState;
    if (!state) return undefined;
    const { _pendingData: data, _pendingEncoding: encoding } = this;
    for (const { chunk, encoding } of this.writableBuffer ?? []) {
      bytes += chunk instanceof Buffer ? chunk.length : Buffer.byteLength(chunk, encoding);
    }
    if (Array.isArray(data)) {
      for (const { chunk, encoding } of data) {
        bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;
      }
    } else if (data) {
      bytes += typeof data === 'string' ? Buffer.byteLength(data, encoding) : data.length;
    }
    return bytes;
  });
  accessor('remoteAddress', function () {
    return this._getpeername().address;
  });
  accessor('remoteFamily', function () {
    return this._getpeername().family;
  });
  accessor('remotePort', function () {
    return this._getpeername().port;
  });
  accessor('localAddress', function () {
    return this._getsockname().address;
  });
  accessor('localPort', function () {
    return this._getsockname().port;
  });
  accessor('localFamily', function () {
    return this._getsockname().family;
  });
  Object.defineProperty(Socket.prototype, 'server', {
    get() {
      return this._serverProperty;
    },
    set(value) {
      this._serverProperty = value;
    },
    configurable: true,
    enumerable: false,
  });
}

module.exports = { install };

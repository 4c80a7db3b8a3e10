'use strict';

// Which handles can travel with a message, and what becomes of them at both ends.

const { ERR_INVALID_HANDLE_TYPE } = require('runtime/errors');

/** The name of a handle's type on the wire. */
function typeOf(handle) {
  const net = require('node:net');
  const { Pipe, TCP } = native('net');
  if (handle instanceof net.Socket) return 'net.Socket';
  if (handle instanceof net.Server) return 'net.Server';
  if (handle instanceof TCP || handle instanceof Pipe) return 'net.Native';
  if (typeof handle.recvStart === 'function') return 'dgram.Native';
  if (handle instanceof require('node:dgram').Socket) return 'dgram.Socket';
  throw new ERR_INVALID_HANDLE_TYPE();
}

const noop = () => {};

// Each type: detach(handle, message, channel, options) gives the native handle to send, or undefined
// when there is none any more; attach(message, native, channel, emit) makes what the receiver gets.
const types = {
  __proto__: null,
  'dgram.Native': {
    detach: (handle) => handle,
    attach: (_message, native, _channel, emit) => emit(native),
  },
  'dgram.Socket': {
    detach(socket, message) {
      message.dgramType = socket.type;
      return require('modules/dgram/socket').internals(socket).handle ?? undefined;
    },
    attach(message, native, _channel, emit) {
      const { Socket } = require('node:dgram');
      const socket = new Socket(message.dgramType);
      socket.bind(native, () => emit(socket));
    },
  },
  'net.Native': {
    detach: (handle) => handle,
    attach: (_message, native, _channel, emit) => emit(native),
  },
  'net.Server': {
    detach: (server) => server._handle ?? undefined,
    attach(_message, native, _channel, emit) {
      const { Server } = require('node:net');
      const server = new Server();
      server.listen(native, () => emit(server));
    },
  },
  'net.Socket': {
    closesAfterwards: true,
    detach(socket, message, channel, options) {
      const native = socket._handle;
      if (!native) return undefined;
      const server = socket._server;
      if (server) {
        message.key = server._connectionKey;
        require('modules/child_process/socket_lists').noteSent(channel, server, message.key);
        if (!options.keepOpen) {
          server._connections--;
          socket._server = null;
        }
      }
      if (!options.keepOpen) {
        native.onread = noop;
        native.readStop();
        socket._handle = null;
        socket.setTimeout(0);
      }
      return native;
    },
    attach(message, native, channel, emit) {
      const { Socket } = require('node:net');
      const socket = new Socket({ handle: native, readable: true, writable: true });
      if (message.key) {
        require('modules/child_process/socket_lists').noteReceived(channel, socket, message.key);
      }
      emit(socket);
    },
  },
};

module.exports = { typeOf, types };

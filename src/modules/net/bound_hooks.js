'use strict';
// What sockets and servers have to know of net.BoundSocket, which few programs load.

/** isBound(value) and take(bound), which gives { handle, path } away: there once BoundSocket is. */
const hooks = { isBound: undefined, take: undefined };

/** Takes what `handle` has bound; undefined where it is no BoundSocket. */
function takeBound(handle) {
  return hooks.isBound?.(handle) ? hooks.take(handle) : undefined;
}

/** The handle of a socket that is to connect from what was bound. */
function handleOfBound(socket, bound, options) {
  socket._bound = bound;
  // There is nothing to read before it connects.
  options.manualStart = true;
  if (bound.path === undefined) return bound.handle;
  const { Pipe, SOCKET } = native('net');
  const handle = new Pipe(SOCKET);
  const error = handle.openCopy(bound.handle.fd);
  if (error) throw require('runtime/errors').errnoException(error, 'open');
  return handle;
}

/** A path goes with the handle that bound it, which is not the one that the socket reads from. */
function keepUntilClosed(socket, { handle, path }) {
  if (path !== undefined) socket.once('close', () => handle.close());
}

module.exports = { handleOfBound, hooks, keepUntilClosed, takeBound };

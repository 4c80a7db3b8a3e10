'use strict';
// net.BoundSocket: a port or a path that is taken before anybody listens on it or connects from it.
// https://nodejs.org/api/net.html#class-netboundsocket

const {
  ERR_INVALID_ARG_VALUE,
  ERR_SOCKET_HANDLE_ADOPTED,
  errnoException,
  exceptionWithHostPort,
} = require('runtime/errors');
const {
  validateBoolean,
  validateObject,
  validatePort,
  validateString,
} = require('runtime/validators');
const { TCP, Pipe, SOCKET, UV_TCP_IPV6ONLY, UV_TCP_REUSEPORT, ipVersion } = native('net');
const { hooks } = require('modules/net/bound_hooks');

function bindTcp({ host, port, ipv6Only = false, reusePort = false }) {
  if (host !== undefined) validateString(host, 'options.host');
  port = port === undefined || port === null ? 0 : validatePort(port, 'options.port');
  validateBoolean(ipv6Only, 'options.ipv6Only');
  validateBoolean(reusePort, 'options.reusePort');
  host ??= ipv6Only ? '::' : '0.0.0.0';
  const version = ipVersion(host);
  if (version === 0) {
    const reason = 'must be a numeric IP address; net.BoundSocket does not perform DNS resolution';
    throw new ERR_INVALID_ARG_VALUE('options.host', host, reason);
  }
  const flags =
    (ipv6Only && version === 6 ? UV_TCP_IPV6ONLY : 0) | (reusePort ? UV_TCP_REUSEPORT : 0);
  const handle = new TCP(SOCKET);
  // libuv tells of a port in use only when it is asked for the name.
  const error = handle.bind(host, port, flags) || handle.getsockname({});
  if (error) {
    handle.close();
    throw exceptionWithHostPort(error, 'bind', host, port);
  }
  return handle;
}

function bindPipe(path) {
  const handle = new Pipe(SOCKET);
  const error = handle.bind(path);
  if (error) {
    handle.close();
    throw errnoException(error, 'bind');
  }
  return handle;
}

class BoundSocket {
  #handle;
  #path;

  constructor(options = {}) {
    validateObject(options, 'options');
    const { path } = options;
    if (path === undefined) {
      this.#handle = bindTcp(options);
      return;
    }
    validateString(path, 'options.path');
    if (['host', 'port', 'ipv6Only', 'reusePort'].some((name) => options[name] !== undefined)) {
      const reason = 'path is mutually exclusive with host, port, ipv6Only, and reusePort';
      throw new ERR_INVALID_ARG_VALUE('options', options, reason);
    }
    this.#handle = bindPipe(path);
    this.#path = path;
  }

  #owned() {
    if (this.#handle === undefined) throw new ERR_SOCKET_HANDLE_ADOPTED();
    return this.#handle;
  }

  /** Where it is bound: an address with its port, or the path. */
  address() {
    const handle = this.#owned();
    if (this.#path !== undefined) return this.#path;
    const out = {};
    const error = handle.getsockname(out);
    if (error) throw errnoException(error, 'address');
    return out;
  }

  /** The descriptor, which stays this object's. */
  fd() {
    return this.#owned().fd;
  }

  /** Gives the port or path up. */
  close() {
    const handle = this.#owned();
    this.#handle = undefined;
    handle.close();
  }

  /** Whether it is bound to a path. */
  get isPipe() {
    return this.#path !== undefined;
  }

  [Symbol.dispose]() {
    if (this.#handle !== undefined) this.close();
  }

  static {
    hooks.isBound = (value) => typeof value === 'object' && value !== null && #handle in value;
    hooks.take = (bound) => {
      const handle = bound.#owned();
      bound.#handle = undefined;
      return { handle, path: bound.#path };
    };
  }
}

module.exports = { BoundSocket };

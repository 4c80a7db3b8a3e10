'use strict';

// What a socket is made of: its handle, how far it is bound and connected, its options.

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_SOCKET_BAD_TYPE,
  ERR_SOCKET_DGRAM_NOT_RUNNING,
} = require('runtime/errors');
const { validateFunction, validateUint32 } = require('runtime/validators');

const UNBOUND = 0;
const BINDING = 1;
const BOUND = 2;

const DISCONNECTED = 0;
const CONNECTING = 1;
const CONNECTED = 2;

const UV_UDP_IPV6ONLY = 1;
const UV_UDP_REUSEADDR = 4;
const UV_UDP_REUSEPORT = 8;

/** Gives the fields of the classes that extend it to an object that is there already. */
function Itself(object) {
  return object;
}

function requireBlockList(value, name) {
  if (value === undefined) return undefined;
  const { BlockList } = require('node:net');
  if (!BlockList.isBlockList(value)) throw new ERR_INVALID_ARG_TYPE(name, 'net.BlockList', value);
  return value;
}

/** Whether one of the block lists of a socket has the address. */
function isBlocked(blockList, address) {
  if (blockList === undefined || !address) return false;
  return blockList.check(address, `ipv${require('node:net').isIP(address)}`);
}

class SocketState {
  constructor(type, options) {
    if (type !== 'udp4' && type !== 'udp6') throw new ERR_SOCKET_BAD_TYPE();
    const lookup = options?.lookup;
    if (lookup !== undefined) validateFunction(lookup, 'lookup');
    if (options?.recvBufferSize) validateUint32(options.recvBufferSize, 'options.recvBufferSize');
    if (options?.sendBufferSize) validateUint32(options.sendBufferSize, 'options.sendBufferSize');
    this.receiveBlockList = requireBlockList(options?.receiveBlockList, 'options.receiveBlockList');
    this.sendBlockList = requireBlockList(options?.sendBlockList, 'options.sendBlockList');

    const { UDP } = native('udp');
    this.family = type === 'udp6' ? 6 : 4;
    this.lookupFunction = lookup ?? require('node:dns').lookup;
    this.handle = new UDP(this.family === 6);
    this.receiving = false;
    this.bindState = UNBOUND;
    this.connectState = 0;
    this.queue = undefined;
    this.reuseAddr = options?.reuseAddr;
    this.reusePort = options?.reusePort;
    this.ipv6Only = options?.ipv6Only;
    this.recvBufferSize = options?.recvBufferSize;
    this.sendBufferSize = options?.sendBufferSize;
  }

  /** The address of all interfaces. */
  anyAddress() {
    return this.family === 6 ? '::' : '0.0.0.0';
  }

  /** The address of this machine. */
  loopback() {
    return this.family === 6 ? '::1' : '127.0.0.1';
  }

  /** Calls `done(error, ip)` later. */
  lookup(address, done) {
    this.lookupFunction(address, this.family, done);
  }

  /** Throws unless `address` is a numeric address of the socket's family. */
  requireNumeric(address, name) {
    // A link-local address names its interface behind a '%'.
    const plain = address.split('%', 1)[0];
    if (require('node:net').isIP(plain) === 0) {
      throw new ERR_INVALID_ARG_VALUE(name, address, 'must be a numeric IP address');
    }
  }

  /** Throws when the socket is closed. */
  healthCheck() {
    if (this.handle === null || this.handle === undefined) throw new ERR_SOCKET_DGRAM_NOT_RUNNING();
  }

  stopReceiving() {
    if (!this.receiving) return;
    this.handle.recvStop();
    this.receiving = false;
  }

  /** What libuv's bind is told of the options. */
  bindFlags() {
    const { ipv6Only, reuseAddr, reusePort } = this;
    return (
      (ipv6Only ? UV_UDP_IPV6ONLY : 0) |
      (reuseAddr ? UV_UDP_REUSEADDR : 0) |
      (reusePort ? UV_UDP_REUSEPORT : 0)
    );
  }

  /** Takes a handle that somebody else has bound. */
  replaceHandle(handle) {
    this.handle.close();
    this.handle = handle;
  }
}

module.exports = {
  BINDING,
  BOUND,
  CONNECTED,
  CONNECTING,
  DISCONNECTED,
  Itself,
  SocketState,
  UNBOUND,
  isBlocked,
};

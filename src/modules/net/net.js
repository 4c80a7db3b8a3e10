// node:net
'use strict';
// https://nodejs.org/api/net.html

const { ipVersion } = native('net');
const { defineLazy } = require('runtime/lazy_property');
const { Socket } = require('modules/net/socket');
const { normalizeConnect, markNormalized } = require('modules/net/arguments');
const { Server } = require('modules/net/server');
const { defaults } = require('modules/net/defaults');

/** A server that calls `listener` with each connection's socket. */
function createServer(options, listener) {
  return new Server(options, listener);
}

/** A socket that connects: connect(options), connect(path), connect(port[, host]), each with a callback. */
function connect(...args) {
  const [options, callback] = normalizeConnect(args);
  const socket = new Socket(options);
  if (options.blockList) socket._blockList = options.blockList;
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(markNormalized([options, callback]));
}

/** 4, 6, or 0 for what is no IP address. */
const isIP = (input) => ipVersion(`${input}`);
const isIPv4 = (input) => ipVersion(`${input}`) === 4;
const isIPv6 = (input) => ipVersion(`${input}`) === 6;

function getDefaultAutoSelectFamily() {
  return defaults.autoSelectFamily;
}

function setDefaultAutoSelectFamily(value) {
  require('runtime/validators').validateBoolean(value, 'value');
  defaults.autoSelectFamily = value;
}

function getDefaultAutoSelectFamilyAttemptTimeout() {
  return defaults.attemptTimeout;
}

function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  require('runtime/validators').validateInt32(value, 'value', 1);
  defaults.attemptTimeout = Math.max(10, value);
}

module.exports = {
  connect,
  createConnection: connect,
  createServer,
  isIP,
  isIPv4,
  isIPv6,
  Server,
  Socket,
  Stream: Socket,
  getDefaultAutoSelectFamily,
  setDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout,
  get BlockList() {
    return require('modules/net/block_list').BlockList;
  },
  get SocketAddress() {
    return require('modules/net/block_list').SocketAddress;
  },
  _normalizeArgs: normalizeConnect,
  _createServerHandle: require('modules/net/server').createServerHandle,
};

defineLazy(module.exports, 'BoundSocket', () => require('modules/net/bound_socket').BoundSocket);

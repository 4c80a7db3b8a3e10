'use strict';

// node:cluster in a worker: asks the primary for sockets to listen on.

const { EventEmitter } = require('node:events');
const { resolve } = require('node:path');
const { clearInterval, setInterval } = require('runtime/timers');
const { kServer } = require('modules/net/socket');
const messages = require('modules/cluster/messages');
const { Worker } = require('modules/cluster/worker');

const cluster = new EventEmitter();
module.exports = cluster;

const handles = new Map();
// Servers that listen on the same address are told apart by numbers.
const indexes = new Map();

const noop = () => {};

cluster.isWorker = true;
cluster.isMaster = false; // deprecated: the old name of isPrimary
cluster.isPrimary = false;
cluster.worker = null;
cluster.Worker = Worker;

function send(message, callback) {
  return messages.send(process, message, null, callback);
}

/** Makes this process a worker; called when it starts. */
cluster._setupWorker = function () {
  const worker = new Worker({ id: process.env.NODE_UNIQUE_ID, process, state: 'online' });
  cluster.worker = worker;
  process.once('disconnect', () => {
    process.channel = null;
    worker.emit('disconnect');
    // The primary has gone without a word: what would be left to serve?
    if (!worker.exitedAfterDisconnect) process.exit(0);
  });
  process.on(
    'internalMessage',
    messages.receiver((message, handle) => {
      if (message.act === 'newconn') onConnection(message, handle);
      else if (message.act === 'disconnect') disconnect(worker, true);
    }),
  );
  send({ act: 'online' });
};

function takeIndex(address) {
  let entry = indexes.get(address);
  if (entry === undefined) {
    entry = { next: 0, used: new Set() };
    indexes.set(address, entry);
  }
  const index = entry.next++;
  entry.used.add(index);
  return index;
}

function giveIndexBack(address, index) {
  const entry = indexes.get(address);
  if (!entry?.used.delete(index)) return;
  if (entry.used.size === 0) indexes.delete(address);
}

/** Gets a handle for `server` from the primary: callback(errno, handle). */
cluster._getServer = function (server, options, callback) {
  let { address } = options;
  // The primary may be in another directory.
  if (options.port < 0 && typeof address === 'string') address = resolve(address);
  const shared = [address, options.port, options.addressType, options.fd].join(':');
  const index = takeIndex(shared);
  const message = { act: 'queryServer', index, data: null, ...options, address };
  if (server._getServerData) message.data = server._getServerData();
  send(message, (reply, handle) => {
    server._setServerData?.(reply.data);
    if (handle) takeShared(reply, handle, shared, index, callback);
    else takeTurns(reply, shared, index, callback);
  });
  server.once('listening', () => {
    // Closed in the meantime.
    if (!indexes.has(shared)) return;
    cluster.worker.state = 'listening';
    const bound = server.address();
    send({ ...message, act: 'listening', port: bound?.port || options.port });
  });
};

/** The socket itself: the primary wants to know when it is closed. */
function takeShared(reply, handle, shared, index, callback) {
  const { key } = reply;
  const { close } = handle;
  handle.close = function (...args) {
    send({ act: 'close', key });
    handles.delete(key);
    giveIndexBack(shared, index);
    handle.close = close;
    return close.apply(handle, args);
  };
  handles.set(key, handle);
  callback(reply.errno, handle);
}

const LONG_TIME = 2 ** 31 - 1;

/** A stand-in for the primary's socket, which gets its connections by message. */
function takeTurns(reply, shared, index, callback) {
  if (reply.errno) {
    callback(reply.errno, null);
    return;
  }
  let { key } = reply;
  // Keeps the process alive as a listening socket does.
  const keeper = setInterval(noop, LONG_TIME);
  const handle = {
    close(closed) {
      if (key !== undefined) {
        send({ act: 'close', key });
        handles.delete(key);
        giveIndexBack(shared, index);
        clearInterval(keeper);
        key = undefined;
      }
      if (typeof closed === 'function') process.nextTick(closed);
    },
    listen: () => 0,
    ref: () => keeper.ref(),
    unref: () => keeper.unref(),
  };
  if (reply.sockname) {
    handle.getsockname = (out) => {
      if (key !== undefined) Object.assign(out, reply.sockname);
      return 0;
    };
  }
  handles.set(key, handle);
  callback(0, handle);
}

function onConnection(message, connection) {
  const handle = handles.get(message.key);
  let accepted = handle !== undefined && Boolean(connection);
  const server = handle?.[kServer];
  // What is too much for this worker another may take, unless the server wants to drop it itself.
  const isFull = server?.maxConnections != null && server._connections >= server.maxConnections;
  if (isFull && !server.dropMaxConnection) accepted = false;
  send({ ack: message.seq, accepted });
  if (accepted) handle.onconnection(0, connection);
  else connection?.close();
}

/** Closes the servers, then the channel. */
function disconnect(worker, isPrimarysWish) {
  worker.exitedAfterDisconnect = true;
  let waiting = 1;
  const closed = () => {
    if (--waiting > 0) return;
    // The primary has to know that this is no accident, unless it is its own doing.
    if (isPrimarysWish) process.disconnect();
    else send({ act: 'exitedAfterDisconnect' }, () => process.disconnect());
  };
  for (const handle of handles.values()) {
    waiting++;
    if (handle[kServer]) handle[kServer].close(closed);
    else handle.close(closed);
  }
  handles.clear();
  closed();
}

Worker.prototype.disconnect = function () {
  if (this.state !== 'disconnecting' && this.state !== 'destroying') {
    this.state = 'disconnecting';
    disconnect(this, false);
  }
  return this;
};

Worker.prototype.destroy = function () {
  if (this.state === 'destroying') return;
  this.exitedAfterDisconnect = true;
  if (!this.isConnected()) {
    process.exit(0);
    return;
  }
  this.state = 'destroying';
  send({ act: 'exitedAfterDisconnect' }, () => process.disconnect());
  process.once('disconnect', () => process.exit(0));
};

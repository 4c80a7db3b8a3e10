'use strict';

// A server whose connections have been given to other processes still counts them, and closes when
// they have all ended. Both sides keep a list for each server, and ask each other.

const { EventEmitter } = require('node:events');
const { ERR_CHILD_CLOSED_BEFORE_REPLY } = require('runtime/errors');

/** The sender's list: knows whom to ask. */
class SentSockets extends EventEmitter {
  constructor(target, key) {
    super();
    this.key = key;
    this.target = target;
  }

  #request(message, reply, callback) {
    const { target } = this;
    if (!target.connected) {
      callback(new ERR_CHILD_CLOSED_BEFORE_REPLY());
      return;
    }
    const onClosed = () => {
      target.removeListener('internalMessage', onReply);
      callback(new ERR_CHILD_CLOSED_BEFORE_REPLY());
    };
    const onReply = (answer) => {
      if (answer.cmd !== reply || answer.key !== this.key) return;
      target.removeListener('disconnect', onClosed);
      target.removeListener('internalMessage', onReply);
      callback(null, answer);
    };
    target.on('internalMessage', onReply);
    target.once('disconnect', onClosed);
    target._send(message, undefined, { swallowErrors: true });
  }

  /** Calls back when the other process has no connection of the server any more. */
  close(callback) {
    this.#request(
      { cmd: 'NODE_SOCKET_NOTIFY_CLOSE', key: this.key },
      'NODE_SOCKET_ALL_CLOSED',
      callback,
    );
  }

  getConnections(callback) {
    this.#request(
      { cmd: 'NODE_SOCKET_GET_COUNT', key: this.key },
      'NODE_SOCKET_COUNT',
      (error, answer) => callback(error, answer?.count),
    );
  }
}

/** The receiver's list: counts, and answers. */
class ReceivedSockets {
  #connections = 0;
  #onEmpty = null;

  constructor(target, key) {
    const send = (message) => {
      if (target.connected) target._send(message, undefined, { swallowErrors: true });
    };
    target.on('internalMessage', (message) => {
      if (message.key !== key) return;
      if (message.cmd === 'NODE_SOCKET_NOTIFY_CLOSE') {
        const answer = () => send({ cmd: 'NODE_SOCKET_ALL_CLOSED', key });
        if (this.#connections === 0) answer();
        else this.#onEmpty = answer;
      } else if (message.cmd === 'NODE_SOCKET_GET_COUNT') {
        send({ cmd: 'NODE_SOCKET_COUNT', key, count: this.#connections });
      }
    });
  }

  add(socket) {
    this.#connections++;
    socket.once('close', () => {
      if (--this.#connections > 0) return;
      this.#onEmpty?.();
      this.#onEmpty = null;
    });
  }
}

/** A connection of `server` goes to the process behind `channel`. */
function noteSent(channel, server, key) {
  const { sent, target } = channel;
  if (sent.has(key)) return;
  const list = new SentSockets(target, key);
  sent.set(key, list);
  server._usingWorkers = true;
  server._workers.push(list);
  target.once('exit', () => {
    const index = server._workers.indexOf(list);
    if (index !== -1) server._workers.splice(index, 1);
  });
}

/** A connection has come through `channel`. */
function noteReceived(channel, socket, key) {
  let list = channel.received.get(key);
  if (list === undefined) {
    list = new ReceivedSockets(channel.target, key);
    channel.received.set(key, list);
  }
  list.add(socket);
}

/** server.getConnections for a server with connections elsewhere. */
function countConnections(server, callback) {
  let total = server._connections;
  let left = server._workers.length;
  if (left === 0) {
    process.nextTick(callback, null, total);
    return;
  }
  for (const worker of [...server._workers]) {
    worker.getConnections((error, count) => {
      if (left === 0) return;
      if (error) {
        left = 0;
        process.nextTick(callback, error);
        return;
      }
      total += count;
      if (--left === 0) process.nextTick(callback, null, total);
    });
  }
}

/** Calls back when no other process has a connection of the server any more. */
function whenWorkersClosed(server, callback) {
  let left = server._workers.length;
  if (left === 0) {
    callback();
    return;
  }
  for (const worker of [...server._workers]) {
    worker.close(() => {
      if (--left === 0) callback();
    });
  }
}

module.exports = { countConnections, noteReceived, noteSent, whenWorkersClosed };

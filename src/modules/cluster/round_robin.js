'use strict';

// A listening socket of the primary whose connections go to the workers in turn. A worker gets the
// next connection when it has taken the last one.

const net = require('node:net');
const { send } = require('modules/cluster/messages');
const { UV_TCP_IPV6ONLY } = native('net');

class RoundRobinHandle {
  #workers = new Map();
  #free = new Map();
  #connections = [];
  #handle = null;
  #server;
  #error = null;

  constructor(key, address, { port, fd, flags, backlog, readableAll, writableAll }) {
    this.key = key;
    const server = net.createServer();
    this.#server = server;
    server.once('error', (error) => {
      this.#error = error;
    });
    if (fd >= 0) {
      server.listen({ fd, backlog });
    } else if (port >= 0) {
      const ipv6Only = Boolean(flags & UV_TCP_IPV6ONLY);
      server.listen({ port, host: address, ipv6Only, backlog });
    } else {
      server.listen({ path: address, backlog, readableAll, writableAll });
    }
    server.once('listening', () => {
      this.#handle = server._handle;
      this.#handle.onconnection = (status, connection) => this.#distribute(status, connection);
      server._handle = null;
      this.#server = null;
    });
  }

  /** Serves a worker too; `answer(errno, reply)` tells it when, or why not. */
  add(worker, answer) {
    this.#workers.set(worker.id, worker);
    const ready = () => {
      let reply = null;
      if (this.#handle.getsockname) {
        const sockname = {};
        this.#handle.getsockname(sockname);
        reply = { sockname };
      }
      answer(null, reply);
      this.#handOver(worker);
    };
    if (this.#server === null) {
      ready();
    } else if (this.#error !== null) {
      answer(this.#error.errno, null);
    } else {
      this.#server.once('listening', ready);
      this.#server.once('error', (error) => answer(error.errno, null));
    }
  }

  /** True when that was the last worker, and the socket is closed. */
  remove(worker) {
    if (!this.#workers.delete(worker.id)) return false;
    this.#free.delete(worker.id);
    if (this.#workers.size > 0) return false;
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
    this.#handle?.close();
    this.#handle = null;
    return true;
  }

  has(worker) {
    return this.#workers.has(worker.id);
  }

  #distribute(_status, connection) {
    // A connection whose peer has gone before it was accepted.
    if (!connection) return;
    this.#connections.push(connection);
    const [next] = this.#free;
    if (next === undefined) return;
    const [id, worker] = next;
    this.#free.delete(id);
    this.#handOver(worker);
  }

  #handOver(worker) {
    if (!this.#workers.has(worker.id)) return;
    const connection = this.#connections.shift();
    if (connection === undefined) {
      this.#free.set(worker.id, worker);
      return;
    }
    send(worker.process, { act: 'newconn', key: this.key }, connection, (reply) => {
      // A worker that is shutting down leaves its connection to another.
      if (reply.accepted) connection.close();
      else this.#distribute(0, connection);
      this.#handOver(worker);
    });
  }
}

module.exports = { RoundRobinHandle };

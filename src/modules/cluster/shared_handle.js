'use strict';

// A listening socket that the workers share: each accepts by itself, and the system decides whose
// turn it is.

class SharedHandle {
  #workers = new Map();
  #handle = null;
  #errno = 0;

  constructor(key, address, { port, addressType, fd, flags }) {
    this.key = key;
    const handle =
      addressType === 'udp4' || addressType === 'udp6'
        ? require('node:dgram')._createSocketHandle(address, port, addressType, fd, flags)
        : require('modules/net/server').createServerHandle(address, port, addressType, fd, flags);
    if (typeof handle === 'number') this.#errno = handle;
    else this.#handle = handle;
  }

  add(worker, answer) {
    this.#workers.set(worker.id, worker);
    answer(this.#errno, null, this.#handle);
  }

  remove(worker) {
    if (!this.#workers.delete(worker.id)) return false;
    if (this.#workers.size > 0) return false;
    this.#handle?.close();
    this.#handle = null;
    return true;
  }

  has(worker) {
    return this.#workers.has(worker.id);
  }
}

module.exports = { SharedHandle };

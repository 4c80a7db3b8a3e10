'use strict';

// The standard streams of a worker: a Writable on one side of the port, a Readable on the other.

const { Readable, Writable } = require('node:stream');

// The streams of one port share it: it keeps the loop alive while any of them needs it to.
const holds = new WeakMap();
function hold(port) {
  const count = (holds.get(port) ?? 0) + 1;
  holds.set(port, count);
  if (count === 1) port.ref();
}
function release(port) {
  const count = holds.get(port) - 1;
  holds.set(port, count);
  if (count === 0) port.unref();
}

/** Where chunks from the other thread come out. */
class ReadableWorkerStdio extends Readable {
  #port;
  #name;
  #refed = false;
  #started = false;
  // Whether the port must stay open until the stream has ended.
  keepsAlive = true;

  constructor(port, name) {
    super();
    this.#port = port;
    this.#name = name;
    this.on('end', () => {
      if (this.#refed) release(this.#port);
      this.#refed = false;
    });
  }

  _read() {
    if (!this.#started && this.keepsAlive) {
      this.#started = true;
      this.#refed = true;
      hold(this.#port);
    }
    this.#port.postMessage({ type: 'wantsMore', name: this.#name });
  }

  /** Takes what the other side wrote; a chunk null is the end. */
  receive(chunks) {
    for (const { chunk, encoding } of chunks) this.push(chunk, encoding);
  }

  finish() {
    if (!this.readableEnded) this.push(null);
  }
}

/** Where chunks for the other thread are written. */
class WritableWorkerStdio extends Writable {
  #port;
  #name;
  #waiting = [];

  constructor(port, name) {
    super({ decodeStrings: false });
    this.#port = port;
    this.#name = name;
  }

  _writev(chunks, callback) {
    const toSend = chunks.map(({ chunk, encoding }) => ({ chunk, encoding }));
    this.#port.postMessage({ type: 'stdio', name: this.#name, chunks: toSend });
    if (process._exiting) {
      // Nobody will be told any more when the other side has read it.
      callback();
      return;
    }
    if (this.#waiting.push(callback) === 1) hold(this.#port);
  }

  _final(callback) {
    const end = [{ chunk: null, encoding: '' }];
    this.#port.postMessage({ type: 'stdio', name: this.#name, chunks: end });
    callback();
  }

  /** The other side has read what was sent. */
  acknowledge() {
    const callbacks = this.#waiting;
    if (callbacks.length === 0) return;
    this.#waiting = [];
    release(this.#port);
    for (const callback of callbacks) callback();
  }
}

module.exports = { ReadableWorkerStdio, WritableWorkerStdio };

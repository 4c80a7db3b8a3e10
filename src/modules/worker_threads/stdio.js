'use strict';

// The standard streams of a worker: a Writable on one side of the port, a Readable on the other.

const { Readable, Writable } = require('node:stream');

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
      if (this.#refed) this.#port.unref();
      this.#refed = false;
    });
  }

  _read() {
    if (!this.#started && this.keepsAlive) {
      this.#started = true;
      this.#refed = true;
      this.#port.ref();
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
    if (this.#waiting.push(callback) === 1) this.#port.ref();
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
    this.#port.unref();
    for (const callback of callbacks) callback();
  }
}

module.exports = { ReadableWorkerStdio, WritableWorkerStdio };

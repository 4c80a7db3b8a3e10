'use strict';

// for await over a stream. It behaves like an async generator that reads and yields, without what
// one costs: a chunk that is there is answered with a single promise.

const { destroyer } = require('modules/stream/destroy');
const { aggregateTwoErrors } = require('runtime/errors');
const { finished } = require('modules/stream/end_of_stream');
const { isWritable } = require('modules/stream/stream_kind');

const AsyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf(async function* () {}).prototype,
);

/** The async iterator of a stream; its `stream` property leads back. */
function iterate(stream, options) {
  if (typeof stream.read !== 'function') {
    stream = require('modules/stream/readable').Readable.wrap(stream, { objectMode: true });
  }
  return new ChunkIterator(stream, options);
}

function isThenable(value) {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof value.then === 'function'
  );
}

class ChunkIterator {
  #options;
  #started = false;
  #over = false;
  // How the stream has ended: undefined while it has not, null for well, or the reason.
  #error = undefined;
  #wake = null;
  #onReadable = null;
  #release = null;
  // The call that is under way; those that come meanwhile wait for it. null: none is.
  #ongoing = null;

  constructor(stream, options) {
    this.stream = stream;
    this.#options = options;
  }

  next() {
    return this.#ongoing === null ? this.#step() : this.#enqueue(() => this.#step());
  }

  return(value) {
    return this.#ongoing === null
      ? this.#track(() => this.#end(value))
      : this.#enqueue(() => this.#end(value));
  }

  throw(failure) {
    return this.#ongoing === null ? this.#stop(failure) : this.#enqueue(() => this.#stop(failure));
  }

  #enqueue(call) {
    const before = this.#ongoing;
    return this.#track(() => before.then(call));
  }

  /** Runs a call that takes its time. That others wait for it must not make its failure handled. */
  async #track(call) {
    const { promise, resolve } = Promise.withResolvers();
    this.#ongoing = promise;
    try {
      return await call();
    } finally {
      if (this.#ongoing === promise) this.#ongoing = null;
      resolve();
    }
  }

  // The stream hears of its iterator with the first next().
  #start() {
    this.#started = true;
    this.#onReadable = () => {
      const wake = this.#wake;
      this.#wake = null;
      wake?.();
    };
    this.stream.on('readable', this.#onReadable);
    this.#release = finished(this.stream, { writable: false }, (failure) => {
      this.#error = failure ? aggregateTwoErrors(this.#error, failure) : null;
      this.#onReadable();
    });
  }

  #read() {
    return this.stream.destroyed ? null : this.stream.read();
  }

  #step() {
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    const isFirst = !this.#started;
    if (isFirst) this.#start();
    let chunk;
    try {
      chunk = this.#read();
    } catch (failure) {
      return Promise.reject(this.#fail(failure));
    }
    if (chunk === null) return this.#track(() => this.#wait());
    // The first one takes its time as a generator's does: what a program does right after it has begun
    // to iterate, such as to abort, comes before.
    if (isFirst || isThenable(chunk)) return this.#track(() => this.#settle(chunk));
    return Promise.resolve({ value: chunk, done: false });
  }

  async #wait() {
    for (;;) {
      if (this.#error) throw this.#fail(this.#error);
      if (this.#error === null) {
        this.#leave();
        return { value: undefined, done: true };
      }
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
      let chunk;
      try {
        chunk = this.#read();
      } catch (failure) {
        throw this.#fail(failure);
      }
      if (chunk !== null)
        return isThenable(chunk) ? this.#settle(chunk) : { value: chunk, done: false };
    }
  }

  // A chunk that is a promise counts as what that is fulfilled with.
  async #settle(chunk) {
    try {
      return { value: await chunk, done: false };
    } catch (failure) {
      throw this.#fail(failure);
    }
  }

  async #end(value) {
    value = await value;
    if (this.#started && !this.#over) this.#leave();
    this.#over = true;
    return { value, done: true };
  }

  async #stop(failure) {
    if (this.#started && !this.#over) throw this.#fail(failure);
    this.#over = true;
    throw failure;
  }

  #fail(failure) {
    this.#error = aggregateTwoErrors(this.#error, failure);
    this.#leave();
    return this.#error;
  }

  #leave() {
    this.#over = true;
    const { stream } = this;
    const error = this.#error;
    // A Duplex that has ended may still be written to; what was left early is of no more use.
    const stays =
      (!error && this.#options?.destroyOnReturn === false) ||
      (error === null && isWritable(stream));
    if (!stays && (error === undefined || stream._readableState.autoDestroy)) {
      destroyer(stream, null);
    } else {
      stream.off('readable', this.#onReadable);
      this.#release();
    }
  }
}
Object.setPrototypeOf(ChunkIterator.prototype, AsyncIteratorPrototype);

module.exports = { iterate };

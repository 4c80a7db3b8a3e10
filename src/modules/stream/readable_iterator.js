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

const kResolved = Promise.resolve();

class ChunkIterator {
  #options;
  #started = false;
  #over = false;
  // How the stream has ended: undefined while it has not, null for well, or the reason.
  #error = undefined;
  #onReadable = null;
  #release = null;
  // Whether a call is under way; those that come meanwhile wait in the queue.
  #busy = false;
  #queue = null;
  // Of the next() that waits for a chunk: how to answer it, and whether the stream has news for it.
  #resolve = null;
  #woken = false;

  constructor(stream, options) {
    this.stream = stream;
    this.#options = options;
  }

  next() {
    return this.#busy ? this.#enqueue(() => this.#step()) : this.#step();
  }

  return(value) {
    return this.#busy
      ? this.#enqueue(() => this.#track(this.#end(value)))
      : this.#track(this.#end(value));
  }

  throw(failure) {
    return this.#busy ? this.#enqueue(() => this.#stop(failure)) : this.#stop(failure);
  }

  #enqueue(call) {
    this.#queue ??= [];
    return new Promise((resolve) => {
      this.#queue.push(() => resolve(call()));
    });
  }

  /** The call that was under way has ended. */
  #done() {
    this.#busy = false;
    while (!this.#busy && this.#queue !== null && this.#queue.length > 0) this.#queue.shift()();
  }

  /** Lets other calls wait until a promise is settled; that they do must not make its failure handled. */
  #track(promise) {
    this.#busy = true;
    const done = () => this.#done();
    promise.then(done, done);
    return promise;
  }

  // The stream hears of its iterator with the first next().
  #start() {
    this.#started = true;
    const onReadable = () => {
      if (this.#resolve === null || this.#woken) return;
      this.#woken = true;
      kResolved.then(look);
    };
    this.#onReadable = onReadable;
    // What the stream says later in this turn counts, too.
    const look = () => this.#look();
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
    if (chunk === null) return this.#wait();
    // The first one takes its time as a generator's does: what a program does right after it has begun
    // to iterate, such as to abort, comes before.
    if (isFirst || isThenable(chunk)) return this.#track(this.#settle(chunk));
    return Promise.resolve({ value: chunk, done: false });
  }

  #wait() {
    if (this.#error) return Promise.reject(this.#fail(this.#error));
    if (this.#error === null) return Promise.resolve(this.#ended());
    this.#busy = true;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  // Ends the waiting, if there is something to tell.
  #look() {
    this.#woken = false;
    let answer;
    try {
      const chunk = this.#read();
      if (chunk !== null)
        answer = isThenable(chunk) ? this.#settle(chunk) : { value: chunk, done: false };
      else if (this.#error) throw this.#error;
      else if (this.#error === null) answer = this.#ended();
      else return;
    } catch (failure) {
      answer = Promise.reject(this.#fail(failure));
    }
    this.#resolve(answer);
    this.#resolve = null;
    if (answer instanceof Promise) this.#track(answer);
    else this.#done();
  }

  #ended() {
    this.#leave();
    return { value: undefined, done: true };
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

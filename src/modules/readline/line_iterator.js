'use strict';

// The lines of an interface for `for await`: what events.on() would give, for this one event. Lines that
// came together are taken together.

const kWatermarks = Symbol.for('nodejs.watermarkData');
const kHighWaterMark = 1024;
const kLowWaterMark = 1;

const AsyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf(async function* () {}).prototype,
);

class LineIterator {
  #source;
  #lines = []; // came before anyone asked
  #head = 0;
  #requests = []; // asked before a line came
  #paused = false;
  #finished = false;
  #failure = null;
  #stop;

  constructor(source) {
    this.#source = source;
    /** The listener of 'line', by which the source knows that nobody else listens. */
    const onLine = (line) => this.take([line]);
    this.onLine = onLine;
    const onError = (error) => this.#fail(error);
    const onClose = () => this.#finish();
    source.on('line', this.onLine);
    source.on('error', onError);
    source.on('close', onClose);
    const stop = () => {
      source.removeListener('line', this.onLine);
      source.removeListener('error', onError);
      source.removeListener('close', onClose);
    };
    this.#stop = stop;
  }

  /** Lines in their order; the array is the iterator's from now on. */
  take(lines) {
    if (this.#finished) return;
    let from = 0;
    while (this.#requests.length > 0 && from < lines.length) {
      this.#requests.shift().resolve({ value: lines[from++], done: false });
    }
    if (this.#head === this.#lines.length) {
      this.#lines = lines;
      this.#head = from;
    } else {
      for (; from < lines.length; from++) this.#lines.push(lines[from]);
    }
    if (!this.#paused && this.#size() > kHighWaterMark) {
      this.#paused = true;
      this.#source.pause();
    }
  }

  next() {
    if (this.#head === this.#lines.length) return this.#wait();
    const value = this.#lines[this.#head++];
    if (this.#paused && this.#size() < kLowWaterMark) this.#resume();
    return Promise.resolve({ value, done: false });
  }

  return() {
    this.#source.close();
    return this.#finish();
  }

  throw(error) {
    if (!(error instanceof Error)) {
      const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
      throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', error);
    }
    this.#fail(error);
  }

  get [kWatermarks]() {
    const size = () => this.#size();
    const isPaused = () => this.#paused;
    return {
      get size() {
        return size();
      },
      low: kLowWaterMark,
      high: kHighWaterMark,
      get isPaused() {
        return isPaused();
      },
    };
  }

  #size() {
    return this.#lines.length - this.#head;
  }

  #resume() {
    this.#source.resume();
    this.#paused = false;
  }

  #wait() {
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null;
      return Promise.reject(error);
    }
    if (this.#finished) return this.#finish();
    return new Promise((resolve, reject) => this.#requests.push({ resolve, reject }));
  }

  #fail(error) {
    if (this.#requests.length > 0) this.#requests.shift().reject(error);
    else this.#failure = { error };
    this.#finish();
  }

  #finish() {
    this.#stop();
    this.#finished = true;
    const end = { value: undefined, done: true };
    for (const request of this.#requests.splice(0)) request.resolve(end);
    return Promise.resolve(end);
  }
}

Object.setPrototypeOf(LineIterator.prototype, AsyncIteratorPrototype);

module.exports = { LineIterator };

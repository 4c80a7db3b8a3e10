'use strict';

// https://streams.spec.whatwg.org/#rs-asynciterator

const ops = require('web/streams/readable_ops');
const { settlePull } = require('web/streams/readable_controller');
const {
  Deferred,
  isObject,
  kResolved,
  rejectInvalidThis,
  resolvePromise,
  transform,
  upon,
} = require('web/streams/common');

const asyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf(async function* () {}.prototype),
);

/** What an iterator does; it is also the read request of its reads, of which there is one at a time. */
class Iteration {
  constructor(slots, preventCancel) {
    this.reader = ops.acquireDefaultReader(slots);
    this.preventCancel = preventCancel;
    this.finished = false;
    // The promise of the call before: calls are answered in order. null: none is under way.
    this.ongoing = null;
    // Whether another call waits for it.
    this.awaited = false;
    // The read that is under way, and what it got.
    this.reading = null;
    this.value = undefined;
    const deliver = () => {
      const { value: chunk } = this;
      this.value = undefined;
      this.endRead().resolve({ value: chunk, done: false });
    };
    this.deliver = deliver;
    // The same where the chunk was there: it resolves the promise by returning.
    const give = () => {
      const { value: chunk, reader } = this;
      this.value = undefined;
      if (reader.stream !== null) settlePull(reader);
      if (!this.awaited) this.ongoing = null;
      return { value: chunk, done: false };
    };
    this.give = give;
  }

  // Web IDL derives the iterator's promise from the read's: a microtask later.
  chunk(value) {
    this.value = value;
    upon(kResolved, this.deliver);
  }

  close() {
    this.release();
    this.endRead().resolve({ value: undefined, done: true });
  }

  error(reason) {
    this.release();
    this.endRead().reject(reason);
  }

  endRead() {
    const { reading } = this;
    this.reading = null;
    if (!this.awaited) this.ongoing = null;
    return reading;
  }

  // The reader is released as soon as there is nothing more.
  release() {
    this.finished = true;
    if (this.reader.stream !== null) ops.releaseInnerReader(this.reader);
  }

  step() {
    if (this.finished) return resolvePromise({ value: undefined, done: true });
    const { stream } = this.reader;
    if (stream.state === ops.READABLE && stream.controller.hasChunk()) {
      this.value = ops.takeInner(this.reader);
      return transform(kResolved, this.give);
    }
    const reading = (this.reading = new Deferred());
    ops.read(this.reader, this);
    return reading.promise;
  }

  end(value) {
    if (this.finished) return resolvePromise({ value, done: true });
    this.finished = true;
    const { reader } = this;
    if (this.preventCancel) {
      ops.releaseInnerReader(reader);
      return resolvePromise({ value, done: true });
    }
    const cancelled = ops.cancelStream(reader.stream, value);
    ops.releaseInnerReader(reader);
    return transform(cancelled, () => ({ value, done: true }));
  }

  // Calls wait for those before them.

  next() {
    if (this.ongoing === null) {
      const promise = this.step();
      if (!this.finished) this.ongoing = promise;
      return promise;
    }
    const step = () => this.step();
    const turn = transform(this.ongoing, step, step);
    this.ongoing = turn;
    this.awaited = true;
    const endTurn = () => {
      if (this.ongoing !== turn) return;
      this.ongoing = null;
      this.awaited = false;
    };
    upon(turn, endTurn, endTurn);
    return turn;
  }

  return(value) {
    const end = () => this.end(value);
    this.awaited = true;
    return (this.ongoing = this.ongoing === null ? end() : transform(this.ongoing, end, end));
  }
}

let stateOf;
const className = 'ReadableStreamAsyncIterator';

class ReadableStreamAsyncIterator {
  #state;

  constructor(state) {
    this.#state = state;
  }

  next() {
    const state = stateOf(this);
    if (state === undefined) return rejectInvalidThis(className);
    return state.next();
  }

  return(value) {
    const state = stateOf(this);
    if (state === undefined) return rejectInvalidThis(className);
    return state.return(value);
  }

  static {
    stateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
  }
}
delete ReadableStreamAsyncIterator.prototype.constructor;
Object.setPrototypeOf(ReadableStreamAsyncIterator.prototype, asyncIteratorPrototype);
for (const name of ['next', 'return']) {
  Object.defineProperty(ReadableStreamAsyncIterator.prototype, name, { enumerable: true });
}

/** The iterator of stream.values(). */
function iterate(slots, preventCancel) {
  return new ReadableStreamAsyncIterator(new Iteration(slots, preventCancel));
}

module.exports = { iterate };

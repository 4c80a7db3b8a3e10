'use strict';

const { Buffer } = require('node:buffer');
const { ERR_INVALID_ARG_TYPE, ERR_STREAM_NULL_VALUES } = require('runtime/errors');

/** Readable.from(): a stream (of class `Class`) of what `iterable` yields. */
function from(Class, iterable, options) {
  if (typeof iterable === 'string' || iterable instanceof Buffer) {
    // One chunk, not one for each character or byte.
    return new Class({
      objectMode: true,
      ...options,
      read() {
        this.push(iterable);
        this.push(null);
      },
    });
  }
  let iterator;
  let isAsync = false;
  if (iterable?.[Symbol.asyncIterator]) {
    isAsync = true;
    iterator = iterable[Symbol.asyncIterator]();
  } else if (iterable?.[Symbol.iterator]) {
    iterator = iterable[Symbol.iterator]();
  } else {
    throw new ERR_INVALID_ARG_TYPE('iterable', ['Iterable'], iterable);
  }

  // A mark of 1 keeps the iterator no further ahead than one value.
  const stream = new Class({ objectMode: true, highWaterMark: 1, ...options });
  let pulling = false;

  const read = () => {
    if (pulling) return;
    pulling = true;
    if (isAsync) pullAsync();
    else pullSync();
  };
  stream._read = read;

  const destroy = (error, callback) => {
    closeIterator(iterator, error).then(
      () => process.nextTick(callback, error),
      (failure) => process.nextTick(callback, failure || error),
    );
  };
  stream._destroy = destroy;

  /** Pushes one value; whether to go on at once. */
  function accept(value) {
    if (value === null) {
      pulling = false;
      throw new ERR_STREAM_NULL_VALUES();
    }
    if (stream.push(value)) return true;
    pulling = false;
    return false;
  }

  // Synchronous as long as the values are: no promise for each of them.
  function pullSync() {
    try {
      for (;;) {
        const { value, done } = iterator.next();
        if (done) {
          stream.push(null);
          return;
        }
        if (value && typeof value.then === 'function') {
          pullPromised(value);
          return;
        }
        if (!accept(value)) return;
      }
    } catch (error) {
      stream.destroy(error);
    }
  }

  async function pullPromised(value) {
    try {
      if (!accept(await value)) return;
    } catch (error) {
      stream.destroy(error);
      return;
    }
    pullSync();
  }

  // With functions that are made once: an async one would be an object and a promise for each value.
  function pullAsync() {
    try {
      Promise.resolve(iterator.next()).then(onResult, fail);
    } catch (error) {
      stream.destroy(error);
    }
  }

  function onResult(result) {
    try {
      const { value, done } = result;
      if (done) stream.push(null);
      else if (value && typeof value.then === 'function')
        Promise.resolve(value).then(onValue, fail);
      else if (accept(value)) pullAsync();
    } catch (error) {
      stream.destroy(error);
    }
  }

  function onValue(value) {
    try {
      if (accept(value)) pullAsync();
    } catch (error) {
      stream.destroy(error);
    }
  }

  function fail(error) {
    stream.destroy(error);
  }

  return stream;
}

// Lets the iterator clean up: it learns of an error, and that nobody asks any more.
async function closeIterator(iterator, error) {
  if (error !== undefined && error !== null && typeof iterator.throw === 'function') {
    const { value, done } = await iterator.throw(error);
    await value;
    if (done) return;
  }
  if (typeof iterator.return === 'function') {
    const { value } = await iterator.return();
    await value;
  }
}

module.exports = { from };

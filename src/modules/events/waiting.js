'use strict';

const { AbortError, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateAbortSignal, validateInteger, validateObject } = require('runtime/validators');
const EventEmitter = require('node:events');

const kWatermarks = Symbol.for('nodejs.watermarkData');

const AsyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf(async function* () {}).prototype,
);

// Both work on emitters and on event targets; what has an `on` counts as an emitter.

function listen(emitter, name, listener, once) {
  if (typeof emitter.on === 'function') {
    if (once) emitter.once(name, listener);
    else emitter.on(name, listener);
  } else if (typeof emitter.addEventListener === 'function') {
    emitter.addEventListener(name, listener, { once });
  } else {
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
  }
}

function unlisten(emitter, name, listener) {
  if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener);
  else if (typeof emitter.removeEventListener === 'function') {
    emitter.removeEventListener(name, listener);
  } else {
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
  }
}

function checkedSignal(options) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  return signal;
}

/** https://nodejs.org/api/events.html#eventsonceemitter-name-options */
function once(emitter, name, options) {
  const signal = checkedSignal(options);
  return new Promise((resolve, reject) => {
    let abortListener;

    // What was listened to once is gone by itself; the other listener goes where that is possible: an
    // object with `on` and `once` will do as an emitter.
    function onEvent(...args) {
      // An event target gives no special meaning to 'error'.
      if (watchesErrors) emitter.removeListener?.('error', onError);
      abortListener?.[Symbol.dispose]();
      resolve(args);
    }
    function onError(err) {
      emitter.removeListener?.(name, onEvent);
      abortListener?.[Symbol.dispose]();
      reject(err);
    }

    const watchesErrors = name !== 'error' && typeof emitter.once === 'function';
    listen(emitter, name, onEvent, true);
    if (watchesErrors) emitter.once('error', onError);
    if (signal !== undefined) {
      abortListener = EventEmitter.addAbortListener(signal, () => {
        unlisten(emitter, name, onEvent);
        if (watchesErrors) unlisten(emitter, 'error', onError);
        reject(new AbortError(undefined, { cause: signal.reason }));
      });
    }
  });
}

/** A first-in, first-out list whose shift() does not move what stays. */
class Fifo {
  #items = [];
  #head = 0;

  get size() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  shift() {
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length || this.#head === 1024) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** https://nodejs.org/api/events.html#eventsonemitter-eventname-options */
function on(emitter, event, options) {
  const signal = checkedSignal(options);
  // The names with a lower-case m are older and still work.
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
  validateInteger(high, 'options.highWaterMark', 1);
  validateInteger(low, 'options.lowWaterMark', 1);

  const events = new Fifo(); // came before anyone asked
  const requests = new Fifo(); // asked before an event came
  const listeners = [];
  let abortListener;
  let paused = false;
  let finished = false;
  let failure = null;

  function listenTo(name, listener) {
    listen(emitter, name, listener, false);
    listeners.push([name, listener]);
  }

  function onEvent(value) {
    if (requests.size > 0) {
      requests.shift().resolve({ value, done: false });
      return;
    }
    events.push(value);
    if (!paused && events.size > high) {
      paused = true;
      emitter.pause();
    }
  }

  function onError(err) {
    if (requests.size > 0) requests.shift().reject(err);
    else failure = { err };
    close();
  }

  function close() {
    abortListener?.[Symbol.dispose]();
    for (const [name, listener] of listeners.splice(0)) unlisten(emitter, name, listener);
    finished = true;
    const end = { value: undefined, done: true };
    while (requests.size > 0) requests.shift().resolve(end);
    return Promise.resolve(end);
  }

  const iterator = {
    next() {
      if (events.size > 0) {
        const value = events.shift();
        if (paused && events.size < low) {
          emitter.resume();
          paused = false;
        }
        return Promise.resolve({ value, done: false });
      }
      if (failure !== null) {
        const { err } = failure;
        failure = null;
        return Promise.reject(err);
      }
      if (finished) return close();
      return new Promise((resolve, reject) => requests.push({ resolve, reject }));
    },
    return() {
      return close();
    },
    throw(err) {
      if (!(err instanceof Error)) {
        throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', err);
      }
      onError(err);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [kWatermarks]: {
      get size() {
        return events.size;
      },
      get low() {
        return low;
      },
      get high() {
        return high;
      },
      get isPaused() {
        return paused;
      },
    },
  };
  Object.setPrototypeOf(iterator, AsyncIteratorPrototype);

  listenTo(event, (...args) => onEvent(args));
  if (event !== 'error' && typeof emitter.on === 'function') listenTo('error', onError);
  for (const name of options.close ?? []) listenTo(name, close);
  if (signal) {
    abortListener = EventEmitter.addAbortListener(signal, () => {
      onError(new AbortError(undefined, { cause: signal.reason }));
    });
  }
  return iterator;
}

module.exports = { on, once };

'use strict';

// The iterator helpers of Readable: those that return streams and those that return promises.

const {
  AbortError,
  ERR_INVALID_ARG_TYPE,
  ERR_MISSING_ARGS,
  ERR_OUT_OF_RANGE,
} = require('runtime/errors');
const { validateAbortSignal, validateInteger, validateObject } = require('runtime/validators');

// What a helper's callback returns for a chunk that yields nothing.
const kNothing = Symbol('nothing');

function checkOptions(options) {
  if (options != null) validateObject(options, 'options');
  if (options?.signal != null) validateAbortSignal(options.signal, 'options.signal');
}

function checkFunction(fn, name) {
  if (typeof fn !== 'function') {
    throw new ERR_INVALID_ARG_TYPE(name, 'Function', fn);
  }
}

function throwIfAborted(signal) {
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
}

/** Lets loops wait until something that they look at has changed. */
class Change {
  #promise = null;
  #resolve = null;

  next() {
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#promise;
  }

  announce() {
    if (this.#promise === null) return;
    this.#resolve();
    this.#promise = null;
  }
}

/**
 * The results of fn for the chunks of `stream`, in their order, with up to `concurrency` calls at
 * a time and `highWaterMark` more results waiting to be taken.
 */
function mapChunks(stream, fn, options) {
  return pickChunks(stream, fn, options, (chunk, result) => result);
}

/** The same for what `pick` makes of a chunk and its result: kNothing drops the chunk. */
function pickChunks(stream, fn, options, pick) {
  checkFunction(fn, 'fn');
  checkOptions(options);
  const concurrency = options?.concurrency != null ? Math.floor(options.concurrency) : 1;
  const spare =
    options?.highWaterMark != null ? Math.floor(options.highWaterMark) : concurrency - 1;
  validateInteger(concurrency, 'options.concurrency', 1);
  validateInteger(spare, 'options.highWaterMark', 0);
  const stop = new AbortController();
  const signal = AbortSignal.any([options?.signal, stop.signal].filter(Boolean));
  if (concurrency === 1 && spare === 0) return pickOneByOne(stream, fn, signal, stop, pick);
  return runMapper({
    stream,
    fn,
    pick,
    signal,
    stop,
    concurrency,
    limit: concurrency + spare,
    results: [],
    running: 0,
    exhausted: false,
    stopped: false,
    change: new Change(),
  });
}

// With one call at a time, and none before the consumer asks, nobody has to wait for anybody else.
async function* pickOneByOne(stream, fn, signal, stop, pick) {
  const iterator = stream[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const { value: chunk, done } = await iterator.next();
      if (done) {
        isOver = true;
        return;
      }
      throwIfAborted(signal);
      const value = pick(chunk, await fn(chunk, { signal }));
      throwIfAborted(signal);
      if (value !== kNothing) yield value;
    }
  } finally {
    stop.abort();
    // Nobody waits for the source: it may take long to close.
    if (!isOver) iterator.return().catch(() => {});
  }
}

async function* runMapper(mapper) {
  const { results, change, signal } = mapper;
  feedMapper(mapper);
  try {
    for (;;) {
      if (results.length > 0) {
        const value = await results[0];
        throwIfAborted(signal);
        if (value !== kNothing) yield value;
        // Taken only now: what the consumer holds still counts as waiting.
        results.shift();
        change.announce();
      } else if (mapper.exhausted) {
        return;
      } else {
        await change.next();
      }
    }
  } finally {
    mapper.stopped = true;
    mapper.stop.abort();
    change.announce();
  }
}

/** Takes chunks as long as there is room and calls fn for each. */
async function feedMapper(mapper) {
  const { stream, signal, results, change, concurrency, limit } = mapper;
  try {
    for await (const chunk of stream) {
      if (mapper.stopped) return;
      throwIfAborted(signal);
      mapper.running++;
      const result = callMapper(mapper, chunk);
      results.push(result);
      result.then(
        () => {
          mapper.running--;
          change.announce();
        },
        () => {
          // The consumer meets the rejection when its turn comes; nothing new starts.
          mapper.stopped = true;
          change.announce();
        },
      );
      change.announce();
      while (!mapper.stopped && (mapper.running >= concurrency || results.length >= limit)) {
        await change.next();
      }
    }
  } catch (error) {
    const failure = Promise.reject(error);
    failure.catch(() => {});
    results.push(failure);
  } finally {
    mapper.exhausted = true;
    change.announce();
  }
}

async function callMapper({ fn, pick, signal }, chunk) {
  return pick(chunk, await fn(chunk, { signal }));
}

function filterChunks(stream, fn, options) {
  return pickChunks(stream, fn, options, (chunk, result) => (result ? chunk : kNothing));
}

async function* flatten(lists) {
  for await (const list of lists) yield* list;
}

function toCount(number) {
  number = Number(number);
  if (Number.isNaN(number)) return 0;
  if (number < 0) throw new ERR_OUT_OF_RANGE('number', '>= 0', number);
  return number;
}

async function* dropChunks(stream, count, signal) {
  throwIfAborted(signal);
  for await (const chunk of stream) {
    throwIfAborted(signal);
    if (count-- <= 0) yield chunk;
  }
}

async function* takeChunks(stream, count, signal) {
  throwIfAborted(signal);
  for await (const chunk of stream) {
    throwIfAborted(signal);
    if (count-- > 0) yield chunk;
    // Not asking for one more: it might take long to come.
    if (count <= 0) return;
  }
}

function toStream(iterable) {
  return require('modules/stream/readable').Readable.from(iterable);
}

const operators = {
  drop(number, options = undefined) {
    checkOptions(options);
    return toStream(dropChunks(this, toCount(number), options?.signal));
  },

  filter(fn, options) {
    return toStream(filterChunks(this, fn, options));
  },

  flatMap(fn, options) {
    return toStream(flatten(mapChunks(this, fn, options)));
  },

  map(fn, options) {
    return toStream(mapChunks(this, fn, options));
  },

  take(number, options = undefined) {
    checkOptions(options);
    return toStream(takeChunks(this, toCount(number), options?.signal));
  },

  async every(fn, options = undefined) {
    checkFunction(fn, 'fn');
    return !(await operators.some.call(this, async (...args) => !(await fn(...args)), options));
  },

  async forEach(fn, options) {
    checkFunction(fn, 'fn');
    for await (const _ of pickChunks(this, fn, options, () => kNothing));
  },

  async reduce(reducer, initialValue, options) {
    checkFunction(reducer, 'reducer');
    checkOptions(options);
    let hasValue = arguments.length > 1;
    if (options?.signal?.aborted) {
      const error = new AbortError(undefined, { cause: options.signal.reason });
      this.once('error', () => {}); // it is reported here
      const { finishedPromise } = require('modules/stream/end_of_stream');
      await finishedPromise(this.destroy(error));
      throw error;
    }
    const stop = new AbortController();
    const signal = AbortSignal.any([options?.signal, stop.signal].filter(Boolean));
    let value = initialValue;
    try {
      for await (const chunk of this) {
        if (options?.signal?.aborted) throw new AbortError();
        if (hasValue) {
          value = await reducer(value, chunk, { signal });
        } else {
          hasValue = true;
          value = chunk;
        }
      }
      if (!hasValue) throw emptyReduceError();
    } finally {
      stop.abort();
    }
    return value;
  },

  async toArray(options) {
    checkOptions(options);
    const chunks = [];
    for await (const chunk of this) {
      throwIfAborted(options?.signal);
      chunks.push(chunk);
    }
    return chunks;
  },

  async some(fn, options = undefined) {
    for await (const _ of filterChunks(this, fn, options)) return true;
    return false;
  },

  async find(fn, options) {
    for await (const chunk of filterChunks(this, fn, options)) return chunk;
    return undefined;
  },

  compose(stream, options) {
    return require('modules/stream/compose').composeWith(this, stream, options);
  },
};

function emptyReduceError() {
  const error = new ERR_MISSING_ARGS('reduce');
  error.message = 'Reduce of an empty stream requires an initial value';
  return error;
}

module.exports = { operators };

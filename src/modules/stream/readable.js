'use strict';

const { Buffer } = require('node:buffer');
const EventEmitter = require('node:events');
const { emitData } = require('modules/events/emission');
const {
  AUTO_DESTROY,
  CLOSE_EMITTED,
  CONSTRUCTED,
  DEAD,
  ERRORED,
  ERROR_EMITTED,
  OBJECT_MODE,
  SYNC,
} = require('modules/stream/state_bits');
const { ReadableState, readableBits } = require('modules/stream/readable_state');
const { Stream } = require('modules/stream/legacy');
const { viewToBuffer } = require('modules/stream/bytes');
const chunks = require('modules/stream/chunk_queue');
const { construct, destroy, errorOrDestroy, undestroy } = require('modules/stream/destroy');
const {
  AbortError,
  ERR_INVALID_ARG_TYPE,
  ERR_METHOD_NOT_IMPLEMENTED,
  ERR_OUT_OF_RANGE,
  ERR_STREAM_ITER_MISSING_FLAG,
  ERR_STREAM_PUSH_AFTER_EOF,
  ERR_STREAM_UNSHIFT_AFTER_END_EVENT,
  ERR_UNKNOWN_ENCODING,
} = require('runtime/errors');

const {
  ENDED,
  END_EMITTED,
  READING,
  NEED_READABLE,
  EMITTED_READABLE,
  READABLE_LISTENING,
  RESUME_SCHEDULED,
  READING_MORE,
  MULTI_AWAIT_DRAIN,
  DATA_EMITTED,
  FLOWING,
  HALTED,
  PAUSED,
  RESUMED,
  END_SCHEDULED,
} = readableBits;

const kMaxHighWaterMark = 1024 * 1024 * 1024;

/** A stream that data is read from. Also called as a function, by old subclasses. */
function Readable(options) {
  if (new.target === undefined && !(this instanceof Readable)) return new Readable(options);
  // Room for the usual events: V8 keeps such a table in its quick form.
  this._events ??= {
    close: undefined,
    error: undefined,
    data: undefined,
    end: undefined,
    readable: undefined,
  };
  Stream.call(this, options);
  this._readableState = new ReadableState(options, this, false);
  if (options) {
    if (typeof options.read === 'function') this._read = options.read;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) {
      require('modules/stream/add_abort_signal').attachSignal(options.signal, this);
    }
  }
  if (this._construct != null) construct(this, readableConstructed);
}
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);
Readable.ReadableState = ReadableState;

/** What waited for construction goes on: someone may have asked for data meanwhile. */
function readableConstructed(stream) {
  const state = stream._readableState;
  if (state.bits & NEED_READABLE) scheduleReadMore(stream, state);
}

Readable.prototype.destroy = destroy;
Readable.prototype._undestroy = undestroy;
Readable.prototype._destroy = function (error, callback) {
  callback(error);
};

Readable.prototype[EventEmitter.captureRejectionSymbol] = function (error) {
  this.destroy(error);
};

// Data coming in

/** Hands `chunk` to the consumer, or ends the stream with null. Returns whether to push more. */
Readable.prototype.push = function (chunk, encoding) {
  const state = this._readableState;
  return state.bits & OBJECT_MODE
    ? pushObject(this, state, chunk, encoding)
    : pushBytes(this, state, chunk, encoding);
};

/** Puts `chunk` back in front of what is buffered. */
Readable.prototype.unshift = function (chunk, encoding) {
  const state = this._readableState;
  return state.bits & OBJECT_MODE
    ? unshiftObject(this, state, chunk)
    : unshiftBytes(this, state, chunk, encoding);
};

function wantsMore(state) {
  return !(state.bits & ENDED) && (state.length < state.highWaterMark || state.length === 0);
}

function refuseChunk(stream, chunk) {
  errorOrDestroy(
    stream,
    new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk),
  );
  return false;
}

function nothingPushed(stream, state) {
  state.bits &= ~READING;
  scheduleReadMore(stream, state);
  return wantsMore(state);
}

function pushBytes(stream, state, chunk, encoding) {
  if (chunk === null) {
    state.bits &= ~READING;
    endOfData(stream, state);
    return false;
  }
  let decoded = false;
  if (typeof chunk === 'string') {
    encoding ||= state.defaultEncoding;
    if (state.encoding === encoding) decoded = true;
    else chunk = Buffer.from(chunk, encoding);
  } else if (!(chunk instanceof Buffer)) {
    if (ArrayBuffer.isView(chunk)) chunk = viewToBuffer(chunk);
    else if (chunk !== undefined) return refuseChunk(stream, chunk);
  }
  if (!chunk || chunk.length <= 0) return nothingPushed(stream, state);
  if (state.bits & ENDED) {
    errorOrDestroy(stream, new ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  }
  if (state.bits & DEAD) return false;
  state.bits &= ~READING;
  if (state.decoder !== null && !decoded) {
    chunk = state.decoder.write(chunk);
    // The bytes so far are only the start of a character.
    if (chunk.length === 0) {
      scheduleReadMore(stream, state);
      return wantsMore(state);
    }
  }
  deliver(stream, state, chunk, chunk.length);
  return wantsMore(state);
}

function pushObject(stream, state, chunk, encoding) {
  if (chunk === null) {
    state.bits &= ~READING;
    endOfData(stream, state);
    return false;
  }
  if (state.bits & ENDED) {
    errorOrDestroy(stream, new ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  }
  if (state.bits & DEAD) return false;
  state.bits &= ~READING;
  if (state.decoder !== null && !encoding) chunk = state.decoder.write(chunk);
  deliver(stream, state, chunk, 1);
  return wantsMore(state);
}

function unshiftBytes(stream, state, chunk, encoding) {
  if (chunk === null) {
    state.bits &= ~READING;
    endOfData(stream, state);
    return false;
  }
  if (typeof chunk === 'string') {
    encoding ||= state.defaultEncoding;
    if (state.encoding !== encoding) {
      chunk = Buffer.from(chunk, encoding);
      if (state.encoding) chunk = chunk.toString(state.encoding);
    }
  } else if (ArrayBuffer.isView(chunk)) {
    if (!(chunk instanceof Buffer)) chunk = viewToBuffer(chunk);
  } else if (chunk !== undefined) {
    return refuseChunk(stream, chunk);
  }
  if (!chunk || chunk.length <= 0) return wantsMore(state);
  return unshiftChecked(stream, state, chunk, chunk.length);
}

function unshiftObject(stream, state, chunk) {
  if (chunk === null) {
    state.bits &= ~READING;
    endOfData(stream, state);
    return false;
  }
  return unshiftChecked(stream, state, chunk, 1);
}

function unshiftChecked(stream, state, chunk, size) {
  if (state.bits & END_EMITTED) errorOrDestroy(stream, new ERR_STREAM_UNSHIFT_AFTER_END_EVENT());
  else if (state.bits & DEAD) return false;
  else deliver(stream, state, chunk, size, true);
  return wantsMore(state);
}

// The shortest way is straight to the 'data' listeners; otherwise the chunk waits in the buffer.
function deliver(stream, state, chunk, size, inFront = false) {
  if (
    (state.bits & (FLOWING | SYNC)) === FLOWING &&
    state.length === 0 &&
    stream.listenerCount('data') > 0
  ) {
    forgetDrainWaiters(state);
    state.bits |= DATA_EMITTED;
    emitData(stream, chunk);
  } else {
    state.length += size;
    if (inFront) chunks.putFront(state, chunk);
    // Shorter for the compiler than push(), as the arrays of many streams differ.
    else state.buffer[state.buffer.length] = chunk;
    if (state.bits & NEED_READABLE) scheduleReadable(stream, state);
  }
  scheduleReadMore(stream, state);
}

function forgetDrainWaiters(state) {
  if (state.bits & MULTI_AWAIT_DRAIN) state.awaitDrainWriters.clear();
  else state.awaitDrainWriters = null;
}

// push(null)
function endOfData(stream, state) {
  if (state.bits & ENDED) return;
  if (state.decoder !== null) {
    const rest = state.decoder.end();
    if (rest && rest.length > 0) {
      state.buffer.push(rest);
      state.length += state.bits & OBJECT_MODE ? 1 : rest.length;
    }
  }
  state.bits |= ENDED;
  if (state.bits & SYNC) {
    // Inside _read(): let read() return first what it has.
    scheduleReadable(stream, state);
  } else {
    state.bits &= ~NEED_READABLE;
    state.bits |= EMITTED_READABLE;
    announceReadable(stream);
  }
}

// Telling the consumer

function scheduleReadable(stream, state) {
  state.bits &= ~NEED_READABLE;
  if (!(state.bits & EMITTED_READABLE)) {
    state.bits |= EMITTED_READABLE;
    process.nextTick(announceReadable, stream);
  }
}

function announceReadable(stream) {
  const state = stream._readableState;
  if (!(state.bits & DEAD) && (state.length > 0 || state.bits & ENDED)) {
    stream.emit('readable');
    state.bits &= ~EMITTED_READABLE;
  }
  // 'readable' is owed again once the consumer has emptied the buffer below its mark.
  if (!(state.bits & (FLOWING | ENDED)) && state.length <= state.highWaterMark) {
    state.bits |= NEED_READABLE;
  } else {
    state.bits &= ~NEED_READABLE;
  }
  flow(stream);
}

function flow(stream) {
  const state = stream._readableState;
  while (state.bits & FLOWING && stream.read() !== null);
}

// Getting more from the source

function scheduleReadMore(stream, state) {
  if ((state.bits & (READING_MORE | CONSTRUCTED)) === CONSTRUCTED) {
    state.bits |= READING_MORE;
    process.nextTick(readMore, stream, state);
  }
}

// Fills the buffer up to its mark, unless a source that pushed nothing shows that it needs time.
function readMore(stream, state) {
  while (
    !(state.bits & (READING | ENDED)) &&
    (state.length < state.highWaterMark || (state.bits & FLOWING && state.length === 0))
  ) {
    const before = state.length;
    stream.read(0);
    if (before === state.length) break;
  }
  state.bits &= ~READING_MORE;
}

/** How much a read() takes now: of `n`, or with `all` of what is there. */
function amountToRead(state, n, all) {
  if ((!all && n <= 0) || (state.length === 0 && state.bits & ENDED)) return 0;
  if (state.bits & OBJECT_MODE) return 1;
  if (all) {
    // Flowing, chunk by chunk as they came; otherwise all there is.
    if (!(state.bits & FLOWING) || state.length === 0) return state.length;
    return state.buffer[state.bufferIndex].length;
  }
  if (n <= state.length) return n;
  return state.bits & ENDED ? state.length : 0;
}

/** The power of two that holds `n`: read(n) beyond the mark raises the mark. */
function raisedHighWaterMark(n) {
  if (n > kMaxHighWaterMark) throw new ERR_OUT_OF_RANGE('size', '<= 1GiB', n);
  let mark = 1;
  while (mark < n) mark *= 2;
  return mark;
}

/**
 * Takes data out of the buffer: `size` bytes, or without it everything. Returns null if there is
 * not that much. read(0) takes nothing but sets the source going.
 */
Readable.prototype.read = function (size) {
  const state = this._readableState;
  // Not as NaN, which would make all of this floating-point arithmetic.
  let asked = 0;
  let all = true;
  if (size !== undefined) {
    asked = Number.isInteger(size) ? size : Number.parseInt(size, 10);
    all = Number.isNaN(asked);
    if (asked > state.highWaterMark) state.highWaterMark = raisedHighWaterMark(asked);
  }
  const isPoke = !all && asked === 0;
  if (!isPoke) state.bits &= ~EMITTED_READABLE;

  // A bare poke while enough is buffered already: only the news is missing.
  if (
    isPoke &&
    state.bits & NEED_READABLE &&
    (state.bits & ENDED ||
      (state.highWaterMark === 0 ? state.length > 0 : state.length >= state.highWaterMark))
  ) {
    if (state.length === 0 && state.bits & ENDED) scheduleEnd(this, state);
    else scheduleReadable(this, state);
    return null;
  }

  let n = amountToRead(state, asked, all);
  if (n === 0 && state.bits & ENDED) {
    if (state.length === 0) scheduleEnd(this, state);
    return null;
  }

  if (
    (state.bits & NEED_READABLE || state.length === 0 || state.length - n < state.highWaterMark) &&
    (state.bits & (ENDED | READING | DEAD | CONSTRUCTED)) === CONSTRUCTED
  ) {
    callRead(this, state);
    // It may have pushed at once.
    if (!(state.bits & READING)) n = amountToRead(state, asked, all);
  }

  const chunk = n > 0 ? takeFrom(state, n) : null;
  if (chunk === null) {
    if (state.length <= state.highWaterMark) state.bits |= NEED_READABLE;
    n = 0;
  } else {
    state.length -= n;
    forgetDrainWaiters(state);
  }
  if (state.length === 0) {
    if (!(state.bits & ENDED)) state.bits |= NEED_READABLE;
    else if (all || asked !== n) scheduleEnd(this, state);
  }
  if (chunk !== null && !(state.bits & (ERROR_EMITTED | CLOSE_EMITTED))) {
    state.bits |= DATA_EMITTED;
    emitData(this, chunk);
  }
  return chunk;
};

function callRead(stream, state) {
  state.bits |= READING | SYNC;
  if (state.length === 0) state.bits |= NEED_READABLE;
  try {
    stream._read(state.highWaterMark);
  } catch (error) {
    errorOrDestroy(stream, error);
  }
  state.bits &= ~SYNC;
}

/** Removes `n` bytes (characters, objects) from the buffer; null if there is nothing. */
function takeFrom(state, n) {
  if (state.length === 0) return null;
  if (state.bits & OBJECT_MODE) return chunks.takeChunk(state);
  if (n >= state.length) {
    if (state.decoder !== null) return chunks.takeAllText(state);
    if (chunks.countChunks(state) === 1) return chunks.takeChunk(state);
    return chunks.takeAllBytes(state);
  }
  return state.decoder !== null ? chunks.takeText(state, n) : chunks.takeBytes(state, n);
}
Readable._fromList = function (n, state) {
  return state.length === 0 ? null : takeFrom(state, !n ? state.length : n);
};

Readable.prototype._read = function (size) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_read()');
};

// The end

function scheduleEnd(stream, state) {
  if (state.bits & (END_EMITTED | END_SCHEDULED)) return;
  state.bits |= ENDED | END_SCHEDULED;
  process.nextTick(emitEnd, stream, state);
}

function emitEnd(stream, state) {
  state.bits &= ~END_SCHEDULED;
  // unshift() may have brought data back since.
  if (state.bits & (ERRORED | CLOSE_EMITTED | END_EMITTED) || state.length !== 0) return;
  state.bits |= END_EMITTED;
  stream.emit('end');
  if (stream.writable && stream.allowHalfOpen === false) {
    process.nextTick(endWritableSide, stream);
  } else if (state.bits & AUTO_DESTROY) {
    const w = stream._writableState;
    if (!w || (w.autoDestroy && (w.finished || w.writable === false))) stream.destroy();
  }
}

function endWritableSide(stream) {
  if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
}

// Flowing and paused

/** Listens; a 'data' listener starts the flow, a 'readable' listener stops it. */
Readable.prototype.on = function (event, listener) {
  const result = Stream.prototype.on.call(this, event, listener);
  const state = this._readableState;
  if (event === 'data') {
    if (this.listenerCount('readable') > 0) state.bits |= READABLE_LISTENING;
    else state.bits &= ~READABLE_LISTENING;
    if (!(state.bits & HALTED)) this.resume();
  } else if (event === 'readable' && !(state.bits & (END_EMITTED | READABLE_LISTENING))) {
    state.bits |= READABLE_LISTENING | NEED_READABLE | HALTED;
    state.bits &= ~(FLOWING | EMITTED_READABLE);
    if (state.length > 0) scheduleReadable(this, state);
    else if (!(state.bits & READING)) process.nextTick(poke, this);
  }
  return result;
};
Readable.prototype.addListener = Readable.prototype.on;

function poke(stream) {
  stream.read(0);
}

Readable.prototype.removeListener = function (event, listener) {
  const result = Stream.prototype.removeListener.call(this, event, listener);
  // In a tick, so that replacing a listener does not look like losing interest.
  if (event === 'readable') process.nextTick(readableListenersChanged, this);
  return result;
};
Readable.prototype.off = Readable.prototype.removeListener;

Readable.prototype.removeAllListeners = function (event) {
  const result = Stream.prototype.removeAllListeners.apply(this, arguments);
  if (event === 'readable' || event === undefined) {
    process.nextTick(readableListenersChanged, this);
  }
  return result;
};

function readableListenersChanged(stream) {
  const state = stream._readableState;
  if (stream.listenerCount('readable') > 0) state.bits |= READABLE_LISTENING;
  else state.bits &= ~READABLE_LISTENING;
  if ((state.bits & (RESUME_SCHEDULED | RESUMED)) === (RESUME_SCHEDULED | RESUMED)) {
    state.flowing = true;
  } else if (stream.listenerCount('data') > 0) {
    stream.resume();
  } else if (!(state.bits & READABLE_LISTENING)) {
    state.flowing = null;
  }
}

/** Lets data flow (to 'data' listeners, or to nowhere) unless 'readable' has listeners. */
Readable.prototype.resume = function () {
  const state = this._readableState;
  if (!(state.bits & FLOWING)) {
    state.flowing = !(state.bits & READABLE_LISTENING);
    if (!(state.bits & RESUME_SCHEDULED)) {
      state.bits |= RESUME_SCHEDULED;
      process.nextTick(startFlow, this, state);
    }
  }
  state.bits = (state.bits & ~PAUSED) | RESUMED;
  return this;
};

function startFlow(stream, state) {
  if (!(state.bits & READING)) stream.read(0);
  state.bits &= ~RESUME_SCHEDULED;
  stream.emit('resume');
  flow(stream);
  if ((state.bits & (FLOWING | READING)) === FLOWING) stream.read(0);
}

/** Stops 'data' events. */
Readable.prototype.pause = function () {
  const state = this._readableState;
  if (!(state.bits & HALTED)) {
    state.flowing = false;
    this.emit('pause');
  }
  state.bits = (state.bits & ~RESUMED) | PAUSED;
  return this;
};

Readable.prototype.isPaused = function () {
  return (this._readableState.bits & (PAUSED | HALTED)) !== 0;
};

/** Delivers strings in `encoding` from now on, and decodes what is buffered. */
Readable.prototype.setEncoding = function (encoding) {
  const state = this._readableState;
  if (encoding != null && typeof encoding === 'string' && !Buffer.isEncoding(encoding)) {
    throw new ERR_UNKNOWN_ENCODING(encoding);
  }
  const decoder = state.decodeAs(encoding);
  let text = '';
  for (let i = state.bufferIndex; i < state.buffer.length; i++) {
    text += decoder.write(state.buffer[i]);
  }
  chunks.dropChunks(state);
  if (text !== '') state.buffer.push(text);
  state.length = text.length;
  return this;
};

// Less used parts live in files of their own.

Readable.prototype.pipe = function (dest, options) {
  return require('modules/stream/pipe').pipe(this, dest, options);
};
Readable.prototype.unpipe = function (dest) {
  return require('modules/stream/pipe').unpipe(this, dest);
};
Readable.prototype.wrap = function (stream) {
  return require('modules/stream/wrap').wrap(this, stream);
};
Readable.prototype[Symbol.asyncIterator] = function () {
  return require('modules/stream/readable_iterator').iterate(this);
};
Readable.prototype.iterator = function (options) {
  if (options !== undefined) {
    require('runtime/validators').validateObject(options, 'options');
  }
  return require('modules/stream/readable_iterator').iterate(this, options);
};
Readable.prototype[Symbol.asyncDispose] = function () {
  let error = null;
  if (!this.destroyed) {
    error = this.readableEnded ? null : new AbortError();
    this.destroy(error);
  }
  const { finished } = require('modules/stream/end_of_stream');
  return new Promise((resolve, reject) => {
    finished(this, (failure) => (failure && failure !== error ? reject(failure) : resolve(null)));
  });
};
// For node:stream/iter, which is behind a flag that is not there yet.
Readable.prototype[Symbol.for('Stream.toAsyncStreamable')] = function () {
  throw new ERR_STREAM_ITER_MISSING_FLAG();
};

Readable.from = function (iterable, options) {
  return require('modules/stream/from').from(Readable, iterable, options);
};
Readable.fromWeb = function (readableStream, options) {
  return require('modules/stream/web_adapters').readableFromWeb(readableStream, options);
};
Readable.toWeb = function (streamReadable, options) {
  return require('modules/stream/web_adapters').readableToWeb(streamReadable, options);
};
Readable.wrap = function (source, options) {
  return new Readable({
    objectMode: source.readableObjectMode ?? source.objectMode ?? true,
    ...options,
    destroy(error, callback) {
      require('modules/stream/destroy').destroyer(source, error);
      callback(error);
    },
  }).wrap(source);
};

require('modules/stream/readable_properties').define(Readable.prototype);

// The iterator helpers, by number of parameters.
const helpers = {
  drop: 1,
  filter: 2,
  flatMap: 2,
  map: 2,
  take: 1,
  every: 1,
  forEach: 2,
  reduce: 3,
  toArray: 1,
  some: 1,
  find: 2,
  compose: 2,
};
for (const name of Object.keys(helpers)) {
  const helper = {
    [name](...args) {
      return Reflect.apply(require('modules/stream/operators').operators[name], this, args);
    },
  }[name];
  Object.defineProperty(helper, 'length', { configurable: true, value: helpers[name] });
  Object.defineProperty(Readable.prototype, name, {
    configurable: true,
    // compose() came first, and was assigned.
    enumerable: name === 'compose',
    writable: true,
    value: helper,
  });
}

// readableConstructed: for Duplex.
module.exports = { Readable, readableConstructed };

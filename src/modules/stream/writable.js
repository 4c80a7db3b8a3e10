'use strict';

const { Buffer } = require('node:buffer');
const EventEmitter = require('node:events');
const {
  AUTO_DESTROY,
  CLOSE_EMITTED,
  CONSTRUCTED,
  DEAD,
  DESTROYED,
  ERRORED,
  ERROR_EMITTED,
  OBJECT_MODE,
  SYNC,
} = require('modules/stream/state_bits');
const { WritableState, writableBits } = require('modules/stream/writable_state');
const { Stream } = require('modules/stream/legacy');
const { viewToBuffer } = require('modules/stream/bytes');
const {
  construct,
  destroy,
  errorOrDestroy,
  recordError,
  settleStack,
  undestroy,
} = require('modules/stream/destroy');
const {
  AbortError,
  ERR_INVALID_ARG_TYPE,
  ERR_METHOD_NOT_IMPLEMENTED,
  ERR_MULTIPLE_CALLBACK,
  ERR_STREAM_ALREADY_FINISHED,
  ERR_STREAM_CANNOT_PIPE,
  ERR_STREAM_DESTROYED,
  ERR_STREAM_NULL_VALUES,
  ERR_STREAM_WRITE_AFTER_END,
  ERR_UNKNOWN_ENCODING,
} = require('runtime/errors');

const {
  ENDING,
  ENDED,
  FINISHED,
  NEED_DRAIN,
  WRITING,
  FINAL_CALLED,
  PREFINISHED,
  BUFFER_PROCESSING,
  KEEP_STRINGS,
  DRAIN_SCHEDULED,
  NOT_ALL_BUFFERS,
  HAS_CALLBACK,
  WAITING,
} = writableBits;

// Stands for the callback that a write was not given.
function noCallback() {}

/** A stream that data is written to. Also called as a function, by old subclasses. */
function Writable(options) {
  if (new.target === undefined && !(this instanceof Stream)) return new Writable(options);
  // Room for the usual events: V8 keeps such a table in its quick form.
  this._events ??= {
    close: undefined,
    error: undefined,
    prefinish: undefined,
    finish: undefined,
    drain: undefined,
  };
  Stream.call(this, options);
  this._writableState = new WritableState(options, this, false);
  if (options) {
    takeImplementation(this, options);
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) {
      require('modules/stream/add_abort_signal').attachSignal(options.signal, this);
    }
  }
  if (this._construct != null) construct(this, writableConstructed);
}
Object.setPrototypeOf(Writable.prototype, Stream.prototype);
Object.setPrototypeOf(Writable, Stream);
Writable.WritableState = WritableState;

/** Takes write, writev and final over from a constructor's options. */
function takeImplementation(stream, options) {
  if (typeof options.write === 'function') stream._write = options.write;
  if (typeof options.writev === 'function') stream._writev = options.writev;
  if (typeof options.final === 'function') stream._final = options.final;
}

/** What waited for construction goes on: buffered writes and end(). */
function writableConstructed(stream) {
  const state = stream._writableState;
  if (!(state.bits & WRITING)) writeBuffered(stream, state);
  if (state.bits & ENDING) maybeFinish(stream, state);
}

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance];
// A Duplex is a Writable too, though it can have only one prototype.
Object.defineProperty(Writable, Symbol.hasInstance, {
  value(object) {
    if (ordinaryHasInstance.call(this, object)) return true;
    return this === Writable && !!object && object._writableState instanceof WritableState;
  },
});

Writable.prototype.pipe = function () {
  errorOrDestroy(this, new ERR_STREAM_CANNOT_PIPE());
};

// Writing

/**
 * Takes a chunk. Returns false when the caller had better wait for 'drain'. `callback` hears when
 * this chunk has been handled.
 */
Writable.prototype.write = function (chunk, encoding, callback) {
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  return accept(this, chunk, encoding, callback) === true;
};

/** Whether to go on, or the Error that a refused write was answered with. */
function accept(stream, chunk, encoding, callback) {
  const state = stream._writableState;
  if (typeof callback !== 'function') callback = noCallback;
  if (chunk === null) throw new ERR_STREAM_NULL_VALUES();
  let size = 1;
  if (!(state.bits & OBJECT_MODE)) {
    if (!encoding) {
      encoding = state.defaultEncoding;
    } else if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
      throw new ERR_UNKNOWN_ENCODING(encoding);
    }
    if (typeof chunk === 'string') {
      if (!(state.bits & KEEP_STRINGS)) {
        chunk = Buffer.from(chunk, encoding);
        encoding = 'buffer';
      }
    } else if (chunk instanceof Buffer) {
      encoding = 'buffer';
    } else if (ArrayBuffer.isView(chunk)) {
      chunk = viewToBuffer(chunk);
      encoding = 'buffer';
    } else {
      throw new ERR_INVALID_ARG_TYPE(
        'chunk',
        ['string', 'Buffer', 'TypedArray', 'DataView'],
        chunk,
      );
    }
    size = chunk.length;
  }

  if (state.bits & (ENDING | DESTROYED)) {
    const error =
      state.bits & ENDING ? new ERR_STREAM_WRITE_AFTER_END() : new ERR_STREAM_DESTROYED('write');
    process.nextTick(callback, error);
    errorOrDestroy(stream, error, true);
    return error;
  }
  state.pendingcb++;
  state.length += size;
  if (state.bits & (WRITING | ERRORED) || state.corked > 0 || !(state.bits & CONSTRUCTED)) {
    enqueue(state, chunk, encoding, callback);
  } else {
    state.writelen = size;
    state.writecb = callback;
    state.bits |= WRITING | SYNC;
    stream._write(chunk, encoding, (state.onwrite ??= doneCallback(stream)));
    state.bits &= ~SYNC;
  }
  // A write that is done already needs no waiting, however long it was.
  const below = state.length < state.highWaterMark || state.length === 0;
  if (!below) state.bits |= NEED_DRAIN;
  return below && !(state.bits & DEAD);
}

function doneCallback(stream) {
  return (error) => writeDone(stream, stream._writableState, error);
}

function enqueue(state, chunk, encoding, callback) {
  const write = { chunk, encoding, callback };
  if (state.queue === null) state.queue = [write];
  else state.queue.push(write);
  state.bits |= WAITING;
  if (encoding !== 'buffer') state.bits |= NOT_ALL_BUFFERS;
  if (callback !== noCallback) state.bits |= HAS_CALLBACK;
}

Writable.prototype._write = function (chunk, encoding, callback) {
  if (!this._writev) throw new ERR_METHOD_NOT_IMPLEMENTED('_write()');
  this._writev([{ chunk, encoding }], callback);
};
Writable.prototype._writev = null;

// _write() or _writev() has called back.
function writeDone(stream, state, error) {
  const callback = state.writecb;
  if (callback === null) {
    errorOrDestroy(stream, new ERR_MULTIPLE_CALLBACK());
    return;
  }
  const sync = (state.bits & SYNC) !== 0;
  state.bits &= ~WRITING;
  state.writecb = null;
  state.length -= state.writelen;
  state.writelen = 0;

  if (error) {
    settleStack(error);
    recordError(state, error);
    recordError(stream._readableState, error);
    if (sync) process.nextTick(writeFailed, stream, state, error, callback);
    else writeFailed(stream, state, error, callback);
    return;
  }
  if (state.bits & WAITING) writeBuffered(stream, state);
  if (!sync) {
    afterWrite(stream, state, 1, callback);
  } else if (callback !== noCallback) {
    // Callbacks come in a tick; a run of equal ones shares it.
    const shared = state.afterWriteTickInfo;
    if (shared !== null && shared.callback === callback) {
      shared.count++;
    } else {
      // Without the stream: a state has no way back to it, and so can become JSON.
      const info = { count: 1, callback };
      state.afterWriteTickInfo = info;
      state.bits |= DRAIN_SCHEDULED;
      process.nextTick(afterWriteTick, stream, info);
    }
  } else if (
    !(state.bits & DRAIN_SCHEDULED) &&
    (state.bits & DESTROYED || (state.bits & NEED_DRAIN && state.length === 0))
  ) {
    state.bits |= DRAIN_SCHEDULED;
    process.nextTick(afterWrite, stream, state, 1, callback);
  } else {
    // Nobody waits for this one.
    state.pendingcb--;
    if (state.bits & ENDING) maybeFinish(stream, state, true);
  }
}

function writeFailed(stream, state, error, callback) {
  state.pendingcb--;
  callback(error);
  failWaiting(state);
  // The callback may not have noticed: the stream still has to report it.
  errorOrDestroy(stream, error);
}

function afterWriteTick(stream, { count, callback }) {
  const state = stream._writableState;
  state.afterWriteTickInfo = null;
  afterWrite(stream, state, count, callback);
}

function afterWrite(stream, state, count, callback) {
  state.bits &= ~DRAIN_SCHEDULED;
  if (
    (state.bits & (NEED_DRAIN | ENDING | DESTROYED)) === NEED_DRAIN &&
    state.length === 0 &&
    !stream.destroyed
  ) {
    state.bits &= ~NEED_DRAIN;
    stream.emit('drain');
  }
  for (; count > 0; count--) {
    state.pendingcb--;
    callback(null);
  }
  if (state.bits & DESTROYED) failWaiting(state);
  maybeFinish(stream, state, true);
}

/** Tells all who still wait for their write, or for the end, that it will not come. */
function failWaiting(state) {
  if (state.bits & WRITING) return;
  const { queue } = state;
  if (queue !== null) {
    for (let i = state.bufferedIndex; i < queue.length; i++) {
      const { chunk, callback } = queue[i];
      state.length -= state.bits & OBJECT_MODE ? 1 : chunk.length;
      callback(state.failure ?? new ERR_STREAM_DESTROYED('write'));
    }
  }
  callFinishedCallbacks(state, state.failure ?? new ERR_STREAM_DESTROYED('end'));
  state.dropQueue();
}

// Writes what has waited, at once if the stream can.
function writeBuffered(stream, state) {
  if (
    state.corked > 0 ||
    (state.bits & (BUFFER_PROCESSING | DESTROYED | CONSTRUCTED | WAITING)) !==
      (CONSTRUCTED | WAITING)
  ) {
    return;
  }
  const { queue } = state;
  let i = state.bufferedIndex;
  const count = queue.length - i;
  state.bits |= BUFFER_PROCESSING;
  if (count > 1 && stream._writev) {
    // pendingcb has counted each of them; the batch has one callback.
    state.pendingcb -= count - 1;
    const chunks = i === 0 ? queue : queue.slice(i);
    chunks.allBuffers = !(state.bits & NOT_ALL_BUFFERS);
    const callback = !(state.bits & HAS_CALLBACK)
      ? noCallback
      : (error) => {
          for (const write of chunks) write.callback(error);
        };
    state.dropQueue();
    startWrite(stream, state, null, chunks, state.length, '', callback);
  } else {
    const objectMode = (state.bits & OBJECT_MODE) !== 0;
    do {
      const { chunk, encoding, callback } = queue[i];
      queue[i++] = null;
      startWrite(stream, state, chunk, null, objectMode ? 1 : chunk.length, encoding, callback);
    } while (i < queue.length && !(state.bits & WRITING));
    if (i === queue.length) {
      state.dropQueue();
    } else if (i > 256) {
      queue.splice(0, i);
      state.bufferedIndex = 0;
    } else {
      state.bufferedIndex = i;
    }
  }
  state.bits &= ~BUFFER_PROCESSING;
}

function startWrite(stream, state, chunk, batch, size, encoding, callback) {
  state.writelen = size;
  state.writecb = callback;
  state.bits |= WRITING | SYNC;
  const done = (state.onwrite ??= doneCallback(stream));
  if (state.bits & DESTROYED) done(new ERR_STREAM_DESTROYED('write'));
  else if (batch !== null) stream._writev(batch, done);
  else stream._write(chunk, encoding, done);
  state.bits &= ~SYNC;
}

/** Holds writes back until uncork(), so that they can go out together. */
Writable.prototype.cork = function () {
  this._writableState.corked++;
};

Writable.prototype.uncork = function () {
  const state = this._writableState;
  if (state.corked === 0) return;
  state.corked--;
  if (!(state.bits & WRITING)) writeBuffered(this, state);
};

Writable.prototype.setDefaultEncoding = function setDefaultEncoding(encoding) {
  if (typeof encoding === 'string') encoding = encoding.toLowerCase();
  if (!Buffer.isEncoding(encoding)) throw new ERR_UNKNOWN_ENCODING(encoding);
  this._writableState.defaultEncoding = encoding;
  return this;
};

// The end

/** Says that no more will be written, after a last chunk if there is one. */
Writable.prototype.end = function (chunk, encoding, callback) {
  const state = this._writableState;
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  let error = null;
  if (chunk !== null && chunk !== undefined) {
    const result = accept(this, chunk, encoding);
    if (result instanceof Error) error = result;
  }
  if (state.corked > 0) {
    state.corked = 1;
    this.uncork();
  }
  if (error !== null) {
    // Reported already.
  } else if (!(state.bits & (ERRORED | ENDING))) {
    state.bits |= ENDING;
    maybeFinish(this, state, true);
    state.bits |= ENDED;
  } else if (state.bits & FINISHED) {
    error = new ERR_STREAM_ALREADY_FINISHED('end');
  } else if (state.bits & DESTROYED) {
    error = new ERR_STREAM_DESTROYED('end');
  }
  if (typeof callback === 'function') {
    if (error !== null) process.nextTick(callback, error);
    else if (state.bits & ERRORED) process.nextTick(callback, state.failure);
    else if (state.bits & FINISHED) process.nextTick(callback);
    else (state.onFinished ??= []).push(callback);
  }
  return this;
};

function canFinish(state) {
  return (
    (state.bits &
      (ENDING |
        DESTROYED |
        CONSTRUCTED |
        ERRORED |
        FINISHED |
        WRITING |
        ERROR_EMITTED |
        CLOSE_EMITTED |
        WAITING)) ===
      (ENDING | CONSTRUCTED) && state.length === 0
  );
}

// Emits 'prefinish' and 'finish' once everything written has been handled.
function maybeFinish(stream, state, sync) {
  if (!canFinish(state)) return;
  prefinish(stream, state);
  if (state.pendingcb !== 0) return;
  if (sync) {
    state.pendingcb++;
    process.nextTick(finishInTick, stream, state);
  } else if (canFinish(state)) {
    state.pendingcb++;
    finish(stream, state);
  }
}

function finishInTick(stream, state) {
  if (canFinish(state)) finish(stream, state);
  else state.pendingcb--;
}

function prefinish(stream, state) {
  if (state.bits & (PREFINISHED | FINAL_CALLED)) return;
  state.bits |= FINAL_CALLED;
  if (typeof stream._final === 'function' && !(state.bits & DESTROYED)) {
    callFinal(stream, state);
  } else {
    state.bits |= PREFINISHED;
    stream.emit('prefinish');
  }
}

function callFinal(stream, state) {
  let called = false;
  function onFinal(error) {
    if (called) {
      errorOrDestroy(stream, error ?? new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    state.pendingcb--;
    if (error) {
      callFinishedCallbacks(state, error);
      errorOrDestroy(stream, error, (state.bits & SYNC) !== 0);
    } else if (canFinish(state)) {
      state.bits |= PREFINISHED;
      stream.emit('prefinish');
      // Counted, so that nothing else finishes the stream before this tick.
      state.pendingcb++;
      process.nextTick(finish, stream, state);
    }
  }
  state.bits |= SYNC;
  state.pendingcb++;
  try {
    stream._final(onFinal);
  } catch (error) {
    onFinal(error);
  }
  state.bits &= ~SYNC;
}

function finish(stream, state) {
  state.pendingcb--;
  state.bits |= FINISHED;
  callFinishedCallbacks(state, null);
  stream.emit('finish');
  if (state.bits & AUTO_DESTROY) {
    const r = stream._readableState;
    if (!r || (r.autoDestroy && (r.endEmitted || r.readable === false))) stream.destroy();
  }
}

function callFinishedCallbacks(state, error) {
  const callbacks = state.onFinished;
  if (callbacks === null) return;
  state.onFinished = null;
  for (const callback of callbacks) callback(error);
}

/** Ends the stream now; writes that still wait fail. */
Writable.prototype.destroy = function (error, callback) {
  const state = this._writableState;
  if (!(state.bits & DESTROYED) && (state.bits & WAITING || state.onFinished !== null)) {
    process.nextTick(failWaiting, state);
  }
  destroy.call(this, error, callback);
  return this;
};
Writable.prototype._undestroy = undestroy;
Writable.prototype._destroy = function (error, callback) {
  callback(error);
};

Writable.prototype[EventEmitter.captureRejectionSymbol] = function (error) {
  this.destroy(error);
};

Writable.prototype[Symbol.asyncDispose] = async function () {
  let error = null;
  if (!this.destroyed) {
    error = this.writableFinished ? null : new AbortError();
    this.destroy(error);
  }
  const { finished } = require('modules/stream/end_of_stream');
  await new Promise((resolve, reject) => {
    finished(this, (failure) => (failure && failure !== error ? reject(failure) : resolve(null)));
  });
};

Writable.fromWeb = function (writableStream, options) {
  return require('modules/stream/web_adapters').writableFromWeb(writableStream, options);
};
Writable.toWeb = function (streamWritable) {
  return require('modules/stream/web_adapters').writableToWeb(streamWritable);
};

require('modules/stream/writable_properties').define(Writable.prototype);

// takeImplementation and writableConstructed: for Duplex, which has this side without being
// constructed as one.
module.exports = { Writable, takeImplementation, writableConstructed };

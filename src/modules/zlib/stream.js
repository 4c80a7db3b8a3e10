'use strict';

// The streams around a codec. A chunk is one or more jobs of the thread pool, each of which fills
// an output buffer at most.

const { Buffer } = require('node:buffer');
const Transform = require('modules/stream/transform');
const { finished } = require('modules/stream/end_of_stream');
const { constants } = require('modules/zlib/constants');
const { numberInRange } = require('modules/zlib/options');
const {
  ERR_BUFFER_TOO_LARGE,
  ERR_TRAILING_JUNK_AFTER_STREAM_END,
  ERR_ZLIB_BINDING_CLOSED,
} = require('runtime/errors');

const { Z_NO_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH } = constants;

const kError = Symbol('error');
const kFlush = Symbol('flush');
const kRun = Symbol('run');
const kOutput = Symbol('output');

// A write that carries no data but a flush code travels in the queue with the others.
const flushMarks = [];
function flushMark(code) {
  if (flushMarks[code] === undefined) {
    flushMarks[code] = Buffer.alloc(0);
    flushMarks[code][kFlush] = code;
  }
  return flushMarks[code];
}

// How much each code flushes; the codes of brotli and zstd are in order already.
const strength = [];
[Z_NO_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH].forEach((code, i) => {
  strength[code] = i;
});
function stronger(a, b) {
  return strength[a] > strength[b] ? a : b;
}

/** The Error of a codec's failure. */
function codecError(message, errno, code) {
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    const error = new ERR_BUFFER_TOO_LARGE(0);
    error.message = message;
    return error;
  }
  const error = new Error(message);
  error.errno = errno;
  error.code = code;
  return error;
}

/** Base of all classes. `handle` is a native codec, `settings` what readCommonOptions() gave. */
function ZlibBase(options, handle, settings) {
  if (options && (options.encoding || options.objectMode || options.writableObjectMode)) {
    // Bytes in, bytes out.
    options = { ...options, encoding: null, objectMode: false, writableObjectMode: false };
  }
  Transform.call(this, { autoDestroy: true, ...options });
  this.bytesWritten = 0;
  this._handle = handle;
  this[kOutput] = null;
  this._outOffset = 0;
  this._chunkSize = settings.chunkSize;
  this._defaultFlushFlag = settings.flush;
  this._finishFlushFlag = settings.finishFlush;
  this._defaultFullFlushFlag = settings.fullFlush;
  this._info = settings.info;
  this._maxOutputLength = settings.maxOutputLength;
  this._rejectGarbageAfterEnd = settings.rejectGarbageAfterEnd;
  this._writeState = handle.state;
  this[kError] = null;
  this[kRun] = null;
  const onError = (message, errno, code) => {
    const error = codecError(message, errno, code);
    this[kError] = error;
    this.destroy(error);
  };
  handle.onerror = onError;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.defineProperty(ZlibBase.prototype, '_closed', {
  configurable: true,
  enumerable: true,
  get() {
    return !this._handle;
  },
});

/** Starts over with a new piece of data, with the same options. */
ZlibBase.prototype.reset = function () {
  if (!this._handle) throw new ERR_ZLIB_BINDING_CLOSED();
  return this._handle.reset();
};

ZlibBase.prototype._flush = function (callback) {
  this._transform(Buffer.alloc(0), '', callback);
};

// The last flush happens before 'end', not before 'finish': see Transform.
ZlibBase.prototype._final = function (callback) {
  callback();
};

/** Brings out what the codec holds back; `kind` is a flush code. */
ZlibBase.prototype.flush = function (kind, callback) {
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    callback = kind;
    kind = this._defaultFullFlushFlag;
  }
  if (this.writableFinished) {
    if (callback) process.nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once('end', callback);
  } else {
    this.write(flushMark(kind), '', callback);
  }
};

ZlibBase.prototype.close = function (callback) {
  if (callback) finished(this, callback);
  this.destroy();
};

ZlibBase.prototype._destroy = function (error, callback) {
  closeHandle(this);
  callback(error);
};

function closeHandle(stream) {
  stream._handle?.close();
  stream._handle = null;
}

ZlibBase.prototype._transform = function (chunk, encoding, callback) {
  let flush = this._defaultFlushFlag;
  if (typeof chunk[kFlush] === 'number') {
    flush = chunk[kFlush];
  } else if (this.writableEnded && this.writableLength === chunk.byteLength) {
    // The last chunk: the end can be written with it.
    flush = stronger(flush, this._finishFlushFlag);
  }
  run(this, chunk, flush, callback);
};

/** Without a callback: the output for `chunk`, at once. */
ZlibBase.prototype._processChunk = function (chunk, flush, callback) {
  if (typeof callback === 'function') return run(this, chunk, flush, callback);
  return runSync(this, chunk, flush);
};

/** How much room the output buffer has; a new one holds `pieces` chunks. */
function outputRoom(stream, pieces) {
  if (stream[kOutput] === null) {
    stream[kOutput] = Buffer.allocUnsafe(stream._chunkSize * pieces);
    stream._outOffset = 0;
  }
  return stream[kOutput].length - stream._outOffset;
}

// Programs that drive the codec by hand (pngjs) take the buffer from here.
Object.defineProperty(ZlibBase.prototype, '_outBuffer', {
  get() {
    outputRoom(this, 1);
    return this[kOutput];
  },
  set(buffer) {
    this[kOutput] = buffer;
  },
  configurable: true,
});

/** Takes `count` bytes of output out of the output buffer. */
function takeOutput(stream, count) {
  const { [kOutput]: buffer, _outOffset: start } = stream;
  stream._outOffset += count;
  // The buffer's memory is the consumer's now.
  if (stream._outOffset >= buffer.length) stream[kOutput] = null;
  return buffer.slice(start, start + count);
}

// A job may make so many chunks, if the stream has use for them: crossing to the pool and back costs
// more than filling one.
const kMostPieces = 4;

function piecesWanted(stream) {
  const { highWaterMark, length } = stream._readableState;
  const wanted = Math.floor((highWaterMark - length) / stream._chunkSize);
  return Math.max(1, Math.min(kMostPieces, wanted));
}

/** One chunk on its way through the codec; `next` is the job's arguments. */
class Run {
  constructor(stream) {
    this.stream = stream;
    this.chunk = null;
    this.offset = 0;
    this.left = 0;
    this.room = 0;
    this.flush = 0;
    this.callback = null;
  }

  startJob(pieces) {
    const { stream } = this;
    this.room = outputRoom(stream, pieces);
    stream._handle.write(
      this.flush,
      this.chunk,
      this.offset,
      this.left,
      stream[kOutput],
      stream._outOffset,
      this.room,
    );
  }

  finish(error) {
    const { callback } = this;
    this.chunk = null;
    this.callback = null;
    callback(error);
  }

  /** A job is done. */
  advance(roomLeft, inputLeft) {
    const { stream } = this;
    const taken = this.left - inputLeft;
    stream.bytesWritten += taken;
    if (stream.destroyed) {
      this.finish();
      return;
    }
    let made = this.room - roomLeft;
    let wanted = true;
    while (made > 0 && !stream.destroyed) {
      const size = Math.min(made, stream._chunkSize);
      made -= size;
      wanted = stream.push(takeOutput(stream, size));
    }
    // A consumer may have closed the stream meanwhile.
    if (stream.destroyed) {
      this.finish();
    } else if (roomLeft === 0) {
      // No room was left, so there may be more.
      this.offset += taken;
      this.left = inputLeft;
      if (wanted) this.startJob(piecesWanted(stream));
      else this.waitForReader();
    } else if (inputLeft > 0) {
      // There was room, but the codec did not take everything: its data has ended.
      if (stream._rejectGarbageAfterEnd) {
        this.finish(new ERR_TRAILING_JUNK_AFTER_STREAM_END());
        return;
      }
      stream.push(null);
      // After 'end'.
      process.nextTick(() => this.finish());
    } else {
      this.finish();
    }
  }

  /** Goes on when the consumer reads again. */
  waitForReader() {
    const { stream } = this;
    const read = stream._read;
    const resume = (size) => {
      stream._read = read;
      if (!stream.destroyed) this.startJob(piecesWanted(stream));
      stream._read(size);
    };
    stream._read = resume;
  }
}

function run(stream, chunk, flush, callback) {
  const handle = stream._handle;
  if (!handle) {
    process.nextTick(callback);
    return;
  }
  let current = stream[kRun];
  if (current === null) {
    current = stream[kRun] = new Run(stream);
    const { state } = handle;
    const onWritten = () => current.advance(state[0], state[1]);
    handle.onwritten = onWritten;
  }
  current.chunk = chunk;
  current.offset = 0;
  current.left = chunk.byteLength;
  current.flush = flush;
  current.callback = callback;
  current.startJob(1);
}

function runSync(stream, chunk, flush) {
  const handle = stream._handle;
  if (!handle) throw new ERR_ZLIB_BINDING_CLOSED();
  const { state } = handle;
  const pieces = [];
  let total = 0;
  let offset = 0;
  let left = chunk.byteLength;
  // An error shall be thrown, not emitted.
  let error = null;
  const { onerror } = handle;
  const onError = (...failure) => {
    error = codecError(...failure);
    stream[kError] = error;
  };
  handle.onerror = onError;
  for (;;) {
    const room = outputRoom(stream, 1);
    handle.writeSync(flush, chunk, offset, left, stream[kOutput], stream._outOffset, room);
    if (error !== null) break;
    const [roomLeft, inputLeft] = state;
    offset += left - inputLeft;
    left = inputLeft;
    if (room > roomLeft) {
      pieces.push(takeOutput(stream, room - roomLeft));
      total += room - roomLeft;
      if (total > stream._maxOutputLength) {
        error = new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength);
        break;
      }
    }
    if (roomLeft > 0) break;
  }
  handle.onerror = onerror;
  if (error === null && left > 0 && stream._rejectGarbageAfterEnd) {
    error = new ERR_TRAILING_JUNK_AFTER_STREAM_END();
  }
  stream.bytesWritten = offset;
  closeHandle(stream);
  if (error !== null) throw error;
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, total);
}

/** Changes level and strategy for what is written from now on. */
function changeParams(stream, level, strategy, callback) {
  const { Z_MIN_LEVEL, Z_MAX_LEVEL, Z_DEFAULT_STRATEGY, Z_FIXED } = constants;
  numberInRange(level, 'level', Z_MIN_LEVEL, Z_MAX_LEVEL);
  numberInRange(strategy, 'strategy', Z_DEFAULT_STRATEGY, Z_FIXED);
  if (stream._level === level && stream._strategy === strategy) {
    process.nextTick(callback);
    return;
  }
  // What was written before belongs to the old parameters.
  stream.flush(Z_SYNC_FLUSH, () => {
    if (!stream._handle) return;
    stream._handle.params(level, strategy);
    if (stream.destroyed) return;
    stream._level = level;
    stream._strategy = strategy;
    if (callback) callback();
  });
}

module.exports = { ZlibBase, changeParams, codecError };

'use strict';

// fs.ReadStream and fs.WriteStream. Constructors are functions, because programs call them without
// `new` and derive from them with `call`.

const { Buffer } = require('node:buffer');
const { finished, Readable, Writable } = require('node:stream');
const { errorOrDestroy } = require('modules/stream/destroy');
const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_THIS,
  ERR_OUT_OF_RANGE,
  ERR_STREAM_DESTROYED,
  ERR_SYSTEM_ERROR,
} = require('runtime/errors');
const { validateBoolean, validateFunction, validateInteger } = require('runtime/validators');
const { toOptions } = require('modules/fs/arguments');
const {
  construct,
  deprecatedOpen,
  destroy,
  kBusy,
  kFs,
  kIdle,
  takeFile,
} = require('modules/fs/stream_file');

const READ_HIGH_WATER_MARK = 64 * 1024;
// A descriptor that takes nothing this many times in a row is given up.
const MAX_WRITE_RETRIES = 5;

/** A copy of the options, the inherited ones included. */
function copyOptions(options) {
  const copy = {};
  for (const name in toOptions(options)) copy[name] = options[name];
  return typeof options === 'string' ? { encoding: options } : copy;
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = copyOptions(options);
  options.highWaterMark ??= READ_HIGH_WATER_MARK;
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose;
  takeFile(this, path, options, 'r');
  if (options.autoDestroy) validateFunction(this[kFs].close, 'options.fs.close');
  validateFunction(this[kFs].read, 'options.fs.read');

  this.start = options.start;
  this.end = options.end ?? Infinity;
  this.pos = undefined;
  this.bytesRead = 0;
  this[kBusy] = false;
  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  if (this.end !== Infinity) {
    validateInteger(this.end, 'end', 0);
    if (this.start !== undefined && this.start > this.end) {
      throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${this.end})`, this.start);
    }
  }
  Readable.call(this, options);
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

/** Defines `autoClose`, which is the stream's autoDestroy under the name that files have for it. */
function defineAutoClose(Stream, state) {
  const stateOf = (stream) => {
    if (!Object.hasOwn(stream, state)) throw new ERR_INVALID_THIS(Stream.name);
    return stream[state];
  };
  Object.defineProperty(Stream.prototype, 'autoClose', {
    get() {
      return stateOf(this).autoDestroy;
    },
    set(value) {
      stateOf(this).autoDestroy = value;
    },
    configurable: true,
  });
}
defineAutoClose(ReadStream, '_readableState');

ReadStream.prototype.open = deprecatedOpen('ReadStream');
ReadStream.prototype._construct = construct;
ReadStream.prototype._destroy = destroy;

/** Whether the stream was destroyed during an operation, which its _destroy waits for. */
function endOperation(stream, error) {
  stream[kBusy] = false;
  if (!stream.destroyed) return false;
  stream.emit(kIdle, error);
  return true;
}

ReadStream.prototype._read = function (size) {
  const done = this.pos === undefined ? this.bytesRead : this.pos;
  size = Math.min(this.end - done + 1, size);
  if (size <= 0) {
    this.push(null);
    return;
  }
  const buffer = Buffer.allocUnsafeSlow(size);
  this[kBusy] = true;
  this[kFs].read(this.fd, buffer, 0, size, this.pos, (error, count, bytes) => {
    if (endOperation(this, error)) return;
    if (error) {
      errorOrDestroy(this, error);
    } else if (count > 0) {
      if (this.pos !== undefined) this.pos += count;
      this.bytesRead += count;
      // A short read should not keep a whole buffer alive.
      if (count !== bytes.length) {
        const chunk = Buffer.allocUnsafeSlow(count);
        bytes.copy(chunk, 0, 0, count);
        bytes = chunk;
      }
      this.push(bytes);
    } else {
      this.push(null);
    }
  });
};

ReadStream.prototype.close = function (callback) {
  if (typeof callback === 'function') finished(this, callback);
  this.destroy();
};

const pending = {
  get() {
    return this.fd === null;
  },
  configurable: true,
};
Object.defineProperty(ReadStream.prototype, 'pending', pending);

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = copyOptions(options);
  // Data reaches the file as bytes only.
  options.decodeStrings = true;
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose;
  takeFile(this, path, options, 'w');
  this.flush = options.flush;
  if (this.flush == null) this.flush = false;
  else validateBoolean(this.flush, 'options.flush');
  const operations = this[kFs];
  if (!operations.write && !operations.writev) {
    throw new ERR_INVALID_ARG_TYPE('options.fs.write', 'function', operations.write);
  }
  if (operations.write) validateFunction(operations.write, 'options.fs.write');
  if (operations.writev) validateFunction(operations.writev, 'options.fs.writev');
  if (options.autoDestroy) validateFunction(operations.close, 'options.fs.close');
  if (this.flush) validateFunction(operations.fsync, 'options.fs.fsync');
  // With only one of the two replaced, the other must not go to the real file.
  if (!operations.write) this._write = null;
  if (!operations.writev) this._writev = null;

  this.start = options.start;
  this.pos = undefined;
  this.bytesWritten = 0;
  this[kBusy] = false;
  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  Writable.call(this, options);
  if (options.encoding) this.setDefaultEncoding(options.encoding);
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);
defineAutoClose(WriteStream, '_writableState');

WriteStream.prototype.open = deprecatedOpen('WriteStream');
WriteStream.prototype._construct = construct;
WriteStream.prototype._destroy = destroy;

/**
 * Repeats `attempt(remaining, position, callback)` until everything of `size` bytes is written.
 * `remaining` is what `advance` leaves of the data after each attempt.
 */
function writeAll(stream, data, size, position, attempt, advance, callback, retries = 0) {
  attempt(data, position, (error, count) => {
    if (error?.code === 'EAGAIN') {
      error = null;
      count = 0;
    }
    if (stream.destroyed || error) {
      callback(error || new ERR_STREAM_DESTROYED('write'));
      return;
    }
    stream.bytesWritten += count;
    const left = size - count;
    if (left === 0) {
      callback();
      return;
    }
    const nextRetries = count > 0 ? 0 : retries + 1;
    if (nextRetries > MAX_WRITE_RETRIES) {
      callback(
        new ERR_SYSTEM_ERROR({
          code: 'EAGAIN',
          message: 'write failed, resource temporarily unavailable',
          syscall: 'write',
          errno: 11,
        }),
      );
      return;
    }
    const next = position === undefined ? undefined : position + count;
    writeAll(stream, advance(data, count), left, next, attempt, advance, callback, nextRetries);
  });
}

/** A write's callback that first lets a waiting _destroy go on. */
function endingWrite(stream, callback) {
  return (error) => {
    stream[kBusy] = false;
    if (stream.destroyed) {
      callback(error);
      stream.emit(kIdle, error);
      return;
    }
    callback(error);
  };
}

WriteStream.prototype._write = function (data, _encoding, callback) {
  this[kBusy] = true;
  const position = this.pos;
  if (this.pos !== undefined) this.pos += data.length;
  writeAll(
    this,
    data,
    data.length,
    position,
    (bytes, at, done) => this[kFs].write(this.fd, bytes, 0, bytes.length, at, done),
    (bytes, count) => bytes.subarray(count),
    endingWrite(this, callback),
  );
};

function advanceChunks(chunks, count) {
  let index = 0;
  while (index < chunks.length && count >= chunks[index].length) count -= chunks[index++].length;
  const rest = chunks.slice(index);
  if (count > 0) rest[0] = rest[0].subarray(count);
  return rest;
}

WriteStream.prototype._writev = function (entries, callback) {
  const chunks = entries.map((entry) => entry.chunk);
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  this[kBusy] = true;
  const position = this.pos;
  if (this.pos !== undefined) this.pos += size;
  writeAll(
    this,
    chunks,
    size,
    position,
    (buffers, at, done) => this[kFs].writev(this.fd, buffers, at ?? null, done),
    advanceChunks,
    endingWrite(this, callback),
  );
};

WriteStream.prototype.close = function (callback) {
  if (callback) {
    if (this.closed) {
      process.nextTick(callback);
      return;
    }
    this.on('close', callback);
  }
  // Without autoClose, finishing alone would leave the stream open.
  if (!this.autoClose) this.on('finish', this.destroy);
  // Buffered data still goes out: close() is a polite end().
  this.end();
};

// The name under which old programs ended a file stream.
WriteStream.prototype.destroySoon = WriteStream.prototype.end;
Object.defineProperty(WriteStream.prototype, 'pending', pending);

function createReadStream(path, options) {
  return new ReadStream(path, options);
}

function createWriteStream(path, options) {
  return new WriteStream(path, options);
}

module.exports = { createReadStream, createWriteStream, ReadStream, WriteStream };

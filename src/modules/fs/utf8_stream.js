'use strict';

// fs.Utf8Stream: a writer for logs. It gathers what is written until a minimum is there, writes in
// pieces of bounded size - at once or in the background - and can flush at any moment.

const { Buffer } = require('node:buffer');
const { EventEmitter } = require('node:events');
const { dirname } = require('node:path');
const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
  ERR_OPERATION_FAILED,
} = require('runtime/errors');
const { clearInterval, setImmediate, setInterval, setTimeout } = require('runtime/timers');
const {
  validateBoolean,
  validateFunction,
  validateObject,
  validateOneOf,
  validateUint32,
} = require('runtime/validators');

const DEFAULT_MAX_WRITE = 16 * 1024;
const MIN_HIGH_WATER_MARK = 16 * 1024 + 3;
// How long to wait for a descriptor that is busy, in milliseconds.
const BUSY_DELAY = 100;

function isBusy(error) {
  return error.code === 'EAGAIN' || error.code === 'EBUSY';
}

function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

class Utf8Stream extends EventEmitter {
  #options;
  #fs;
  #fd = -1;
  #file = null;
  #highWaterMark;
  #timer = null;

  // What waits to be written: strings, or lists of buffers, of at most maxWrite each.
  #pieces = [];
  #length = 0;
  // The bytes of the piece that is being written, and its length as it counts in #length.
  #current = null;
  #currentLength = 0;

  #isWriting = false;
  #isOpening = false;
  #isReopening = false;
  #isEnding = false;
  #isDestroyed = false;
  #isDrainScheduled = false;

  constructor(options = {}) {
    super();
    validateObject(options, 'options');
    const {
      append = true,
      contentMode = 'utf8',
      dest,
      fd = dest,
      fs,
      fsync = false,
      maxLength = 0,
      maxWrite = DEFAULT_MAX_WRITE,
      minLength = 0,
      mkdir = false,
      mode,
      periodicFlush = 0,
      retryEAGAIN = () => true,
      sync = false,
    } = options;
    validateBoolean(append, 'options.append');
    validateOneOf(contentMode, 'options.contentMode', ['utf8', 'buffer']);
    validateBoolean(fsync, 'options.fsync');
    validateUint32(maxLength, 'options.maxLength');
    validateUint32(maxWrite, 'options.maxWrite');
    validateUint32(minLength, 'options.minLength');
    validateBoolean(mkdir, 'options.mkdir');
    validateUint32(periodicFlush, 'options.periodicFlush');
    validateFunction(retryEAGAIN, 'options.retryEAGAIN');
    validateBoolean(sync, 'options.sync');
    if (fs !== undefined) validateObject(fs, 'options.fs');
    if (minLength >= maxWrite && maxWrite > 0) {
      throw new ERR_INVALID_ARG_VALUE(
        'options.minLength',
        minLength,
        `should be smaller than maxWrite (${maxWrite})`,
      );
    }
    this.#options = {
      append,
      contentMode,
      fsync,
      maxLength,
      maxWrite,
      minLength,
      mkdir,
      mode,
      periodicFlush,
      retryEAGAIN,
      sync,
    };
    this.#fs = { ...require('node:fs'), ...fs };
    this.#highWaterMark = Math.max(minLength, MIN_HIGH_WATER_MARK);
    if (typeof fd === 'number') {
      this.#fd = fd;
      process.nextTick(() => this.emit('ready'));
    } else if (typeof fd === 'string') {
      this.#open(fd);
    } else {
      throw new ERR_INVALID_ARG_TYPE('options.fd', ['number', 'string'], fd);
    }
    if (periodicFlush > 0) {
      this.#timer = setInterval(() => this.flush(), periodicFlush);
      this.#timer.unref();
    }
  }

  get append() {
    return this.#options.append;
  }

  get contentMode() {
    return this.#options.contentMode;
  }

  get fd() {
    return this.#fd;
  }

  get file() {
    return this.#file;
  }

  get fsync() {
    return this.#options.fsync;
  }

  get maxLength() {
    return this.#options.maxLength;
  }

  get minLength() {
    return this.#options.minLength;
  }

  get mkdir() {
    return this.#options.mkdir;
  }

  get mode() {
    return this.#options.mode;
  }

  get periodicFlush() {
    return this.#options.periodicFlush;
  }

  get sync() {
    return this.#options.sync;
  }

  get writing() {
    return this.#isWriting;
  }

  /** Takes data over; false when the caller should wait for 'drain'. */
  write(data) {
    this.#checkAlive();
    const isText = this.#options.contentMode === 'utf8';
    if (isText ? typeof data !== 'string' : !ArrayBuffer.isView(data)) {
      throw new ERR_INVALID_ARG_TYPE('data', isText ? 'string' : ['Buffer', 'TypedArray'], data);
    }
    const { maxLength, minLength } = this.#options;
    const length = this.#length + data.length;
    if (maxLength > 0 && length > maxLength) {
      this.emit('drop', data);
      return this.#length < this.#highWaterMark;
    }
    this.#gather(data, isText);
    this.#length = length;
    if (this.#isIdle() && this.#length >= minLength) this.#writeNext();
    return this.#length < this.#highWaterMark;
  }

  /** Writes what has been gathered; the callback learns when that, and an fsync, is done. */
  flush(callback) {
    if (callback !== undefined) validateFunction(callback, 'callback');
    if (this.#isDestroyed) {
      const error = new ERR_INVALID_STATE('Utf8Stream is destroyed');
      if (callback === undefined) throw error;
      callback(error);
      return;
    }
    if (this.#options.minLength === 0) {
      callback?.(null);
      return;
    }
    if (callback) this.#callWhenDrained(callback);
    if (this.#isOpening) {
      this.once('ready', () => this.#startFlush());
      return;
    }
    this.#startFlush();
  }

  flushSync() {
    this.#checkAlive();
    if (this.#fd < 0) throw new ERR_INVALID_STATE('Invalid file descriptor');
    // A piece that is on its way stays so; one whose write failed belongs in front again.
    const inFlight = this.#isWriting ? [this.#current, this.#currentLength] : null;
    if (inFlight === null) this.#putBack();
    this.#current = null;
    try {
      while (this.#pieces.length > 0) this.#flushPieceSync();
      if (this.#options.fsync) this.#fs.fsyncSync(this.#fd);
    } finally {
      if (inFlight !== null) [this.#current, this.#currentLength] = inFlight;
    }
  }

  /** Opens the file - another one, if named - anew, as log rotation needs it. */
  reopen(file) {
    this.#checkAlive();
    if (this.#isOpening) {
      this.once('ready', () => this.reopen(file));
      return;
    }
    if (this.#isEnding) return;
    if (this.#file === null) {
      throw new ERR_OPERATION_FAILED('Unable to reopen a file descriptor, you must pass a file');
    }
    if (file) this.#file = file;
    this.#isReopening = true;
    if (!this.#isWriting) this.#reopenNow();
  }

  /** Writes what is left, then closes. */
  end() {
    this.#checkAlive();
    if (this.#isOpening) {
      this.once('ready', () => {
        if (!this.#isDestroyed) this.end();
      });
      return;
    }
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#isWriting) return;
    if (this.#length > 0 && this.#fd >= 0) this.#writeNext();
    else this.#close();
  }

  /** Closes without writing what is left. */
  destroy() {
    if (!this.#isDestroyed) this.#close();
  }

  [Symbol.dispose]() {
    this.destroy();
  }

  #checkAlive() {
    if (this.#isDestroyed) throw new ERR_INVALID_STATE('Utf8Stream is destroyed');
  }

  #isIdle() {
    return !this.#isWriting && !this.#isOpening && !this.#isReopening;
  }

  #gather(data, isText) {
    const last = this.#pieces.length - 1;
    const { maxWrite } = this.#options;
    if (isText) {
      if (last >= 0 && this.#pieces[last].length + data.length <= maxWrite)
        this.#pieces[last] += data;
      else this.#pieces.push(data);
      return;
    }
    const piece = this.#pieces[last];
    const size = piece?.reduce((sum, buffer) => sum + buffer.length, 0);
    if (piece && size + data.length <= maxWrite) piece.push(data);
    else this.#pieces.push([data]);
  }

  #open(file) {
    const { append, mkdir, mode, sync } = this.#options;
    const flags = append ? 'a' : 'w';
    this.#isOpening = true;
    this.#file = file;
    if (sync) {
      let fd;
      try {
        if (mkdir) this.#fs.mkdirSync(dirname(file), { recursive: true });
        fd = this.#fs.openSync(file, flags, mode);
      } catch (error) {
        this.#openFailed();
        process.nextTick(() => {
          if (this.listenerCount('error') > 0) this.emit('error', error);
        });
        throw error;
      }
      this.#opened(fd);
      return;
    }
    const opened = (error, fd) => {
      if (error) {
        this.#openFailed();
        this.emit('error', error);
      } else {
        this.#opened(fd);
      }
    };
    if (!mkdir) {
      this.#fs.open(file, flags, mode, opened);
      return;
    }
    this.#fs.mkdir(dirname(file), { recursive: true }, (error) => {
      if (error) opened(error);
      else this.#fs.open(file, flags, mode, opened);
    });
  }

  #openFailed() {
    this.#isOpening = false;
    this.#isReopening = false;
  }

  #opened(fd) {
    const wasReopening = this.#isReopening;
    const oldFd = this.#fd;
    this.#fd = fd;
    this.#openFailed();
    if (wasReopening && oldFd >= 0 && oldFd !== fd) {
      this.#fs.close(oldFd, (error) => {
        if (error) this.emit('error', error);
      });
    }
    const announce = () => {
      this.emit('ready');
      if (this.#isDestroyed || !this.#isIdle()) return;
      if (this.#length > this.#options.minLength) this.#writeNext();
      else if (wasReopening) process.nextTick(() => this.emit('drain'));
    };
    if (this.#options.sync) process.nextTick(announce);
    else announce();
  }

  #reopenNow() {
    this.#open(this.#file);
  }

  #startFlush() {
    if (this.#isWriting || this.#isDestroyed) return;
    if (this.#length === 0) process.nextTick(() => this.emit('drain'));
    else this.#writeNext();
  }

  #callWhenDrained(callback) {
    const onDrain = () => {
      this.off('error', onError);
      // With the fsync option each write has been followed by one.
      if (this.#options.fsync || this.#fd < 0) callback(null);
      else
        this.#fs.fsync(this.#fd, (error) =>
          callback(error?.code === 'EBADF' ? null : (error ?? null)),
        );
    };
    const onError = (error) => {
      this.off('drain', onDrain);
      callback(error);
    };
    this.once('drain', onDrain);
    this.once('error', onError);
  }

  /** Makes the first piece the current one. */
  #take() {
    const piece = this.#pieces.shift();
    this.#current = typeof piece === 'string' ? Buffer.from(piece) : Buffer.concat(piece);
    this.#currentLength = typeof piece === 'string' ? piece.length : this.#current.length;
  }

  /** Makes the current piece the first one again, ready to be added to. */
  #putBack() {
    if (this.#current === null) return;
    const isText = this.#options.contentMode === 'utf8';
    this.#pieces.unshift(isText ? this.#current.toString() : [this.#current]);
    this.#current = null;
  }

  #writeCurrentSync() {
    return this.#fs.writeSync(this.#fd, this.#current, 0, this.#current.length, null);
  }

  /** Counts bytes as written; a writer that tells no number has written all. */
  #release(count) {
    const size = this.#current.length;
    const written = Math.min(count ?? size, size);
    if (written === size) {
      this.#length -= this.#currentLength;
      this.#current = null;
      return;
    }
    this.#current = this.#current.subarray(written);
    const left =
      this.#options.contentMode === 'utf8' ? this.#current.toString().length : this.#current.length;
    this.#length -= this.#currentLength - left;
    this.#currentLength = left;
  }

  #flushPieceSync() {
    this.#take();
    try {
      while (this.#current !== null) this.#release(this.#writeCurrentSync());
    } catch (error) {
      const again = isBusy(error) && this.#mayRetry(error);
      this.#putBack();
      if (!again) throw error;
      sleep(BUSY_DELAY);
    }
  }

  #mayRetry(error) {
    return this.#options.retryEAGAIN(
      error,
      this.#currentLength,
      this.#length - this.#currentLength,
    );
  }

  #writeNext() {
    this.#isWriting = true;
    if (this.#current === null) this.#take();
    if (this.#options.sync) this.#writeOutSync();
    else this.#writeOut();
  }

  #writeOut() {
    const bytes = this.#current;
    this.#fs.write(this.#fd, bytes, 0, bytes.length, null, (error, count) => {
      if (error) {
        if (isBusy(error) && this.#mayRetry(error)) {
          setTimeout(() => this.#writeOut(), BUSY_DELAY);
        } else {
          this.#writeFailed(error);
        }
        return;
      }
      this.emit('write', count);
      this.#release(count);
      if (this.#current !== null) this.#writeOut();
      else this.#written();
    });
  }

  #writeOutSync() {
    while (this.#current !== null) {
      let count;
      try {
        count = this.#writeCurrentSync();
      } catch (error) {
        if (isBusy(error) && this.#mayRetry(error)) {
          sleep(BUSY_DELAY);
          continue;
        }
        this.#writeFailed(error);
        return;
      }
      this.emit('write', count);
      this.#release(count);
    }
    this.#written();
  }

  #writeFailed(error) {
    this.#isWriting = false;
    this.emit('error', error);
  }

  /** A piece is on its way to the disk: what next? */
  #written() {
    const { fsync, minLength, sync } = this.#options;
    if (this.#isDestroyed) {
      // Who waits for a flush still learns that it is over.
      this.#isWriting = false;
      this.emit('drain');
      return;
    }
    if (fsync) this.#fs.fsyncSync(this.#fd);
    if (this.#isReopening) {
      this.#isWriting = false;
      this.#reopenNow();
    } else if (this.#length > minLength || (this.#isEnding && this.#length > 0)) {
      this.#writeNext();
    } else if (this.#isEnding) {
      this.#isWriting = false;
      this.#close();
    } else {
      this.#isWriting = false;
      if (sync) this.#scheduleDrain();
      else this.emit('drain');
    }
  }

  #scheduleDrain() {
    if (this.#isDrainScheduled) return;
    this.#isDrainScheduled = true;
    process.nextTick(() => {
      this.#isDrainScheduled = false;
      this.emit('drain');
    });
  }

  #close() {
    if (this.#fd === -1) {
      this.once('ready', () => this.#close());
      return;
    }
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#isDestroyed = true;
    this.#pieces = [];
    this.#length = 0;
    const isStandard = this.#fd === 1 || this.#fd === 2;
    const closed = (error) => {
      if (error) {
        this.emit('error', error);
        return;
      }
      if (this.#isEnding && !this.#isWriting) this.emit('finish');
      this.emit('close');
    };
    const close = () => {
      // The standard streams belong to the process.
      if (isStandard) closed(null);
      else this.#fs.close(this.#fd, closed);
    };
    if (this.#options.fsync || isStandard) setImmediate(close);
    else this.#fs.fsync(this.#fd, close);
  }
}

module.exports = { Utf8Stream };

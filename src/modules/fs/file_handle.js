'use strict';

// FileHandle: a file descriptor that knows its pending operations, is closed once, and is closed
// with a warning when its program loses it.

const { EventEmitter } = require('node:events');
const { Buffer } = require('node:buffer');
const {
  ERR_INTERNAL_ASSERTION,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
} = require('runtime/errors');
const {
  validateBoolean,
  validateInteger,
  validateObject,
  validateAbortSignal,
} = require('runtime/validators');
const {
  checkReadRange,
  checkStringOrView,
  checkView,
  checkViews,
  isArrayBufferView,
  toId,
  toMode,
  toReadPosition,
  toUnixTimestamp,
  toWritePosition,
} = require('modules/fs/arguments');
const { kClone, kTransfer } = require('runtime/symbols');
const { encode, toWriteRange } = require('modules/fs/sync');
const { toStats } = require('modules/fs/stats');
const { withAsyncStack } = require('modules/fs/async_stack');
const binding = native('fs');

let announced = false;

// A handle that nobody holds any more still owns its descriptor: the registry gives that back.
const lost = new FinalizationRegistry((fd) => {
  binding.closeSync(fd);
  process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
  if (announced) return;
  announced = true;
  process.emitWarning(
    'Closing a FileHandle object on garbage collection is deprecated. ' +
      'Please close FileHandle objects explicitly using FileHandle.prototype.close(). ' +
      'In the future, an error will be thrown if a file descriptor is closed during garbage collection.',
    'DeprecationWarning',
    'DEP0137',
  );
});

const kRef = Symbol('ref');
const kUnref = Symbol('unref');

const DEFAULT_READ_SIZE = 16 * 1024;

// Handles that went to other threads.
const transferred = new WeakSet();

function closedError(handle, syscall) {
  const error = new Error(
    transferred.has(handle) ? 'The FileHandle has been transferred' : 'file closed',
  );
  error.code = 'EBADF';
  error.syscall = syscall;
  return error;
}

/** Runs an operation on an open handle, which does not close before that has ended. */
async function useHandle(handle, syscall, operate) {
  if (handle.fd === -1) throw closedError(handle, syscall);
  handle[kRef]();
  try {
    return await operate();
  } catch (error) {
    throw withAsyncStack(error);
  } finally {
    handle[kUnref]();
  }
}

class FileHandle extends EventEmitter {
  // Streams over a handle hold it open with these.
  static ref = kRef;
  static unref = kUnref;

  #fd;
  #references = 1;
  #closing = null;
  #locked = false;

  constructor(fd) {
    super();
    this.#fd = fd;
    lost.register(this, fd, this);
  }

  /** The descriptor, -1 once the handle is closed. */
  get fd() {
    return this.#fd;
  }

  getAsyncId() {
    return -1;
  }

  [kRef]() {
    this.#references++;
  }

  [kUnref]() {
    if (--this.#references === 0 && this.#closing !== null) this.#closing.start();
  }

  /** Closes the descriptor when pending operations have ended. */
  close() {
    if (this.#closing !== null) return this.#closing.promise;
    if (this.#fd === -1) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers();
    const start = () => {
      const fd = this.#fd;
      this.#fd = -1;
      lost.unregister(this);
      binding.close(fd, (error) => {
        this.#closing = null;
        if (error) reject(error);
        else resolve();
      });
    };
    this.#closing = { promise, start };
    if (--this.#references === 0) start();
    // Now, and not when the descriptor is closed: streams that hold the handle let go of it.
    this.emit('close');
    return promise;
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }

  async appendFile(data, options) {
    return FileHandle.#use(this, 'writeFile', () =>
      require('modules/fs/promise_files').writeHandle(this, data, options),
    );
  }

  async chmod(mode) {
    return FileHandle.#use(this, 'fchmod', (fd) => binding.fchmod(fd, toMode(mode, 'mode')));
  }

  async chown(uid, gid) {
    return FileHandle.#use(this, 'fchown', (fd) =>
      binding.fchown(fd, toId(uid, 'uid'), toId(gid, 'gid')),
    );
  }

  async datasync() {
    return FileHandle.#use(this, 'fdatasync', (fd) => binding.fdatasync(fd));
  }

  async sync() {
    return FileHandle.#use(this, 'fsync', (fd) => binding.fsync(fd));
  }

  async read(buffer, offset, length, position) {
    return FileHandle.#use(this, 'read', (fd) => readInto(fd, buffer, offset, length, position));
  }

  async readv(buffers, position) {
    return FileHandle.#use(this, 'readv', async (fd) => {
      checkViews(buffers);
      const bytesRead = await binding.readv(fd, buffers, toWritePosition(position));
      return { __proto__: null, bytesRead, buffers };
    });
  }

  async readFile(options) {
    return FileHandle.#use(this, 'readFile', () =>
      require('modules/fs/promise_files').readHandle(this, options),
    );
  }

  readLines(options = undefined) {
    return require('node:readline').createInterface({
      input: this.createReadStream(options),
      crlfDelay: Infinity,
    });
  }

  async stat(options = undefined) {
    return FileHandle.#use(this, 'fstat', async (fd) => {
      const signal = options?.signal;
      if (signal !== undefined) {
        validateAbortSignal(signal, 'options.signal');
        if (signal.aborted) throw require('modules/fs/callback_io').abortError(signal);
      }
      const fields = await binding.fstat(fd, options?.bigint === true);
      if (signal?.aborted) throw require('modules/fs/callback_io').abortError(signal);
      return toStats(fields);
    });
  }

  async truncate(len = 0) {
    return FileHandle.#use(this, 'ftruncate', (fd) => {
      validateInteger(len, 'len');
      return binding.ftruncate(fd, Math.max(0, len));
    });
  }

  async utimes(atime, mtime) {
    return FileHandle.#use(this, 'futimes', (fd) =>
      binding.futimes(fd, toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime')),
    );
  }

  async write(buffer, offset, length, position) {
    return FileHandle.#use(this, 'write', (fd) => writeFrom(fd, buffer, offset, length, position));
  }

  async writev(buffers, position) {
    return FileHandle.#use(this, 'writev', async (fd) => {
      checkViews(buffers);
      const bytesWritten =
        buffers.length === 0 ? 0 : await binding.writev(fd, buffers, toWritePosition(position));
      return { __proto__: null, bytesWritten, buffers };
    });
  }

  async writeFile(data, options) {
    return FileHandle.#use(this, 'writeFile', () =>
      require('modules/fs/promise_files').writeHandle(this, data, options),
    );
  }

  /** A byte stream over the rest of the file; the handle belongs to it until it ends. */
  readableWebStream(options = {}) {
    if (this.#fd === -1) throw new ERR_INVALID_STATE('The FileHandle is closed');
    if (this.#closing !== null) throw new ERR_INVALID_STATE('The FileHandle is closing');
    if (this.#locked) throw new ERR_INVALID_STATE('The FileHandle is locked');
    validateObject(options, 'options');
    const { autoClose = false, type = 'bytes' } = options;
    validateBoolean(autoClose, 'options.autoClose');
    if (type !== 'bytes') {
      process.emitWarning(
        'A non-"bytes" options.type has no effect. A byte-oriented steam is always created.',
        'ExperimentalWarning',
      );
    }
    this.#locked = true;
    return require('modules/fs/web_stream').toReadableStream(this, autoClose);
  }

  createReadStream(options = undefined) {
    const { ReadStream } = require('modules/fs/streams');
    return new ReadStream(undefined, { ...options, fd: this });
  }

  createWriteStream(options = undefined) {
    const { WriteStream } = require('modules/fs/streams');
    return new WriteStream(undefined, { ...options, fd: this });
  }

  // A handle can move to another thread, and is closed here then; it cannot be copied.
  [kClone]() {
    return null;
  }

  [kTransfer]() {
    if (this.#references > 1 || this.#fd === -1) {
      const { DOMException } = require('web/dom/exception');
      throw new DOMException('Cannot transfer FileHandle while in use', 'DataCloneError');
    }
    const fd = this.#fd;
    this.#fd = -1;
    lost.unregister(this);
    binding.giveUp(fd);
    transferred.add(this);
    return { deserializeInfo: 'modules/fs/file_handle:receive', data: fd };
  }

  static #use(handle, syscall, operate) {
    if (!(#fd in handle))
      throw new ERR_INTERNAL_ASSERTION('handle must be an instance of FileHandle');
    return useHandle(handle, syscall, () => operate(handle.#fd));
  }
}

/** FileHandle.prototype.read in its three forms. */
async function readInto(fd, buffer, offset, length, position) {
  if (!isArrayBufferView(buffer)) {
    const options = buffer;
    if (options !== undefined) validateObject(options, 'options', { nullable: true });
    ({ buffer = Buffer.alloc(DEFAULT_READ_SIZE) } = options ?? {});
    checkView(buffer);
    offset = options ?? {};
  }
  if (offset !== null && typeof offset === 'object') {
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
  }
  if (offset == null) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length ??= buffer.byteLength - offset;
  if (length === 0) return { __proto__: null, bytesRead: 0, buffer };
  if (buffer.byteLength === 0) {
    throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  }
  checkReadRange(offset, length, buffer.byteLength);
  const where = toReadPosition(position, length);
  const bytesRead = await binding.read(fd, buffer, offset, length, where);
  return { __proto__: null, bytesRead, buffer };
}

/** FileHandle.prototype.write, of bytes and of strings. */
async function writeFrom(fd, buffer, offset, length, position) {
  if (buffer?.byteLength === 0) return { __proto__: null, bytesWritten: 0, buffer };
  let bytes = buffer;
  let range;
  if (isArrayBufferView(buffer)) {
    range = toWriteRange(buffer, offset, length, position);
  } else {
    checkStringOrView(buffer, 'buffer');
    bytes = encode(buffer, length);
    range = { offset: 0, length: bytes.length, position: toWritePosition(offset) };
  }
  const bytesWritten = await binding.write(fd, bytes, range.offset, range.length, range.position);
  return { __proto__: null, bytesWritten, buffer };
}

/** The handle for a descriptor that came from another thread. */
function receive(fd) {
  binding.adopt(fd);
  return new FileHandle(fd);
}

module.exports = { FileHandle, receive, useHandle };

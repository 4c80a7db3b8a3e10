'use strict';

// fs.Dir: a directory that is read batch by batch. Behind it is a descriptor; native code returns
// the next entries from where the last call left off.

const { ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_INVALID_THIS, ERR_MISSING_ARGS } =
  require('runtime/errors');
const { validateFunction, validateUint32 } = require('runtime/validators');
const { isUtf8, toOptions, toPath } = require('modules/fs/arguments');
const { Dirent } = require('modules/fs/dirent');
const binding = native('fs');

// A Dir that nobody holds any more still owns its descriptor.
const lost = new FinalizationRegistry((holder) => {
  if (holder.fd === -1) return;
  binding.closeSync(holder.fd);
  process.emitWarning('Closing directory handle on garbage collection');
});

const DEFAULT_BUFFER_SIZE = 32;

class Dir {
  #path;
  #options;
  // The descriptor of the directory that is being read: of a tree, one after the other.
  #current;
  #currentPath;
  #isOpen = true;
  #entries = [];
  #pendingDirectories = [];
  // Operations that wait for the running one; null while none runs.
  #queue = null;

  constructor(fd, path, options) {
    if (fd == null) throw new ERR_MISSING_ARGS('handle');
    this.#path = path;
    this.#currentPath = path;
    this.#options = options;
    this.#current = { fd };
    lost.register(this, this.#current, this);
  }

  /** The path as it was given to opendir. */
  get path() {
    if (!(#path in this)) throw new ERR_INVALID_THIS('Dir');
    return this.#path;
  }

  /** The next entry, null behind the last: to a callback, or by a promise. */
  read(callback) {
    return this.#operate(callback, (done) => this.#next(done));
  }

  readSync() {
    this.#checkSync();
    while (this.#entries.length === 0) {
      if (this.#current.fd === -1 && !this.#openNextSync()) return null;
      const { bytes, size } = this.#request();
      const batch = binding.readDirectorySync(this.#current.fd, size, this.#currentPath, bytes);
      if (!this.#take(batch)) this.#closeCurrentSync();
    }
    return this.#shift();
  }

  close(callback) {
    return this.#operate(callback, (done) => {
      this.#isOpen = false;
      lost.unregister(this);
      this.#closeCurrent(done);
    });
  }

  closeSync() {
    this.#checkSync();
    this.#isOpen = false;
    lost.unregister(this);
    this.#closeCurrentSync();
  }

  async *entries() {
    try {
      for (;;) {
        const entry = await this.read();
        if (entry === null) break;
        yield entry;
      }
    } finally {
      if (this.#isOpen) await this.close();
    }
  }

  async [Symbol.asyncDispose]() {
    if (this.#isOpen) await this.close();
  }

  [Symbol.dispose]() {
    if (this.#isOpen) this.closeSync();
  }

  #checkSync() {
    if (!this.#isOpen) throw new ERR_DIR_CLOSED();
    if (this.#queue !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
  }

  /** Runs `operation(done)` when those before it have ended. */
  #operate(callback, operation) {
    if (callback === undefined) {
      return new Promise((resolve, reject) => {
        this.#enqueue(operation, (error, value) => {
          if (error) reject(error);
          else resolve(value);
        });
      });
    }
    validateFunction(callback, 'callback');
    this.#enqueue(operation, callback);
  }

  #enqueue(operation, callback) {
    if (!this.#isOpen) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return;
    }
    if (this.#queue !== null) {
      this.#queue.push([operation, callback]);
      return;
    }
    this.#queue = [];
    operation((...results) => {
      const waiting = this.#queue;
      this.#queue = null;
      for (const [nextOperation, nextCallback] of waiting)
        this.#enqueue(nextOperation, nextCallback);
      callback(...results);
    });
  }

  #request() {
    return { bytes: !isUtf8(this.#options.encoding), size: this.#options.bufferSize };
  }

  #next(done) {
    if (this.#entries.length > 0) {
      process.nextTick(done, null, this.#shift());
      return;
    }
    if (this.#current.fd === -1) {
      this.#openNext(done);
      return;
    }
    const { bytes, size } = this.#request();
    binding.readDirectory(this.#current.fd, size, this.#currentPath, bytes, (error, batch) => {
      if (error) done(error);
      else if (this.#take(batch)) done(null, this.#shift());
      else
        this.#closeCurrent((closeError) => (closeError ? done(closeError) : this.#openNext(done)));
    });
  }

  /** Keeps the entries of a native batch; false when there are none left. */
  #take([names, types]) {
    const { encoding } = this.#options;
    for (let index = 0; index < names.length; index++) {
      let name = names[index];
      if (typeof name !== 'string' && encoding !== 'buffer') name = name.toString(encoding);
      this.#entries.push(new Dirent(name, this.#currentPath, types[index]));
    }
    return names.length > 0;
  }

  #shift() {
    const entry = this.#entries.shift();
    if (this.#options.recursive && entry.isDirectory()) {
      const { join } = require('node:path');
      this.#pendingDirectories.push(join(`${entry.parentPath}`, `${entry.name}`));
    }
    return entry;
  }

  #openNextSync() {
    if (this.#pendingDirectories.length === 0) return false;
    this.#currentPath = this.#pendingDirectories.shift();
    this.#current.fd = binding.openDirectorySync(this.#currentPath);
    return true;
  }

  #openNext(done) {
    if (this.#pendingDirectories.length === 0) {
      process.nextTick(done, null, null);
      return;
    }
    this.#currentPath = this.#pendingDirectories.shift();
    binding.openDirectory(this.#currentPath, (error, fd) => {
      if (error) {
        done(error);
        return;
      }
      this.#current.fd = fd;
      this.#next(done);
    });
  }

  #closeCurrent(done) {
    const { fd } = this.#current;
    this.#current.fd = -1;
    if (fd === -1) process.nextTick(done, null);
    else binding.close(fd, done);
  }

  #closeCurrentSync() {
    const { fd } = this.#current;
    this.#current.fd = -1;
    if (fd !== -1) binding.closeSync(fd);
  }
}
Object.defineProperty(Dir.prototype, Symbol.asyncIterator, {
  value: Dir.prototype.entries,
  writable: true,
  enumerable: false,
  configurable: true,
});

/** The options of opendir, with their defaults. */
function toDirOptions(options) {
  const {
    encoding = 'utf8',
    bufferSize = DEFAULT_BUFFER_SIZE,
    recursive = false,
  } = toOptions(options);
  validateUint32(bufferSize, 'options.bufferSize', true);
  return { encoding, bufferSize, recursive: Boolean(recursive) };
}

function opendirSync(path, options) {
  path = toPath(path);
  options = toDirOptions(options);
  return new Dir(binding.openDirectorySync(path), path, options);
}

function opendir(path, options, callback) {
  path = toPath(path);
  options = toDirOptions(options);
  binding.openDirectory(path, (error, fd) => {
    if (error) callback(error);
    else callback(null, new Dir(fd, path, options));
  });
}

module.exports = { Dir, opendir, opendirSync };

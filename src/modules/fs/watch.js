'use strict';

// fs.watch: an event emitter over native watchers - one, or one for each directory of a tree.

const { EventEmitter } = require('node:events');
const { basename } = require('node:path');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, uvException } = require('runtime/errors');
const { validateBoolean } = require('runtime/validators');
const { kOwner } = require('runtime/symbols');
const { decode, toOptions, toPath } = require('modules/fs/arguments');
const { FSEvent } = native('fs');

const UV_ENOENT = -2;
const UV_ENOSPC = -28;

/** The error of a watcher that could not be started, or that failed later. */
function watchError(errno, path) {
  const error = uvException({
    errno,
    syscall: 'watch',
    path,
    message: errno === UV_ENOSPC ? 'System limit for number of file watchers reached' : '',
  });
  error.filename = path;
  return error;
}

function toIgnoreTest(pattern, name) {
  if (typeof pattern === 'function') return pattern;
  if (typeof pattern === 'string') {
    if (pattern === '')
      throw new ERR_INVALID_ARG_VALUE(name, pattern, 'must be a non-empty string');
    const test = require('modules/fs/glob').toNameTest(pattern);
    // A pattern without a slash is about the name alone, wherever the file is.
    return pattern.includes('/') ? test : (filename) => test(basename(filename));
  }
  if (Object.prototype.toString.call(pattern) === '[object RegExp]') {
    return (filename) => pattern.test(filename);
  }
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'RegExp', 'Function'], pattern);
}

/** Whether the `ignore` option leaves a file out; null when there is nothing to leave out. */
function toIgnore(ignore) {
  if (ignore == null) return null;
  if (!Array.isArray(ignore)) return toIgnoreTest(ignore, 'options.ignore');
  const tests = ignore.map((pattern, index) => toIgnoreTest(pattern, `options.ignore[${index}]`));
  return (filename) => tests.some((test) => test(filename));
}

/** The checked options of watch(), with their defaults. */
function toWatchOptions(options) {
  options = toOptions(options);
  const { persistent = true, recursive = false, encoding, signal, throwIfNoEntry = true } = options;
  validateBoolean(recursive, 'options.recursive');
  return {
    persistent: Boolean(persistent),
    recursive,
    encoding: encoding ?? 'utf8',
    signal,
    throwIfNoEntry: throwIfNoEntry !== false,
    ignore: toIgnore(options.ignore),
  };
}

class FSWatcher extends EventEmitter {
  #isClosed = false;
  #path;
  #encoding;
  #ignore;

  constructor(path, options) {
    super();
    this._handle = null;
    this.#path = path;
    this.#encoding = options.encoding;
    this.#ignore = options.ignore;
    if (options.recursive) this.#startTree(options);
    else this.#startOne(options);
  }

  #startOne({ persistent, throwIfNoEntry }) {
    const handle = new FSEvent();
    const onChange = (status, eventType, name) => {
      if (this.#isClosed) return;
      if (status < 0) this.#fail(watchError(status, `${this.#path}`));
      else this.#report(eventType, name);
    };
    handle.onchange = onChange;
    const errno = handle.start(this.#path, persistent);
    if (errno === 0) {
      this._handle = handle;
      handle[kOwner] = this;
      return;
    }
    handle.close();
    if (errno === UV_ENOENT && !throwIfNoEntry) return;
    throw watchError(errno, `${this.#path}`);
  }

  #startTree({ persistent, throwIfNoEntry }) {
    const { WatchTree } = require('modules/fs/watch_tree');
    const { Buffer } = require('node:buffer');
    try {
      this._handle = new WatchTree(`${this.#path}`, persistent, {
        report: (eventType, name) => {
          if (!this.#isClosed) this.#report(eventType, Buffer.from(name));
        },
        fail: (errno, path) => {
          if (!this.#isClosed) this.#fail(watchError(errno, path));
        },
      });
    } catch (error) {
      if (error.code === 'ENOENT' && !throwIfNoEntry) return;
      error.filename = `${this.#path}`;
      throw error;
    }
  }

  /** `name` is bytes, or null when the system does not tell. */
  #report(eventType, name) {
    if (name !== null && this.#ignore?.(name.toString())) return;
    this.emit('change', eventType, name === null ? null : decode(name, this.#encoding));
  }

  #fail(error) {
    this.#closeHandle();
    this.emit('error', error);
  }

  #closeHandle() {
    this.#isClosed = true;
    this._handle?.close();
    this._handle = null;
  }

  close() {
    if (this.#isClosed) return;
    this.#closeHandle();
    process.nextTick(() => this.emit('close'));
  }

  ref() {
    this._handle?.ref();
    return this;
  }

  unref() {
    this._handle?.unref();
    return this;
  }
}

/** Starts a watcher with options that toWatchOptions returned; `signal` is the caller's affair. */
function startWatcher(filename, options) {
  return new FSWatcher(toPath(filename, 'filename'), options);
}

function watch(filename, options, listener) {
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  options = toWatchOptions(options);
  const watcher = startWatcher(filename, options);
  if (listener) watcher.addListener('change', listener);
  const { signal } = options;
  if (signal?.aborted) {
    process.nextTick(() => watcher.close());
  } else if (signal) {
    const onAbort = () => watcher.close();
    signal.addEventListener('abort', onAbort, { once: true });
    watcher.once('close', () => signal.removeEventListener('abort', onAbort));
  }
  return watcher;
}

module.exports = { FSWatcher, startWatcher, toWatchOptions, watch };

'use strict';

// fs.watchFile: looks at a file every few seconds and tells when its stats have changed.

const { AsyncResource } = require('node:async_hooks');
const { EventEmitter } = require('node:events');
const { resolve } = require('node:path');
const { clearTimeout, setTimeout } = require('runtime/timers');
const { validateFunction, validateUint32 } = require('runtime/validators');
const { toPath } = require('modules/fs/arguments');
const { toStats } = require('modules/fs/stats');
const binding = native('fs');

const DEFAULT_INTERVAL = 5007;

// The fields that tell a change: all but the number of links and blocks, and the time of access.
const COMPARED_FIELDS = [0, 1, 3, 4, 7, 8, 11, 12, 13];
const FIELD_COUNT = 14;

function isSame(one, other) {
  return COMPARED_FIELDS.every((index) => one[index] === other[index]);
}

class StatWatcher extends EventEmitter {
  #path;
  #bigint;
  #interval;
  #isRef;
  #timer = null;
  #isStopped = false;
  // What the file was when it was last there, and why it is not there now.
  #last = null;
  #error = null;
  #resource = new AsyncResource('STATWATCHER', { requireManualDestroy: true });

  constructor(path, { bigint, interval, persistent }) {
    super();
    this.#path = path;
    this.#bigint = bigint;
    this.#interval = interval;
    this.#isRef = persistent;
    if (process.permission !== undefined) {
      require('runtime/permission').checkPermission('fs.read', path);
    }
    this.#poll();
  }

  #poll() {
    binding.stat(this.#path, this.#bigint, false, (error, fields) => {
      if (this.#isStopped) return;
      // The next look is arranged first: a listener may throw, or stop the watcher.
      this.#timer = setTimeout(() => this.#poll(), this.#interval);
      if (!this.#isRef) this.#timer.unref();
      this.#resource.runInAsyncScope(this.#compare, this, error, fields);
    });
  }

  #compare(error, fields) {
    const nothing = () =>
      this.#bigint ? new BigInt64Array(FIELD_COUNT) : new Float64Array(FIELD_COUNT);
    const before = this.#last;
    if (error) {
      if (this.#error === error.code) return;
      this.#error = error.code;
      this.emit('change', toStats(nothing()), toStats(before ?? nothing()));
      return;
    }
    const wasGone = this.#error !== null;
    this.#error = null;
    this.#last = fields;
    // The first look only learns what there is.
    if (wasGone || (before !== null && !isSame(before, fields))) {
      this.emit('change', toStats(fields), toStats(before ?? nothing()));
    }
  }

  stop() {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#resource.emitDestroy();
    clearTimeout(this.#timer);
    process.nextTick(() => this.emit('stop'));
  }

  ref() {
    this.#isRef = true;
    this.#timer?.ref();
    return this;
  }

  unref() {
    this.#isRef = false;
    this.#timer?.unref();
    return this;
  }
}

const watchers = new Map();

function watchFile(filename, options, listener) {
  filename = resolve(`${toPath(filename)}`);
  if (options === null || typeof options !== 'object') {
    listener = options;
    options = undefined;
  }
  validateFunction(listener, 'listener');
  const { bigint = false, persistent = true, interval = DEFAULT_INTERVAL } = options ?? {};
  let watcher = watchers.get(filename);
  if (watcher === undefined) {
    validateUint32(interval, 'interval');
    watcher = new StatWatcher(filename, { bigint, persistent, interval });
    watchers.set(filename, watcher);
  }
  watcher.addListener('change', listener);
  return watcher;
}

function unwatchFile(filename, listener) {
  filename = resolve(`${toPath(filename)}`);
  const watcher = watchers.get(filename);
  if (watcher === undefined) return;
  if (typeof listener === 'function') watcher.removeListener('change', listener);
  else watcher.removeAllListeners('change');
  if (watcher.listenerCount('change') > 0) return;
  watcher.stop();
  watchers.delete(filename);
}

module.exports = { StatWatcher, unwatchFile, watchFile };

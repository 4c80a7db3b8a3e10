'use strict';

const { validateFunction, validateObject } = require('runtime/validators');
const {
  bindToFrame,
  copyLength,
  getFrame,
  runInFrame,
  setFrame,
} = require('runtime/async_context');

/**
 * What one storage holds in an async context. A context is a list of these, never changed once
 * made, with at most one for each storage: entering a context is one small allocation, and
 * looking up a store walks past as many entries as there are storages in use.
 */
class Entry {
  constructor(key, store, next) {
    this.key = key;
    this.store = store;
    this.next = next;
  }
}

function find(frame, key) {
  while (frame !== undefined && frame.key !== key) frame = frame.next;
  return frame;
}

function without(frame, key) {
  if (find(frame, key) === undefined) return frame;
  if (frame.key === key) return frame.next;
  return new Entry(frame.key, frame.store, without(frame.next, key));
}

/** The context with the entry that was there before, if there was one. */
function restored(frame, key, entry) {
  const rest = without(frame, key);
  return entry === undefined ? rest : new Entry(key, entry.store, rest);
}

/** https://nodejs.org/api/async_context.html#class-asynclocalstorage */
class AsyncLocalStorage {
  // What marks the entries of this storage. A new one makes all of them strangers.
  #key = {};
  #defaultValue;
  #name = '';

  constructor(options = {}) {
    validateObject(options, 'options');
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  static bind(fn) {
    validateFunction(fn, 'fn');
    const bound = bindToFrame(fn);
    copyLength(bound, fn);
    return bound;
  }

  static snapshot() {
    const frame = getFrame();
    return function bound(fn, ...args) {
      return runInFrame(frame, fn, undefined, ...args);
    };
  }

  get name() {
    return this.#name;
  }

  disable() {
    setFrame(without(getFrame(), this.#key));
    this.#key = {};
  }

  enterWith(store) {
    setFrame(new Entry(this.#key, store, without(getFrame(), this.#key)));
  }

  run(store, fn, ...args) {
    const key = this.#key;
    const outer = getFrame();
    const inner = new Entry(key, store, without(outer, key));
    setFrame(inner);
    try {
      return Reflect.apply(fn, null, args);
    } finally {
      // Another storage may have been entered by `fn`, for good: only ours is left.
      setFrame(getFrame() === inner ? outer : restored(getFrame(), key, find(outer, key)));
    }
  }

  exit(fn, ...args) {
    return this.run(undefined, fn, ...args);
  }

  getStore() {
    const entry = find(getFrame(), this.#key);
    return entry === undefined ? this.#defaultValue : entry.store;
  }

  withScope(store) {
    const key = this.#key;
    const outer = find(getFrame(), key);
    this.enterWith(store);
    return new RunScope(() => {
      setFrame(restored(getFrame(), key, outer));
    });
  }
}

/** https://nodejs.org/api/async_context.html#class-runscope */
class RunScope {
  #leave;

  constructor(leave) {
    this.#leave = leave;
  }

  dispose() {
    this.#leave?.();
    this.#leave = undefined;
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

module.exports = AsyncLocalStorage;

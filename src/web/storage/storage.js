'use strict';
// https://html.spec.whatwg.org/multipage/webstorage.html

const { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } = require('runtime/errors');
const { inspect: kInspect } = require('runtime/symbols');

process.emitWarning(
  'Web Storage is an experimental feature and might change at any time',
  'ExperimentalWarning',
);

// Storage object => where its items are.
const areas = new WeakMap();

function areaOf(storage) {
  const area = areas.get(storage);
  if (area === undefined) throw new TypeError('Illegal invocation');
  return area;
}

function requireArguments(method, given, count) {
  if (given.length >= count) return;
  const error = new ERR_MISSING_ARGS('key');
  const needed = `${count} argument${count === 1 ? '' : 's'} required`;
  error.message = `Failed to execute '${method}' on 'Storage': ${needed}`;
  throw error;
}

function setItem(area, key, value) {
  if (area.set(key, value)) return;
  const { DOMException } = require('web/dom/exception');
  throw new DOMException('Setting the value exceeded the quota', 'QuotaExceededError');
}

/** https://html.spec.whatwg.org/multipage/webstorage.html#storage */
function Storage() {
  // DIFFERS: an Error where the other interfaces have a TypeError.
  throw Object.assign(new Error('Illegal constructor'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
}

const members = {
  get length() {
    return areaOf(this).size;
  },

  clear() {
    areaOf(this).clear();
  },

  getItem(key) {
    const area = areaOf(this);
    requireArguments('getItem', arguments, 1);
    return area.get(`${key}`);
  },

  key(index) {
    const area = areaOf(this);
    requireArguments('key', arguments, 1);
    return area.keys()[index >>> 0] ?? null;
  },

  removeItem(key) {
    const area = areaOf(this);
    requireArguments('removeItem', arguments, 1);
    area.remove(`${key}`);
  },

  setItem(key, value) {
    const area = areaOf(this);
    requireArguments('setItem', arguments, 2);
    setItem(area, `${key}`, `${value}`);
  },
};
Object.defineProperties(Storage.prototype, Object.getOwnPropertyDescriptors(members));
Object.defineProperties(Storage.prototype, {
  length: { configurable: false },
  [kInspect]: {
    value(depth, options, inspect) {
      if (!areas.has(this)) return this;
      const { Storage: Shown } = { Storage: class {} };
      return inspect(Object.assign(new Shown(), this), options);
    },
  },
});
Object.defineProperty(Storage, 'prototype', { writable: false });

// https://webidl.spec.whatwg.org/#es-legacy-platform-objects. An item is a property unless the object
// inherits one of its name; the target behind the proxy holds what has a symbol for its name.
function makeTraps(area) {
  const item = (target, key) =>
    typeof key === 'string' && !(key in target) ? area.get(key) : null;
  return {
    get: (target, key, receiver) => item(target, key) ?? Reflect.get(target, key, receiver),

    has: (target, key) => key in target || item(target, key) !== null,

    // Even where a method of that name hides the item afterwards.
    set(target, key, value, receiver) {
      if (typeof key !== 'string' || areas.get(receiver) !== area) {
        return Reflect.set(target, key, value, typeof key === 'symbol' ? target : receiver);
      }
      setItem(area, key, `${value}`);
      return true;
    },

    deleteProperty(target, key) {
      if (item(target, key) === null) return Reflect.deleteProperty(target, key);
      area.remove(key);
      return true;
    },

    ownKeys: (target) => [
      ...area.keys().filter((key) => !(key in target)),
      ...Reflect.ownKeys(target),
    ],

    getOwnPropertyDescriptor(target, key) {
      const value = item(target, key);
      if (value === null) return Reflect.getOwnPropertyDescriptor(target, key);
      return { value, writable: true, enumerable: true, configurable: true };
    },

    defineProperty(target, key, descriptor) {
      if (typeof key === 'symbol') return Reflect.defineProperty(target, key, descriptor);
      if ('get' in descriptor || 'set' in descriptor) return false;
      setItem(area, key, `${descriptor.value}`);
      return true;
    },

    preventExtensions: () => false,
  };
}

function makeStorage(area) {
  const storage = new Proxy(Object.create(Storage.prototype), makeTraps(area));
  areas.set(storage, area);
  return storage;
}

let local;
let session;

module.exports = {
  Storage,

  get localStorage() {
    if (local === undefined) {
      const path = require('runtime/options').getOptionValue('--localstorage-file');
      if (path === '') {
        const reason = 'is an invalid localStorage location';
        throw new ERR_INVALID_ARG_VALUE('--localstorage-file', path, reason);
      }
      const { FileArea } = require('web/storage/file_area');
      local = makeStorage(new FileArea(path));
    }
    return local;
  },

  get sessionStorage() {
    if (session === undefined) {
      const { MemoryArea } = require('web/storage/memory_area');
      session = makeStorage(new MemoryArea());
    }
    return session;
  },
};

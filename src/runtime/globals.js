'use strict';
// The properties of globalThis. What few programs use is loaded when it is first touched.

const { defineLazy } = require('runtime/lazy_property');

// The engine's own console, which tells the inspector and nobody else.
const engineConsole = globalThis.console;

function define(name, value, enumerable = false) {
  Object.defineProperty(globalThis, name, {
    value,
    writable: true,
    configurable: true,
    enumerable,
  });
}

function defineLater(name, id, key = name, enumerable = false) {
  defineLazy(globalThis, name, () => require(id)[key], enumerable);
}

// An attribute of the global object, as in a browser, that may or may not be assigned. DIFFERS: only
// that of crypto cares whose getter is called.
function defineAttribute(name, id, replaceable = false, isStrict = false) {
  let value;
  const attribute = {
    get [name]() {
      if (isStrict && this !== undefined && this !== null && this !== globalThis) {
        const { ERR_INVALID_THIS } = require('runtime/errors');
        throw new ERR_INVALID_THIS('nullish or must be the global object');
      }
      value ??= require(id)[name];
      return value;
    },
    set [name](replacement) {
      define(name, replacement, true);
    },
  };
  const { get, set } = Object.getOwnPropertyDescriptor(attribute, name);
  Object.defineProperty(globalThis, name, {
    get,
    set: replaceable ? set : undefined,
    enumerable: true,
    configurable: true,
  });
}

const lazy = {
  'web/encoding': ['TextEncoder', 'TextDecoder'],
  'web/url': ['URL', 'URLSearchParams'],
  'web/url/pattern': ['URLPattern'],
  'web/dom/event_target': ['Event', 'EventTarget', 'CustomEvent'],
  'web/dom/abort': ['AbortController', 'AbortSignal'],
  'web/dom/exception': ['DOMException'],
  'web/blob': ['Blob', 'File'],
  'web/messaging': ['MessageChannel', 'MessagePort', 'MessageEvent', 'BroadcastChannel'],
  'web/streams': [
    'ReadableStream',
    'ReadableStreamDefaultReader',
    'ReadableStreamBYOBReader',
    'ReadableStreamBYOBRequest',
    'ReadableByteStreamController',
    'ReadableStreamDefaultController',
    'TransformStream',
    'TransformStreamDefaultController',
    'WritableStream',
    'WritableStreamDefaultController',
    'WritableStreamDefaultWriter',
    'ByteLengthQueuingStrategy',
    'CountQueuingStrategy',
    'TextEncoderStream',
    'TextDecoderStream',
    'CompressionStream',
    'DecompressionStream',
  ],
  'web/performance': [
    'PerformanceEntry',
    'PerformanceMark',
    'PerformanceMeasure',
    'PerformanceObserver',
    'PerformanceObserverEntryList',
    'PerformanceResourceTiming',
    'Performance',
  ],
  'web/crypto': ['Crypto', 'CryptoKey', 'SubtleCrypto'],
  'web/fetch': ['FormData', 'Headers', 'Request', 'Response', 'WebSocket', 'CloseEvent'],
  'web/navigator': ['Navigator'],
};

// fetch() is an ordinary function from the start: the library behind it is loaded by the first call.
function fetch(input, init = undefined) {
  const { has } = require('runtime/builtins');
  if (!has('web/fetch')) {
    const { ERR_METHOD_NOT_IMPLEMENTED } = require('runtime/errors');
    return Promise.reject(new ERR_METHOD_NOT_IMPLEMENTED('fetch()'));
  }
  return require('web/fetch').fetch(input, init);
}

function install(process) {
  define('global', globalThis, true);
  Object.defineProperty(globalThis, Symbol.toStringTag, {
    value: 'global',
    writable: false,
    enumerable: false,
    configurable: true,
  });
  defineMain('process', process);
  const { has } = require('runtime/builtins');
  for (const id of Object.keys(lazy)) {
    if (!has(id)) continue; // what does not exist yet is absent
    for (const name of lazy[id]) defineLater(name, id);
  }
  defineLater('structuredClone', 'web/messaging', 'structuredClone', true);
  defineAttribute('crypto', 'web/crypto', false, true);
  defineAttribute('navigator', 'web/navigator');
  defineAttribute('performance', 'web/performance', true);
  defineMain('Buffer', require('node:buffer').Buffer);
  defineLater('atob', 'node:buffer', 'atob', true);
  defineLater('btoa', 'node:buffer', 'btoa', true);
  const timers = require('runtime/timers');
  for (const name of [
    'clearImmediate',
    'setImmediate',
    'clearInterval',
    'clearTimeout',
    'setInterval',
    'setTimeout',
  ]) {
    define(name, timers[name], true);
  }
  for (const name of ['setTimeout', 'setImmediate']) {
    Object.defineProperty(timers[name], require('runtime/symbols').promisify, {
      get: () => require('node:timers/promises')[name],
      enumerable: true,
      configurable: true,
    });
  }
  define('fetch', fetch, true);
  define('queueMicrotask', require('runtime/task_queue').queueMicrotask, true);
  // Left over from before Intl.Segmenter; no standard knows it.
  delete Intl.v8BreakIterator;
  // Ours writes to process.stdout.
  delete globalThis.console;
  defineLater('console', 'modules/console/global', 'console');
}

/** Adds and takes away what the command line says: once for each thread. */
function applyOptions() {
  const { getOptionValue } = require('runtime/options');
  if (!getOptionValue('--experimental-websocket')) {
    delete globalThis.WebSocket;
    delete globalThis.CloseEvent;
  }
  if (!getOptionValue('--experimental-global-navigator')) {
    delete globalThis.Navigator;
    delete globalThis.navigator;
  }
  if (getOptionValue('--experimental-eventsource')) defineLater('EventSource', 'web/fetch');
  if (getOptionValue('--experimental-webstorage')) {
    defineLater('Storage', 'web/storage');
    defineAttribute('localStorage', 'web/storage', true);
    defineAttribute('sessionStorage', 'web/storage', true);
  }
}

// process and Buffer: an accessor, as a program may assign to it.
function defineMain(name, value) {
  Object.defineProperty(globalThis, name, {
    get: () => value,
    set(next) {
      value = next;
    },
    enumerable: false,
    configurable: true,
  });
}

module.exports = { install, applyOptions, define, engineConsole };

'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { validateFunction, validateObject } = require('runtime/validators');
const { PerformanceNodeEntry, inspectAs, kCreate, tag } = require('web/performance/entry');
const timeline = require('web/performance/timeline');
const { setImmediate } = require('runtime/timers');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

const kTypes = Object.freeze([
  'dns',
  'function',
  'gc',
  'http',
  'http2',
  'mark',
  'measure',
  'net',
  'resource',
]);

// Observers that observe something, and for each type how many of them observe it.
const observers = new Set();
const counts = new Map();
let scheduled = false;

// Set inside the class.
let offer;
let deliver;

/** Whether anybody observes entries of a type: ask before making one. */
function isObserved(type) {
  return (counts.get(type) ?? 0) > 0;
}

/** Gives an entry to those who observe its type. */
function enqueue(entry) {
  if (!isObserved(entry.entryType)) return;
  for (const observer of observers) offer(observer, entry);
}

// https://w3c.github.io/performance-timeline/#queue-the-performanceobserver-task
function schedule() {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    for (const observer of [...observers]) deliver(observer);
  });
}

function onGc(kind, flags, startTime, duration) {
  const entry = new PerformanceNodeEntry(kCreate, 'gc', 'gc', startTime, duration, { kind, flags });
  // Deprecated, but still there.
  const old = (value) => ({ __proto__: null, enumerable: true, configurable: true, value });
  Object.defineProperties(entry, { kind: old(kind), flags: old(flags) });
  enqueue(entry);
}

function count(type, change) {
  const before = counts.get(type) ?? 0;
  counts.set(type, before + change);
  if (type !== 'gc') return;
  if (before === 0 && change > 0) native('performance').watchGc(onGc);
  else if (before + change === 0) native('performance').unwatchGc();
}

/** https://w3c.github.io/performance-timeline/#the-performanceobserver-interface */
class PerformanceObserver {
  #callback;
  #buffer = [];
  #types = new Set();
  // 'single' after observe({ type }), 'multiple' after observe({ entryTypes }).
  #mode;

  static {
    offer = (observer, entry) => {
      if (!observer.#types.has(entry.entryType)) return;
      observer.#buffer.push(entry);
      schedule();
    };
    deliver = (observer) => {
      const entries = observer.takeRecords();
      if (entries.length === 0) return;
      const list = new PerformanceObserverEntryList(kCreate, entries);
      Reflect.apply(observer.#callback, observer, [list, observer]);
    };
  }

  constructor(callback) {
    validateFunction(callback, 'callback');
    this.#callback = callback;
  }

  static get supportedEntryTypes() {
    return kTypes;
  }

  // https://w3c.github.io/performance-timeline/#observe-method
  observe(options = {}) {
    validateObject(options, 'options');
    const { entryTypes, type, buffered } = options;
    // 2-3. One of the two forms.
    if (entryTypes === undefined && type === undefined) {
      throw new ERR_MISSING_ARGS('options.entryTypes', 'options.type');
    }
    if (entryTypes !== undefined && type !== undefined) {
      throw new ERR_INVALID_ARG_VALUE(
        'options.entryTypes',
        entryTypes,
        'options.entryTypes can not set with options.type together',
      );
    }
    // 4-5. And always the same one.
    const mode = entryTypes === undefined ? 'single' : 'multiple';
    if (this.#mode !== undefined && this.#mode !== mode) {
      const { DOMException } = require('web/dom/exception');
      throw new DOMException(
        `PerformanceObserver can not change to ${mode} observation${mode === 'single' ? '' : 's'}`,
        'InvalidModificationError',
      );
    }
    this.#mode = mode;

    if (mode === 'multiple') {
      if (!Array.isArray(entryTypes)) {
        throw new ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', entryTypes);
      }
      this.#forgetTypes();
      for (const each of entryTypes) this.#addType(each);
    } else {
      this.#addType(type);
      if (buffered) {
        const kept = timeline.find(undefined, `${type}`);
        if (kept.length > 0) {
          this.#buffer.push(...kept);
          schedule();
        }
      }
    }
    if (this.#types.size > 0) observers.add(this);
    else this.disconnect();
  }

  #addType(type) {
    if (!kTypes.includes(type) || this.#types.has(type)) return;
    this.#types.add(type);
    count(type, 1);
  }

  #forgetTypes() {
    for (const type of this.#types) count(type, -1);
    this.#types.clear();
  }

  disconnect() {
    this.#forgetTypes();
    observers.delete(this);
    this.#buffer = [];
    this.#mode = undefined;
  }

  takeRecords() {
    const records = this.#buffer;
    this.#buffer = [];
    return records;
  }

  [kInspect](depth, options) {
    const shown = {
      connected: observers.has(this),
      pending: scheduled,
      entryTypes: [...this.#types],
      buffer: this.#buffer,
    };
    return inspectAs(this, shown, depth, options);
  }
}
tag(PerformanceObserver, ['observe', 'disconnect', 'takeRecords']);

/** https://w3c.github.io/performance-timeline/#performanceobserverentrylist-interface */
class PerformanceObserverEntryList {
  #entries;

  constructor(token = undefined, entries = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#entries = entries.sort(timeline.byStartTime);
  }

  getEntries() {
    return this.#entries.slice();
  }

  getEntriesByType(type) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    type = `${type}`;
    return this.#entries.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (type !== null && type !== undefined) type = `${type}`;
    return this.#entries.filter(
      (entry) =>
        entry.name === name && (type === null || type === undefined || entry.entryType === type),
    );
  }

  [kInspect](depth, options) {
    return inspectAs(this, this.#entries, depth, options);
  }
}
tag(PerformanceObserverEntryList, ['getEntries', 'getEntriesByType', 'getEntriesByName']);

module.exports = { PerformanceObserver, PerformanceObserverEntryList, enqueue, isObserved };

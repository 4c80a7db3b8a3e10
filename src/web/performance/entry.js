'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
  ERR_MISSING_ARGS,
  ERR_PERFORMANCE_INVALID_TIMESTAMP,
} = require('runtime/errors');
const { validateNumber, validateObject } = require('runtime/validators');
const { makeEnumerable } = require('web/dom/event');
const { now } = require('web/performance/clock');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

// What makes the constructors willing that a program may not call.
const kCreate = Symbol('create');

/** Shows an object as its class would look with these properties. */
function inspectAs(self, shown, depth, options) {
  if (depth < 0) return self;
  const { inspect } = require('modules/util/inspect');
  const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
  return `${self.constructor.name} ${inspect(shown, inner)}`;
}

/** https://w3c.github.io/performance-timeline/#the-performanceentry-interface */
class PerformanceEntry {
  #name;
  #entryType;
  #startTime;
  #duration;

  constructor(token, name, entryType, startTime, duration) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#entryType = entryType;
    this.#startTime = startTime;
    this.#duration = duration;
  }

  static #check(value) {
    if (typeof value !== 'object' || value === null || !(#name in value)) {
      throw new ERR_INVALID_THIS('PerformanceEntry');
    }
  }

  get name() {
    PerformanceEntry.#check(this);
    return this.#name;
  }

  get entryType() {
    PerformanceEntry.#check(this);
    return this.#entryType;
  }

  get startTime() {
    PerformanceEntry.#check(this);
    return this.#startTime;
  }

  get duration() {
    PerformanceEntry.#check(this);
    return this.#duration;
  }

  toJSON() {
    PerformanceEntry.#check(this);
    return {
      name: this.#name,
      entryType: this.#entryType,
      startTime: this.#startTime,
      duration: this.#duration,
    };
  }

  [kInspect](depth, options) {
    return inspectAs(this, this.toJSON(), depth, options);
  }
}

makeEnumerable(PerformanceEntry.prototype, [
  'name',
  'entryType',
  'startTime',
  'duration',
  'toJSON',
]);
Object.defineProperty(PerformanceEntry, 'length', { value: 0, configurable: true });

/** An entry of a type that only Node has, with a detail of its own. */
class PerformanceNodeEntry extends PerformanceEntry {
  #detail;

  constructor(token, name, entryType, startTime, duration, detail) {
    super(token, name, entryType, startTime, duration);
    this.#detail = detail;
  }

  get detail() {
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.#detail };
  }
}

function tag(interface_, members) {
  Object.defineProperty(interface_.prototype, Symbol.toStringTag, {
    __proto__: null,
    value: interface_.name,
    configurable: true,
  });
  makeEnumerable(interface_.prototype, members);
}

function cloned(detail) {
  if (detail === undefined || detail === null) return null;
  if (typeof detail !== 'object' && typeof detail !== 'function') return detail;
  return require('web/messaging').structuredClone(detail);
}

/** https://w3c.github.io/user-timing/#the-performancemark-interface */
class PerformanceMark extends PerformanceEntry {
  #detail;

  constructor(name, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (require('web/performance/node_timing').isMilestone(name)) {
      throw new ERR_INVALID_ARG_VALUE('name', name);
    }
    if (options !== undefined && options !== null) validateObject(options, 'options');
    const startTime = options?.startTime ?? now();
    validateNumber(startTime, 'startTime');
    if (startTime < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(startTime);
    super(kCreate, name, 'mark', startTime, 0);
    this.#detail = cloned(options?.detail);
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(#detail in this)) {
      throw new ERR_INVALID_THIS('PerformanceMark');
    }
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.#detail };
  }
}
tag(PerformanceMark, ['detail']);

/** https://w3c.github.io/user-timing/#the-performancemeasure-interface */
class PerformanceMeasure extends PerformanceEntry {
  #detail;

  constructor(token = undefined, name = undefined, startTime = 0, duration = 0, detail = null) {
    super(token, name, 'measure', startTime, duration);
    this.#detail = cloned(detail);
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(#detail in this)) {
      throw new ERR_INVALID_THIS('PerformanceMeasure');
    }
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.#detail };
  }
}
tag(PerformanceMeasure, ['detail']);

module.exports = {
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceNodeEntry,
  inspectAs,
  kCreate,
  tag,
};

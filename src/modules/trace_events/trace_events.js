// node:trace_events
'use strict';
// https://nodejs.org/api/tracing.html

const {
  ERR_TRACE_EVENTS_CATEGORY_REQUIRED,
  ERR_TRACE_EVENTS_UNAVAILABLE,
} = require('runtime/errors');
const { validateObject, validateStringArray } = require('runtime/validators');
const { isMainThread } = require('runtime/process_state');

if (!isMainThread) throw new ERR_TRACE_EVENTS_UNAVAILABLE();

const state = require('modules/trace_events/state');

const kManyEnabled = 10;
let enabledCount = 0;

/** A set of categories that is wanted while it is enabled. */
class Tracing {
  #categories;
  #enabled = false;

  constructor(categories) {
    this.#categories = categories;
  }

  enable() {
    if (this.#enabled) return;
    this.#enabled = true;
    state.enable(this.#categories);
    state.record();
    if (++enabledCount > kManyEnabled) {
      process.emitWarning(
        'Possible trace_events memory leak detected. There are more than ' +
          `${kManyEnabled} enabled Tracing objects.`,
      );
    }
  }

  disable() {
    if (!this.#enabled) return;
    this.#enabled = false;
    enabledCount--;
    state.disable(this.#categories);
  }

  get enabled() {
    return this.#enabled;
  }

  get categories() {
    return this.#categories.join(',');
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = require('node:util');
    const shown = { enabled: this.enabled, categories: this.categories };
    return `Tracing ${inspect(shown, { ...options, depth: options.depth ?? null })}`;
  }
}

function createTracing(options) {
  validateObject(options, 'options');
  validateStringArray(options.categories, 'options.categories');
  if (options.categories.length === 0) throw new ERR_TRACE_EVENTS_CATEGORY_REQUIRED();
  return new Tracing([...options.categories]);
}

/** The categories that are asked for, separated by commas; undefined where there is none. */
function getEnabledCategories() {
  const categories = state.enabledCategories();
  return categories.length > 0 ? categories.join(',') : undefined;
}

module.exports = { createTracing, getEnabledCategories };

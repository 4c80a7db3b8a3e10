'use strict';
// Synchronous customization hooks: registering them, and running their chains.
// https://nodejs.org/api/module.html#synchronous-customization-hooks

const { ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_PROPERTY_VALUE } = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { loadHooks, resolveHooks } = require('loader/hooks_state');

/** module.registerHooks */
function registerHooks(hooks) {
  const { resolve, load } = hooks;
  if (resolve !== undefined) validateFunction(resolve, 'hooks.resolve');
  if (load !== undefined) validateFunction(load, 'hooks.load');
  // Each registration gets its own entries, so that one function can be registered twice.
  const entries = { resolve: resolve && { hook: resolve }, load: load && { hook: load } };
  if (entries.resolve) resolveHooks.push(entries.resolve);
  if (entries.load) loadHooks.push(entries.load);
  return new ModuleHooks(entries);
}

class ModuleHooks {
  #entries;

  constructor(entries) {
    this.#entries = entries;
    this.resolve = entries.resolve?.hook;
    this.load = entries.load?.hook;
  }

  deregister() {
    remove(resolveHooks, this.#entries.resolve);
    remove(loadHooks, this.#entries.load);
  }
}

function remove(list, entry) {
  const index = list.indexOf(entry);
  if (index !== -1) list.splice(index, 1);
}

class ModuleResolveContext {
  constructor(parentURL, importAttributes, conditions) {
    this.parentURL = parentURL;
    this.importAttributes = importAttributes;
    this.conditions = conditions;
  }
}

class ModuleLoadContext {
  constructor(format, importAttributes, conditions) {
    this.format = format;
    this.importAttributes = importAttributes;
    this.conditions = conditions;
  }
}

// Calls the hooks, the last registered first, and `last` after them.
function runChain(name, entries, input, context, last, check) {
  const hooks = entries.slice();
  const call = (index, input_, context_) => {
    if (index < 0) return last(input_, context_);
    let isContinued = false;
    const next = (nextInput, nextContext) => {
      isContinued = true;
      if (nextContext === undefined || nextContext === context_) {
        return call(index - 1, nextInput ?? input_, context_);
      }
      return call(index - 1, nextInput ?? input_, merge(context_, nextContext));
    };
    const result = hooks[index].hook(input_, context_, next);
    if (!isContinued && result.shortCircuit !== true) {
      throw new ERR_INVALID_RETURN_PROPERTY_VALUE(
        'true',
        name,
        'shortCircuit',
        result.shortCircuit,
      );
    }
    check(result);
    return result;
  };
  return call(hooks.length - 1, input, context);
}

function merge(context, changes) {
  return Object.assign(Object.create(Object.getPrototypeOf(context)), context, changes);
}

/**
 * Resolves through the hooks.
 * @param {Set<string>} conditions
 * @param {(specifier: string, context: object) => object} last The default resolution
 */
function runResolve(specifier, parentURL, importAttributes, conditions, last) {
  const context = new ModuleResolveContext(parentURL, importAttributes, [...conditions]);
  return runChain('resolve', resolveHooks, specifier, context, last, checkResolved);
}

function checkResolved({ url }) {
  if (typeof url !== 'string') {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a URL string', 'resolve', 'url', url);
  }
}

/** Loads through the hooks. */
function runLoad(url, format, importAttributes, conditions, last) {
  const context = new ModuleLoadContext(format, importAttributes, [...conditions]);
  return runChain('load', loadHooks, url, context, last, checkLoaded);
}

function checkLoaded({ format, source }) {
  if (format != null && typeof format !== 'string') {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a string', 'load', 'format', format);
  }
  if (format === 'builtin' || format === 'addon') return;
  if (source == null && (format === 'commonjs' || format === 'commonjs-typescript')) return;
  const isBytes =
    ArrayBuffer.isView(source) ||
    /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(source));
  if (typeof source === 'string' || isBytes) return;
  throw new ERR_INVALID_RETURN_PROPERTY_VALUE(
    'a string, an ArrayBuffer, or a TypedArray',
    'load',
    'source',
    source,
  );
}

/** The conditions that a hook's context asks for, as a Set; `defaults` when it names none. */
function conditionsOf(context, defaults) {
  const { conditions } = context;
  if (conditions === undefined) return defaults;
  if (!Array.isArray(conditions)) {
    throw new ERR_INVALID_ARG_VALUE('conditions', conditions, 'expected an array');
  }
  return conditions.length === 0 ? defaults : new Set(conditions);
}

module.exports = { registerHooks, runResolve, runLoad, conditionsOf };

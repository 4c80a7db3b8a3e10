// node:async_hooks
'use strict';

const {
  ERR_ASYNC_CALLBACK,
  ERR_ASYNC_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_ASYNC_ID,
} = require('runtime/errors');
const { validateBoolean, validateFunction, validateString } = require('runtime/validators');
const { defineLazy } = require('runtime/lazy_property');
const hooks = require('runtime/async_hooks');
const { copyLength, getFrame, setFrame } = require('runtime/async_context');
const ids = require('runtime/async_ids');

/** https://nodejs.org/api/async_hooks.html#class-asynchook */
class AsyncHook {
  #callbacks;

  constructor({ init, before, after, destroy, promiseResolve, trackPromises = true }) {
    const callbacks = { init, before, after, destroy, promiseResolve };
    for (const [name, callback] of Object.entries(callbacks)) {
      if (callback !== undefined && typeof callback !== 'function') {
        throw new ERR_ASYNC_CALLBACK(`hook.${name}`);
      }
    }
    validateBoolean(trackPromises, 'trackPromises');
    if (!trackPromises && promiseResolve !== undefined) {
      throw new ERR_INVALID_ARG_VALUE(
        'trackPromises',
        trackPromises,
        'must not be false when promiseResolve is enabled',
      );
    }
    this.#callbacks = { ...callbacks, trackPromises, self: this };
  }

  enable() {
    hooks.enable(this.#callbacks);
    return this;
  }

  disable() {
    hooks.disable(this.#callbacks);
    return this;
  }
}

/** https://nodejs.org/api/async_hooks.html#async_hookscreatehookoptions */
function createHook(options) {
  return new AsyncHook(options);
}

let warnedOfProperty = false;

function warnOfProperty() {
  if (warnedOfProperty) return;
  warnedOfProperty = true;
  process.emitWarning(
    'The asyncResource property on bound functions is deprecated',
    'DeprecationWarning',
    'DEP0172',
  );
}

/**
 * What the deprecated property asyncResource of a bound function says: in a private field, which a base
 * class that returns its argument lets us add to the function.
 */
class BoundTo extends function (bound) {
  return bound;
} {
  #resource;

  constructor(bound, resource) {
    super(bound);
    this.#resource = resource;
  }

  // One pair of functions for all: with a pair of its own, V8 makes a function's properties a dictionary.
  // An ordinary object, which V8 reads in one go.
  static property = {
    configurable: true,
    enumerable: true,
    get() {
      warnOfProperty();
      return #resource in this ? this.#resource : undefined;
    },
    set(value) {
      warnOfProperty();
      if (#resource in this) this.#resource = value;
    },
  };
}

/** https://nodejs.org/api/async_context.html#class-asyncresource */
class AsyncResource {
  #id;
  #triggerId;
  #frame = getFrame();

  constructor(type, options = {}) {
    validateString(type, 'type');
    let triggerId = options;
    let requireManualDestroy = false;
    if (typeof options !== 'number') {
      triggerId =
        options.triggerAsyncId === undefined ? ids.triggerOfNew() : options.triggerAsyncId;
      requireManualDestroy = Boolean(options.requireManualDestroy);
    }
    if (!Number.isSafeInteger(triggerId) || triggerId < -1) {
      throw new ERR_INVALID_ASYNC_ID('triggerAsyncId', triggerId);
    }
    this.#id = ids.newId();
    this.#triggerId = triggerId;
    if (ids.hearsInit()) {
      if (type.length === 0) throw new ERR_ASYNC_TYPE(type);
      hooks.emitInit(this.#id, type, triggerId, this);
    }
    if (!requireManualDestroy && ids.hearsDestroy()) {
      native('async_wrap').trackDestroy(this, this.#id);
    }
  }

  // The arguments are only handed on, in both branches: so the engine makes no array of them.
  runInAsyncScope(fn, thisArg, ...args) {
    if (ids.hearsCallbacks()) return this.#runTold(fn, thisArg, ...args);
    const outer = getFrame();
    setFrame(this.#frame);
    try {
      return ids.runInside(this.#id, this.#triggerId, this, fn, thisArg, ...args);
    } finally {
      setFrame(outer);
    }
  }

  // The same while hooks want to hear of it.
  #runTold(fn, thisArg, ...args) {
    const outer = getFrame();
    setFrame(this.#frame);
    try {
      return hooks.runAsResource(this.#id, this.#triggerId, this, fn, thisArg, args);
    } finally {
      setFrame(outer);
    }
  }

  emitDestroy() {
    native('async_wrap').untrackDestroy(this.#id);
    hooks.emitDestroy(this.#id);
    return this;
  }

  asyncId() {
    return this.#id;
  }

  triggerAsyncId() {
    return this.#triggerId;
  }

  bind(fn, thisArg) {
    validateFunction(fn, 'fn');
    const resource = this;
    const bound =
      thisArg === undefined
        ? function bound(...args) {
            return resource.runInAsyncScope(fn, this, ...args);
          }
        : function bound(...args) {
            return resource.runInAsyncScope(fn, thisArg, ...args);
          };
    copyLength(bound, fn);
    new BoundTo(bound, this);
    Object.defineProperty(bound, 'asyncResource', BoundTo.property);
    return bound;
  }

  static bind(fn, type, thisArg) {
    validateFunction(fn, 'fn');
    return new AsyncResource(type || fn.name || 'bound-anonymous-fn').bind(fn, thisArg);
  }
}

module.exports = {
  get AsyncLocalStorage() {
    return require('modules/async_hooks/async_local_storage');
  },
  createHook,
  executionAsyncId: hooks.executionAsyncId,
  triggerAsyncId: hooks.triggerAsyncId,
  executionAsyncResource: hooks.executionAsyncResource,
  AsyncResource,
};
defineLazy(module.exports, 'asyncWrapProviders', () => require('modules/async_hooks/providers')());

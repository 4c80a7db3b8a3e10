'use strict';

// Mock functions, methods, accessors, properties, modules and timers.

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateObject,
} = require('runtime/validators');

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;

function defaultImplementation() {}

/** Each mock of nothing gets a function of its own, which can have properties. */
function newDefault() {
  return function () {};
}

/** What a mock function remembers of its calls, and what it does when called. */
class MockFunctionContext {
  #calls = [];
  #once = new Map();
  #implementation;
  #original;
  #restoring;
  #times;

  constructor(implementation, restore, times) {
    this.#implementation = implementation;
    this.#restoring = restore;
    this.#original = restore.original;
    this.#times = times;
  }

  /** A copy of the list of calls. */
  get calls() {
    return this.#calls.slice();
  }

  callCount() {
    return this.#calls.length;
  }

  /** Changes what the mock does from now on. */
  mockImplementation(implementation) {
    validateFunction(implementation, 'implementation');
    this.#implementation = implementation;
  }

  /** Changes what the mock does for one call: the next, or the one with the number `onCall`. */
  mockImplementationOnce(implementation, onCall) {
    validateFunction(implementation, 'implementation');
    const next = this.#calls.length;
    const call = onCall ?? next;
    validateInteger(call, 'onCall', next);
    this.#once.set(call, implementation);
  }

  /** Makes the mock behave as the original again. */
  restore() {
    const { descriptor, object, original, methodName } = this.#restoring;
    if (typeof methodName === 'string' || typeof methodName === 'symbol') {
      defineProperty(object, methodName, descriptor);
    } else {
      this.#implementation = original;
    }
  }

  resetCalls() {
    this.#calls = [];
  }

  static record(context, call) {
    context.#calls.push(call);
  }

  /** The function that serves the coming call. */
  static next(context) {
    const call = context.#calls.length;
    if (context.#once.has(call)) {
      const implementation = context.#once.get(call);
      context.#once.delete(call);
      return implementation;
    }
    if (call + 1 === context.#times) {
      // The last call of the mock: what comes after it is the original's.
      const implementation = context.#implementation;
      context.restore();
      context.#implementation = context.#original;
      return implementation;
    }
    return context.#implementation;
  }
}

const recordCall = MockFunctionContext.record;
const nextImplementation = MockFunctionContext.next;
delete MockFunctionContext.record;
delete MockFunctionContext.next;

/** What a mock property remembers of its accesses, and the value that it has. */
class MockPropertyContext {
  #object;
  #name;
  #descriptor;
  #value;
  #accesses = [];
  #once = new Map();

  constructor(object, name, ...value) {
    this.#descriptor = findDescriptor(object, name);
    if (this.#descriptor === undefined) {
      throw new ERR_INVALID_ARG_VALUE('propertyName', name, 'is not a property of the object');
    }
    this.#object = object;
    this.#name = name;
    this.#value = value.length > 0 ? value[0] : object[name];
    const { configurable, enumerable } = this.#descriptor;
    defineProperty(object, name, {
      configurable,
      enumerable,
      get: () => {
        const next = this.#next(this.#value);
        this.#record('get', next);
        return next;
      },
      set: this.#setter(),
    });
  }

  #setter() {
    return (value) => {
      if (this.#descriptor.writable === false) {
        throw new ERR_INVALID_ARG_VALUE('propertyName', this.#name, 'cannot be set');
      }
      const next = this.#next(value);
      this.#record('set', next);
      this.#value = next;
    };
  }

  #record(type, value) {
    this.#accesses.push({ type, value, stack: new Error() });
  }

  #next(fallback) {
    const access = this.#accesses.length;
    if (!this.#once.has(access)) return fallback;
    const value = this.#once.get(access);
    this.#once.delete(access);
    return value;
  }

  /** A copy of the list of accesses. */
  get accesses() {
    return this.#accesses.slice();
  }

  accessCount() {
    return this.#accesses.length;
  }

  /** Changes the value from now on; counts as a write. */
  mockImplementation(value) {
    this.#object[this.#name] = value;
  }

  /** Gives the property another value for one access, read or write. */
  mockImplementationOnce(value, onAccess) {
    const next = this.#accesses.length;
    const access = onAccess ?? next;
    validateInteger(access, 'onAccess', next);
    this.#once.set(access, value);
  }

  resetAccesses() {
    this.#accesses = [];
  }

  restore() {
    defineProperty(this.#object, this.#name, this.#descriptor);
  }
}

function findDescriptor(object, name) {
  for (let at = object; at !== null; at = getPrototypeOf(at)) {
    const descriptor = getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

function validateTimes(times, name) {
  if (times === Infinity) return;
  validateInteger(times, name, 1);
}

/** Makes mocks, and takes them back. */
class MockTracker {
  #mocks = [];
  #timers;

  get timers() {
    if (this.#timers === undefined) {
      const { MockTimers } = require('modules/test/mock/timers');
      this.#timers = new MockTimers();
    }
    return this.#timers;
  }

  /** A function that remembers its calls and does as `implementation`. */
  fn(original = newDefault(), implementation = original, options = {}) {
    if (original !== null && typeof original === 'object') {
      options = original;
      original = newDefault();
      implementation = original;
    } else if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = original;
    }
    validateFunction(original, 'original');
    validateFunction(implementation, 'implementation');
    validateObject(options, 'options');
    const { times = Infinity } = options;
    validateTimes(times, 'options.times');
    const context = new MockFunctionContext(implementation, { original }, times);
    return this.#track(original, context);
  }

  /** Puts a mock in the place of a method, a getter or a setter. */
  method(object, methodName, implementation = defaultImplementation, options = {}) {
    validateName(methodName, 'methodName');
    if (typeof object !== 'function') validateObject(object, 'object', { allowFunction: true });
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = defaultImplementation;
    }
    validateFunction(implementation, 'implementation');
    validateObject(options, 'options');
    const { getter = false, setter = false, times = Infinity } = options;
    validateBoolean(getter, 'options.getter');
    validateBoolean(setter, 'options.setter');
    validateTimes(times, 'options.times');
    if (setter && getter) {
      throw new ERR_INVALID_ARG_VALUE(
        'options.setter',
        setter,
        "cannot be used with 'options.getter'",
      );
    }

    const descriptor = findDescriptor(object, methodName);
    let original;
    if (getter) original = descriptor?.get;
    else if (setter) original = descriptor?.set;
    else original = descriptor?.value;
    if (typeof original !== 'function') {
      throw new ERR_INVALID_ARG_VALUE('methodName', original, 'must be a method');
    }

    const chosen = implementation === defaultImplementation ? original : implementation;
    const restore = { descriptor, object, methodName, original };
    const context = new MockFunctionContext(chosen, restore, times);
    const mock = this.#track(original, context);
    const { configurable, enumerable } = descriptor;
    const replacement = { configurable, enumerable };
    if (getter) Object.assign(replacement, { get: mock, set: descriptor.set });
    else if (setter) Object.assign(replacement, { get: descriptor.get, set: mock });
    else Object.assign(replacement, { writable: descriptor.writable, value: mock });
    defineProperty(object, methodName, replacement);
    return mock;
  }

  getter(object, methodName, implementation = defaultImplementation, options = {}) {
    return this.#accessor('getter', object, methodName, implementation, options);
  }

  setter(object, methodName, implementation = defaultImplementation, options = {}) {
    return this.#accessor('setter', object, methodName, implementation, options);
  }

  #accessor(kind, object, methodName, implementation, options) {
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = defaultImplementation;
    } else {
      validateObject(options, 'options');
    }
    const chosen = options[kind] ?? true;
    if (chosen === false) {
      throw new ERR_INVALID_ARG_VALUE(`options.${kind}`, chosen, 'cannot be false');
    }
    return this.method(object, methodName, implementation, { ...options, [kind]: chosen });
  }

  /** Gives a property another value, and remembers who reads and writes it. */
  property(object, propertyName, ...value) {
    validateObject(object, 'object', { allowFunction: true });
    validateName(propertyName, 'propertyName');
    const context = new MockPropertyContext(object, propertyName, ...value);
    this.#mocks.push(context);
    return new Proxy(object, {
      get(target, key, receiver) {
        return key === 'mock' ? context : Reflect.get(target, key, receiver);
      },
    });
  }

  /** Puts other exports in the place of a module's. */
  module(specifier, options = {}) {
    const { mockModule } = require('modules/test/mock/module');
    const { callerLocation } = require('modules/test/location');
    const context = mockModule(specifier, options, callerLocation().file);
    this.#mocks.push(context);
    return context;
  }

  /** Takes all mocks back and forgets them. */
  reset() {
    this.restoreAll();
    this.#timers?.reset();
    this.#mocks = [];
  }

  /** Takes all mocks back. */
  restoreAll() {
    for (const context of this.#mocks) context.restore();
  }

  #track(original, context) {
    const mock = new Proxy(original, {
      __proto__: null,
      apply(_target, thisArg, args) {
        const implementation = nextImplementation(context);
        return observe(context, args, thisArg, undefined, () =>
          Reflect.apply(implementation, thisArg, args),
        );
      },
      construct(target, args, newTarget) {
        const implementation = nextImplementation(context);
        return observe(context, args, undefined, target, () =>
          Reflect.construct(implementation, args, newTarget),
        );
      },
      get(target, key, receiver) {
        return key === 'mock' ? context : Reflect.get(target, key, receiver);
      },
    });
    this.#mocks.push(context);
    return mock;
  }
}

/** Runs one call of a mock and records how it went. */
function observe(context, args, thisArg, target, call) {
  let result;
  let error;
  try {
    result = call();
    return result;
  } catch (thrown) {
    error = thrown;
    throw thrown;
  } finally {
    recordCall(context, {
      arguments: args,
      error,
      result,
      // The stack tells from where the mock was called.
      stack: new Error(),
      target,
      this: target === undefined ? thisArg : result,
    });
  }
}

function validateName(value, name) {
  if (typeof value === 'string' || typeof value === 'symbol') return;
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'symbol'], value);
}

// The program has to ask for it.
const { option } = require('modules/test/settings');
if (option('--experimental-test-module-mocks', false) !== true) delete MockTracker.prototype.module;

module.exports = { MockFunctionContext, MockPropertyContext, MockTracker };

'use strict';

// Between callbacks and promises.

const { ERR_FALSY_VALUE_REJECTION, hideFrames } = require('runtime/errors');
const symbols = require('runtime/symbols');
const { validateFunction } = require('runtime/validators');

const custom = symbols.promisify;

function markCustom(fn) {
  return Object.defineProperty(fn, custom, { value: fn, configurable: true });
}

/**
 * A function that calls `original` with a callback behind its arguments and returns a promise.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilpromisifyoriginal
 */
function promisify(original) {
  validateFunction(original, 'original');
  const own = original[custom];
  if (own) {
    validateFunction(own, 'util.promisify.custom');
    return markCustom(own);
  }

  // Functions of Node's own whose callbacks get several values name them.
  const names = original[symbols.promisifyArgs];

  function fn(...args) {
    return new Promise((resolve, reject) => {
      const callback =
        names === undefined
          ? (error, value) => {
              if (error) reject(error);
              else resolve(value);
            }
          : (error, ...values) => {
              if (error) reject(error);
              else resolve(values.length > 1 ? namedValues(names, values) : values[0]);
            };
      // With few arguments V8 needs no array.
      let returned;
      if (args.length === 1) returned = original.call(this, args[0], callback);
      else if (args.length === 2) returned = original.call(this, args[0], args[1], callback);
      else returned = Reflect.apply(original, this, [...args, callback]);
      if (typeof returned === 'object' && returned !== null) warnOfPromise(returned);
    });
  }
  Object.setPrototypeOf(fn, Object.getPrototypeOf(original));
  markCustom(fn);
  const descriptors = Object.getOwnPropertyDescriptors(original);
  for (const key of Reflect.ownKeys(descriptors)) {
    // What a function has and cannot lose (arguments, caller, prototype of a class) stays its own.
    const existing = Object.getOwnPropertyDescriptor(fn, key);
    if (existing === undefined || existing.configurable || existing.writable) {
      Object.defineProperty(fn, key, descriptors[key]);
    }
  }
  return fn;
}
promisify.custom = custom;

function warnOfPromise(returned) {
  if (!require('node:util/types').isPromise(returned)) return;
  process.emitWarning(
    'Calling promisify on a function that returns a Promise is likely a mistake.',
    'DeprecationWarning',
    'DEP0174',
  );
}

function namedValues(names, values) {
  const result = {};
  for (let i = 0; i < names.length; i++) result[names[i]] = values[i];
  return result;
}

/**
 * A function that takes a callback as its last argument and calls the async `original`.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilcallbackifyoriginal
 */
function callbackify(original) {
  validateFunction(original, 'original');

  function callbackified(...args) {
    const callback = args.pop();
    validateFunction(callback, 'last argument');
    // In a tick, so that what the callback throws is not the promise's to catch.
    const call = callback.bind(this);
    Reflect.apply(original, this, args).then(
      (value) => process.nextTick(call, null, value),
      (reason) => process.nextTick(onRejected, reason, call),
    );
  }

  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === 'number') descriptors.length.value++;
  if (typeof descriptors.name.value === 'string') descriptors.name.value += 'Callbackified';
  for (const key of Reflect.ownKeys(descriptors)) {
    const existing = Object.getOwnPropertyDescriptor(callbackified, key);
    if (existing === undefined || existing.configurable) {
      Object.defineProperty(callbackified, key, descriptors[key]);
    }
  }
  return callbackified;
}

function onRejected(reason, callback) {
  // A falsy reason would look like success.
  callback(reason || hideFrames(new ERR_FALSY_VALUE_REJECTION(reason), onRejected));
}

module.exports = { callbackify, promisify };

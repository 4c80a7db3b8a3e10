'use strict';

// context.assert: assertions that count for the plan of the test.

const assert = require('node:assert');
const { innerOk } = require('modules/assert/ok');
const { validateFunction, validateString } = require('runtime/validators');

const registered = new Map();

const fromAssert = [
  'deepEqual',
  'deepStrictEqual',
  'doesNotMatch',
  'doesNotReject',
  'doesNotThrow',
  'equal',
  'fail',
  'ifError',
  'match',
  'notDeepEqual',
  'notDeepStrictEqual',
  'notEqual',
  'notStrictEqual',
  'partialDeepStrictEqual',
  'rejects',
  'strictEqual',
  'throws',
];

/** Adds an assertion, or replaces one, for the contexts of all tests that start from here on. */
function register(name, fn) {
  validateString(name, 'name');
  validateFunction(fn, 'fn');
  registered.set(name, fn);
}

/** The assertions for one context: each counts, then does what it does. */
function bindAssertions(context, test) {
  const { fileSnapshot, snapshot } = require('modules/test/snapshot');
  const bound = {};
  const add = (name, fn) => {
    bound[name] = (...args) => {
      test.plan?.count();
      return Reflect.apply(fn, context, args);
    };
  };
  for (const name of fromAssert) add(name, assert[name]);
  add('snapshot', (value, options) => snapshot(test, value, options));
  add('fileSnapshot', (value, path, options) => fileSnapshot(test, value, path, options));
  // Not through add(): the message quotes the call of the program.
  bound.ok = function ok(...args) {
    test.plan?.count();
    innerOk(ok, args, undefined);
  };
  for (const [name, fn] of registered) add(name, fn);
  return bound;
}

module.exports = { bindAssertions, register };

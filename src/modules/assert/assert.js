// node:assert
'use strict';

// The module is a function, assert.ok, with the methods of a default Assert instance on it; the
// strict variant differs only in which of them stand behind the loose names.

const { Assert, looseMethods } = require('modules/assert/assert_class');
const { AssertionError } = require('modules/assert/assertion_error');
const { innerOk } = require('modules/assert/ok');
const { defineLazy } = require('runtime/lazy_property');

/** Throws if the first argument is not truthy. */
function ok(...args) {
  innerOk(ok, args, undefined);
}

const assert = ok;
module.exports = assert;

let CallTracker;
function deprecatedCallTracker() {
  CallTracker ??= require('node:util').deprecate(
    require('modules/assert/call_tracker'),
    'assert.CallTracker is deprecated.',
    'DEP0173',
  );
  return CallTracker;
}

const methodNames = [
  'fail',
  'equal',
  'notEqual',
  'deepEqual',
  'notDeepEqual',
  'deepStrictEqual',
  'notDeepStrictEqual',
  'strictEqual',
  'notStrictEqual',
  'partialDeepStrictEqual',
  'match',
  'doesNotMatch',
  'throws',
  'rejects',
  'doesNotThrow',
  'doesNotReject',
  'ifError',
];

assert.AssertionError = AssertionError;
defineLazy(assert, 'CallTracker', deprecatedCallTracker);
assert.ok = ok;
// One by one: an object that gets this many properties in a loop keeps them where access is slow.
const methods = Assert.prototype;
assert.fail = methods.fail;
assert.equal = methods.equal;
assert.notEqual = methods.notEqual;
assert.deepEqual = methods.deepEqual;
assert.notDeepEqual = methods.notDeepEqual;
assert.deepStrictEqual = methods.deepStrictEqual;
assert.notDeepStrictEqual = methods.notDeepStrictEqual;
assert.strictEqual = methods.strictEqual;
assert.notStrictEqual = methods.notStrictEqual;
assert.partialDeepStrictEqual = methods.partialDeepStrictEqual;
assert.match = methods.match;
assert.doesNotMatch = methods.doesNotMatch;
assert.throws = methods.throws;
assert.rejects = methods.rejects;
assert.doesNotThrow = methods.doesNotThrow;
assert.doesNotReject = methods.doesNotReject;
assert.ifError = methods.ifError;

/** assert.ok, with strict methods under the loose names. */
function strict(...args) {
  innerOk(strict, args, undefined);
}

for (const name of ['AssertionError', 'ok', ...methodNames]) strict[name] = assert[name];
defineLazy(strict, 'CallTracker', deprecatedCallTracker);
for (const [loose, exact] of Object.entries(looseMethods)) strict[loose] = assert[exact];

assert.strict = strict;
assert.Assert = Assert;
strict.Assert = Assert;
strict.strict = strict;

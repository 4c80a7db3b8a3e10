'use strict';

// The assertions, as methods of a class whose instances carry options. A method that was taken off
// its instance works with the defaults.

const { AssertionError, isError } = require('modules/assert/assertion_error');
const { innerOk } = require('modules/assert/ok');
const {
  ERR_CONSTRUCT_CALL_REQUIRED,
  ERR_INVALID_ARG_TYPE,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { validateOneOf } = require('runtime/validators');
const {
  isDeepEqual,
  isDeepStrictEqual,
  isPartialStrictEqual,
} = require('modules/util/comparisons');

const kOptions = Symbol('options');

const looseMethods = {
  equal: 'strictEqual',
  deepEqual: 'deepStrictEqual',
  notEqual: 'notStrictEqual',
  notDeepEqual: 'notDeepStrictEqual',
};

/**
 * Assertions with options of their own.
 * @param {{diff?: 'simple'|'full', strict?: boolean, skipPrototype?: boolean}} [options]
 */
function Assert(options) {
  if (new.target === undefined) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert');
  const { diff = 'simple', strict = true, skipPrototype = false } = { ...options };
  if (diff !== 'simple') validateOneOf(diff, 'options.diff', ['simple', 'full']);
  this.AssertionError = AssertionError;
  Object.defineProperty(this, kOptions, { value: { diff, strict, skipPrototype } });
  if (!strict) return;
  for (const [loose, exact] of Object.entries(looseMethods)) this[loose] = this[exact];
}

function diffOf(self) {
  return self?.[kOptions]?.diff;
}

function skipsPrototype(self) {
  return self?.[kOptions]?.skipPrototype === true;
}

function requireTwo(count) {
  if (count < 2) throw new ERR_MISSING_ARGS('actual', 'expected');
}

/** Throws for a comparison that did not hold: the caller's error, or one that tells the values. */
function failComparison(self, { actual, expected, message, operator, stackStartFn }) {
  if (isError(message)) throw message;
  throw new AssertionError({
    actual,
    expected,
    message,
    operator,
    stackStartFn,
    diff: diffOf(self),
  });
}

function sayMultipleArgumentsAreDeprecated() {
  process.emitWarning(
    'assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() ' +
      'instead or only pass a message.',
    'DeprecationWarning',
    'DEP0094',
  );
}

let warnedAboutFail = false;

const methods = {
  /** Fails with a message, or (deprecated) with two values and an operator. */
  fail(actual, expected, message, operator, stackStartFn) {
    const count = arguments.length;
    const says = { actual, expected, message, operator };
    let generated;
    if (count <= 1) {
      generated = actual == null || undefined;
      Object.assign(says, { actual: undefined, message: generated ? 'Failed' : actual });
      if (actual === null) says.actual = null;
    } else if (!warnedAboutFail) {
      warnedAboutFail = true;
      sayMultipleArgumentsAreDeprecated();
    }
    if (isError(says.message)) throw says.message;
    says.operator ??= count === 2 ? '!=' : 'fail';
    const error = new AssertionError({
      ...says,
      stackStartFn: stackStartFn || methods.fail,
      diff: diffOf(this),
    });
    if (generated) error.generatedMessage = true;
    throw error;
  },

  /** Throws if the first argument is not truthy. */
  ok(...args) {
    innerOk(methods.ok, args, diffOf(this));
  },

  /** `==`, with NaN equal to itself. */
  equal(actual, expected, message) {
    requireTwo(arguments.length);
    if (actual == expected || (Number.isNaN(actual) && Number.isNaN(expected))) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: '==',
      stackStartFn: methods.equal,
    });
  },

  /** `!=`, with NaN equal to itself. */
  notEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (actual != expected && !(Number.isNaN(actual) && Number.isNaN(expected))) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: '!=',
      stackStartFn: methods.notEqual,
    });
  },

  deepEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (isDeepEqual(actual, expected)) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'deepEqual',
      stackStartFn: methods.deepEqual,
    });
  },

  notDeepEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (!isDeepEqual(actual, expected)) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'notDeepEqual',
      stackStartFn: methods.notDeepEqual,
    });
  },

  deepStrictEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (isDeepStrictEqual(actual, expected, skipsPrototype(this))) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'deepStrictEqual',
      stackStartFn: methods.deepStrictEqual,
    });
  },

  notDeepStrictEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (!isDeepStrictEqual(actual, expected, skipsPrototype(this))) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'notDeepStrictEqual',
      stackStartFn: methods.notDeepStrictEqual,
    });
  },

  strictEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (Object.is(actual, expected)) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'strictEqual',
      stackStartFn: methods.strictEqual,
    });
  },

  notStrictEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (!Object.is(actual, expected)) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'notStrictEqual',
      stackStartFn: methods.notStrictEqual,
    });
  },

  partialDeepStrictEqual(actual, expected, message) {
    requireTwo(arguments.length);
    if (isPartialStrictEqual(actual, expected)) return;
    failComparison(this, {
      actual,
      expected,
      message,
      operator: 'partialDeepStrictEqual',
      stackStartFn: methods.partialDeepStrictEqual,
    });
  },

  /** Calls `fn`, which must throw what `expectation` describes. */
  throws(fn, ...expectation) {
    const { catchError, expectError } = require('modules/assert/expectation');
    expectError(catchError(fn), expectation, {
      operator: 'throws',
      stackStartFn: methods.throws,
      diff: diffOf(this),
    });
  },

  /** The promise, or the one that the function returns, must reject with what is described. */
  async rejects(promiseFn, ...expectation) {
    const { awaitError, expectError } = require('modules/assert/expectation');
    expectError(await awaitError(promiseFn), expectation, {
      operator: 'rejects',
      stackStartFn: methods.rejects,
      diff: diffOf(this),
    });
  },

  doesNotThrow(fn, ...expectation) {
    const { catchError, expectNoError } = require('modules/assert/expectation');
    expectNoError(catchError(fn), expectation, {
      operator: 'doesNotThrow',
      stackStartFn: methods.doesNotThrow,
      diff: diffOf(this),
    });
  },

  async doesNotReject(promiseFn, ...expectation) {
    const { awaitError, expectNoError } = require('modules/assert/expectation');
    expectNoError(await awaitError(promiseFn), expectation, {
      operator: 'doesNotReject',
      stackStartFn: methods.doesNotReject,
      diff: diffOf(this),
    });
  },

  /** Throws for everything but null and undefined: the first argument of callbacks. */
  ifError(value) {
    if (value === null || value === undefined) return;
    throw require('modules/assert/if_error').wrapUnwanted(value, {
      stackStartFn: methods.ifError,
      diff: diffOf(this),
    });
  },

  match(string, regexp, message) {
    requireMatch(string, regexp, message, {
      wanted: true,
      stackStartFn: methods.match,
      diff: diffOf(this),
    });
  },

  doesNotMatch(string, regexp, message) {
    requireMatch(string, regexp, message, {
      wanted: false,
      stackStartFn: methods.doesNotMatch,
      diff: diffOf(this),
    });
  },
};

function requireMatch(string, regexp, message, { wanted, stackStartFn, diff }) {
  const { inspect, types } = require('node:util');
  if (!types.isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
  const isString = typeof string === 'string';
  if (isString && (RegExp.prototype.exec.call(regexp, string) !== null) === wanted) return;
  if (isError(message)) throw message;

  let text = message;
  if (!message) {
    const verb = wanted ? 'did not match' : 'was expected to not match';
    text = isString
      ? `The input ${verb} the regular expression ${inspect(regexp)}. ` +
        `Input:\n\n${inspect(string)}\n`
      : 'The "string" argument must be of type string. ' +
        `Received type ${typeof string} (${inspect(string)})`;
  }
  const error = new AssertionError({
    actual: string,
    expected: regexp,
    message: text,
    operator: stackStartFn.name,
    stackStartFn,
    diff,
  });
  error.generatedMessage = !message;
  throw error;
}

for (const [name, method] of Object.entries(methods)) Assert.prototype[name] = method;

module.exports = { Assert, looseMethods };

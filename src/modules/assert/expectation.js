'use strict';

// throws(), rejects() and their opposites: what was thrown, and whether it is what was described.

const { AssertionError, isError } = require('modules/assert/assertion_error');
const {
  ERR_AMBIGUOUS_ARGUMENT,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_RETURN_VALUE,
} = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { isDeepStrictEqual } = require('modules/util/comparisons');
const types = require('node:util/types');

/** Stands for "nothing was thrown": undefined can be thrown. */
const kNothing = Symbol('nothing thrown');

// Gives both sides of a failed comparison the same name in its diff.
class Comparison {
  constructor(source, keys, standIn) {
    for (const key of keys) {
      if (!(key in source)) continue;
      const matched =
        standIn !== undefined &&
        typeof standIn[key] === 'string' &&
        types.isRegExp(source[key]) &&
        source[key].exec(standIn[key]) !== null;
      this[key] = matched ? standIn[key] : source[key];
    }
  }
}

/** Calls `fn` and returns what it throws. */
function catchError(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return kNothing;
}

function isThenable(value) {
  return (
    types.isPromise(value) ||
    (typeof value === 'object' &&
      value !== null &&
      typeof value.then === 'function' &&
      typeof value.catch === 'function')
  );
}

/** Waits for a promise, or for the one that a function returns; resolves to its reason. */
async function awaitError(promiseFn) {
  let promise = promiseFn;
  if (typeof promiseFn === 'function') {
    promise = promiseFn();
    if (!isThenable(promise)) {
      throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
    }
  } else if (!isThenable(promise)) {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promise);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return kNothing;
}

/** Requires `actual` to have been thrown, and to be as `expectation` ([error, message]) says. */
function expectError(actual, expectation, context) {
  let [expected, message] = expectation;
  if (typeof expected === 'string') {
    if (expectation.length > 1) {
      throw new ERR_INVALID_ARG_TYPE('error', ['Function', 'Error', 'RegExp', 'Object'], expected);
    }
    refuseAmbiguousMessage(actual, expected);
    message = expected;
    expected = undefined;
  } else if (
    expected !== null &&
    expected !== undefined &&
    typeof expected !== 'object' &&
    typeof expected !== 'function'
  ) {
    throw new ERR_INVALID_ARG_TYPE('error', ['Function', 'Error', 'RegExp', 'Object'], expected);
  }

  if (actual === kNothing) {
    const kind = context.operator === 'rejects' ? 'rejection' : 'exception';
    const name = expected?.name ? ` (${expected.name})` : '';
    throw makeError(undefined, expected, {
      ...context,
      message: `Missing expected ${kind}${name}${message ? `: ${message}` : '.'}`,
    });
  }
  if (!expected) return;
  if (typeof expected === 'function') matchFunction(actual, expected, message, context);
  else if (types.isRegExp(expected)) matchPattern(actual, expected, message, context);
  else matchObject(actual, expected, message, context);
}

// A message that equals the error's was most likely meant as the expectation.
function refuseAmbiguousMessage(actual, text) {
  if (typeof actual === 'object' && actual !== null) {
    if (actual.message !== text) return;
    throw new ERR_AMBIGUOUS_ARGUMENT(
      'error/message',
      `The error message "${actual.message}" is identical to the message.`,
    );
  }
  if (actual !== text) return;
  throw new ERR_AMBIGUOUS_ARGUMENT(
    'error/message',
    `The error "${actual}" is identical to the message.`,
  );
}

function makeError(actual, expected, { message, operator, stackStartFn, diff }) {
  return new AssertionError({ actual, expected, message, operator, stackStartFn, diff });
}

/** Throws the caller's message if there is one, else the generated text. */
function fail(actual, expected, message, generate, context) {
  const error = makeError(actual, expected, { ...context, message: message || generate() });
  error.generatedMessage = !message;
  throw error;
}

function matchPattern(actual, expected, message, context) {
  const text = String(actual);
  if (RegExp.prototype.exec.call(expected, text) !== null) return;
  const { inspect } = require('node:util');
  fail(
    actual,
    expected,
    message,
    () =>
      `The input did not match the regular expression ${inspect(expected)}. ` +
      `Input:\n\n${inspect(text)}\n`,
    context,
  );
}

function matchFunction(actual, expected, message, context) {
  if (expected.prototype !== undefined && actual instanceof expected) return;
  if (Object.prototype.isPrototypeOf.call(Error, expected) || expected === Error) {
    fail(actual, expected, message, () => describeWrongClass(actual, expected), context);
  }
  const verdict = Reflect.apply(expected, {}, [actual]);
  if (verdict === true) return;
  fail(
    actual,
    expected,
    message,
    () => {
      const { inspect } = require('node:util');
      const name = expected.name ? `"${expected.name}" ` : '';
      const caught = isError(actual) ? `\n\nCaught error:\n\n${actual}` : '';
      return (
        `The ${name}validation function is expected to return "true". ` +
        `Received ${inspect(verdict)}${caught}`
      );
    },
    context,
  );
}

function describeWrongClass(actual, expected) {
  const start = `The error is expected to be an instance of "${expected.name}". Received `;
  if (!isError(actual)) {
    return `${start}"${require('node:util').inspect(actual, { depth: -1 })}"`;
  }
  const name = actual.constructor?.name ?? actual.name;
  const received =
    name === expected.name
      ? 'an error with identical name but a different prototype.'
      : `"${name}"`;
  return `${start}${received}${actual.message ? `\n\nError message:\n\n${actual.message}` : ''}`;
}

function matchObject(actual, expected, message, context) {
  if (typeof actual !== 'object' || actual === null) {
    failObject(actual, expected, { actual, expected, message }, context);
  }
  const keys = Object.keys(expected);
  // An error's name and message count although they are not enumerable.
  if (isError(expected)) keys.push('name', 'message');
  else if (keys.length === 0) {
    throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
  }
  for (const key of keys) {
    const wanted = expected[key];
    if (
      typeof actual[key] === 'string' &&
      types.isRegExp(wanted) &&
      RegExp.prototype.exec.call(wanted, actual[key]) !== null
    ) {
      continue;
    }
    if (key in actual && isDeepStrictEqual(actual[key], wanted)) continue;
    if (isError(message)) throw message;
    if (message) {
      throw Object.assign(makeError(actual, expected, { ...context, message }), {
        generatedMessage: false,
      });
    }
    const sides = {
      actual: new Comparison(actual, keys),
      expected: new Comparison(expected, keys, actual),
    };
    failObject(actual, expected, sides, context);
  }
}

// The message is that of a deep comparison of the two sides, the properties are the real ones.
function failObject(actual, expected, sides, context) {
  if (isError(sides.message)) throw sides.message;
  const error = makeError(sides.actual, sides.expected, {
    ...context,
    message: sides.message,
    operator: 'deepStrictEqual',
  });
  error.actual = actual;
  error.expected = expected;
  error.operator = context.operator;
  throw error;
}

/** Requires that nothing, or nothing of the expected kind, was thrown. */
function expectNoError(actual, expectation, context) {
  if (actual === kNothing) return;
  let [expected, message] = expectation;
  if (typeof expected === 'string') {
    message = expected;
    expected = undefined;
  }
  if (expected && !isOfKind(actual, expected)) throw actual;
  const kind = context.operator === 'doesNotReject' ? 'rejection' : 'exception';
  throw makeError(actual, expected, {
    ...context,
    message:
      `Got unwanted ${kind}${message ? `: ${message}` : '.'}\n` +
      `Actual message: "${actual?.message}"`,
  });
}

function isOfKind(actual, expected) {
  if (typeof expected !== 'function') {
    if (types.isRegExp(expected)) {
      return RegExp.prototype.exec.call(expected, String(actual)) !== null;
    }
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (Object.prototype.isPrototypeOf.call(Error, expected)) return false;
  return Reflect.apply(expected, {}, [actual]) === true;
}

module.exports = { awaitError, catchError, expectError, expectNoError };

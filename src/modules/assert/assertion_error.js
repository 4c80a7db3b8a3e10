'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');

const { defineProperty } = Object;
const kInspect = Symbol.for('nodejs.util.inspect.custom');

function hide(object, key, value) {
  defineProperty(object, key, {
    __proto__: null,
    value,
    enumerable: false,
    writable: true,
    configurable: true,
  });
}

/** Runs `make` without collecting a stack: the one that counts is captured afterwards. */
function withoutStack(make) {
  const limit = Error.stackTraceLimit;
  // A program may have frozen the property.
  const isSet = Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    if (isSet) Error.stackTraceLimit = limit;
  }
}

/** Whether a value is an error, of whichever realm. */
function isError(value) {
  return require('node:util/types').isNativeError(value) || value instanceof Error;
}

/** What a failed assertion throws. */
class AssertionError extends Error {
  constructor(options) {
    if (typeof options !== 'object' || options === null) {
      throw new ERR_INVALID_ARG_TYPE('options', 'object', options);
    }
    const {
      message,
      operator,
      stackStartFn,
      stackStartFunction,
      details,
      diff = 'simple',
    } = options;
    const { actual, expected } = options;
    withoutStack(() => super(messageFor(options)));
    this.generatedMessage = !message;
    hide(this, 'name', 'AssertionError [ERR_ASSERTION]');
    this.code = 'ERR_ASSERTION';
    if (details) {
      this.actual = undefined;
      this.expected = undefined;
      this.operator = undefined;
      for (const [i, detail] of details.entries()) {
        this[`message ${i}`] = detail.message;
        this[`actual ${i}`] = detail.actual;
        this[`expected ${i}`] = detail.expected;
        this[`operator ${i}`] = detail.operator;
        this[`stack trace ${i}`] = detail.stack;
      }
    } else {
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
    }
    Error.captureStackTrace(this, stackStartFn || stackStartFunction);
    // The text is made on first access: now, while the name carries the code.
    this.stack;
    hide(this, 'name', 'AssertionError');
    this.diff = diff;
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  // The message tells the difference already, so that the values are only hinted at.
  [kInspect](_depth, context) {
    const { actual, expected } = this;
    if (typeof actual === 'string') this.actual = abbreviate(actual);
    if (typeof expected === 'string') this.expected = abbreviate(expected);
    const text = require('node:util').inspect(this, { ...context, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return text;
  }
}

const kMaxLines = 10;
const kMaxLength = 512;

function abbreviate(text) {
  const lines = text.split('\n', kMaxLines + 1);
  if (lines.length > kMaxLines) return `${lines.slice(0, kMaxLines).join('\n')}\n...`;
  if (text.length > kMaxLength) return `${text.slice(0, text.length - kMaxLength)}...`;
  return text;
}

function messageFor(options) {
  const { message, operator } = options;
  if (message != null && !showsDifference(operator)) return String(message);
  return require('modules/assert/failure_message').describeFailure(options);
}

// A caller's message replaces the first line only where a difference can follow it.
function showsDifference(operator) {
  return (
    operator === 'strictEqual' ||
    operator === 'deepStrictEqual' ||
    operator === 'partialDeepStrictEqual'
  );
}

module.exports = { AssertionError, isError };

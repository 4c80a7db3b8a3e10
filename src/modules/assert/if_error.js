'use strict';

const { AssertionError } = require('modules/assert/assertion_error');

function describe(value) {
  if (typeof value === 'object' && value !== null && typeof value.message === 'string') {
    if (value.message.length === 0 && value.constructor) return value.constructor.name;
    return value.message;
  }
  return require('node:util').inspect(value);
}

/**
 * The AssertionError for a value that ifError() was given. Its stack shows both where the check
 * stands and where the error came from, with the frames that they share once.
 */
function wrapUnwanted(value, { stackStartFn, diff }) {
  const error = new AssertionError({
    actual: value,
    expected: null,
    operator: 'ifError',
    message: `ifError got unwanted exception: ${describe(value)}`,
    stackStartFn,
    diff,
  });
  const original = value.stack;
  if (typeof original !== 'string') return error;
  const start = original.indexOf('\n    at');
  if (start === -1) return error;
  const originalFrames = original.slice(start + 1).split('\n');
  const known = new Set(originalFrames);
  const own = error.stack.split('\n');
  const shared = own.findIndex((line) => known.has(line));
  const kept = shared === -1 ? own : own.slice(0, shared);
  error.stack = `${kept.join('\n')}\n${originalFrames.join('\n')}`;
  return error;
}

module.exports = { wrapUnwanted };

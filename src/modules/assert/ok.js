'use strict';

const { AssertionError, isError } = require('modules/assert/assertion_error');

/**
 * The check of assert(), assert.ok() and their kin; `args` is what `fn` was called with.
 * It is called by `fn` itself, which describeCall() counts on to find the caller.
 */
function innerOk(fn, args, diff) {
  if (args[0]) return;
  let message = args[1];
  let generated = false;
  if (args.length === 0) {
    generated = true;
    message = 'No value argument passed to `assert.ok()`';
  } else if (message == null) {
    generated = true;
    message = require('modules/assert/call_text').describeCall();
  } else if (isError(message)) {
    throw message;
  }
  const error = new AssertionError({
    actual: args[0],
    expected: true,
    message,
    operator: '==',
    stackStartFn: fn,
    diff,
  });
  error.generatedMessage = generated;
  throw error;
}

module.exports = { innerOk };

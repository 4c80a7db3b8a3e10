'use strict';

// Why tests fail, as the reporters see it: an ERR_TEST_FAILURE with the error as its cause.

const { ERR_TEST_FAILURE } = require('runtime/errors');

const kinds = {
  aborted: 'testAborted',
  cancelledByParent: 'cancelledByParent',
  callbackAndPromise: 'callbackAndPromisePresent',
  expectedFailure: 'expectedFailure',
  hook: 'hookFailed',
  multipleCallbacks: 'multipleCallbackInvocations',
  parentFinished: 'parentAlreadyFinished',
  subtests: 'subtestsFailed',
  testCode: 'testCodeFailure',
  timeout: 'testTimeoutFailure',
  uncaughtException: 'uncaughtException',
  unhandledRejection: 'unhandledRejection',
};

/** An ERR_TEST_FAILURE of the given kind; `cause` is an error, or text of ours. */
function failure(cause, kind) {
  const error = new ERR_TEST_FAILURE(cause, kind);
  error.failureType = kind;
  return error;
}

function isFailure(error) {
  return error?.code === 'ERR_TEST_FAILURE';
}

/** Wraps what the code of a test threw, unless it is a failure of the runner's own. */
function asFailure(error, kind = kinds.testCode) {
  return isFailure(error) ? error : failure(error, kind);
}

module.exports = { asFailure, failure, isFailure, kinds };

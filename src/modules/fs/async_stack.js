'use strict';

// An error that native code made on its way back from the pool knows no caller. In an async
// function that has just been resumed, the engine still knows who waits for whom.

/** Gives the error of a failed system call the stack of the async functions that wait for it. */
function withAsyncStack(error) {
  if (error?.errno !== undefined && !String(error.stack).includes('\n    at ')) {
    Error.captureStackTrace(error, withAsyncStack);
  }
  return error;
}

module.exports = { withAsyncStack };

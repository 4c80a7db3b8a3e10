// node:worker_threads
'use strict';

const { isMainThread, threadId } = native('worker');

// Everything but these facts is loaded when it is first asked for.
module.exports = {
  isInternalThread: false,
  isMainThread,
  threadId,
};

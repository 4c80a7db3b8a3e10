'use strict';

// What the files of this room share: facts of this thread, set when it starts.

let lastRequest = 0;

module.exports = {
  // Marks, among a Worker's options, that it runs one of our own scripts.
  kInternal: Symbol('internal'),
  SHARE_ENV: Symbol.for('nodejs.worker_threads.SHARE_ENV'),
  environmentData: new Map(),
  isInternalThread: false,
  parentPort: null,
  resourceLimits: {},
  threadName: '',
  workerData: null,
  nextRequest: () => ++lastRequest,
};

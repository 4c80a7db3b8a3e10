'use strict';
// A worker that says one thing and hears one.
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

if (isMainThread) {
  const worker = new Worker(__filename, { workerData: 'data' });
  worker.on('message', (message) => worker.postMessage(message));
} else {
  parentPort.once('message', () => parentPort.close());
  parentPort.postMessage({ workerData });
}

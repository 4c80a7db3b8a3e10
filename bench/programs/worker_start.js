'use strict';
// How long a Worker takes from its making to its first message, in milliseconds: the median of many.
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (!isMainThread) {
  parentPort.postMessage('up');
} else {
  const times = [];
  const next = () => {
    if (times.length === 20) {
      times.sort((a, b) => a - b);
      console.log(JSON.stringify({ median: times[10] }));
      return;
    }
    const start = process.hrtime.bigint();
    const worker = new Worker(__filename);
    worker.once('message', () => times.push(Number(process.hrtime.bigint() - start) / 1e6));
    worker.once('exit', next);
  };
  next();
}

'use strict';
// Sessions of workers with the inspector of the main thread.
const test = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const { Session } = require('node:inspector');
const { Worker } = require('node:worker_threads');

// Runs a function in a worker, with a session connected to the main thread and `post` for it.
async function inWorker(t, work, options = {}) {
  const program = `
    const { Session } = require('inspector');
    const { parentPort } = require('worker_threads');
    const session = new Session();
    session.connectToMainThread();
    const post = (...args) => new Promise((resolve, reject) => {
      session.post(...args, (error, result) => (error ? reject(error) : resolve(result)));
    });
    parentPort.on('message', () => {});
    (${work})().then((value) => {
      session.disconnect();
      parentPort.postMessage(value);
    });`;
  const worker = new Worker(program, { eval: true, ...options });
  t.after(() => worker.terminate());
  const [value] = await once(worker, 'message');
  return value;
}

test('the main thread has no such session', () => {
  assert.throws(() => new Session().connectToMainThread(), { code: 'ERR_INSPECTOR_NOT_WORKER' });
});

test('a session is connected once', async (t) => {
  const code = await inWorker(t, async () => {
    try {
      session.connectToMainThread();
    } catch (error) {
      return error.code;
    }
  });
  assert.strictEqual(code, 'ERR_INSPECTOR_ALREADY_CONNECTED');
});

test('expressions are evaluated in the main thread', async (t) => {
  globalThis.inMainThread = 'yes';
  const value = await inWorker(t, async () => {
    const { result } = await post('Runtime.evaluate', { expression: 'inMainThread' });
    return result.value;
  });
  assert.strictEqual(value, 'yes');
});

test('workers are announced by number and name', async (t) => {
  const work = async () => {
    const found = [];
    session.on('NodeWorker.attachedToWorker', ({ params }) => found.push(params.workerInfo));
    await post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return [require('worker_threads').threadId, found];
  };
  const [threadId, found] = await inWorker(t, work, { name: 'with a "name"' });
  assert.ok(found.some(({ title }) => title === `[worker ${threadId}] with a "name"`));
});

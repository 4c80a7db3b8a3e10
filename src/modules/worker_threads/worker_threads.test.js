'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const { test } = require('node:test');
const {
  MessageChannel,
  SHARE_ENV,
  Worker,
  postMessageToThread,
  receiveMessageOnPort,
  threadId,
} = require('node:worker_threads');

/** Runs a text in a worker, to its end: [messages, errors, exit code]. */
async function run(text, options) {
  const worker = new Worker(text, { eval: true, ...options });
  const messages = [];
  const errors = [];
  worker.on('message', (message) => messages.push(message));
  worker.on('error', (error) => errors.push(error));
  const code = await new Promise((resolve) => worker.on('exit', resolve));
  return { messages, errors, code };
}

test('a worker has its data, and sends messages before its end is told', async () => {
  const { messages, code } = await run(
    `const { parentPort, workerData, isMainThread } = require('node:worker_threads');
    parentPort.postMessage([workerData, isMainThread]);`,
    { workerData: { a: new Map([[1, 2]]) } },
  );
  assert.deepEqual(messages, [[{ a: new Map([[1, 2]]) }, false]]);
  assert.equal(code, 0);
});

test('an uncaught error arrives as an instance of its class, with its properties', async () => {
  const { errors, code } = await run(
    `throw Object.assign(new RangeError('bad'), { code: 'E_BAD', cause: new TypeError('why') });`,
  );
  assert.equal(errors.length, 1);
  assert.ok(errors[0] instanceof RangeError);
  assert.equal(errors[0].message, 'bad');
  assert.equal(errors[0].code, 'E_BAD');
  assert.match(errors[0].stack, /worker eval/);
  assert.equal(code, 1);
});

test('terminate() ends a worker that never returns', async () => {
  const worker = new Worker(`for (;;) {}`, { eval: true });
  await once(worker, 'online');
  assert.equal(await worker.terminate(), 1);
  assert.equal(worker.threadId, -1);
});

test('process.exit() ends the thread at once', async () => {
  const { messages, code } = await run(
    `const { parentPort } = require('node:worker_threads');
    try { process.exit(7); } finally { parentPort.postMessage('unreached'); }`,
  );
  assert.deepEqual(messages, []);
  assert.equal(code, 7);
});

test('environment variables are a copy unless shared', async () => {
  delete process.env.FROM_WORKER;
  await run(`process.env.FROM_WORKER = 1;`);
  assert.equal(process.env.FROM_WORKER, undefined);
  await run(`process.env.FROM_WORKER = 1;`, { env: SHARE_ENV });
  assert.equal(process.env.FROM_WORKER, '1');
  delete process.env.FROM_WORKER;
});

test('standard output can be read', async () => {
  const worker = new Worker(`process.stdout.write('one'); console.log('two');`, {
    eval: true,
    stdout: true,
  });
  let text = '';
  for await (const chunk of worker.stdout) text += chunk;
  assert.equal(text, 'onetwo\n');
});

test('a port can be moved, and messages wait for it', async () => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage('early');
  const { messages } = await run(
    `const { parentPort, workerData, receiveMessageOnPort } = require('node:worker_threads');
    parentPort.postMessage(receiveMessageOnPort(workerData));
    process.exit();`,
    { workerData: port2, transferList: [port2] },
  );
  assert.deepEqual(messages, [{ message: 'early' }]);
  port1.close();
});

test('shared memory is shared, other memory is not', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const copied = new Int32Array(1);
  await run(
    `const { workerData } = require('node:worker_threads');
    workerData.shared[0] = 1;
    workerData.copied[0] = 1;`,
    { workerData: { shared, copied } },
  );
  assert.deepEqual([shared[0], copied[0]], [1, 0]);
});

test('closing one end closes the other, after the messages that were sent', async () => {
  const { port1, port2 } = new MessageChannel();
  const seen = [];
  port2.on('message', (message) => seen.push(message));
  port1.postMessage(1);
  port1.postMessage(2);
  port1.close();
  await once(port2, 'close');
  assert.deepEqual(seen, [1, 2]);
});

test('receiveMessageOnPort() takes the oldest message', () => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ a: 1 });
  port1.postMessage(2);
  assert.deepEqual(receiveMessageOnPort(port2), { message: { a: 1 } });
  assert.deepEqual(receiveMessageOnPort(port2), { message: 2 });
  assert.equal(receiveMessageOnPort(port2), undefined);
  port1.close();
});

test('postMessageToThread() refuses this thread and unknown ones', async () => {
  await assert.rejects(postMessageToThread(threadId, 1), {
    code: 'ERR_WORKER_MESSAGING_SAME_THREAD',
  });
  await assert.rejects(postMessageToThread(123456, 1), { code: 'ERR_WORKER_MESSAGING_FAILED' });
});

test('what a worker leaves open is closed at its end, unless trackUnmanagedFds says no', async () => {
  const leftBy = async (open, options) => {
    const worker = new Worker(
      `const fs = require('node:fs');
       const { parentPort } = require('node:worker_threads');
       (async () => { globalThis.kept = ${open}; parentPort.postMessage(kept.fd ?? kept); })();`,
      { eval: true, ...options },
    );
    const [[fd]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    return fd;
  };
  const closed = (fd) => assert.throws(() => fs.fstatSync(fd), { code: 'EBADF' });
  closed(await leftBy("fs.openSync('/dev/null')"));
  closed(await leftBy("await fs.promises.open('/dev/null')"));
  closed(await leftBy("await fs.promises.open('/dev/null')", { trackUnmanagedFds: false }));
  const kept = await leftBy("fs.openSync('/dev/null')", { trackUnmanagedFds: false });
  fs.closeSync(kept);
});

test('a file that a worker is opening while it is ended does not stay open', async () => {
  const count = () => fs.readdirSync('/proc/self/fd').length;
  const before = count();
  for (let i = 0; i < 10; i++) {
    const worker = new Worker(
      `const fs = require('node:fs');
       const again = () => fs.open('/dev/null', (error, fd) => fs.close(fd, again));
       for (let i = 0; i < 4; i++) again();`,
      { eval: true },
    );
    await once(worker, 'online');
    await worker.terminate();
  }
  // A job that had begun gives its descriptor back when it is done.
  for (let i = 0; i < 1000 && count() > before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(count() <= before, `${count()} and not ${before} descriptors`);
});

'use strict';
// With a limit of 24 threads and processes for its user.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const vm = require('node:vm');
const { once } = require('node:events');
const { exec, spawn, spawnSync } = require('node:child_process');
const { promisify } = require('node:util');
const { Worker } = require('node:worker_threads');
const { ownThreads } = require('../support.js');

const descriptors = () => fs.readdirSync('/proc/self/fd').length;

/** Workers until the system refuses one; with them, the error. */
async function exhaust() {
  const workers = [];
  for (;;) {
    try {
      const worker = new Worker('setInterval(() => {}, 1e6);', { eval: true });
      workers.push(worker);
      await once(worker, 'online');
    } catch (error) {
      return { workers, error };
    }
  }
}
const end = (workers) => Promise.all(workers.map((worker) => worker.terminate()));

test.before(() => fs.promises.readFile(__filename)); // the thread pool has its threads

test('a Worker is an error, and the next one works when there are threads again', async () => {
  await end((await exhaust()).workers);
  const before = { threads: ownThreads(), descriptors: descriptors() };
  for (let i = 0; i < 3; i++) {
    const { workers, error } = await exhaust();
    assert.ok(workers.length > 3);
    assert.strictEqual(error.code, 'ERR_WORKER_INIT_FAILED');
    await end(workers);
  }
  assert.deepStrictEqual(await once(new Worker('', { eval: true }), 'exit'), [0]);
  assert.ok(ownThreads() <= before.threads);
  assert.ok(descriptors() <= before.descriptors);
});

test('processes', async () => {
  const { workers } = await exhaust();
  const again = { code: 'EAGAIN' };
  const [error] = await once(spawn('true'), 'error');
  assert.strictEqual(error.code, 'EAGAIN');
  assert.strictEqual(spawnSync('true').error.code, 'EAGAIN');
  await assert.rejects(promisify(exec)('true'), again);
  await end(workers);
  assert.strictEqual(spawnSync('true').status, 0);
});

test('a time limit of a script needs a thread', async () => {
  const { workers } = await exhaust();
  assert.throws(() => vm.runInNewContext('1', {}, { timeout: 1000 }), { code: 'EAGAIN' });
  assert.strictEqual(vm.runInNewContext('1'), 1);
  await end(workers);
  assert.strictEqual(vm.runInNewContext('2', {}, { timeout: 1000 }), 2);
});

test('the thread pool and the engine go on with the threads they have', async () => {
  const { workers } = await exhaust();
  assert.ok((await fs.promises.readFile(__filename)).length > 0);
  const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  assert.ok((await WebAssembly.compile(bytes)) instanceof WebAssembly.Module);
  let sum = 0;
  for (let i = 0; i < 1e7; i++) sum += i & 3;
  assert.strictEqual(sum, 15_000_000);
  await end(workers);
});

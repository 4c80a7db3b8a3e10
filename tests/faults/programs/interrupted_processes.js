'use strict';
// interrupted_processes.js FOLDER, in a storm of signals: children, threads, names, randomness.

const test = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const dns = require('node:dns');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync, execSync, fork, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

const folder = process.argv[2];
const content = Buffer.alloc(1 << 20, 'lorem ipsum ');

test('spawnSync and execSync', () => {
  for (let i = 0; i < 20; i++) {
    assert.ok(execFileSync('cat', { input: content }).equals(content));
    assert.strictEqual(execSync('sleep 0.005; printf done', { encoding: 'utf8' }), 'done');
    assert.strictEqual(spawnSync('sh', ['-c', 'sleep 0.005; exit 7']).status, 7);
    assert.strictEqual(spawnSync('sh', ['-c', 'kill -9 $$']).signal, 'SIGKILL');
  }
  const late = spawnSync('sleep', ['5'], { timeout: 50 });
  assert.strictEqual(late.error.code, 'ETIMEDOUT');
  assert.strictEqual(late.signal, 'SIGTERM');
});

test('spawn', async () => {
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const child = spawn('sh', ['-c', `cat; exit ${i}`]);
      child.stdin.end(content);
      const closed = once(child, 'close');
      const parts = await child.stdout.toArray();
      assert.ok(Buffer.concat(parts).equals(content));
      assert.deepStrictEqual(await closed, [i, null]);
    }),
  );
});

test('messages between processes', async () => {
  const program = path.join(folder, 'echo.js');
  fs.writeFileSync(
    program,
    "process.on('message', (m) => m === 'end' ? process.disconnect() : process.send(m));",
  );
  for (const serialization of ['json', 'advanced']) {
    const child = fork(program, { serialization });
    const text = 'x'.repeat(100_000);
    const got = [];
    child.on('message', (message) => {
      got.push(message.i);
      assert.strictEqual(message.text, text);
      if (got.length === 50) child.send('end');
    });
    for (let i = 0; i < 50; i++) child.send({ i, text });
    assert.deepStrictEqual(await once(child, 'exit'), [0, null]);
    assert.deepStrictEqual(
      got,
      Array.from({ length: 50 }, (_, i) => i),
    );
  }
});

test('threads', async () => {
  const source = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (m) => parentPort.postMessage(m + 1));
  `;
  const worker = new Worker(source, { eval: true });
  let count = 0;
  const done = new Promise((resolve) => {
    worker.on('message', (m) => {
      count = m;
      if (m === 2000) resolve();
      else worker.postMessage(m);
    });
  });
  worker.postMessage(0);
  await done;
  assert.strictEqual(count, 2000);
  await worker.terminate();
});

test('waiting', () => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const start = process.hrtime.bigint();
  assert.strictEqual(Atomics.wait(cell, 0, 0, 50), 'timed-out');
  assert.ok(process.hrtime.bigint() - start >= 49_000_000n);
});

test('names and randomness', async () => {
  for (let i = 0; i < 10; i++) {
    assert.ok((await dns.promises.lookup('localhost')).address);
    assert.strictEqual(crypto.randomBytes(100_000).length, 100_000);
    assert.strictEqual((await crypto.subtle.digest('SHA-256', content)).byteLength, 32);
  }
  crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
});

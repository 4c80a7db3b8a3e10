'use strict';
// The standard streams of a worker.

const test = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const { text } = require('node:stream/consumers');
const { Worker } = require('node:worker_threads');

test('a worker waits for all of its standard input, also when it has written meanwhile', async () => {
  const worker = new Worker('process.stdin.pipe(process.stdout)', {
    eval: true,
    stdin: true,
    stdout: true,
  });
  const output = text(worker.stdout);
  worker.stdin.write('x'.repeat(100_000));
  await once(worker.stdout, 'data');
  setTimeout(() => worker.stdin.end('end'), 50);
  assert.strictEqual(await output, `${'x'.repeat(100_000)}end`);
});

test('what a worker writes is there after its end, for those who look late', async () => {
  const worker = new Worker('process.stdout.write("late")', { eval: true, stdout: true });
  await once(worker, 'exit');
  assert.strictEqual(await text(worker.stdout), 'late');
  assert.strictEqual(await text(worker.stderr), '');
});

'use strict';
// A thousand threads, ended at random moments, several at once: each tells once how it ended, and nothing
// of them stays.

const test = require('node:test');
const assert = require('node:assert');
const { Worker } = require('node:worker_threads');
const { randomNumbers, sanitized, usage } = require('./support.js');

const AT_ONCE = 4;
const TOTAL = sanitized ? 120 : 1000;

// What a thread may be at when it is ended.
const PROGRAMS = [
  '',
  'for (;;) {}',
  'setInterval(() => {}, 1);',
  'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  "require('node:http').createServer().listen(0, '127.0.0.1');",
  "const { parentPort } = require('node:worker_threads'); for (;;) parentPort.postMessage('x'.repeat(1000));",
  "require('node:fs').promises.readFile('/proc/self/status').then(() => setInterval(() => {}, 1e6));",
  "require('node:crypto').pbkdf2('a', 'b', 1000, 64, 'sha512', () => setInterval(() => {}, 1e6));",
  "const { Worker } = require('node:worker_threads'); new Worker('for (;;) {}', { eval: true });",
  "require('node:child_process').spawn('sleep', ['0.01']);",
  "require('node:zlib').gzip(Buffer.alloc(1 << 20), () => {}); setInterval(() => {}, 1e6);",
  "process.stdout.write('x'.repeat(1e5)); setInterval(() => process.stdout.write('y'), 1);",
  "import('node:dns').then((dns) => dns.lookup('localhost', () => {}));",
  'const all = []; setInterval(() => all.push(Buffer.alloc(1 << 16)), 1);',
  '(async () => { for (;;) await null; })();',
  "setInterval(() => {}, 1e6); process.on('exit', () => { for (;;) {} });",
  "const fs = require('node:fs'); fs.watch('/tmp'); fs.openSync('/dev/null');",
  'const m = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); setInterval(() => m, 1);',
  'throw new Error("by itself");',
  'process.exit(3);',
];

async function one(random) {
  const index = Math.floor(random() * PROGRAMS.length);
  const worker = new Worker(PROGRAMS[index], { eval: true, stdout: true, stderr: true });
  const events = [];
  worker.on('error', (error) => events.push(`error ${error.message}`));
  worker.on('online', () => events.push('online'));
  const exited = new Promise((resolve) => {
    worker.on('exit', (code) => {
      events.push(`exit ${code}`);
      resolve();
    });
  });
  const way = random();
  if (way < 0.2) await new Promise((resolve) => worker.once('online', resolve));
  else if (way < 0.9) await new Promise((resolve) => setTimeout(resolve, random() * 30));
  // Else at once.
  const [code] = await Promise.all([worker.terminate(), exited]);
  assert.ok(code === undefined || [0, 1, 3].includes(code), `exit code ${code}`);
  const exits = events.filter((event) => event.startsWith('exit'));
  assert.strictEqual(exits.length, 1, `${PROGRAMS[index]}: ${events}`);
  assert.strictEqual(events.at(-1), exits[0], `${PROGRAMS[index]}: ${events}`);
  const errors = events.filter((event) => event.startsWith('error'));
  assert.ok(
    errors.length <= 1 && (errors.length === 0 || errors[0] === 'error by itself'),
    `${events}`,
  );
}

async function many(count, random) {
  let left = count;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await one(random);
    }),
  );
}

/**
 * Waits until nothing is being closed: what ended threads leave behind goes with the next turns. Without an
 * expected state that is when nothing went for a while.
 */
async function settle(expected) {
  let least = usage();
  let unchanged = 0;
  for (let i = 0; i < 2000; i++) {
    const { descriptors, threads } = usage();
    if (descriptors <= expected?.descriptors && threads <= expected?.threads) break;
    if (descriptors < least.descriptors || threads < least.threads) {
      least = usage();
      unchanged = 0;
    } else if (expected === undefined && ++unchanged === 100) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  globalThis.gc?.();
  return usage();
}

test('a thousand threads leave nothing behind', async () => {
  const random = randomNumbers(2024);
  await many(Math.ceil(TOTAL / 5), random);
  const before = await settle();
  await many(Math.floor(TOTAL / 2), random);
  const between = await settle(before); // by now the allocator has what it wants
  await many(Math.floor((TOTAL * 3) / 10), random);
  const after = await settle(before);
  assert.ok(after.descriptors <= before.descriptors, 'descriptors are left');
  assert.ok(after.threads <= before.threads, 'threads are left');
  // 300 threads that left no more than a tenth of a megabyte each would show.
  const grown = after.resident - between.resident;
  assert.ok(sanitized || grown < 30_000, `${grown} KB more`);
});

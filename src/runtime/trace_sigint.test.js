'use strict';
// --trace-sigint and util.setTraceSigInt().

const { test } = require('node:test');
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { once } = require('node:events');

// Runs a program that says when it is ready, and sends it SIGINT.
async function interrupt(...args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [, signal] = await once(child, 'close');
  return { signal, stderr };
}

const ready = 'require("fs").writeSync(1, "ready");';
const endless = `function f() { ${ready} for (;;); } f();`;

test('--trace-sigint says where a loop without end is', async () => {
  const { signal, stderr } = await interrupt('--trace-sigint', '-e', endless);
  assert.strictEqual(signal, 'SIGINT');
  assert.match(
    stderr,
    /^KEYBOARD_INTERRUPT: Script execution was interrupted by `SIGINT`\n {4}at f /,
  );
});

test('an idle program has no frames to show', async () => {
  const program = `require('util').setTraceSigInt(true); setTimeout(() => {}, 1e6); ${ready}`;
  const { signal, stderr } = await interrupt('-e', program);
  assert.strictEqual(signal, 'SIGINT');
  assert.match(stderr, /^KEYBOARD_INTERRUPT: [^\n]*\n/);
});

test('setTraceSigInt(false) leaves the signal alone again', async () => {
  const program = `const { setTraceSigInt } = require('util');
    setTraceSigInt(true); setTraceSigInt(false); ${endless}`;
  const { signal, stderr } = await interrupt('-e', program);
  assert.strictEqual(signal, 'SIGINT');
  assert.strictEqual(stderr, '');
});

test('workers have no SIGINT of their own', async () => {
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(
    `try { require('util').setTraceSigInt(true); } catch (error) {
      require('worker_threads').parentPort.postMessage(error.code);
    }`,
    { eval: true },
  );
  const [code] = await once(worker, 'message');
  assert.strictEqual(code, 'ERR_WORKER_UNSUPPORTED_OPERATION');
});

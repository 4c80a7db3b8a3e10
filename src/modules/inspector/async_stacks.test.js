'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

test("a debugger's stacks go on beyond callbacks", async (t) => {
  const program = `
    const { Session } = require('inspector/promises');
    const { parentPort } = require('worker_threads');
    parentPort.on('message', () => {});
    const session = new Session();
    session.connectToMainThread();
    session.on('Debugger.paused', async ({ params }) => {
      await session.post('Debugger.resume');
      parentPort.postMessage(params.asyncStackTrace ?? null);
    });
    (async () => {
      await session.post('Debugger.enable');
      await session.post('Debugger.setAsyncCallStackDepth', { maxDepth: 5 });
      parentPort.postMessage('ready');
    })();`;
  const worker = new Worker(program, { eval: true });
  t.after(() => worker.terminate());
  await once(worker, 'message');
  function arm() {
    setTimeout(() => {
      // biome-ignore lint/suspicious/noDebugger: this is what the debugger is to stop at
      debugger;
    }, 1);
  }
  arm();
  const [stack] = await once(worker, 'message');
  assert.strictEqual(stack.description, 'Timeout');
  assert.ok(stack.callFrames.some(({ functionName }) => functionName === 'arm'));
});

test('SIGUSR1 opens the inspector of a running program', async (t) => {
  const args = ['--inspect-port=0', '-e', 'setInterval(() => {}, 1000); console.log("up")'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill());
  child.stdout.once('data', () => process._debugProcess(child.pid));
  let text = '';
  for await (const chunk of child.stderr.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  assert.match(text, /^Debugger listening on ws:\/\/127\.0\.0\.1:\d+\//);
});

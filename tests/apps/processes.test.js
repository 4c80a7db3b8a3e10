'use strict';
// chokidar (watching), execa (child processes) and Piscina (a pool of worker threads).

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, run } = require('../support/workspace.js');

/** Runs an ES module and returns the JSON that it prints. */
async function answer(folder, script) {
  const { code, stdout, stderr } = await run(folder, [script]);
  assert.strictEqual(code, 0, stderr + stdout);
  return JSON.parse(stdout);
}

test('chokidar sees files and folders come, change and go', async (t) => {
  const folder = workspace(t, 'processes', {
    'watched/old.txt': 'old',
    'watched/left_out.log': '',
    'watch.mjs': `
      import chokidar from 'chokidar';
      import fs from 'node:fs';
      import path from 'node:path';
      const events = [];
      const watcher = chokidar.watch('watched', { ignored: (name) => name.endsWith('.log'), atomic: false });
      const next = (name, target) => new Promise((resolve) => {
        watcher.on(name, function seen(at, stats) {
          if (path.resolve(at) !== path.resolve(target)) return;
          watcher.off(name, seen);
          events.push(name + ' ' + target + (stats?.isFile() ? ' file' : ''));
          resolve();
        });
      });
      const step = async (name, target, act) => { const seen = next(name, target); act(); await seen; };
      await Promise.all([next('add', 'watched/old.txt'), new Promise((resolve) => watcher.on('ready', resolve))]);
      await step('add', 'watched/new.txt', () => fs.writeFileSync('watched/new.txt', 'x'));
      await step('change', 'watched/new.txt', () => fs.appendFileSync('watched/new.txt', 'more'));
      await step('addDir', 'watched/deep', () => fs.mkdirSync('watched/deep'));
      fs.writeFileSync('watched/other.log', '');
      // chokidar tells of a folder before it watches it.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await step('add', 'watched/deep/a.txt', () => fs.writeFileSync('watched/deep/a.txt', ''));
      await step('unlink', 'watched/old.txt', () => fs.unlinkSync('watched/old.txt'));
      await step('unlinkDir', 'watched/deep', () => fs.rmSync('watched/deep', { recursive: true }));
      const watched = watcher.getWatched()[path.resolve('watched')];
      await watcher.close();
      console.log(JSON.stringify({ events, watched }));`,
  });
  assert.deepStrictEqual(await answer(folder, 'watch.mjs'), {
    events: [
      'add watched/old.txt file',
      'add watched/new.txt file',
      'change watched/new.txt file',
      'addDir watched/deep',
      'add watched/deep/a.txt file',
      'unlink watched/old.txt',
      'unlinkDir watched/deep',
    ],
    watched: ['new.txt'],
  });
});

const execa = {
  'upper.mjs': `
    import { Transform } from 'node:stream';
    process.stdin.pipe(new Transform({ transform: (c, _, done) => done(null, String(c).toUpperCase()) })).pipe(process.stdout);`,
  'fail.mjs': "console.log('some output'); console.error('a reason'); process.exitCode = 3;",
  'wait.mjs':
    "process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(0); }); setInterval(() => {}, 1000); console.log('ready');",
  'stubborn.mjs':
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');",
  'talk.mjs': `
    import { sendMessage, getEachMessage } from 'execa';
    for await (const message of getEachMessage()) {
      if (message === 'end') break;
      await sendMessage({ got: message, at: new Date(0) });
    }`,
};

test('execa: results, input, pipes, lines, files, transforms', async (t) => {
  const folder = workspace(t, 'processes', {
    ...execa,
    'main.mjs': `
      import { execa, execaNode, execaSync, $ } from 'execa';
      import { readFileSync } from 'node:fs';
      const fed = await execaNode({ input: 'text\\n' })\`upper.mjs\`;
      const piped = await $\`printf a\\nb\\n\`.pipe\`node upper.mjs\`.pipe({ stdout: { file: 'out.txt' } })\`sort -r\`;
      const lines = [];
      for await (const line of execa('printf', ['1\\n2\\n3'])) lines.push(line);
      const doubled = await execa({ lines: true, stdout: function* (line) { yield line; yield line + line; } })\`printf x\\ny\`;
      const many = execaSync('cat', { input: 'z'.repeat(300000), maxBuffer: 1e6 }).stdout.length;
      const both = await execa({ all: true })\`node fail.mjs\`.catch((e) => e);
      console.log(JSON.stringify({
        fed: fed.stdout, piped: readFileSync('out.txt', 'utf8'), from: piped.pipedFrom.length,
        lines, doubled: doubled.stdout, many,
        failure: [both.exitCode, both.all, both.shortMessage, both.name, both.failed, both.originalMessage ?? null],
      }));`,
  });
  assert.deepStrictEqual(await answer(folder, 'main.mjs'), {
    fed: 'TEXT',
    piped: 'B\nA\n',
    from: 1,
    lines: ['1', '2', '3'],
    doubled: ['x', 'xx', 'y', 'yy'],
    many: 300000,
    failure: [
      3,
      'some output\na reason',
      'Command failed with exit code 3: node fail.mjs',
      'ExecaError',
      true,
      null,
    ],
  });
});

test('execa: kills, time limits, cancelling, messages, errors of spawning', async (t) => {
  const folder = workspace(t, 'processes', {
    ...execa,
    'main.mjs': `
      import { once } from 'node:events';
      import { execa, execaNode } from 'execa';
      const ready = (child) => once(child.stdout, 'data');
      const polite = execaNode\`wait.mjs\`;
      await ready(polite);
      polite.kill();
      const stopped = await polite;
      const stubborn = execaNode({ forceKillAfterDelay: 50 })\`stubborn.mjs\`;
      await ready(stubborn);
      stubborn.kill();
      const forced = await stubborn.catch((e) => e);
      const late = await execa({ timeout: 50 })\`sleep 60\`.catch((e) => e);
      const abort = new AbortController();
      const cancelled = execa({ cancelSignal: abort.signal })\`sleep 60\`;
      abort.abort(new Error('no longer wanted'));
      const reason = await cancelled.catch((e) => e);
      const missing = await execa\`no-such-program\`.catch((e) => e);
      const talker = execaNode({ ipc: true, serialization: 'advanced' })\`talk.mjs\`;
      await talker.sendMessage(['a', 1n]);
      const reply = await talker.getOneMessage();
      await talker.sendMessage('end');
      const talked = await talker;
      console.log(JSON.stringify({
        stopped: stopped.stdout, forced: [forced.signal, forced.isForcefullyTerminated], late: [late.timedOut, late.signal],
        cancelled: [reason.isCanceled, reason.cause.message], missing: [missing.code, missing.exitCode ?? null],
        reply: [String(reply.got), reply.at instanceof Date], ipc: talked.ipcOutput.length, code: talked.exitCode,
      }));`,
  });
  assert.deepStrictEqual(await answer(folder, 'main.mjs'), {
    stopped: 'ready\nasked to stop',
    forced: ['SIGKILL', true],
    late: [true, 'SIGTERM'],
    cancelled: [true, 'no longer wanted'],
    missing: ['ENOENT', null],
    reply: ['a,1', true],
    ipc: 1,
    code: 0,
  });
});

test('Piscina: tasks, transfers, cancelling, errors, statistics, both module systems', async (t) => {
  const folder = workspace(t, 'processes', {
    'worker.cjs': `
      const { isMainThread, threadId } = require('node:worker_threads');
      module.exports = ({ a, b }) => { if (isMainThread) throw new Error('in the main thread'); return a + b; };
      module.exports.thread = async () => threadId;
      module.exports.fail = () => { throw new RangeError('out of it'); };
      module.exports.spin = () => { for (;;); };
      module.exports.fill = (bytes) => { bytes.fill(7); return require('piscina').move(bytes); };`,
    'worker.mjs':
      "import { workerData } from 'node:worker_threads'; await null; export default (n) => n * workerData;",
    'main.mjs': `
      import { Piscina } from 'piscina';
      import { once } from 'node:events';
      const url = (name) => new URL(name, import.meta.url).href;
      const pool = new Piscina({ filename: url('worker.cjs'), minThreads: 2, maxThreads: 2, idleTimeout: 50 });
      const sums = await Promise.all(Array.from({ length: 50 }, (_, a) => pool.run({ a, b: 1 })));
      const threads = new Set(await Promise.all(Array.from({ length: 40 }, () => pool.run(null, { name: 'thread' }))));
      const failed = await pool.run(null, { name: 'fail' }).catch((e) => e);
      const abort = new AbortController();
      const spinning = pool.run(null, { name: 'spin', signal: abort.signal });
      setTimeout(() => abort.abort(), 50);
      const aborted = await spinning.catch((e) => e);
      const bytes = new Uint8Array(1024);
      const filled = await pool.run(bytes, { name: 'fill', transferList: [bytes.buffer] });
      const modules = new Piscina({ filename: url('worker.mjs'), workerData: 3, maxThreads: 1 });
      const tripled = await modules.run(14);
      const { completed } = pool;
      await Promise.all([pool.destroy(), modules.close()]);
      console.log(JSON.stringify({
        sum: sums.reduce((x, y) => x + y), threads: threads.size <= 2, failed: [failed.name, failed.message, failed instanceof RangeError],
        aborted: aborted.name, filled: [bytes.length, filled.length, filled[5]], tripled, completed: completed >= 90,
      }));`,
  });
  assert.deepStrictEqual(await answer(folder, 'main.mjs'), {
    sum: 1275,
    threads: true,
    failed: ['RangeError', 'out of it', true],
    aborted: 'AbortError',
    filled: [0, 1024, 7],
    tripled: 42,
    completed: true,
  });
  assert.ok(fs.existsSync(path.join(folder, 'worker.cjs')));
});

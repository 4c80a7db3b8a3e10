'use strict';
// Heaps and stacks that are used up: a worker's end is an event, the process goes on; the main thread's
// ends the process as documented.

const test = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { RUNTIME, runUnder, sanitized } = require('./support.js');

const SMALL = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

const GROWING = {
  'objects in an array': 'const all = []; for (;;) all.push({ i: all.length });',
  'objects, a few each turn':
    'const all = []; setInterval(() => { for (let i = 0; i < 1e4; i++) all.push({ i }); }, 1);',
  'a map': 'const all = new Map(); for (let i = 0; ; i++) all.set(i, i);',
  'a string': "let s = 'x'; for (;;) s += s.slice(0, 1e6) + Math.random();",
  properties: "const o = {}; for (let i = 0; ; i++) o['k' + i] = { i };",
  closures: 'let f = () => 1; for (;;) { const g = f; f = () => g(); }',
  awaiting: 'const all = []; (async () => { for (;;) all.push(await new Array(100).fill(0)); })();',
  contexts:
    "const vm = require('node:vm'); const all = []; for (;;) all.push(vm.createContext({}));",
  messages:
    'const a = new Array(1e5).fill({ a: 1 }); for (;;) a.push(...structuredClone(a).slice(0, 5e4));',
};

for (const [what, source] of Object.entries(GROWING)) {
  test(`a worker that fills its heap with ${what}`, {
    skip: sanitized && 'takes minutes',
  }, async () => {
    const worker = new Worker(source, { eval: true, resourceLimits: SMALL });
    const errors = [];
    worker.on('error', (error) => errors.push(error));
    const [code] = await new Promise((resolve) => worker.on('exit', (...how) => resolve(how)));
    assert.strictEqual(code, 1);
    assert.deepStrictEqual(
      errors.map((error) => error.code),
      ['ERR_WORKER_OUT_OF_MEMORY'],
    );
    assert.match(errors[0].message, /reaching memory limit/);
  });
}

test('a worker out of memory inside a worker is the inner one alone', async () => {
  const inner = 'const all = []; for (;;) all.push({ i: all.length });';
  const outer = `
    const { Worker, parentPort } = require('node:worker_threads');
    const worker = new Worker(${JSON.stringify(inner)}, { eval: true, resourceLimits: ${JSON.stringify(SMALL)} });
    worker.on('error', (error) => parentPort.postMessage(error.code));
    worker.on('exit', () => parentPort.postMessage('the outer one goes on'));
  `;
  const worker = new Worker(outer, { eval: true });
  const messages = [];
  worker.on('message', (message) => messages.push(message));
  assert.deepStrictEqual(await once(worker, 'exit'), [0]);
  assert.deepStrictEqual(messages, ['ERR_WORKER_OUT_OF_MEMORY', 'the outer one goes on']);
});

test('memory outside the heap that the system refuses is a RangeError', {
  skip: sanitized && 'AddressSanitizer refuses by itself',
}, async () => {
  const worker = new Worker('new ArrayBuffer(2 ** 52);', { eval: true });
  const [error] = await once(worker, 'error');
  assert.strictEqual(error.name, 'RangeError');
  assert.throws(() => new ArrayBuffer(2 ** 52), RangeError);
  assert.throws(() => Buffer.alloc(2 ** 52), { name: 'RangeError' });
});

test('little address space: large buffers are refused, the program goes on', {
  skip: sanitized && 'AddressSanitizer needs address space',
}, async () => {
  const program = `
    const all = [];
    let refused;
    try { for (;;) all.push(Buffer.allocUnsafe(2 ** 30).fill(0, 0, 1)); } catch (error) { refused = error; }
    all.length = 0;
    console.log(refused.name, refused.code ?? '');
  `;
  const { status, stdout } = await runUnder('ulimit -v 8000000', ['-e', program]);
  assert.strictEqual(status, 0);
  assert.match(stdout, /^RangeError|^Error ERR_MEMORY_ALLOCATION_FAILED/);
});

for (const stackSizeMb of [0.05, 0.5, 4, 16]) {
  test(`a worker whose stack of ${stackSizeMb} MB overflows`, async () => {
    const source = 'function f() { return 1 + f(); } f();';
    const worker = new Worker(source, { eval: true, resourceLimits: { stackSizeMb } });
    const exited = new Promise((resolve) => worker.on('exit', resolve));
    const [error] = await once(worker, 'error');
    assert.strictEqual(error.name, 'RangeError');
    assert.strictEqual(error.message, 'Maximum call stack size exceeded');
    assert.strictEqual(await exited, 1);
  });
}

const DEEP = {
  toString: 'const o = { toString() { return String(o); } }; `${o}`;',
  'structured clone': 'let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; structuredClone(o);',
  serializer: "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; require('v8').serialize(o);",
  events: "const e = new (require('events'))(); e.on('x', () => e.emit('x')); e.emit('x');",
  require:
    "require('module')._extensions['.x'] = () => { throw 1 }; (function f() { require('node:path').join('a', f()); })();",
  'a syntax tree': "eval('('.repeat(1e5));",
  URL: 'const u = { toString() { return new URL(u).href; } }; new URL(u);',
  getters: 'const o = { get a() { return this.a; } }; o.a;',
  JSON: 'const o = { toJSON() { return JSON.stringify(o); } }; JSON.stringify(o);',
  'a callback of native code':
    '(function f() { [3, 1, 2].sort(f); Buffer.from({ valueOf: f }); })();',
};
for (const [what, source] of Object.entries(DEEP)) {
  test(`a stack that overflows in ${what} is a RangeError, in both kinds of thread`, async () => {
    const program = `try { ${source} } catch (error) { if (!(error instanceof RangeError)) throw error; }`;
    const { status, signal, stderr } = spawnSync(RUNTIME, ['-e', program], { encoding: 'utf8' });
    assert.strictEqual(signal ?? status, 0, stderr);
    assert.deepStrictEqual(await once(new Worker(program, { eval: true }), 'exit'), [0]);
  });
}

test('the main thread out of memory aborts and says so', {
  skip: sanitized && 'takes minutes',
}, () => {
  const { signal, stderr } = spawnSync(
    RUNTIME,
    [
      '--max-old-space-size=20',
      '-e',
      'const all = []; for (;;) all.push(new Array(1000).fill(all.length));',
    ],
    { encoding: 'utf8' },
  );
  assert.strictEqual(signal, 'SIGABRT');
  assert.match(stderr, /FATAL ERROR: .*JavaScript heap out of memory/);
});

test('a heap snapshot near the limit is written, and the process then ends', {
  skip: sanitized && 'takes minutes',
}, async (t) => {
  const fs = require('node:fs');
  const folder = require('./support.js').temporaryFolder(t);
  const { signal, stderr } = spawnSync(
    RUNTIME,
    [
      '--heapsnapshot-near-heap-limit=1',
      '--max-old-space-size=20',
      '-e',
      'const all = []; for (;;) all.push(new Array(1000).fill(all.length));',
    ],
    { encoding: 'utf8', cwd: folder },
  );
  assert.strictEqual(signal, 'SIGABRT');
  assert.match(stderr, /Wrote snapshot to/);
  assert.strictEqual(fs.readdirSync(folder).filter((n) => n.endsWith('.heapsnapshot')).length, 1);
});

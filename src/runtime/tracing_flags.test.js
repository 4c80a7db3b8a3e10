'use strict';
// --trace-exit and --trace-env.
const test = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const run = (...args) => spawnSync(process.execPath, args, { encoding: 'utf8' });

test('--trace-exit says where process.exit() was called', () => {
  const program = 'function leave() { process.exit(3) }\nleave()';
  const { status, pid, stderr } = run('--trace-exit', '-e', program);
  assert.strictEqual(status, 3);
  assert.ok(stderr.startsWith(`(node:${pid}) WARNING: Exited the environment with code 3\n`));
  assert.match(stderr, /\n {4}at leave \(\[eval\]:1:\d+\)\n/);
  assert.strictEqual(run('--trace-exit', '-e', '0').stderr, '');
});

test("a worker's own NODE_OPTIONS hold for it", () => {
  const program = `
    const { Worker } = require('worker_threads');
    new Worker('process.exit(0)', { eval: true, env: { NODE_OPTIONS: '--trace-exit' } });`;
  assert.match(run('-e', program).stderr, /thread:1\) WARNING: Exited the environment with code 0/);
});

test('--trace-env says how the environment is used', () => {
  const program = `
    process.env.MINE = 1;
    process.env.MINE;
    'MINE' in process.env;
    delete process.env.MINE;
    Object.keys(process.env);`;
  const lines = run('--trace-env', '-e', program).stderr.split('\n');
  assert.deepStrictEqual(
    lines.filter((line) => line.includes('MINE')),
    ['set', 'get', 'query', 'delete'].map((verb) => `[--trace-env] ${verb} "MINE"`),
  );
  assert.ok(lines.includes('[--trace-env] enumerate environment variables'));
  const { stderr } = run(
    '--trace-env-js-stack',
    '-e',
    'function use() { process.env.MINE }\nuse()',
  );
  assert.match(stderr, /get "MINE"\n\n-+ JavaScript stack trace -+\n\n1: use \(\[eval\]:1:\d+\)\n/);
});

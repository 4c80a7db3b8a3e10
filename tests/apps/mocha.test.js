'use strict';
// Mocha: passing and failing runs, ES modules, hooks, reporters, parallel jobs (worker processes), configuration.

const test = require('node:test');
const assert = require('node:assert');
const { workspace, run } = require('../support/workspace.js');

const mocha = 'node_modules/.bin/mocha';
const passing = `
  const assert = require('node:assert');
  describe('sums', () => {
    let base;
    before(async () => { base = await Promise.resolve(2); });
    it('adds', () => assert.strictEqual(base + 2, 4));
    it('takes a callback', (done) => setTimeout(done, 2));
    it.skip('waits', () => {});
  });`;

test('a passing run exits with 0 and counts', async (t) => {
  const folder = workspace(t, 'mocha', { 'specs/a.js': passing });
  const { code, stdout } = await run(folder, [mocha, 'specs']);
  assert.strictEqual(code, 0);
  assert.match(stdout, /sums\n\s+✔ adds.*\n\s+✔ takes a callback.*\n\s+- waits\n/);
  assert.match(stdout, /2 passing.*\n\s+1 pending/);
});

test('the exit code is the number of failures; differences and stacks are shown', async (t) => {
  const folder = workspace(t, 'mocha', {
    'specs/a.js': `
      const assert = require('node:assert');
      it('differs', () => assert.deepStrictEqual({ a: 1, b: [2] }, { a: 1, b: [3] }));
      it('rejects', async () => { throw new TypeError('refused'); });
      it('is late', function (done) { this.timeout(20); });
      it('throws later', (done) => { setTimeout(() => { throw new Error('out of band'); }, 1); });`,
  });
  const { code, stdout } = await run(folder, [mocha, 'specs']);
  assert.strictEqual(code, 4);
  assert.match(stdout, /0 passing.*\n\s+4 failing/);
  assert.match(stdout, /-\s+3\n/);
  assert.match(stdout, /\+\s+2\n/);
  assert.match(stdout, /TypeError: refused\n\s+at Context\.<anonymous> \(specs\/a\.js:4:\d+\)/);
  assert.match(stdout, /Timeout of 20ms exceeded/);
  assert.match(stdout, /Uncaught Error: out of band/);
});

test('ES module specs, a module as configuration, and a JSON report', async (t) => {
  const folder = workspace(t, 'mocha', {
    '.mocharc.json': JSON.stringify({
      reporter: 'json',
      require: ['./setup.mjs'],
      spec: 'specs/*.mjs',
    }),
    'setup.mjs':
      'globalThis.prepared = 1; export const mochaHooks = { beforeEach() { prepared += 1; } };',
    'specs/a.mjs': `
      import assert from 'node:assert';
      import { setTimeout } from 'node:timers/promises';
      await setTimeout(1);
      describe('module', () => { it('is prepared', () => assert.strictEqual(prepared, 2)); });`,
  });
  const { code, stdout, stderr } = await run(folder, [mocha]);
  assert.strictEqual(code, 0, stdout + stderr);
  const { stats, passes } = JSON.parse(stdout);
  assert.deepStrictEqual([stats.passes, stats.failures], [1, 0]);
  assert.strictEqual(passes[0].fullTitle, 'module is prepared');
});

test('parallel jobs run files in processes of their own', async (t) => {
  const spec = (name) => `
    it('${name}', () => { if (!process.send) throw new Error('in the main process'); });
    it('fails in ${name}', () => { throw new Error('as it should'); });`;
  const folder = workspace(t, 'mocha', { 'specs/a.js': spec('a'), 'specs/b.js': spec('b') });
  const { code, stdout } = await run(folder, [mocha, '--parallel', '--jobs', '2', 'specs']);
  assert.strictEqual(code, 2, stdout);
  assert.match(stdout, /2 passing.*\n\s+2 failing/);
  assert.match(stdout, /fails in b:\n\s+Error: as it should/);
});

test('--forbid-only, --grep, --bail and a syntax error in a spec', async (t) => {
  const folder = workspace(t, 'mocha', {
    'specs/a.js': passing,
    'only.js': "it.only('one', () => {});",
    'bad.js': 'it(;',
    'bail.js': "it('one', () => { throw 1; }); it('two', () => {});",
  });
  const found = await run(folder, [mocha, '--grep', 'callback', 'specs']);
  assert.match(found.stdout, /1 passing/);
  assert.strictEqual((await run(folder, [mocha, '--forbid-only', 'only.js'])).code, 1);
  assert.match(
    (await run(folder, [mocha, '--bail', 'bail.js'])).stdout,
    /0 passing.*\n\s+1 failing/,
  );
  const bad = await run(folder, [mocha, 'bad.js']);
  assert.strictEqual(bad.code, 1);
  assert.match(bad.stderr, /SyntaxError: Unexpected token ';'/);
});

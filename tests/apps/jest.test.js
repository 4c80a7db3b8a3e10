'use strict';
// Jest: contexts of vm for each file, module mocks, snapshots, fake timers, coverage, workers, exit codes.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, run } = require('../support/workspace.js');

const jest = 'node_modules/.bin/jest';
const config = { testMatch: ['**/specs/*.?(m)js'], cacheDirectory: '.cache', watchman: false };
const manifest = (more) => JSON.stringify({ name: 'project', jest: { ...config, ...more } });
const sum = 'exports.sum = (a, b) => { if (a === null) { return 0; } return a + b; };';

test('a passing run: matchers, mocks, timers, globals of its own context', async (t) => {
  const folder = workspace(t, 'jest', {
    'package.json': manifest(),
    'sum.js': sum,
    'network.js': "exports.get = async () => { throw new Error('no network'); };",
    'specs/a.js': `
      const { sum } = require('../sum');
      jest.mock('../network', () => ({ get: jest.fn().mockResolvedValue({ ok: true }) }));
      const network = require('../network');
      beforeEach(() => jest.clearAllMocks());
      test.each([[1, 2, 3], [0.5, 0.5, 1]])('%d + %d', (a, b, expected) => expect(sum(a, b)).toBe(expected));
      test('mocks', async () => {
        await expect(network.get('x')).resolves.toEqual({ ok: true });
        expect(network.get).toHaveBeenCalledWith('x');
      });
      test('spies and timers', () => {
        jest.useFakeTimers();
        const spy = jest.spyOn(console, 'log').mockImplementation(() => {});
        setTimeout(() => console.log('later'), 60_000);
        jest.advanceTimersByTime(60_000);
        expect(spy).toHaveBeenCalledWith('later');
        spy.mockRestore();
        jest.useRealTimers();
      });
      test('values of this context', () => {
        expect([1, 2]).toBeInstanceOf(Array);
        expect(new Uint8Array(2)).toBeInstanceOf(Uint8Array);
        expect(Buffer.from('a')).toBeInstanceOf(Uint8Array);
        expect({ a: [1, { b: new Map([[1, new Set('x')]]) }] }).toStrictEqual({ a: [1, { b: new Map([[1, new Set('x')]]) }] });
        expect(() => { null.x; }).toThrow(TypeError);
        expect(() => JSON.parse('{')).toThrow(SyntaxError);
        expect(structuredClone({ at: new Date(0) })).toEqual({ at: new Date(0) });
        expect(require('node:util').types.isDate(new Date())).toBe(true);
      });
      test('modules again', () => {
        jest.isolateModules(() => expect(require('../sum').sum).not.toBe(sum));
        expect(require('node:fs').existsSync(__filename)).toBe(true);
      });
      test('asynchronous parts', async () => {
        await new Promise((resolve) => process.nextTick(resolve));
        expect(await (await import('../sum.js').catch(() => ({ default: 'no' }))).default).toBeTruthy();
        const { promisify } = require('node:util');
        expect((await promisify(require('node:fs').readFile)(__filename)).length).toBeGreaterThan(10);
      });
      test('a snapshot', () => expect({ list: [1, 'two'], at: new Date(0) }).toMatchSnapshot());
      test('an inline one', () => expect([undefined, null]).toMatchInlineSnapshot(\`
[
  undefined,
  null,
]
\`));`,
  });
  const { code, stderr } = await run(folder, [jest, '--ci=false']);
  assert.strictEqual(code, 0, stderr);
  assert.match(stderr, /Tests: +9 passed, 9 total/);
  assert.match(stderr, /1 snapshot written/);
  const stored = fs.readFileSync(path.join(folder, 'specs/__snapshots__/a.js.snap'), 'utf8');
  assert.match(stored, /"at": 1970-01-01T00:00:00\.000Z,/);
  const again = await run(folder, [jest, '--ci']);
  assert.strictEqual(again.code, 0, again.stderr);
});

test('failures: differences, places, thrown errors, time limits; exit code 1', async (t) => {
  const folder = workspace(t, 'jest', {
    'package.json': manifest(),
    'specs/a.js': `
      test('differs', () => {
        expect({ a: 1, b: [1, 2] }).toEqual({ a: 1, b: [1, 3] });
      });
      test('throws', async () => { await null; throw new RangeError('out of it'); });
      test('is late', () => new Promise(() => {}), 30);`,
    'specs/b.js': 'const = 1;',
  });
  const { code, stderr } = await run(folder, [jest, '--maxWorkers=2']);
  assert.strictEqual(code, 1);
  assert.match(stderr, /- {5}3,\n[^]*\+ {5}2,/);
  assert.match(stderr, /at Object\.toEqual \(specs\/a\.js:3:37\)/);
  assert.match(stderr, /RangeError: out of it/);
  assert.match(stderr, /Exceeded timeout of 30 ms/);
  assert.match(stderr, /SyntaxError: .*specs\/b\.js: Unexpected token/);
  assert.match(stderr, /Test Suites: 2 failed, 2 total\nTests: +3 failed, 3 total/);
});

test('coverage by Babel and by V8, and JSON results', async (t) => {
  const folder = workspace(t, 'jest', {
    'package.json': manifest({
      collectCoverageFrom: ['sum.js'],
      coverageReporters: ['json-summary'],
    }),
    'sum.js': sum,
    'specs/a.js': "test('adds', () => expect(require('../sum').sum(1, 2)).toBe(3));",
  });
  for (const provider of ['babel', 'v8']) {
    const args = [jest, '--json', '--coverage', `--coverageProvider=${provider}`];
    const { stdout, stderr } = await run(folder, args);
    assert.strictEqual(JSON.parse(stdout).numPassedTests, 1, stderr);
    const report = path.join(folder, 'coverage/coverage-summary.json');
    const { total } = JSON.parse(fs.readFileSync(report, 'utf8'));
    assert.ok(total.branches.pct > 0 && total.branches.pct < 100, provider);
  }
});

test('ES modules through vm.SourceTextModule, and several files in workers', async (t) => {
  const folder = workspace(t, 'jest', {
    'package.json': manifest({ transform: {} }),
    'mocked.mjs': "throw new Error('not mocked');",
    'lib.mjs':
      'export let count = 0; export const bump = () => { count += 1; }; export default import.meta.url;',
    'specs/a.mjs': `
      import url, { count, bump } from '../lib.mjs';
      import { jest } from '@jest/globals';
      import fs, { readFileSync } from 'node:fs';
      jest.unstable_mockModule('../mocked.mjs', () => ({ value: 'mock' }));
      test('live bindings', async () => {
        bump();
        expect(count).toBe(1);
        expect(url).toMatch(/lib\\.mjs$/);
        expect(readFileSync).toBe(fs.readFileSync);
        expect((await import('../mocked.mjs')).value).toBe('mock');
      });`,
    'specs/b.mjs':
      "const { count } = await import('../lib.mjs');\ntest('its own copy', () => expect(count).toBe(0));",
    'specs/c.js': "test('plain', () => expect(typeof require).toBe('function'));",
  });
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    jest,
    '--maxWorkers=2',
    '--workerThreads',
  ];
  const { code, stderr } = await run(folder, args);
  assert.strictEqual(code, 0, stderr);
  assert.match(stderr, /Tests: +3 passed, 3 total/);
});

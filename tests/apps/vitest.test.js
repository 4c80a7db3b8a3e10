'use strict';
// Vitest: threads and processes, mocks, snapshots, fake timers, types stripped, watch-free runs, exit codes.

const test = require('node:test');
const assert = require('node:assert');
const { workspace, run } = require('../support/workspace.js');

const vitest = 'node_modules/vitest/vitest.mjs';
const files = {
  'package.json': '{ "type": "module" }',
  'vitest.config.ts': `
    import { defineConfig } from 'vitest/config';
    export default defineConfig({ test: { include: ['specs/*.ts'] } });`,
  'sum.ts': 'export const sum = (a: number, b: number): number => a + b;',
  'network.ts':
    "export const get = async (): Promise<string> => { throw new Error('no network'); };",
  'specs/a.ts': `
    import { beforeEach, describe, expect, it, vi } from 'vitest';
    import { sum } from '../sum';
    import { get } from '../network';
    vi.mock('../network', () => ({ get: vi.fn(async () => 'mocked') }));
    describe('all of it', () => {
      beforeEach(() => { vi.useRealTimers(); });
      it.each([[1, 2, 3], [4, 5, 9]])('%i + %i', (a, b, c) => expect(sum(a, b)).toBe(c));
      it('mocks', async () => { expect(await get()).toBe('mocked'); expect(get).toHaveBeenCalledOnce(); });
      it('turns the clock', () => {
        vi.useFakeTimers({ now: 0 });
        const called = vi.fn();
        setTimeout(called, 1000);
        vi.advanceTimersByTime(1000);
        expect(called).toHaveBeenCalled();
        expect(Date.now()).toBe(1000);
      });
      it('keeps snapshots inline', () => expect({ a: [1] }).toMatchInlineSnapshot(\`
        {
          "a": [
            1,
          ],
        }
      \`));
      it.concurrent('waits', async () => { await expect(Promise.reject(new TypeError('no'))).rejects.toThrow(TypeError); });
    });`,
};

for (const pool of ['threads', 'forks', 'vmThreads']) {
  test(`a passing run in ${pool}`, async (t) => {
    const folder = workspace(t, 'vitest', files);
    const args = [vitest, 'run', '--pool', pool, '--reporter=verbose'];
    const { code, stdout, stderr } = await run(folder, args);
    assert.strictEqual(code, 0, stdout + stderr);
    assert.match(stdout, /Tests {2}6 passed \(6\)/);
  });
}

test('a failing run shows differences with places in TypeScript and exits with 1', async (t) => {
  const folder = workspace(t, 'vitest', {
    ...files,
    'specs/b.ts': `
import { expect, test } from 'vitest';
type Pair = { a: number; b: number };
test('differs', () => {
  const pair: Pair = { a: 1, b: 2 };
  expect(pair).toEqual({ a: 1, b: 3 });
});
test('is late', () => new Promise(() => {}), 30);`,
  });
  const { code, stdout, stderr } = await run(folder, [vitest, 'run', 'specs/b.ts']);
  assert.strictEqual(code, 1);
  assert.match(stderr, /- {3}"b": 3,\n\+ {3}"b": 2,/);
  assert.match(stderr, /specs\/b\.ts:6:16/);
  assert.match(stderr, /Test timed out in 30ms/);
  assert.match(stdout, /Tests {2}2 failed \(2\)/);
});

'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const timers = require('node:timers/promises');

test('timeouts fire by duration, then by order; immediates come between', async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => order.push('20'), 20);
    setTimeout(() => order.push('1a'), 1);
    setTimeout(() => order.push('1b'), 1);
    setTimeout(resolve, 30);
  });
  assert.deepStrictEqual(order, ['1a', '1b', '20']);
});

test('ticks come before microtasks, both before the next timer', async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => {
      Promise.resolve().then(() => order.push('microtask'));
      process.nextTick(() => order.push('tick'));
      order.push('first');
    }, 1);
    setTimeout(() => {
      order.push('second');
      resolve();
    }, 1);
  });
  assert.deepStrictEqual(order, ['first', 'tick', 'microtask', 'second']);
});

test('a cleared timer does not fire, a refreshed one waits again', async () => {
  let fired = 0;
  clearTimeout(setTimeout(() => fired++, 1));
  const id = +setTimeout(() => fired++, 1);
  clearTimeout(id);
  await new Promise((resolve) => {
    const interval = setInterval(() => {
      if (++fired < 3) return;
      clearInterval(interval);
      resolve();
    }, 1);
  });
  await timers.setTimeout(20);
  assert.strictEqual(fired, 3);
});

test('a promise of a timer is rejected by its signal', async () => {
  const controller = new AbortController();
  const waiting = timers.setTimeout(10_000, 'late', { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});

test('setInterval iterates', async () => {
  const values = [];
  for await (const value of timers.setInterval(1, 'x')) {
    values.push(value);
    if (values.length === 3) break;
  }
  assert.deepStrictEqual(values, ['x', 'x', 'x']);
});

test('an interval that is shorter than its callback takes leaves the loop its turns', () => {
  const program = `
    setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 10);
    setTimeout(() => require('fs').stat('.', () => process.exit(7)), 20);`;
  const { status } = spawnSync(process.execPath, ['-e', program], { timeout: 20_000 });
  assert.strictEqual(status, 7);
});

test('a timer waits its whole time where another one was cleared before', async () => {
  clearTimeout(setTimeout(() => {}, 40));
  await new Promise((resolve) => setTimeout(resolve, 25));
  const began = process.hrtime.bigint();
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.ok(process.hrtime.bigint() - began >= 38_000_000n);
});

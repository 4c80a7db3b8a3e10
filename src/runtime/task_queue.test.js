'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { createHook, executionAsyncId, executionAsyncResource } = require('node:async_hooks');

const ticked = () => new Promise((resolve) => process.nextTick(resolve));

test('ticks hand on their arguments, however many', async () => {
  const seen = [];
  for (let count = 0; count < 6; count++) {
    const args = Array.from({ length: count }, (_, i) => i);
    process.nextTick((...given) => seen.push(given), ...args);
  }
  await ticked();
  assert.deepEqual(seen, [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4]]);
});

test('thousands of ticks keep their order, also those that ticks queue', async () => {
  const seen = [];
  for (let i = 0; i < 3000; i++) {
    process.nextTick((n) => {
      seen.push(n);
      if (n < 2000) process.nextTick((m) => seen.push(m), n + 3000);
    }, i);
  }
  await ticked();
  await ticked();
  assert.deepEqual(
    seen,
    Array.from({ length: 5000 }, (_, i) => i),
  );
});

test('each tick has an id and a resource of its own', async () => {
  const ids = new Set();
  const resources = new Set();
  for (let i = 0; i < 3; i++) {
    process.nextTick(() => {
      ids.add(executionAsyncId());
      assert.strictEqual(executionAsyncResource(), executionAsyncResource());
      resources.add(executionAsyncResource());
    });
  }
  await ticked();
  assert.strictEqual(ids.size, 3);
  assert.strictEqual(resources.size, 3);
});

test('a hook is told of the resource that the tick runs as', async () => {
  const told = new Map();
  const hook = createHook({
    init(id, type, trigger, resource) {
      if (type === 'TickObject') told.set(id, resource);
    },
  }).enable();
  const seen = [];
  process.nextTick(() => seen.push(executionAsyncId(), executionAsyncResource()));
  hook.disable();
  await ticked();
  assert.strictEqual(told.get(seen[0]), seen[1]);
});

test('hooks may queue ticks before and after each', async () => {
  for (let count = 1; count < 40; count++) {
    const seen = [];
    let left = 3;
    const hook = createHook({
      before() {
        if (left-- > 0) {
          process.nextTick(() => seen.push('a'));
          process.nextTick(() => seen.push('b'));
        }
      },
    });
    for (let i = 0; i < count; i++) process.nextTick((n) => seen.push(n), i);
    hook.enable();
    await ticked();
    await ticked();
    hook.disable();
    const numbers = seen.filter((entry) => typeof entry === 'number');
    assert.deepEqual(
      numbers,
      Array.from({ length: count }, (_, i) => i),
    );
    assert.strictEqual(seen.length, count + 6);
  }
});

test('queueMicrotask() takes functions of contexts with a queue of their own to the program', async () => {
  const vm = require('node:vm');
  const seen = [];
  const globals = { queueMicrotask, note: (what) => seen.push(what) };
  const context = vm.createContext(globals, { microtaskMode: 'afterEvaluate' });
  vm.runInContext(
    "queueMicrotask(() => note('queued')); Promise.resolve().then(() => note('promised'))",
    context,
  );
  assert.deepEqual(seen, ['promised']);
  await null;
  assert.deepEqual(seen, ['promised', 'queued']);
});

'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { locks } = require('node:worker_threads');

test('an exclusive lock is held by one at a time, in the order of the requests', async () => {
  const order = [];
  const hold = (name) =>
    locks.request('test-a', async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(`${name} out`);
    });
  await Promise.all([hold('first'), hold('second')]);
  assert.deepEqual(order, ['first in', 'first out', 'second in', 'second out']);
});

test('shared locks are held together', async () => {
  const names = await locks.request('test-b', { mode: 'shared' }, () =>
    locks.request('test-b', { mode: 'shared' }, ({ name, mode }) => [name, mode]),
  );
  assert.deepEqual(names, ['test-b', 'shared']);
});

test('ifAvailable gives null for a lock that is held', async () => {
  await locks.request('test-c', async () => {
    assert.equal(await locks.request('test-c', { ifAvailable: true }, (lock) => lock), null);
  });
});

test('a stolen lock fails the request that held it', async () => {
  const { promise, resolve } = Promise.withResolvers();
  const robbed = assert.rejects(
    locks.request('test-d', () => promise),
    { name: 'AbortError' },
  );
  await locks.request('test-d', { steal: true }, () => {});
  await robbed;
  resolve();
});

test('a signal ends the waiting', async () => {
  const controller = new AbortController();
  await locks.request('test-e', async () => {
    const waiting = locks.request('test-e', { signal: controller.signal }, () => {});
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, { message: 'enough' });
  });
});

test('query() tells who holds what and who waits', async () => {
  await locks.request('test-f', async () => {
    const waiting = locks.request('test-f', { mode: 'shared' }, () => {});
    const { held, pending } = await locks.query();
    const its = ({ name }) => name === 'test-f';
    assert.deepEqual(
      held.filter(its).map(({ mode }) => mode),
      ['exclusive'],
    );
    assert.deepEqual(
      pending.filter(its).map(({ mode }) => mode),
      ['shared'],
    );
    return { waiting };
  });
});

test('names that begin with a hyphen are reserved', async () => {
  await assert.rejects(
    locks.request('-a', () => {}),
    { name: 'NotSupportedError' },
  );
});

test('names are any text, also such that is not well-formed', async () => {
  await locks.request('\ud800', async (lock) => {
    assert.equal(lock.name, '\ud800');
    await locks.request('\ufffd', () => {});
    const { held } = await locks.query();
    assert.ok(held.some(({ name }) => name === '\ud800'));
  });
});

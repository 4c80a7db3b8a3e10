'use strict';

const assert = require('node:assert');
const { describe, test } = require('node:test');
const {
  AsyncLocalStorage,
  AsyncResource,
  createHook,
  executionAsyncId,
} = require('node:async_hooks');

describe('AsyncLocalStorage', () => {
  test('a store goes with promises, ticks, timers and immediates', async () => {
    const storage = new AsyncLocalStorage();
    const seen = await storage.run('store', async () => {
      await null;
      const after = [storage.getStore()];
      await new Promise((resolve) => process.nextTick(resolve));
      for (const schedule of [process.nextTick, setTimeout, setImmediate, queueMicrotask]) {
        await new Promise((resolve) => {
          schedule(() => resolve(after.push(storage.getStore())));
        });
      }
      return after;
    });
    assert.deepEqual(seen, Array(5).fill('store'));
    assert.equal(storage.getStore(), undefined);
  });

  test('run() leaves only its own storage', () => {
    const outer = new AsyncLocalStorage();
    const inner = new AsyncLocalStorage();
    outer.run(1, () => inner.enterWith(2));
    assert.equal(outer.getStore(), undefined);
    assert.equal(inner.getStore(), 2);
    inner.disable();
  });

  test('storages do not see one another', () => {
    const [first, second] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
    first.run('a', () =>
      second.run('b', () =>
        first.run('c', () => {
          assert.deepEqual([first.getStore(), second.getStore()], ['c', 'b']);
        }),
      ),
    );
  });

  test('a default value stands in where no store is', () => {
    const storage = new AsyncLocalStorage({ defaultValue: 1, name: 'n' });
    assert.equal(storage.getStore(), 1);
    assert.equal(storage.name, 'n');
    storage.exit(() => assert.equal(storage.getStore(), undefined));
  });

  test('snapshot() and bind() keep the context of where they were called', () => {
    const storage = new AsyncLocalStorage();
    const [snapshot, bound] = storage.run(1, () => [
      AsyncLocalStorage.snapshot(),
      AsyncLocalStorage.bind(() => storage.getStore()),
    ]);
    storage.run(2, () => {
      assert.equal(
        snapshot(() => storage.getStore()),
        1,
      );
      assert.equal(bound(), 1);
    });
  });

  test('disable() forgets the store', () => {
    const storage = new AsyncLocalStorage();
    storage.run(1, () => {
      storage.disable();
      assert.equal(storage.getStore(), undefined);
    });
  });
});

describe('AsyncResource', () => {
  test('runs a function with its ids, and restores those of the caller', () => {
    const before = executionAsyncId();
    const resource = new AsyncResource('Test');
    resource.runInAsyncScope(() => assert.equal(executionAsyncId(), resource.asyncId()));
    assert.equal(executionAsyncId(), before);
  });

  test('refuses a trigger id that is no id', () => {
    assert.throws(() => new AsyncResource('Test', { triggerAsyncId: -5 }), {
      code: 'ERR_INVALID_ASYNC_ID',
    });
  });
});

describe('createHook', () => {
  test('a hook that is enabled while hooks are told is told of the next event', () => {
    const types = [];
    const late = createHook({ init: (id, type) => types.push(type) });
    const first = createHook({ init: () => late.enable() }).enable();
    new AsyncResource('First');
    new AsyncResource('Second');
    first.disable();
    late.disable();
    assert.deepEqual(types, ['Second']);
  });

  test('promises are resources while a hook is enabled', async () => {
    const inits = [];
    const hook = createHook({
      init(id, type, trigger) {
        inits.push({ id, type, trigger });
      },
    }).enable();
    const parent = Promise.resolve(1);
    parent.then(() => {});
    hook.disable();
    assert.deepEqual(
      inits.map(({ type }) => type),
      ['PROMISE', 'PROMISE'],
    );
    assert.equal(inits[1].trigger, inits[0].id);
  });

  test('destroy is told later, before immediates', async () => {
    const destroyed = [];
    const hook = createHook({ destroy: (id) => destroyed.push(id) }).enable();
    const resource = new AsyncResource('Test');
    resource.emitDestroy();
    assert.deepEqual(destroyed, []);
    await new Promise((resolve) => setImmediate(resolve));
    hook.disable();
    assert.ok(destroyed.includes(resource.asyncId()));
  });

  test('refuses hooks that are no functions', () => {
    assert.throws(() => createHook({ init: 1 }), { code: 'ERR_ASYNC_CALLBACK' });
  });
});

test('an exception in a microtask is uncaught, and takes its store with it', () => {
  const { spawnSync } = require('node:child_process');
  const program = `
    const storage = new (require('async_hooks').AsyncLocalStorage)();
    process.on('uncaughtException', (err) => console.log(err.message, storage.getStore()));
    storage.run(1, () => queueMicrotask(() => { throw new Error('thrown'); }));
    queueMicrotask(() => console.log('next', storage.getStore()));`;
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.equal(stdout, 'thrown 1\nnext undefined\n');
});

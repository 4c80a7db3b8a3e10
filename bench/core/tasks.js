'use strict';
// Ticks, microtasks, promises, immediates, timers and the async context that runs through them.
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { promisify, callbackify } = require('node:util');
const { measure, measureAsync } = require('./measure');

const kBatch = 1000;
const nothing = () => {};

// A promise for the end of kBatch steps, each queued by the one before.
const chain = (queue) => () =>
  new Promise((resolve) => {
    let left = kBatch;
    const step = () => {
      if (--left > 0) queue(step);
      else resolve();
    };
    queue(step);
  });

// A promise for the end of kBatch callbacks that are queued at once.
const many = (queue) => () =>
  new Promise((resolve) => {
    let left = kBatch;
    const step = () => {
      if (--left === 0) resolve();
    };
    for (let i = 0; i < kBatch; i++) queue(step);
  });

async function leaf(value) {
  return value;
}

async function awaits() {
  let sum = 0;
  for (let i = 0; i < kBatch; i++) sum += await i;
  return sum;
}

async function awaitsCalls() {
  let sum = 0;
  for (let i = 0; i < kBatch; i++) sum += await leaf(i);
  return sum;
}

const batch = { batch: kBatch };

async function main() {
  await measureAsync('nextTick chain', chain(process.nextTick), batch);
  await measureAsync('nextTick many', many(process.nextTick), batch);
  await measureAsync(
    'nextTick with 2 args',
    many((step) => process.nextTick(step, 1, 2)),
    batch,
  );
  await measureAsync('queueMicrotask chain', chain(queueMicrotask), batch);
  await measureAsync('queueMicrotask many', many(queueMicrotask), batch);
  await measureAsync('setImmediate chain', chain(setImmediate), batch);
  await measureAsync('setImmediate many', many(setImmediate), batch);
  await measureAsync(
    'setTimeout 0 many',
    many((step) => setTimeout(step, 0)),
    batch,
  );
  await measureAsync(
    'setTimeout 1 many',
    many((step) => setTimeout(step, 1)),
    batch,
  );
  measure('setTimeout + clearTimeout', () => clearTimeout(setTimeout(nothing, 1000)));
  measure('setTimeout + clearTimeout, args', () => clearTimeout(setTimeout(nothing, 1000, 1, 2)));
  measure('setInterval + clearInterval', () => clearInterval(setInterval(nothing, 1000)));
  measure('setImmediate + clearImmediate', () => clearImmediate(setImmediate(nothing)));
  const timer = setTimeout(nothing, 1e6);
  measure('timeout refresh', () => timer.refresh());
  clearTimeout(timer);
  await measureAsync('await value', awaits, batch);
  await measureAsync('await async call', awaitsCalls, batch);
  await measureAsync('promise chain of 3', () =>
    Promise.resolve(1).then(leaf).then(leaf).then(leaf),
  );
  await measureAsync('Promise.all of 10', () => Promise.all(Array.from({ length: 10 }, leaf)));
  await measureAsync('new Promise + await', () => new Promise((resolve) => resolve(1)));
  const promised = promisify((value, callback) => callback(null, value));
  await measureAsync('promisified call', () => promised(1));
  const called = callbackify(leaf);
  await measureAsync('callbackified call', () => new Promise((resolve) => called(1, resolve)));

  const storage = new AsyncLocalStorage();
  const store = { id: 1 };
  measure('AsyncLocalStorage run', () => storage.run(store, nothing));
  measure('AsyncLocalStorage getStore, none', () => storage.getStore());
  storage.run(store, () => {
    measure('AsyncLocalStorage getStore', () => storage.getStore());
    measure('AsyncLocalStorage run + getStore', () => storage.run(store, () => storage.getStore()));
  });
  await storage.run(store, async () => {
    await measureAsync('AsyncLocalStorage await', awaits, batch);
    await measureAsync('AsyncLocalStorage await async call', awaitsCalls, batch);
    await measureAsync('AsyncLocalStorage nextTick', chain(process.nextTick), batch);
    await measureAsync('AsyncLocalStorage setImmediate', many(setImmediate), batch);
    await measureAsync(
      'AsyncLocalStorage setTimeout',
      many((step) => setTimeout(step, 1)),
      batch,
    );
  });
  await measureAsync('AsyncLocalStorage run per await', () =>
    storage.run(store, async () => {
      await null;
      return storage.getStore();
    }),
  );
  measure('AsyncLocalStorage bind', () => AsyncLocalStorage.bind(nothing));
  measure('AsyncLocalStorage snapshot', () => AsyncLocalStorage.snapshot());
  measure('AsyncResource new', () => new AsyncResource('BENCH'));
  const resource = new AsyncResource('BENCH');
  measure('AsyncResource runInAsyncScope', () => resource.runInAsyncScope(nothing, null, 1));
  measure('AsyncResource bind', () => resource.bind(nothing));
}
main();

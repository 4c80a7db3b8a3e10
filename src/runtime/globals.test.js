'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const vm = require('node:vm');

test('interfaces are writable data properties that are not enumerable', () => {
  for (const name of ['URL', 'Blob', 'TextEncoder', 'AbortSignal', 'ReadableStreamBYOBReader']) {
    const value = globalThis[name];
    assert.deepStrictEqual(Object.getOwnPropertyDescriptor(globalThis, name), {
      value,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
});

test('an interface that nobody has used yet can be assigned, deleted and redefined', () => {
  const code = `
    FormData = 1;
    delete globalThis.Headers;
    Object.defineProperty(globalThis, 'BroadcastChannel', { value: 3 });
    function CloseEvent() {}
    console.log(FormData, typeof Headers, BroadcastChannel, CloseEvent.length,
      Object.getOwnPropertyDescriptor(globalThis, 'CustomEvent').value.name);`;
  const { spawnSync } = require('node:child_process');
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  assert.strictEqual(stdout + stderr, '1 undefined 3 0 CustomEvent\n');
});

test('crypto and navigator are attributes without a setter, performance can be replaced', () => {
  const setter = (name) => Object.getOwnPropertyDescriptor(globalThis, name).set;
  assert.strictEqual(setter('crypto'), undefined);
  assert.strictEqual(setter('navigator'), undefined);
  assert.strictEqual(setter('performance').name, 'set performance');
  const { get } = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  assert.throws(() => get.call({}), { code: 'ERR_INVALID_THIS' });
  assert.throws(() => vm.runInThisContext('"use strict"; navigator = 1'), TypeError);
});

test('the constructor of process may be called, and gives back what it is called on', () => {
  const { constructor } = process;
  assert.strictEqual(constructor.name, 'process');
  const copy = {};
  assert.strictEqual(constructor.call(copy), copy);
  assert.strictEqual(constructor(), globalThis);
  assert.strictEqual(Object.getPrototypeOf(new constructor()), constructor.prototype);
  assert.strictEqual(
    Object.getPrototypeOf(constructor.prototype),
    require('node:events').prototype,
  );
});

'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

// (module (import "m" "wait" (func (result i32))) (func (export "run") (result i32) call 0))
const bytes = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 2, 10, 1, 1, 109, 4, 119, 97, 105, 116, 0, 0,
  3, 2, 1, 0, 7, 7, 1, 3, 114, 117, 110, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11,
]);

test('WebAssembly waits for a promise of JavaScript', async () => {
  const wait = new WebAssembly.Suspending(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return 42;
  });
  const { instance } = await WebAssembly.instantiate(bytes, { m: { wait } });
  assert.strictEqual(await WebAssembly.promising(instance.exports.run)(), 42);
  assert.throws(() => instance.exports.run(), WebAssembly.SuspendError);
});

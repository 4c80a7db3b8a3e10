'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

test('process.finalization warns once for each of its functions', () => {
  const program = `const kept = globalThis.kept = {};
    for (const each of [1, 2]) process.finalization.register(kept, (_, event) => console.log(event));
    process.finalization.unregister({});`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.strictEqual(stdout, 'exit\nexit\n');
  assert.strictEqual(stderr.match(/finalization\.register is an experimental feature/g).length, 1);
  assert.match(stderr, /finalization\.unregister is an experimental feature/);
  assert.throws(() => process.finalization.register(5, () => {}), {
    message: /^The "obj" argument/,
  });
});

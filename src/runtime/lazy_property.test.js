'use strict';
// What modules load when it is first asked for must look like any other export: tools that replace
// functions (sinon, for one) look at the descriptor and pass over accessors.

const test = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const EXPORTS = [
  ['node:crypto', ['randomBytes', 'createHash', 'Sign', 'createDiffieHellmanGroup']],
  ['node:util', ['format', 'inspect', 'parseArgs', 'types', 'TextDecoder']],
  ['node:http', ['Agent', 'ClientRequest']],
  ['node:https', ['globalAgent']],
  ['node:buffer', ['Blob', 'File', 'resolveObjectURL']],
  ['node:fs', ['Dir']],
  ['node:worker_threads', ['Worker', 'MessageChannel']],
  ['node:path', ['win32']],
  ['node:url', ['URLPattern']],
  ['node:assert', ['AssertionError']],
];

for (const [id, names] of EXPORTS) {
  test(`what ${id} loads later is an ordinary property`, () => {
    for (const name of names) {
      const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(
        require(id),
        name,
      );
      assert.ok(value, name);
      assert.strictEqual(value, require(id)[name]);
      assert.deepStrictEqual([writable, enumerable, configurable], [true, true, true], name);
    }
  });
}

test('what is assigned before the first look stays', () => {
  const program = `
    const crypto = require('node:crypto');
    crypto.randomUUID = () => 'mine';
    console.log(crypto.randomUUID(), Object.keys(crypto).includes('randomUUID'));
    delete crypto.createHash;
    console.log(crypto.createHash);
    const util = Object.assign({}, require('node:util'));
    console.log(util.format('%d', 1));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.strictEqual(stdout, 'mine true\nundefined\n1\n', stderr);
});

test('a part that cannot be loaded throws, and may be asked for again', () => {
  const program = `
    const util = require('node:util');
    function exhaust() {
      try { exhaust(); } catch { try { util.parseArgs; } catch {} }
    }
    exhaust();
    console.log(util.parseArgs({ args: ['a'], allowPositionals: true }).positionals.join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.strictEqual(stdout, 'a\n', stderr);
});

'use strict';
// What modules load when it is first asked for must look like any other export: tools that replace
// functions (sinon, for one) look at the descriptor and pass over accessors.

const test = require('node:test');
const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');

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

// Mocking libraries and instrumentation assign to what built-in modules export.
for (const [name, key] of [
  ['module', 'SourceMap'],
  ['worker_threads', 'MessageChannel'],
  ['worker_threads', 'Worker'],
  ['path', 'win32'],
  ['url', 'URLPattern'],
  ['v8', 'startupSnapshot'],
  ['readline', 'promises'],
  ['crypto', 'createHash'],
  ['util', 'inspect'],
]) {
  test(`${name}.${key} can be replaced before and after its first use`, () => {
    const script = `
      'use strict';
      const m = require('node:${name}');
      const original = process.argv[1] === 'after' ? m.${key} : undefined;
      m.${key} = 1;
      const first = m.${key};
      if (original) m.${key} = original;
      console.log(first, !original || m.${key} === original);`;
    for (const when of ['before', 'after']) {
      const output = execFileSync(process.execPath, ['-e', script, when], { encoding: 'utf8' });
      assert.strictEqual(output, '1 true\n');
    }
  });
}

test('a program can play another system or version', () => {
  for (const name of ['platform', 'arch', 'version']) {
    const original = Object.getOwnPropertyDescriptor(process, name);
    assert.throws(() => {
      process[name] = 'other';
    }, TypeError);
    Object.defineProperty(process, name, { ...original, value: 'other' });
    assert.strictEqual(process[name], 'other');
    Object.defineProperty(process, name, original);
  }
});

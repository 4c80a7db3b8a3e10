'use strict';

const test = require('node:test');
const assert = require('node:assert');

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
    const { execFileSync } = require('node:child_process');
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

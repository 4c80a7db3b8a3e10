'use strict';
// A storm of signals whose handler does not restart system calls: no operation fails with EINTR, none
// loses bytes.

const test = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { RUNTIME, passes, temporaryFolder } = require('./support.js');

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
const skip = hasCompiler ? false : 'needs a C compiler to make the storm';

function stormIn(folder) {
  const library = path.join(folder, 'storm.so');
  const made = spawnSync(
    'cc',
    ['-O1', '-shared', '-fPIC', '-pthread', '-o', library, path.join(__dirname, 'storm.c')],
    { encoding: 'utf8' },
  );
  assert.strictEqual(made.status, 0, made.stderr);
  const ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`;
  return { ...process.env, LD_PRELOAD: library, ASAN_OPTIONS };
}

for (const part of ['files', 'processes']) {
  test(`${part} in a storm of signals`, { skip }, (t) => {
    const folder = temporaryFolder(t);
    return passes(`interrupted_${part}`, '', [folder], { env: stormIn(folder) });
  });
}

test('standard input and output in a storm of signals', { skip }, async (t) => {
  const env = stormIn(temporaryFolder(t));
  const size = 1 << 20;
  const echo = `
    const input = require('node:fs').readFileSync(0);
    process.stdout.write(input);
    process.stdin.resume();
  `;
  const child = spawn(RUNTIME, ['-e', echo], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
  // In small parts and with pauses, so that reading has to wait.
  (async () => {
    for (let i = 0; i < 16; i++) {
      child.stdin.write(Buffer.alloc(size / 16, 97 + i));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.stdin.end();
  })();
  const parts = [];
  for await (const chunk of child.stdout) {
    parts.push(chunk);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.deepStrictEqual(await exited, [0, null]);
  const expected = Array.from({ length: 16 }, (_, i) => Buffer.alloc(size / 16, 97 + i));
  assert.ok(Buffer.concat(parts).equals(Buffer.concat(expected)));
});

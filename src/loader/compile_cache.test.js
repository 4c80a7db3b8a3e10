'use strict';

const { after, test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { enableCompileCache } = require('node:module');

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-cache-')));
after(() => fs.rmSync(root, { recursive: true }));

function run(program, env) {
  const { stdout, stderr } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: undefined, ...env },
  });
  return { stdout, stderr };
}

test('the second run of a program takes its code from the cache', () => {
  const program = path.join(root, 'main.mjs');
  fs.writeFileSync(path.join(root, 'dep.cjs'), 'exports.x = 1;');
  fs.writeFileSync(program, 'import { x } from "./dep.cjs"; console.log(x);');
  const env = { NODE_COMPILE_CACHE: path.join(root, 'cache'), NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  const first = run(program, env);
  assert.strictEqual(first.stdout, '1\n');
  assert.match(first.stderr, /writing cache for ESM .*main\.mjs.*success/);
  assert.match(first.stderr, /writing cache for CommonJS .*dep\.cjs.*success/);
  const second = run(program, env);
  assert.strictEqual(second.stdout, '1\n');
  assert.match(second.stderr, /V8 code cache for ESM .*main\.mjs was accepted/);
  assert.match(second.stderr, /V8 code cache for CommonJS .*dep\.cjs was accepted/);
});

test('a file that changed is compiled again', () => {
  const program = path.join(root, 'changing.js');
  const env = { NODE_COMPILE_CACHE: path.join(root, 'cache'), NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  fs.writeFileSync(program, 'console.log("old")');
  run(program, env);
  fs.writeFileSync(program, 'console.log("new")');
  const { stdout, stderr } = run(program, env);
  assert.strictEqual(stdout, 'new\n');
  assert.match(stderr, /code hash mismatch/);
});

test('the API says where the cache is, and that a second call changes nothing', () => {
  const program = path.join(root, 'api.js');
  fs.writeFileSync(
    program,
    `const m = require('node:module');
     const directory = ${JSON.stringify(path.join(root, 'api'))};
     const before = m.getCompileCacheDir();
     const first = m.enableCompileCache({ directory });
     const second = m.enableCompileCache();
     console.log(JSON.stringify([before ?? null, first.status, second.status,
       first.directory === directory, second.directory === m.getCompileCacheDir(),
       second.directory.startsWith(directory)]));`,
  );
  const { stdout } = run(program, {});
  assert.deepStrictEqual(JSON.parse(stdout), [null, 1, 2, true, true, true]);
  assert.match(run(program, { NODE_DISABLE_COMPILE_CACHE: '1' }).stderr, /TypeError/);
});

test('arguments are checked', () => {
  for (const wrong of [0, null, true]) {
    assert.throws(() => enableCompileCache(wrong), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});

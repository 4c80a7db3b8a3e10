'use strict';
// What a start must not do, as nothing but slowness would show it.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { builtinModules } = require('node:module');
const { spawnSync } = require('node:child_process');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-startup-'));
test.after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(args, env = {}) {
  const result = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, ...env },
  });
  assert.strictEqual(result.status, 0, result.stderr);
  return result;
}

test('V8 accepts the code cache of every built-in, in the main thread and in a worker', () => {
  const load = builtinModules.map((name) => `try { require('${name}') } catch {}`).join(';');
  const script = `${load}; new (require('worker_threads').Worker)(${JSON.stringify(load)}, { eval: true })`;
  const env = { NODE_DEBUG_NATIVE: 'CODE_CACHE', NODE_NO_WARNINGS: '1' };
  assert.strictEqual(run(['-e', script], env).stderr, '');
});

const release = (process.env.GYRE_PRESET ?? 'release') === 'release';
test('an empty program compiles nothing but itself', {
  skip: !release && 'only a release has a profile',
}, () => {
  fs.writeFileSync(path.join(folder, 'empty.js'), '');
  run(['--log-function-events', 'empty.js']);
  const [log] = fs.readdirSync(folder).filter((name) => name.endsWith('.log'));
  const names = new Map();
  const compiled = [];
  for (const line of fs.readFileSync(path.join(folder, log), 'utf8').split('\n')) {
    const field = line.split(',');
    if (field[0] === 'script-details') names.set(field[1], field[2]);
    if (field[0] === 'function' && field[1] === 'full-parse') compiled.push(names.get(field[2]));
  }
  assert.deepStrictEqual(
    compiled.filter((name) => name?.startsWith('node:')),
    [],
  );
});

'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { execSync } = require('node:child_process');
const { once } = require('node:events');
const { Worker, SHARE_ENV } = require('node:worker_threads');

const { env } = process;
const inShell = (name) => execSync(`printf %s "$${name}"`).toString();

test('what is assigned becomes text, for this process and for its children', () => {
  env.GYRE_TEST_A = 1;
  assert.strictEqual(env.GYRE_TEST_A, '1');
  assert.strictEqual(inShell('GYRE_TEST_A'), '1');
  env.GYRE_TEST_A = 'h\u00e9 \u20ac';
  assert.strictEqual(env.GYRE_TEST_A, 'h\u00e9 \u20ac');
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(env, 'GYRE_TEST_A'), {
    value: 'h\u00e9 \u20ac',
    writable: true,
    enumerable: true,
    configurable: true,
  });
  assert.ok(delete env.GYRE_TEST_A);
  assert.strictEqual(env.GYRE_TEST_A, undefined);
  assert.ok(!('GYRE_TEST_A' in env));
  assert.strictEqual(inShell('GYRE_TEST_A'), '');
});

test('what the system cannot keep is not kept', () => {
  env['gyre=test'] = 'x';
  assert.strictEqual(env['gyre=test'], undefined);
  env.GYRE_TEST_NUL = 'a\0b';
  assert.strictEqual(env.GYRE_TEST_NUL, 'a');
  delete env.GYRE_TEST_NUL;
  assert.throws(() => {
    env.GYRE_TEST_B = Symbol('x');
  }, TypeError);
  assert.throws(() => Object.defineProperty(env, 'GYRE_TEST_B', { get: () => 1 }), {
    code: 'ERR_INVALID_OBJECT_DEFINE_PROPERTY',
  });
  assert.strictEqual(env.GYRE_TEST_B, undefined);
});

test('indices and the names of inherited properties are names of variables, too', () => {
  env[5] = 'five';
  assert.strictEqual(env['5'], 'five');
  delete env[5];
  assert.strictEqual(env[5], undefined);
  env.toString = 'text';
  assert.strictEqual(env.toString, 'text');
  delete env.toString;
  assert.strictEqual(typeof env.toString, 'function');
});

test('a worker that shares the environment changes it for all who hold process.env', async () => {
  env.GYRE_TEST_C = 'before';
  const code = 'process.env.GYRE_TEST_C = "after"; process.env.GYRE_TEST_D = "new";';
  await once(new Worker(code, { eval: true, env: SHARE_ENV }), 'exit');
  for (const each of [env, process.env]) {
    assert.strictEqual(each.GYRE_TEST_C, 'after');
    assert.strictEqual(each.GYRE_TEST_D, 'new');
    assert.ok(Object.hasOwn(each, 'GYRE_TEST_D'));
    assert.strictEqual({ ...each }.GYRE_TEST_C, 'after');
  }
  assert.match(require('node:util').inspect(process.env), /GYRE_TEST_C: 'after'/);
  delete env.GYRE_TEST_C;
  assert.strictEqual(process.env.GYRE_TEST_C, undefined);
  assert.strictEqual(inShell('GYRE_TEST_D'), 'new');
});

'use strict';
// Options that print stacks: --trace-exit, --trace-sync-io, --trace-uncaught.

const { test, describe } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const run = (...args) => spawnSync(process.execPath, args, { encoding: 'utf8' });
const frames = (text) => text.match(/^ {4}at .*$/gm) ?? [];

describe('--trace-exit', () => {
  test('shows who called process.exit()', () => {
    const { stderr, status } = run(
      '--trace-exit',
      '-e',
      '(function leave() { process.exit(3); })()',
    );
    assert.match(stderr, /^\(node:\d+\) WARNING: Exited the environment with code 3\n/);
    assert.match(frames(stderr)[0], /^ {4}at exit /);
    assert.match(frames(stderr)[1], /^ {4}at leave \(\[eval\]:1:\d+\)$/);
    assert.strictEqual(status, 3);
  });

  test('a worker is named by its thread', () => {
    const worker = 'new worker_threads.Worker("process.exit(0)", { eval: true })';
    const { stderr } = run('--trace-exit', '-e', worker);
    assert.match(stderr, /^\(node:\d+, thread:1\) WARNING: Exited the environment with code 0\n/);
  });

  test('--stack-trace-limit bounds the stack', () => {
    const code = '(function deep(n) { if (n === 0) process.exit(); deep(n - 1); })(30)';
    const { stderr } = run('--trace-exit', '--stack-trace-limit=5', '-e', code);
    assert.strictEqual(frames(stderr).length, 5);
  });

  test('a program that just ends is no exit', () => {
    assert.strictEqual(run('--trace-exit', '-e', '0').stderr, '');
  });
});

describe('--trace-sync-io', () => {
  test('tells of calls that block the event loop, not of those of the start', () => {
    const late = 'setImmediate(function late() { fs.statSync("/"); })';
    const { stderr } = run('--trace-sync-io', '-e', `fs.statSync('/'); ${late}`);
    assert.strictEqual(stderr.match(/WARNING: Detected use of sync API/g).length, 1);
    assert.match(stderr, /^ {4}at late /m);
    assert.strictEqual(run('-e', late).stderr, '');
  });
});

describe('--trace-uncaught', () => {
  for (const thrown of ['null', 'undefined', '"text"', '{ get stack() { throw 1; } }']) {
    test(`shows where ${thrown} was thrown`, () => {
      const { stderr, status } = run('--trace-uncaught', '-e', `throw ${thrown}`);
      assert.match(stderr, /^Thrown at:\n {4}at \[eval\]:1:1$/m);
      assert.strictEqual(status, 1);
    });
  }
});

describe('an exception that nobody caught', () => {
  test('shows a value that is no error, and how to learn more', () => {
    const { stderr } = run('-e', 'throw null');
    assert.match(stderr, /^\n\[eval\]:1\nthrow null\n\^\nnull\n\(Use `.* --trace-uncaught \.\.\.`/);
  });

  test("tells where an 'error' event was emitted that nobody listens to", () => {
    const code = `const error = new Error('lost');
      (function emits() { new events().emit('error', error); })();`;
    const { stderr } = run('-e', code);
    assert.match(stderr, /\nError: lost\n[^]*\nEmitted 'error' event at:\n {4}at emits /);
  });

  test('in a handler of exit makes the exit code 1', () => {
    assert.strictEqual(run('-e', 'process.on("exit", () => { throw 1; })').status, 1);
    const chosen = 'process.exitCode = 5; process.on("exit", () => { throw 1; })';
    assert.strictEqual(run('-e', chosen).status, 5);
  });
});

test('--trace-env tells what happens to the environment', () => {
  const code = 'process.env.GYRE_A; process.env.GYRE_B = 1; delete process.env.GYRE_B;';
  const { stderr } = run('--trace-env', '-e', code);
  assert.deepStrictEqual(stderr.match(/^.*"GYRE.*$/gm), [
    '[--trace-env] get "GYRE_A"',
    '[--trace-env] set "GYRE_B"',
    '[--trace-env] delete "GYRE_B"',
  ]);
  assert.match(
    run('--trace-env-js-stack', '-e', code).stderr,
    /"GYRE_A"\n[^]*?\n1: \[eval\]:1:13\n/,
  );
});

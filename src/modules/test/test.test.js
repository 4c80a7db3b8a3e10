'use strict';

const { test, describe, it, before, beforeEach, afterEach, run, mock } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** Runs a test file with the given text in a process of its own; its events by type. */
async function eventsOf(text, options = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'test-'));
  const file = path.join(folder, 'file.test.js');
  fs.writeFileSync(file, `const { test, describe, it, after } = require('node:test');\n${text}`);
  const context = process.env.NODE_TEST_CONTEXT;
  delete process.env.NODE_TEST_CONTEXT;
  try {
    const events = [];
    for await (const event of run({ files: [file], ...options })) events.push(event);
    return events;
  } finally {
    if (context !== undefined) process.env.NODE_TEST_CONTEXT = context;
    fs.rmSync(folder, { recursive: true });
  }
}

function results(events) {
  return events
    .filter(({ type }) => type === 'test:pass' || type === 'test:fail')
    .map(
      ({ type, data }) => `${'  '.repeat(data.nesting)}${data.name} ${type.slice('test:'.length)}`,
    );
}

describe('order', () => {
  const order = [];
  before(() => order.push('before'));
  beforeEach((t) => order.push(`beforeEach ${t.name}`));
  afterEach((t) => order.push(`afterEach ${t.name}`));
  it('first', () => order.push('first'));
  it('second', async () => {
    await null;
    order.push('second');
  });
  it('hooks surround each test', () => {
    assert.deepEqual(order, [
      'before',
      'beforeEach first',
      'first',
      'afterEach first',
      'beforeEach second',
      'second',
      'afterEach second',
      'beforeEach hooks surround each test',
    ]);
  });
});

test('results come in the order of declaration, whichever test is done first', async () => {
  const events = await eventsOf(`
    describe('suite', { concurrency: true }, () => {
      it('slow', () => new Promise((resolve) => setTimeout(resolve, 20)));
      it('fast', () => {});
    });
    test('fails', () => { throw new Error('wrong'); });
  `);
  assert.deepEqual(results(events), ['  slow pass', '  fast pass', 'suite pass', 'fails fail']);
});

test('a failure says what was thrown, across processes', async () => {
  const events = await eventsOf(`
    test('fails', () => {
      throw Object.assign(new TypeError('wrong', { cause: [1] }), { code: 'E_WRONG' });
    });
  `);
  const { error } = events.find(({ type }) => type === 'test:fail').data.details;
  assert.equal(error.code, 'ERR_TEST_FAILURE');
  assert.equal(error.failureType, 'testCodeFailure');
  assert.ok(error.cause instanceof TypeError);
  assert.equal(error.cause.code, 'E_WRONG');
  assert.deepEqual(error.cause.cause, [1]);
});

test('a test is cancelled when its time is over', async () => {
  const events = await eventsOf("test('endless', { timeout: 5 }, () => new Promise(() => {}));");
  const { counts } = events.findLast(({ type }) => type === 'test:summary').data;
  assert.equal(counts.cancelled, 1);
  assert.equal(counts.failed, 0);
});

test('an error in a callback fails the test that waits for it', () => {
  const program = `
    const { test } = require('node:test');
    test('thrown', (t, done) => setTimeout(() => { throw new Error("isn't caught"); }, 1));
    test('rejected', () => new Promise(() => { Promise.reject(new Error('nobody')); }));
    test('endless', { timeout: 5 }, () => new Promise(() => {}));
  `;
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const args = ['--test-reporter=tap', '-e', program];
  const { stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const told = stdout.match(/(?<=failureType: |# fail |# cancelled |error: ).*/g);
  assert.deepEqual(told, [
    "'uncaughtException'",
    `"isn't caught"`,
    "'unhandledRejection'",
    "'nobody'",
    "'testTimeoutFailure'",
    "'test timed out after 5ms'",
    '2',
    '1',
  ]);
});

test('tests run where intrinsics are frozen, and in a file by itself `only` counts', () => {
  const program = `
    const { test } = require('node:test');
    test('left out', () => {});
    test.only('fails', () => { throw 1; });
  `;
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const args = ['--frozen-intrinsics', '--test-reporter=tap', '-e', program];
  const { stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  assert.match(stdout, /^not ok 1 - fails$/m);
  assert.match(stdout, /location: '.*:4:10'/);
  assert.match(stdout, /^# tests 1$/m);
});

test('skipped and todo tests do not fail a run', async () => {
  const events = await eventsOf(`
    test('skipped', { skip: 'why' }, () => { throw 1; });
    test('todo', { todo: true }, () => { throw 1; });
  `);
  const { counts, success } = events.findLast(({ type }) => type === 'test:summary').data;
  assert.equal(success, true);
  assert.deepEqual([counts.skipped, counts.todo], [1, 1]);
});

test('only what matches a pattern runs', async () => {
  const events = await eventsOf(
    "describe('a', () => { it('one', () => {}); it('two', () => {}); }); test('three', () => {});",
    { testNamePatterns: [/a two/] },
  );
  assert.deepEqual(results(events), ['  two pass', 'a pass']);
});

test('what a test file writes arrives as it is', async () => {
  const events = await eventsOf("console.log('ünïcödé'); test('t', () => console.log('inside'));");
  const text = events
    .filter(({ type }) => type === 'test:stdout')
    .map(({ data }) => data.message)
    .join('');
  assert.equal(text, 'ünïcödé\ninside\n');
});

test('hooks after all tests run again for tests that come later', async () => {
  const events = await eventsOf(`
    const { setTimeout: pause } = require('node:timers/promises');
    after(() => console.log('one'));
    test('first', () => {});
    pause(50).then(() => {
      after(() => console.log('two'));
      test('second', () => {});
    });
  `);
  const said = events.filter(({ type }) => type === 'test:stdout').map(({ data }) => data.message);
  assert.strictEqual(said.join(''), 'one\ntwo\n');
});

test('a plan does not count what the global functions make in the test', async (t) => {
  t.plan(1);
  await test('inside', () => {});
  t.assert.ok(true);
});

test('a plan counts assertions that follow a few promises later', (t) => {
  t.plan(1);
  Promise.resolve()
    .then(() => Promise.resolve())
    .then(() => t.assert.ok(true));
});

test('a plan counts assertions and subtests', async (t) => {
  t.plan(2);
  t.assert.ok(true);
  await t.test('subtest', () => {});
});

describe('mocks', () => {
  test('remember their calls and can be taken back', () => {
    const object = { add: (a, b) => a + b };
    const method = mock.method(object, 'add', () => 0);
    assert.equal(object.add(1, 2), 0);
    assert.deepEqual(method.mock.calls[0].arguments, [1, 2]);
    method.mock.restore();
    assert.equal(object.add(1, 2), 3);
  });

  test('mocked timers run when the time is moved', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const seen = [];
    setTimeout(() => seen.push(Date.now()), 50);
    setTimeout(() => seen.push(Date.now()), 10);
    t.mock.timers.tick(20);
    assert.deepEqual(seen, [20]);
    t.mock.timers.runAll();
    assert.deepEqual(seen, [20, 50]);
  });
});

test('coverage tells which lines, branches and functions ran', async () => {
  const events = await eventsOf(
    `test('a test', () => {
  function never() {
    return 1;
  }
  return process.argv.length > 0 ? undefined : never();
});`,
    { coverage: true, coverageExcludeGlobs: [] },
  );
  const { data } = events.find(({ type }) => type === 'test:coverage');
  const [file] = data.summary.files;
  const uncovered = file.lines.filter(({ count }) => count === 0).map(({ line }) => line);
  assert.deepEqual(uncovered, [4, 5]);
  assert.equal(file.coveredFunctionCount, 1);
  assert.equal(file.totalFunctionCount, 2);
  assert.deepEqual(
    file.functions.map(({ name, count }) => [name, count]),
    [
      ['', 1],
      ['never', 0],
    ],
  );
});

test('a seed brings tests into an order of its own', async () => {
  const text = `for (const name of 'abcdefgh') test(name, () => {});`;
  const first = results(await eventsOf(text, { randomSeed: 5 }));
  assert.notDeepEqual(first, first.toSorted());
  assert.deepEqual(results(await eventsOf(text, { randomSeed: 5 })), first);
});

test('the tracing channel tells of tests, and binds stores to them', async () => {
  const events = await eventsOf(`
    const { AsyncLocalStorage } = require('node:async_hooks');
    const storage = new AsyncLocalStorage();
    const channel = require('node:diagnostics_channel').tracingChannel('node.test');
    channel.start.bindStore(storage, ({ name }) => name);
    channel.error.subscribe(({ name, error }) => console.log(name, error.message));
    test('bad', async () => {
      await null;
      throw new Error(storage.getStore());
    });
  `);
  const output = events
    .filter(({ type }) => type === 'test:stdout')
    .map(({ data }) => data.message);
  assert.equal(output.join(''), 'bad bad\n');
});

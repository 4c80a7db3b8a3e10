'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { createTracing, getEnabledCategories } = require('node:trace_events');

// The events that a program leaves in its file, without those about the process.
function trace(t, args, program, file = 'node_trace.1.log') {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'trace-'));
  t.after(() => fs.rmSync(cwd, { recursive: true }));
  const { status, pid, stderr } = spawnSync(process.execPath, [...args, '-e', program], { cwd });
  assert.strictEqual(status, 0, `${stderr}`);
  const name = path.join(cwd, file.replace('PID', pid));
  const { traceEvents } = JSON.parse(fs.readFileSync(name, 'utf8'));
  const of = (cat) => traceEvents.filter((each) => each.cat === cat);
  return { traceEvents, of, pid };
}

test('categories are asked for by Tracing objects', () => {
  assert.throws(() => createTracing({ categories: [] }), {
    code: 'ERR_TRACE_EVENTS_CATEGORY_REQUIRED',
  });
  assert.throws(() => createTracing({ categories: 'a' }), { code: 'ERR_INVALID_ARG_TYPE' });
  const one = createTracing({ categories: ['made.up', 'another'] });
  assert.strictEqual(one.enabled, false);
  assert.strictEqual(one.categories, 'made.up,another');
  assert.strictEqual(getEnabledCategories(), undefined);
});

test('an enabled Tracing object makes a file', (t) => {
  const program = `
    const { createTracing, getEnabledCategories } = require('trace_events');
    const tracing = createTracing({ categories: ['node.fs.sync'] });
    fs.statSync('.');
    tracing.enable();
    fs.lstatSync('.');
    if (getEnabledCategories() !== 'node.fs.sync') process.exit(3);
    tracing.disable();
    fs.accessSync('.');`;
  const { of } = trace(t, [], program);
  const names = of('node,node.fs,node.fs.sync').map(({ ph, name }) => `${ph} ${name}`);
  assert.ok(names.includes('B fs.sync.lstat'));
  assert.ok(!names.includes('B fs.sync.stat') && !names.includes('B fs.sync.access'));
});

test('the life and the callbacks of async resources', (t) => {
  const args = ['--trace-event-categories', 'node.async_hooks'];
  const { of } = trace(t, args, 'setTimeout(() => {}, 1)');
  const timer = of('node,node.async_hooks').filter(({ name }) => name.startsWith('Timeout'));
  assert.deepStrictEqual(
    timer.map(({ ph, name }) => `${ph} ${name}`),
    ['b Timeout', 'b Timeout_CALLBACK', 'e Timeout_CALLBACK', 'e Timeout'],
  );
  assert.ok(timer[0].args.data.triggerAsyncId > 0);
});

test('calls of fs, whole and in parts', (t) => {
  const args = ['--trace-event-categories', 'node.fs.sync,node.fs.async'];
  const program = `
    fs.writeFileSync('file', 'text');
    fs.stat('file', () => fs.unlinkSync('file'));`;
  const { of } = trace(t, args, program);
  assert.deepStrictEqual(
    of('node,node.fs,node.fs.sync')
      .filter(({ ph }) => ph === 'B')
      .map(({ name }) => name),
    ['fs.sync.open', 'fs.sync.write', 'fs.sync.close', 'fs.sync.unlink'],
  );
  assert.deepStrictEqual(
    of('node,node.fs,node.fs.async').map(({ ph, name }) => `${ph} ${name}`),
    ['b stat', 'e stat'],
  );
});

test('milestones, and the pattern of file names', (t) => {
  const args = ['--trace-event-categories=node.bootstrap'];
  args.push('--trace-event-file-pattern=at-${pid}-${rotation}.json');
  const { traceEvents, of, pid } = trace(t, args, '', 'at-PID-1.json');
  assert.ok(of('node,node.bootstrap').some(({ name }) => name === 'loopStart'));
  assert.ok(traceEvents.every((event) => event.pid === pid));
  const thread = traceEvents.find(({ name }) => name === 'thread_name');
  assert.strictEqual(thread.args.name, 'JavaScriptMainThread');
});

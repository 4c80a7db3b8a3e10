'use strict';
// full_disk_reports.js FOLDER: profiles, heap snapshots, caches and standard output have no
// room. The program that asked for them runs to its end and says what failed, if Node does.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');
const { spawnSync } = require('node:child_process');

const folder = process.argv[2];
const at = (name) => path.join(folder, name);

test.before(() => {
  fs.writeFileSync(
    at('program.js'),
    "require('./part.js'); process.on('exit', () => process.stderr.write('ran to its end\\n'));\n",
  );
  fs.writeFileSync(at('part.js'), `exports.answer = () => 42; // ${'x'.repeat(4000)}\n`);
  const fd = fs.openSync(at('filler'), 'w');
  try {
    for (;;) fs.writeSync(fd, Buffer.alloc(4096));
  } catch {
    fs.closeSync(fd);
  }
});

function run(args, options = {}) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    ...options,
    env: { ...process.env, ...options.env },
  });
  return { ended: signal ?? status, stdout, stderr };
}

for (const option of ['--cpu-prof', '--heap-prof']) {
  test(`${option} cannot write its profile`, () => {
    const { ended, stderr } = run([option, 'program.js']);
    assert.match(stderr, /ran to its end/);
    assert.strictEqual(ended, 0);
  });
}

test('NODE_V8_COVERAGE cannot write', () => {
  const { ended, stderr } = run(['program.js'], { env: { NODE_V8_COVERAGE: at('coverage') } });
  assert.match(stderr, /ran to its end/);
  assert.strictEqual(ended, 0);
});

test('a compile cache that cannot be kept changes nothing', () => {
  const { ended, stderr } = run(['program.js'], { env: { NODE_COMPILE_CACHE: at('cache') } });
  assert.strictEqual(stderr, 'ran to its end\n');
  assert.strictEqual(ended, 0);
});

test('a heap snapshot throws', () => {
  assert.throws(() => v8.writeHeapSnapshot(at('heap.heapsnapshot')), {
    code: 'ENOSPC',
    syscall: 'write',
  });
});

test('standard output on a full disk is an error event, and only ignored where console writes', () => {
  const fd = fs.openSync(at('out'), 'w');
  const stdio = ['ignore', fd, 'pipe'];
  const text = "'x'.repeat(1 << 16)";
  const ignored = run(['-e', `console.log(${text}); console.error('goes on')`], { stdio });
  assert.strictEqual(ignored.stderr, 'goes on\n');
  assert.strictEqual(ignored.ended, 0);
  const listener = "process.stdout.on('error', (e) => console.error(e.code, e.syscall));";
  const heard = run(['-e', `${listener} process.stdout.write(${text})`], { stdio });
  assert.strictEqual(heard.stderr, 'ENOSPC write\n');
  assert.strictEqual(heard.ended, 0);
  const thrown = run(['-e', `process.stdout.write(${text})`], { stdio });
  assert.match(thrown.stderr, /Error: ENOSPC: no space left on device, write/);
  assert.strictEqual(thrown.ended, 1);
  fs.closeSync(fd);
});

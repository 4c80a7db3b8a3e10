'use strict';
// Programs that make a snapshot of themselves, and start from it.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const v8 = require('node:v8');
const { spawnSync } = require('node:child_process');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-snapshot-'));
test.after(() => fs.rmSync(folder, { recursive: true, force: true }));
const blob = path.join(folder, 'snapshot.blob');

function run(...args) {
  return spawnSync(process.execPath, ['--snapshot-blob', blob, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
}

function build(script) {
  fs.writeFileSync(path.join(folder, 'entry.js'), script);
  const { status, stderr } = run('--build-snapshot', 'entry.js');
  assert.strictEqual(status, 0, stderr);
}

test('what a script leaves in memory is there for the program that starts from it', () => {
  build(`
    globalThis.table = new Map([['a', Buffer.from('text')]]);
    require('fs').mark = 'mine';
    setTimeout(() => table.set('b', 2), 1);
  `);
  const { stdout, stderr } = run(
    '-p',
    '[table.get("a").toString(), table.get("b"), fs.mark].join()',
  );
  assert.strictEqual(stdout, 'text,2,mine\n', stderr);
});

test('callbacks run before it is written and after it was read, in order; then the main function', () => {
  build(`
    const { startupSnapshot: s } = require('v8');
    const log = [];
    s.addSerializeCallback((data) => log.push(data), 'written');
    s.addDeserializeCallback((data) => log.push(data), 'read');
    s.addDeserializeCallback(() => log.push(Boolean(s.isBuildingSnapshot())));
    s.setDeserializeMainFunction((name) => console.log(name, ...log, process.argv[1]), 'main');
  `);
  assert.strictEqual(run('argument').stdout, 'main written read false argument\n');
});

// Node warns of node:http in a snapshot, and fails.
const isOwn = process.versions.gyre !== undefined;

test('modules of the standard library work on in the new process', { skip: !isOwn }, () => {
  build(`
    const fs = require('fs');
    const { gzipSync, gunzipSync } = require('zlib');
    const http = require('http');
    const path = require('path');
    const text = gzipSync('squeezed');
    require('v8').startupSnapshot.setDeserializeMainFunction(() => {
      const server = http.createServer((req, res) => res.end(gunzipSync(text)));
      server.listen(0, () => {
        fetch('http://localhost:' + server.address().port).then((r) => r.text()).then((body) => {
          console.log(body, fs.existsSync(path.dirname(process.execPath)));
          server.close();
        });
      });
    });
  `);
  const { stdout, stderr } = run();
  assert.strictEqual(stdout, 'squeezed true\n', stderr);
});

test('what the inspector does while it is made is not in it', () => {
  fs.writeFileSync(path.join(folder, 'entry.js'), 'globalThis.kept = "kept"');
  const coverage = path.join(folder, 'coverage');
  const options = { cwd: folder, env: { ...process.env, NODE_V8_COVERAGE: coverage } };
  const args = ['--snapshot-blob', blob];
  const built = spawnSync(process.execPath, [...args, '--build-snapshot', 'entry.js'], options);
  assert.strictEqual(built.status, 0, String(built.stderr));
  assert.strictEqual(fs.readdirSync(coverage).length, 1);
  const main = path.join(folder, 'main.js');
  fs.writeFileSync(main, 'console.log(kept, typeof console.createTask)');
  const ran = spawnSync(process.execPath, [...args, main], options);
  assert.strictEqual(String(ran.stdout), 'kept function\n', String(ran.stderr));
  assert.strictEqual(fs.readdirSync(coverage).length, 2);
});

test('a worker starts without what the program has in memory', () => {
  build('globalThis.only = "here"');
  const script = `new (require('worker_threads').Worker)('console.log(typeof only)', { eval: true })`;
  assert.strictEqual(run('-e', script).stdout, 'undefined\n');
});

test('files that are no snapshot are refused', () => {
  fs.rmSync(blob, { force: true });
  assert.strictEqual(run('-p', '1').status, 14);
  build('globalThis.x = 1');
  const good = fs.readFileSync(blob);
  for (const bad of [
    Buffer.alloc(0),
    Buffer.from('nonsense'.repeat(100)),
    good.subarray(0, good.length / 2),
  ]) {
    fs.writeFileSync(blob, bad);
    const { status, stderr, signal } = run('-p', '1');
    assert.notStrictEqual(status, 0, stderr);
    if (isOwn) assert.strictEqual(signal, null); // Node aborts
  }
});

test('the functions refuse when no snapshot is being made', () => {
  for (const name of [
    'addSerializeCallback',
    'addDeserializeCallback',
    'setDeserializeMainFunction',
  ]) {
    assert.throws(() => v8.startupSnapshot[name](() => {}), { code: 'ERR_NOT_BUILDING_SNAPSHOT' });
  }
});

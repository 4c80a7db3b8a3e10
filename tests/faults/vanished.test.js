'use strict';
// Folders and files that go away under who uses them.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { RUNTIME, runUnder, temporaryFolder } = require('./support.js');

test('an open directory that is removed reads as what it had, or empty, and closes', async (t) => {
  const folder = temporaryFolder(t);
  const make = (name) => {
    const full = path.join(folder, name);
    fs.mkdirSync(full);
    fs.writeFileSync(path.join(full, 'a'), '');
    return full;
  };
  const names = new Set([null, 'a']);

  const first = make('sync');
  const dir = fs.opendirSync(first);
  fs.rmSync(first, { recursive: true });
  assert.ok(names.has(dir.readSync()?.name ?? null));
  dir.closeSync();
  assert.throws(() => dir.readSync(), { code: 'ERR_DIR_CLOSED' });

  const second = make('promise');
  const later = await fs.promises.opendir(second);
  fs.rmSync(second, { recursive: true });
  for await (const entry of later) assert.ok(names.has(entry.name));
  await assert.rejects(later.close(), { code: 'ERR_DIR_CLOSED' });
});

test('a watched folder that is removed is an event, and the watcher can be closed', async (t) => {
  const folder = path.join(temporaryFolder(t), 'watched');
  fs.mkdirSync(folder);
  const watcher = fs.watch(folder);
  const changed = once(watcher, 'change');
  fs.rmdirSync(folder);
  const [type] = await changed;
  assert.strictEqual(type, 'rename');
  watcher.close();
  await once(watcher, 'close');
});

test('a recursive watcher survives folders that come and go', async (t) => {
  const folder = temporaryFolder(t);
  const errors = [];
  const seen = new Set();
  const watcher = fs.watch(folder, { recursive: true }, (_, name) => seen.add(name));
  watcher.on('error', (error) => errors.push(error));
  for (let i = 0; i < 50; i++) {
    const inner = path.join(folder, `d${i}`, 'e');
    fs.mkdirSync(inner, { recursive: true });
    fs.writeFileSync(path.join(inner, 'f'), '');
    if (i % 5 === 0) await new Promise(setImmediate);
    fs.rmSync(path.join(folder, `d${i}`), { recursive: true });
  }
  fs.mkdirSync(path.join(folder, 'last'));
  while (!seen.has('last')) await once(watcher, 'change');
  watcher.close();
  assert.deepStrictEqual(errors, []);
});

test('an iterator of changes ends when it is aborted after its folder went', async (t) => {
  const folder = path.join(temporaryFolder(t), 'watched');
  fs.mkdirSync(folder);
  const abort = new AbortController();
  const events = [];
  const done = (async () => {
    for await (const event of fs.promises.watch(folder, { signal: abort.signal })) {
      events.push(event.eventType);
      abort.abort();
    }
  })();
  setImmediate(() => fs.rmdirSync(folder));
  await assert.rejects(done, { name: 'AbortError' });
  assert.deepStrictEqual(events.slice(0, 1), ['rename']);
});

test('watchFile reports that its file is gone, and that it is back', async (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(file, 'x');
  const watcher = fs.watchFile(file, { interval: 20 }, () => {});
  const gone = once(watcher, 'change');
  await new Promise((resolve) => setTimeout(resolve, 60));
  fs.unlinkSync(file);
  assert.strictEqual((await gone)[0].nlink, 0);
  const back = once(watcher, 'change');
  fs.writeFileSync(file, 'x');
  assert.strictEqual((await back)[0].nlink, 1);
  fs.unwatchFile(file);
});

test('a file that is removed while it is read is read to its end', async (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(file, Buffer.alloc(1 << 20, 'x'));
  let size = 0;
  for await (const chunk of fs.createReadStream(file)) {
    if (size === 0) fs.unlinkSync(file);
    size += chunk.length;
  }
  assert.strictEqual(size, 1 << 20);
});

test('a file that shrinks or grows while it is read', async (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(file, Buffer.alloc(1 << 20, 'x'));
  let size = 0;
  for await (const chunk of fs.createReadStream(file)) {
    if (size === 0) fs.truncateSync(file, 1 << 17);
    size += chunk.length;
  }
  assert.strictEqual(size, 1 << 17);
});

test('a working directory that is gone', async (t) => {
  const folder = temporaryFolder(t);
  const gone = path.join(folder, 'gone');
  const setup = `mkdir '${gone}' && cd '${gone}' && rmdir '${gone}'`;
  const program = path.join(folder, 'program.js');
  fs.writeFileSync(
    program,
    `
    const assert = require('node:assert');
    const fs = require('node:fs');
    const path = require('node:path');
    const { spawnSync } = require('node:child_process');
    assert.throws(() => process.cwd(), { code: 'ENOENT', syscall: 'uv_cwd' });
    assert.throws(() => path.resolve('x'), { code: 'ENOENT' });
    assert.throws(() => fs.readFileSync('x'), { code: 'ENOENT', syscall: 'open' });
    assert.strictEqual(fs.existsSync('x'), false);
    assert.deepStrictEqual(fs.readdirSync('.'), []);
    assert.strictEqual(path.join('a', '..', 'b'), 'b');
    assert.strictEqual(spawnSync(process.execPath, ['-v']).status, 0);
    process.chdir(__dirname);
    assert.strictEqual(process.cwd(), fs.realpathSync(__dirname));
    console.log('done');
    `,
  );
  const whole = await runUnder(setup, [program]);
  assert.strictEqual(whole.stderr, '');
  assert.strictEqual(whole.stdout, 'done\n');
  // What needs a folder to begin with says so.
  const relative = await runUnder(setup, ['program.js']);
  assert.strictEqual(relative.status, 1);
  assert.match(relative.stderr, /ENOENT: |Cannot find module/);
});

test('a spawn in a folder that is gone is an error event', async (t) => {
  const cwd = path.join(temporaryFolder(t), 'never');
  const child = spawn(RUNTIME, ['-v'], { cwd });
  const [error] = await once(child, 'error');
  assert.strictEqual(error.code, 'ENOENT');
  assert.strictEqual(child.pid, undefined);
  assert.strictEqual(spawnSync(RUNTIME, ['-v'], { cwd }).error.code, 'ENOENT');
});

test('a directory where a file is expected, and the other way round', async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, '');
  assert.throws(() => fs.readFileSync(folder), { code: 'EISDIR', syscall: 'read' });
  await assert.rejects(fs.promises.readFile(folder), { code: 'EISDIR', syscall: 'read' });
  assert.throws(() => fs.writeFileSync(folder, ''), { code: 'EISDIR', syscall: 'open' });
  assert.throws(() => fs.readdirSync(file), { code: 'ENOTDIR', syscall: 'scandir' });
  await assert.rejects(fs.promises.opendir(file), { code: 'ENOTDIR', syscall: 'opendir' });
  await assert.rejects(fs.promises.readFile(path.join(file, 'x')), { code: 'ENOTDIR' });
});

test('a read that the device refuses is EIO', async () => {
  // Address 0 of one's own memory is not mapped.
  assert.throws(() => fs.readFileSync('/proc/self/mem'), {
    code: 'EIO',
    errno: -5,
    syscall: 'read',
  });
  await assert.rejects(fs.promises.readFile('/proc/self/mem'), { code: 'EIO', syscall: 'read' });
  const [error] = await once(fs.createReadStream('/proc/self/mem').resume(), 'error');
  assert.strictEqual(error.code, 'EIO');
  const handle = await fs.promises.open('/proc/self/mem');
  await assert.rejects(handle.read(Buffer.alloc(10), 0, 10), { code: 'EIO' });
  await handle.close();
});

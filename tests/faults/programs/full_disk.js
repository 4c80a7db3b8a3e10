'use strict';
// full_disk.js FOLDER: a file system of 512 KB and 64 inodes, which is full before each test.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');

const folder = process.argv[2];
const at = (name) => path.join(folder, name);
const big = Buffer.alloc(1 << 20, 'x');
const noSpace = (syscall) => ({ code: 'ENOSPC', errno: -28, syscall });

function fill() {
  const fd = fs.openSync(at('filler'), 'w');
  const block = Buffer.alloc(4096);
  try {
    for (;;) fs.writeSync(fd, block);
  } catch (error) {
    assert.strictEqual(error.code, 'ENOSPC');
  } finally {
    fs.closeSync(fd);
  }
}

/** Fails unless the error has these properties. */
const isError = (error, expected) =>
  assert.throws(() => {
    throw error;
  }, expected);

const callback = (operation, ...args) =>
  new Promise((resolve, reject) => {
    operation(...args, (error, value) => (error ? reject(error) : resolve(value)));
  });

test.beforeEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(at(name), { recursive: true });
  fs.writeFileSync(at('old'), 'old content');
  fill();
});
let descriptors;
test.before(() => (descriptors = fs.readdirSync('/proc/self/fd').length));
test.after(() => assert.strictEqual(fs.readdirSync('/proc/self/fd').length, descriptors));

test('synchronous writes throw', () => {
  assert.throws(() => fs.writeFileSync(at('new'), big), noSpace('write'));
  assert.throws(() => fs.writeFileSync(at('new'), 'x'.repeat(1 << 20)), noSpace('write'));
  assert.throws(() => fs.appendFileSync(at('old'), big), noSpace('write'));
  assert.throws(() => fs.copyFileSync(process.execPath, at('copy')), {
    code: 'ENOSPC',
    syscall: 'copyfile',
  });
  assert.throws(() => fs.cpSync(process.execPath, at('copy')), { code: 'ENOSPC' });
  const fd = fs.openSync(at('new'), 'a');
  assert.throws(() => fs.writeSync(fd, big), noSpace('write'));
  assert.throws(() => fs.writeSync(fd, 'x'.repeat(8192)), noSpace('write'));
  assert.throws(() => fs.writevSync(fd, [big, big]), noSpace('write'));
  fs.closeSync(fd);
});

test('a write that partly fits says how much it wrote', () => {
  fs.truncateSync(at('filler'), 4096);
  fill();
  fs.truncateSync(at('filler'), fs.statSync(at('filler')).size - 8192);
  const fd = fs.openSync(at('new'), 'w');
  const written = fs.writeSync(fd, big);
  assert.ok(written > 0 && written < big.length);
  assert.strictEqual(fs.fstatSync(fd).size, written);
  assert.throws(() => fs.writeSync(fd, big), noSpace('write'));
  fs.closeSync(fd);
  assert.ok(fs.readFileSync(at('new')).equals(big.subarray(0, written)));
});

test('callbacks get the error', async () => {
  await assert.rejects(callback(fs.writeFile, at('new'), big), noSpace('write'));
  await assert.rejects(callback(fs.appendFile, at('old'), big), noSpace('write'));
  await assert.rejects(callback(fs.copyFile, process.execPath, at('copy')), { code: 'ENOSPC' });
  const fd = await callback(fs.open, at('new'), 'a');
  await assert.rejects(callback(fs.write, fd, big), noSpace('write'));
  await assert.rejects(callback(fs.write, fd, 'x'.repeat(8192)), noSpace('write'));
  await assert.rejects(callback(fs.writev, fd, [big, big]), noSpace('write'));
  await callback(fs.close, fd);
});

test('promises reject', async () => {
  await assert.rejects(fs.promises.writeFile(at('new'), big), noSpace('write'));
  await assert.rejects(fs.promises.writeFile(at('new'), Readable.from([big])), noSpace('write'));
  await assert.rejects(fs.promises.appendFile(at('old'), big), noSpace('write'));
  await assert.rejects(fs.promises.cp(process.execPath, at('copy')), { code: 'ENOSPC' });
});

test('a FileHandle rejects and can still be closed', async () => {
  const handle = await fs.promises.open(at('new'), 'a');
  await assert.rejects(handle.write(big), noSpace('write'));
  await assert.rejects(handle.write('x'.repeat(8192)), noSpace('write'));
  await assert.rejects(handle.writev([big, big]), noSpace('write'));
  await assert.rejects(handle.writeFile(big), noSpace('write'));
  await assert.rejects(handle.appendFile(big), noSpace('write'));
  await handle.close();
  const streamed = await fs.promises.open(at('old'), 'a');
  await assert.rejects(
    pipeline(Readable.from([big]), streamed.createWriteStream()),
    noSpace('write'),
  );
});

test('a write stream ends with one error and one close', async () => {
  const stream = fs.createWriteStream(at('new'));
  const events = [];
  stream.on('error', (error) => events.push(error.code));
  stream.on('finish', () => events.push('finish'));
  stream.on('close', () => events.push('close'));
  for (let i = 0; i < 5; i++) stream.write(big);
  stream.end();
  await new Promise((resolve) => stream.on('close', resolve));
  assert.deepStrictEqual(events, ['ENOSPC', 'close']);
  assert.strictEqual(stream.destroyed, true);
});

test('Utf8Stream reports the error', async () => {
  const stream = new fs.Utf8Stream({ dest: at('new'), sync: false });
  const failed = once(stream, 'error');
  stream.write('x'.repeat(1 << 16));
  const [error] = await failed;
  assert.strictEqual(error.code, 'ENOSPC');
  stream.destroy();
  await once(stream, 'close');
});

test('what makes an inode fails when there are no inodes left', async () => {
  fs.truncateSync(at('filler'), 0);
  for (let i = 0; ; i++) {
    try {
      fs.writeFileSync(at(`inode${i}`), '');
    } catch (error) {
      isError(error, noSpace('open'));
      break;
    }
  }
  assert.throws(() => fs.mkdirSync(at('folder')), noSpace('mkdir'));
  assert.throws(() => fs.mkdirSync(at('a/b/c'), { recursive: true }), noSpace('mkdir'));
  assert.throws(() => fs.mkdtempSync(at('temporary-')), noSpace('mkdtemp'));
  assert.throws(() => fs.symlinkSync('old', at('link')), noSpace('symlink'));
  await assert.rejects(fs.promises.mkdir(at('a/b/c'), { recursive: true }), noSpace('mkdir'));
  await assert.rejects(fs.promises.open(at('new'), 'w'), noSpace('open'));
  await assert.rejects(callback(fs.mkdir, at('folder')), noSpace('mkdir'));
  const [error] = await once(fs.createWriteStream(at('new')), 'error');
  assert.strictEqual(error.code, 'ENOSPC');
});

test('SQLite says that the disk is full', () => {
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(at('base'));
  assert.throws(
    () => {
      database.exec('CREATE TABLE t (a)');
    },
    { code: 'ERR_SQLITE_ERROR', errcode: 13, errstr: 'database or disk is full' },
  );
  database.close();
});

test('all works again when there is room', async () => {
  fs.rmSync(at('filler'));
  fs.writeFileSync(at('new'), 'one');
  await fs.promises.appendFile(at('new'), 'two');
  assert.strictEqual(fs.readFileSync(at('new'), 'utf8'), 'onetwo');
  assert.strictEqual(fs.readFileSync(at('old'), 'utf8'), 'old content');
});

'use strict';
// read_only.js FOLDER: each operation that would change FOLDER fails with EROFS and names what it did.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');

const root = process.argv[2];
const file = path.join(root, 'file');
const folder = path.join(root, 'folder');
const fresh = path.join(root, 'new');

// Method, its system call, its arguments.
const OPERATIONS = [
  ['writeFile', 'open', file, 'x'],
  ['appendFile', 'open', file, 'x'],
  ['open', 'open', file, 'r+'],
  ['open', 'open', fresh, 'w'],
  ['mkdir', 'mkdir', fresh],
  ['mkdir', 'mkdir', path.join(fresh, 'a'), { recursive: true }],
  ['mkdtemp', 'mkdtemp', fresh],
  ['rmdir', 'rmdir', folder],
  ['unlink', 'unlink', file],
  ['rename', 'rename', file, fresh],
  ['link', 'link', file, fresh],
  ['symlink', 'symlink', file, fresh],
  ['copyFile', 'copyfile', file, fresh],
  ['truncate', 'open', file, 1],
  ['chmod', 'chmod', file, 0o600],
  ['chown', 'chown', file, 0, 0],
  ['lchown', 'lchown', file, 0, 0],
  ['utimes', 'utime', file, 1, 1],
  ['lutimes', 'lutime', file, 1, 1],
];

for (const [method, syscall, ...args] of OPERATIONS) {
  test(`${method} (${args.slice(1).join(', ')})`, async () => {
    const expected = { code: 'EROFS', errno: -30, syscall };
    assert.throws(() => fs[`${method}Sync`](...args), expected);
    await assert.rejects(fs.promises[method](...args), expected);
    const { promisify } = require('node:util');
    await assert.rejects(promisify(fs[method])(...args), expected);
  });
}

test('rm and cp', async () => {
  assert.throws(() => fs.rmSync(file), { code: 'EROFS' });
  assert.throws(() => fs.rmSync(folder, { recursive: true }), { code: 'EROFS' });
  await assert.rejects(fs.promises.rm(file), { code: 'EROFS' });
  await assert.rejects(fs.promises.rm(folder, { recursive: true }), { code: 'EROFS' });
  assert.throws(() => fs.cpSync(file, fresh), { code: 'EROFS' });
  await assert.rejects(fs.promises.cp(file, fresh), { code: 'EROFS' });
  await assert.rejects(fs.promises.cp(folder, fresh, { recursive: true }), { code: 'EROFS' });
});

test('a write stream has one error and closes', async () => {
  const stream = fs.createWriteStream(fresh);
  const events = [];
  stream.on('error', (error) => events.push(error.code));
  stream.end('x');
  await new Promise((resolve) => stream.on('close', resolve));
  assert.deepStrictEqual(events, ['EROFS']);
});

test('access tells it beforehand', async () => {
  assert.throws(() => fs.accessSync(file, fs.constants.W_OK), { code: 'EROFS', syscall: 'access' });
  await assert.rejects(fs.promises.access(file, fs.constants.W_OK), { code: 'EROFS' });
});

test('reading goes on', async () => {
  assert.strictEqual(fs.readFileSync(file, 'utf8'), 'content');
  const stream = fs.createReadStream(file, 'utf8');
  const [text] = await once(stream, 'data');
  assert.strictEqual(text, 'content');
  fs.watch(root).close();
});

'use strict';
// no_descriptors_fs.js FOLDER, with a limit of 64 descriptors.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');
const { promisify } = require('node:util');
const { exhaust, exhausted, release } = require('./exhaust.js');

const folder = process.argv[2];
const file = path.join(folder, 'file');
fs.writeFileSync(file, 'content');
const module_ = path.join(folder, 'late.js');
fs.writeFileSync(module_, 'exports.late = true;');
const esm = path.join(folder, 'late.mjs');
fs.writeFileSync(esm, 'export const late = true;');

// Method, its system call, its arguments.
const OPERATIONS = [
  ['readFile', 'open', file],
  ['writeFile', 'open', file, 'x'],
  ['appendFile', 'open', file, 'x'],
  ['open', 'open', file],
  ['truncate', 'open', file, 1],
  ['copyFile', 'copyfile', file, path.join(folder, 'copy')],
  ['readdir', 'scandir', folder],
  ['opendir', 'opendir', folder],
];
const emfile = (syscall) => ({ code: 'EMFILE', errno: -24, syscall });

for (const [method, syscall, ...args] of OPERATIONS) {
  test(`fs.${method}`, () =>
    exhausted(async () => {
      assert.throws(() => fs[`${method}Sync`](...args), emfile(syscall));
      await assert.rejects(promisify(fs[method])(...args), emfile(syscall));
      await assert.rejects(fs.promises[method](...args), emfile(syscall));
    }));
}

test('what needs no descriptor goes on', () =>
  exhausted(async () => {
    assert.strictEqual(fs.existsSync(file), true);
    assert.strictEqual(fs.statSync(file).size, 7);
    await fs.promises.access(file);
    await fs.promises.rename(file, `${file}2`);
    fs.renameSync(`${file}2`, file);
    fs.mkdirSync(path.join(folder, 'made'));
    fs.rmdirSync(path.join(folder, 'made'));
  }));

test('streams', () =>
  exhausted(async () => {
    const [read] = await once(fs.createReadStream(file), 'error');
    assert.strictEqual(read.code, 'EMFILE');
    const [write] = await once(fs.createWriteStream(file), 'error');
    assert.strictEqual(write.code, 'EMFILE');
  }));

test('a tree is not half removed when it cannot be listed', async () => {
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(path.join(tree, 'a', 'b'), { recursive: true });
  await exhausted(async () => {
    assert.throws(() => fs.rmSync(tree, { recursive: true }));
    await assert.rejects(fs.promises.rm(tree, { recursive: true }), { code: 'EMFILE' });
  });
  assert.ok(fs.existsSync(path.join(tree, 'a', 'b')));
  fs.rmSync(tree, { recursive: true });
});

test('watchers', () =>
  exhausted(async () => {
    assert.throws(() => fs.watch(folder), { code: 'EMFILE', syscall: 'watch' });
    await assert.rejects(
      (async () => {
        for await (const event of fs.promises.watch(folder)) assert.fail(event);
      })(),
      { code: 'EMFILE' },
    );
  }));

test('memory usage, which is read from a file', () =>
  exhausted(() => {
    assert.throws(() => process.memoryUsage(), {
      code: 'EMFILE',
      syscall: 'uv_resident_set_memory',
    });
    assert.throws(() => process.memoryUsage.rss(), { code: 'EMFILE' });
  }));

test('modules', () =>
  exhausted(async () => {
    assert.throws(() => require(module_), { code: 'EMFILE' });
    await assert.rejects(import(esm), { code: 'EMFILE' });
  }));

test('with descriptors, all of it works', async () => {
  exhaust();
  release();
  for (const [method, , ...args] of OPERATIONS) {
    const result = await fs.promises[method](...args);
    await result?.close?.();
  }
  assert.strictEqual(require(module_).late, true);
  fs.watch(folder).close();
});

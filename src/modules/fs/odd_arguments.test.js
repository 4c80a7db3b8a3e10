'use strict';

// What the functions of node:fs make of arguments that are empty, truthy without being true, or of the wrong kind.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');

let root;

before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-fs-odd-'));
  fs.mkdirSync(path.join(root, 'd'));
  fs.writeFileSync(path.join(root, 'd', 'inner'), '');
  fs.writeFileSync(path.join(root, 'file'), 'abcdef');
  fs.symlinkSync('file', path.join(root, 'link'));
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

test('the error of an empty path names it', async () => {
  const expected = {
    message: "ENOENT: no such file or directory, open ''",
    code: 'ENOENT',
    path: '',
  };
  assert.throws(() => fs.readFileSync(''), expected);
  assert.throws(() => fs.openSync(''), expected);
  await assert.rejects(fs.promises.open(''), expected);
  await assert.rejects(fs.promises.rename('', ''), { path: '', dest: '' });
  assert.throws(() => fs.statSync(''), { path: '', syscall: 'stat' });
  assert.throws(
    () => fs.fsyncSync(987654),
    (error) => error.code === 'EBADF' && !('path' in error),
  );
});

test('readdir takes what is truthy for true', async () => {
  assert.ok(fs.readdirSync(root, { withFileTypes: 1 })[0] instanceof fs.Dirent);
  assert.ok((await fs.promises.readdir(root, { withFileTypes: 'yes' }))[0] instanceof fs.Dirent);
  const all = await fs.promises.readdir(root, { recursive: 1 });
  assert.ok(all.includes(path.join('d', 'inner')));
  assert.equal((await fs.promises.readdir(root, { recursive: 0 })).length, 3);
});

test('an encoding that is falsy stands for UTF-8', async () => {
  for (const encoding of ['', 0, false, null]) {
    assert.equal(fs.readlinkSync(path.join(root, 'link'), { encoding }), 'file');
    assert.equal(await fs.promises.readlink(path.join(root, 'link'), { encoding }), 'file');
    assert.equal(typeof fs.realpathSync(root, { encoding }), 'string');
    assert.equal(typeof fs.readdirSync(root, { encoding })[0], 'string');
    assert.equal(typeof (await fs.promises.readdir(root, { encoding }))[0], 'string');
  }
});

test('truncate takes paths and no descriptors', () => {
  const fd = fs.openSync(path.join(root, 'file'), 'r+');
  const expected = { code: 'ERR_INVALID_ARG_TYPE', message: /^The "path" argument/ };
  assert.throws(() => fs.truncateSync(fd, 1), expected);
  assert.throws(() => fs.truncate(fd, 1, () => {}), expected);
  assert.equal(fs.fstatSync(fd).size, 6);
  fs.closeSync(fd);
  assert.throws(() => fs.truncateSync(path.join(root, 'file'), null), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /^The "len" argument/,
  });
});

test('access and copyFile refuse modes that are no numbers of three bits', () => {
  for (const mode of [NaN, Infinity, 8, -1]) {
    assert.throws(() => fs.accessSync(root, mode), { code: 'ERR_OUT_OF_RANGE' });
  }
});

test('what is no place in a file stands for where the file is', () => {
  const file = path.join(root, 'places');
  fs.writeFileSync(file, 'abcdef');
  const fd = fs.openSync(file, 'r+');
  for (const [index, position] of [NaN, 1.5, Infinity, 2 ** 53].entries()) {
    assert.equal(fs.writeSync(fd, Buffer.from(String(index)), 0, 1, position), 1);
  }
  const bytes = Buffer.alloc(1);
  assert.equal(fs.readvSync(fd, [bytes], 0.5), 1);
  assert.equal(bytes.toString(), 'e');
  fs.closeSync(fd);
  assert.equal(fs.readFileSync(file, 'utf8'), '0123ef');
});

test('stat with an aborted signal calls back with an AbortError', (t, done) => {
  assert.throws(() => fs.stat(root, { signal: 1 }, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
  fs.stat(root, { signal: AbortSignal.abort() }, (error, stats) => {
    assert.equal(error.code, 'ABORT_ERR');
    assert.equal(stats, undefined);
    done();
  });
});

test('only stat can be asked not to fail for a missing entry', async () => {
  const missing = path.join(root, 'missing');
  const answer = (name) =>
    new Promise((resolve) => {
      fs[name](missing, { throwIfNoEntry: false }, (error) => resolve(error?.code));
    });
  assert.deepEqual([await answer('stat'), await answer('lstat')], [undefined, 'ENOENT']);
});

test('glob passes over options that are null', () => {
  assert.deepEqual(fs.globSync('d/*', { cwd: root, exclude: null }), ['d/inner']);
  assert.doesNotThrow(() => fs.globSync('no-such-*', { cwd: null }));
});

test('cpSync tells its refusals in a sentence, the others as errors of the system', async () => {
  const d = path.join(root, 'd');
  const file = path.join(root, 'file');
  const sync = (code, message) => (error) => {
    assert.deepEqual([error.name, error.code, error.message], ['Error', code, message]);
    assert.deepEqual(Object.keys(error), ['code']);
    return true;
  };
  assert.throws(
    () => fs.cpSync(d, path.join(root, 'copy')),
    sync('ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: ${d}/`),
  );
  assert.throws(
    () => fs.cpSync(file, d),
    sync('ERR_FS_CP_NON_DIR_TO_DIR', `Cannot overwrite directory ${d} with non-directory ${file}`),
  );
  assert.throws(
    () => fs.cpSync(file, file),
    sync('ERR_FS_CP_EINVAL', `src and dest cannot be the same ${file}`),
  );
  await assert.rejects(fs.promises.cp(d, path.join(root, 'copy')), {
    code: 'ERR_FS_EISDIR',
    message: `Path is a directory: cp returned EISDIR (${d} is a directory (not copied)) ${d}`,
    syscall: 'cp',
  });
});

test('openAsBlob throws for wrong arguments', () => {
  assert.throws(() => fs.openAsBlob(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => fs.openAsBlob(__filename, { type: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

'use strict';
// file_size_limit.js FOLDER, where files may have 32 KB or 64 KB (what a block is differs by shell).

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');

const folder = process.argv[2];
const at = (name) => path.join(folder, name);
const big = Buffer.alloc(1 << 20, 'x');
const tooBig = { code: 'EFBIG', errno: -27, syscall: 'write' };

test('a file that grows too large is an error and not the signal SIGXFSZ', async () => {
  assert.throws(() => fs.writeFileSync(at('sync'), big), tooBig);
  assert.throws(() => fs.appendFileSync(at('sync'), big), tooBig);
  await assert.rejects(fs.promises.writeFile(at('promise'), big), tooBig);
  const { promisify } = require('node:util');
  await assert.rejects(promisify(fs.writeFile)(at('callback'), big), tooBig);
  const stream = fs.createWriteStream(at('stream'));
  stream.write(big);
  const [error] = await once(stream, 'error');
  assert.strictEqual(error.code, 'EFBIG');
});

test('truncating beyond the limit fails', async () => {
  fs.writeFileSync(at('short'), '');
  assert.throws(() => fs.truncateSync(at('short'), 1 << 20), {
    code: 'EFBIG',
    syscall: 'ftruncate',
  });
  await assert.rejects(fs.promises.truncate(at('short'), 1 << 20), { code: 'EFBIG' });
});

test('copying a larger file fails', async () => {
  await assert.rejects(fs.promises.copyFile('/proc/self/exe', at('copy')), { code: 'EFBIG' });
  assert.throws(() => fs.copyFileSync('/proc/self/exe', at('copy')), { code: 'EFBIG' });
});

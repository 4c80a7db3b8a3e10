'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Blob, File, resolveObjectURL } = require('node:buffer');

test('parts are copied: later writes do not reach the blob', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const blob = new Blob([bytes.subarray(1), bytes.buffer, 'é', new Blob(['b'])]);
  bytes.fill(0);
  assert.deepEqual([...(await blob.bytes())], [2, 3, 1, 2, 3, 0xc3, 0xa9, 0x62]);
});

test('slice() counts from the end and crosses parts', async () => {
  const blob = new Blob(['abc', 'def', 'ghi'], { type: 'Text/Plain' });
  const part = blob.slice(2, -2, 'X/Y');
  assert.equal(await part.text(), 'cdefg');
  assert.equal(part.type, 'x/y');
  assert.equal(await part.slice(-3).text(), 'efg');
  assert.equal(blob.slice(5, 2).size, 0);
});

test('a stream gives copies', async () => {
  const blob = new Blob(['abc']);
  for await (const chunk of blob.stream()) chunk.fill(0);
  assert.equal(await blob.text(), 'abc');
});

test('what is no sequence is refused', () => {
  for (const sources of ['text', 1, null, {}]) {
    assert.throws(() => new Blob(sources), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  assert.throws(() => new Blob([], { endings: 'x' }), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('arguments are converted in order, and each property is read once', () => {
  const order = [];
  const parts = {
    get [Symbol.iterator]() {
      order.push('iterator');
      return Array.prototype[Symbol.iterator];
    },
    length: 1,
    get 0() {
      order.push('0');
      return { toString: () => order.push('text') };
    },
  };
  const options = {
    get type() {
      order.push('type');
      return 'A/B';
    },
    get endings() {
      order.push('endings');
      return { toString: () => 'native' };
    },
  };
  assert.equal(new Blob(parts, options).type, 'a/b');
  assert.deepEqual(order, ['iterator', '0', 'text', 'endings', 'type']);
});

test('a File has a name and a time', () => {
  const file = new File(['x'], 'n\ud800.txt', { lastModified: 5 });
  assert.equal(file.name, 'n\ufffd.txt');
  assert.equal(file.lastModified, 5);
  assert.ok(file instanceof Blob);
  assert.throws(() => new File(['x']), { code: 'ERR_MISSING_ARGS' });
});

test('a URL leads back to the blob until it is revoked', async () => {
  const url = URL.createObjectURL(new Blob(['x'], { type: 'a/b' }));
  assert.match(url, /^blob:nodedata:/);
  assert.equal(await resolveObjectURL(url).text(), 'x');
  assert.equal(resolveObjectURL(url).type, 'a/b');
  URL.revokeObjectURL(url);
  assert.equal(resolveObjectURL(url), undefined);
});

test('a blob over a file reads its part, and notices a change of the file', async () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'blob-')), 'file');
  fs.writeFileSync(file, 'abcdef');
  const blob = (await fs.openAsBlob(file)).slice(2, 5);
  assert.equal(await blob.text(), 'cde');
  fs.writeFileSync(file, 'changed!');
  await assert.rejects(blob.text(), { name: 'NotReadableError' });
  fs.rmSync(path.dirname(file), { recursive: true });
});

test('places of slice() are rounded as WebIDL clamps them', async () => {
  const part = (start) => new Blob(['abcdef']).slice(start).text();
  assert.deepEqual(await Promise.all([0.5, 1.5, 2.5, -1.5].map(part)), [
    'abcdef',
    'cdef',
    'cdef',
    'ef',
  ]);
});

test('null is a value for the options of a Blob', () => {
  assert.equal(new Blob([], { type: null }).type, 'null');
  assert.throws(() => new Blob([], { endings: null }), { code: 'ERR_INVALID_ARG_VALUE' });
});

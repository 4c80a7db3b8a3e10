'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const zlib = require('node:zlib');
const { once } = require('node:events');
const { promisify } = require('node:util');
const { buffer } = require('node:stream/consumers');

const sample = Buffer.from('A line of text that repeats itself.\n'.repeat(5000));
const pairs = [
  ['gzip', 'gunzip'],
  ['deflate', 'inflate'],
  ['deflateRaw', 'inflateRaw'],
  ['brotliCompress', 'brotliDecompress'],
  ['zstdCompress', 'zstdDecompress'],
];

const create = (name) => zlib[`create${name[0].toUpperCase()}${name.slice(1)}`];

test('data that repeats itself comes back, however long its pieces are', () => {
  const noise = crypto.randomBytes(200);
  const formats = [
    ['gzipSync', 'gunzipSync'],
    ['deflateSync', 'inflateSync'],
    ['deflateRawSync', 'inflateRawSync'],
  ];
  const samples = [Buffer.alloc(2048), Buffer.alloc(1_000_000, 'ab'), Buffer.alloc(40_000, noise)];
  // Around the longest copy that deflate can express, and the farthest.
  for (let extra = 0; extra < 6; extra++) {
    samples.push(Buffer.concat([noise, Buffer.alloc(258 * 12 + extra), noise]));
    samples.push(Buffer.concat([noise, Buffer.alloc(32_768 - 203 + extra), noise, noise]));
  }
  for (const [compress, restore] of formats) {
    for (const level of [1, 5, 6, 9]) {
      for (const sample of samples) {
        const compressed = zlib[compress](sample, { level });
        assert.ok(compressed.length < 300 + noise.length * 3 + sample.length / 100);
        assert.ok(zlib[restore](compressed).equals(sample));
      }
    }
  }
});

describe('round trips', () => {
  for (const [pack, unpack] of pairs) {
    test(`${pack} and ${unpack}: at once, with a callback, as streams`, async () => {
      const options =
        pack === 'brotliCompress' ? { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } } : {};
      const packed = zlib[`${pack}Sync`](sample, options);
      assert.ok(packed.length < sample.length / 10);
      assert.deepEqual(zlib[`${unpack}Sync`](packed), sample);
      assert.deepEqual(
        await promisify(zlib[unpack])(await promisify(zlib[pack])(sample, options)),
        sample,
      );
      const packer = create(pack)(options);
      packer.end(sample);
      assert.deepEqual(await buffer(packer.pipe(create(unpack)())), sample);
    });
  }

  test('input may come byte by byte', async () => {
    const gunzip = zlib.createGunzip();
    for (const byte of zlib.gzipSync('short')) gunzip.write(Buffer.from([byte]));
    gunzip.end();
    assert.equal(String(await buffer(gunzip)), 'short');
  });

  test('unzip() tells gzip from deflate', () => {
    assert.equal(String(zlib.unzipSync(zlib.gzipSync('g'))), 'g');
    assert.equal(String(zlib.unzipSync(zlib.deflateSync('d'))), 'd');
  });
});

describe('streams', () => {
  test('output comes in pieces of chunkSize', async () => {
    const gunzip = zlib.createGunzip({ chunkSize: 1000 });
    const sizes = [];
    gunzip.on('data', (chunk) => sizes.push(chunk.length));
    gunzip.end(zlib.gzipSync(sample));
    await once(gunzip, 'end');
    assert.ok(sizes.length > 1 && Math.max(...sizes) === 1000);
  });

  test('flush() brings out what was written so far', async () => {
    const deflate = zlib.createDeflate();
    deflate.write('abc');
    await new Promise((resolve) => deflate.flush(resolve));
    const inflate = zlib.createInflate();
    inflate.write(deflate.read());
    const [chunk] = await once(inflate, 'data');
    assert.equal(String(chunk), 'abc');
  });

  test('params() changes the level for what comes', async () => {
    const deflate = zlib.createDeflate({ level: 9 });
    deflate.write(sample);
    await new Promise((resolve) => deflate.params(0, zlib.constants.Z_DEFAULT_STRATEGY, resolve));
    deflate.end(sample);
    const packed = await buffer(deflate);
    assert.ok(packed.length > sample.length);
    assert.deepEqual(zlib.inflateSync(packed), Buffer.concat([sample, sample]));
  });

  test("wrong data is an error event with zlib's code", async () => {
    const gunzip = zlib.createGunzip();
    gunzip.end('this is not gzip');
    const [error] = await once(gunzip, 'error');
    assert.equal(error.code, 'Z_DATA_ERROR');
    assert.equal(error.errno, zlib.constants.Z_DATA_ERROR);
  });

  test('close() before the end calls back and destroys', async () => {
    const gzip = zlib.createGzip();
    gzip.write(sample);
    await new Promise((resolve) => gzip.close(resolve));
    assert.equal(gzip.destroyed, true);
  });

  test('_processChunk() works at once, for packages that use it', () => {
    const packed = new zlib.Gzip()._processChunk(sample, zlib.constants.Z_FINISH);
    assert.deepEqual(zlib.gunzipSync(packed), sample);
  });
});

describe('limits and errors', () => {
  test('a cut input is an unexpected end, unless a sync flush is all that is asked', () => {
    const packed = zlib.gzipSync(sample);
    const cut = packed.subarray(0, packed.length / 2);
    assert.throws(() => zlib.gunzipSync(cut), { code: 'Z_BUF_ERROR' });
    const { Z_SYNC_FLUSH } = zlib.constants;
    const start = zlib.gunzipSync(cut, { finishFlush: Z_SYNC_FLUSH });
    assert.ok(start.length > 0 && sample.subarray(0, start.length).equals(start));
  });

  test('maxOutputLength bounds the result', () => {
    assert.throws(() => zlib.gunzipSync(zlib.gzipSync(sample), { maxOutputLength: 100 }), {
      code: 'ERR_BUFFER_TOO_LARGE',
    });
  });

  test('options are checked before anything happens', () => {
    assert.throws(() => zlib.gzip('x', { level: 99 }, () => {}), { code: 'ERR_OUT_OF_RANGE' });
    assert.throws(() => zlib.gzipSync(5), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => zlib.createBrotliCompress({ params: { 10000: 0 } }), {
      code: 'ERR_BROTLI_INVALID_PARAM',
    });
  });

  test('members of a gzip file follow each other, zeros are padding', () => {
    const two = Buffer.concat([zlib.gzipSync('a'), zlib.gzipSync('b'), Buffer.alloc(5)]);
    assert.equal(String(zlib.gunzipSync(two)), 'ab');
  });

  test('what a stream makes and what one call makes decompress to the same', async () => {
    for (const size of [0, 100, 5000, 300_000]) {
      const data = Buffer.alloc(size, 'some text, and more of it; ');
      const streamed = await buffer(zlib.createGzip().end(data));
      assert.deepEqual(zlib.gunzipSync(streamed), data);
      const gunzip = zlib.createGunzip();
      gunzip.end(zlib.gzipSync(data));
      assert.deepEqual(await buffer(gunzip), data);
    }
  });

  test('crc32() continues from a value', () => {
    assert.equal(zlib.crc32('hello'), 0x3610a686);
    assert.equal(zlib.crc32('lo', zlib.crc32('hel')), zlib.crc32('hello'));
    assert.equal(zlib.crc32(Buffer.alloc(0), 7), 7);
  });
});

test('a program can drive the codec by hand, as pngjs does', () => {
  const text = 'hello '.repeat(100);
  const data = zlib.deflateSync(text);
  const inflate = new zlib.Inflate();
  const { _outBuffer: out, _chunkSize: room, _outOffset: start } = inflate;
  const { Z_FINISH } = zlib.constants;
  const answer = inflate._handle.writeSync(Z_FINISH, data, 0, data.length, out, start, room);
  assert.strictEqual(answer, undefined);
  assert.deepStrictEqual([...inflate._writeState], [room - text.length, 0]);
  assert.strictEqual(out.toString('latin1', 0, text.length), text);
  inflate.close();
});

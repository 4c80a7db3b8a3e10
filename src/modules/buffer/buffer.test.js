'use strict';

const assert = require('node:assert');
const { describe, test } = require('node:test');
const buffer = require('node:buffer');
const vm = require('node:vm');

const { Buffer } = buffer;

test('memory that is used again comes cleared where it was promised so', () => {
  for (let i = 0; i < 2000; i++) {
    Buffer.allocUnsafe(65536).fill(1);
    const cleared = Buffer.alloc(65536);
    assert.equal(cleared[i] | cleared[65535 - i], 0);
    if (i % 500 === 0) assert.ok(cleared.equals(Buffer.from(new ArrayBuffer(65536))));
  }
});

test('dead memory does not pile up, whatever else the program made before', () => {
  const bytes = Buffer.alloc(65536, 'x');
  let kept;
  for (let i = 0; i < 20_000; i++) kept = bytes.latin1Slice();
  for (let i = 0; i < 8000; i++) kept = Buffer.from(kept, 'latin1').latin1Slice();
  assert.equal(kept.length, 65536);
  assert.ok(process.memoryUsage().arrayBuffers < 256 * 1024 * 1024);
});

describe('text', () => {
  test('hexadecimal ends at the first pair that is none, wherever it stands', () => {
    const digits = 'ab'.repeat(40);
    for (const at of [0, 1, 30, 31, 32, 63, 79]) {
      const wrong = `${digits.slice(0, at)}g${digits.slice(at + 1)}`;
      assert.equal(Buffer.from(wrong, 'hex').length, at >> 1);
    }
    assert.equal(Buffer.from(digits.toUpperCase(), 'hex').toString('hex'), digits);
  });

  test('every encoding decodes what it encoded', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    for (const encoding of ['latin1', 'hex', 'base64', 'base64url', 'utf16le']) {
      assert.deepEqual(Buffer.from(bytes.toString(encoding), encoding), bytes, encoding);
    }
  });

  test('long text decodes to what was encoded, with any character anywhere', () => {
    const long = 'The quick brown fox. '.repeat(9000);
    for (const character of ['x', 'ÿ', '€', '😀']) {
      for (const at of [0, 63, 64, 4095, 70_000, long.length]) {
        const text = long.slice(0, at) + character + long.slice(at);
        const bytes = Buffer.from(text);
        assert.equal(bytes.length, Buffer.byteLength(text));
        assert.equal(bytes.length, long.length + Buffer.byteLength(character));
        assert.ok(bytes.toString() === text);
        assert.ok(Buffer.from(text, 'utf16le').toString('utf16le') === text);
        assert.ok(Buffer.from(bytes.toString('hex'), 'hex').equals(bytes));
        assert.ok(Buffer.from(bytes.toString('base64'), 'base64').equals(bytes));
      }
    }
  });

  test('the length of long text counts pairs as four bytes, lone surrogates as three', () => {
    const pair = '\u{1f600}';
    for (let at = 0; at < 140; at++) {
      const text = 'a'.repeat(at) + pair + 'b'.repeat(300 - at);
      assert.equal(Buffer.byteLength(text), 304);
      assert.equal(Buffer.byteLength(text.replace(pair, '\ud83d')), 303);
      assert.equal(Buffer.byteLength(text.replace(pair, '\ude00\ud83d')), 306);
    }
  });

  test('hexadecimal in long text ends at the first pair that is none', () => {
    const digits = 'aB09'.repeat(500);
    for (const wrong of ['g', '/', ':', '@', 'G', '`', '\u0080', '\u0130', '\u00b0']) {
      for (const at of [0, 127, 128, 999, 1999]) {
        const text = digits.slice(0, at) + wrong + digits.slice(at + 1);
        assert.equal(Buffer.from(text, 'hex').length, wrong === '\u0130' ? 1000 : at >> 1);
      }
    }
  });

  test('a write in UTF-8 stops before the character that does not fit', () => {
    const text = 'añ€😀'.repeat(20);
    const whole = Buffer.from(text);
    for (let size = 0; size <= whole.length; size++) {
      const target = Buffer.alloc(size);
      const written = target.write(text);
      assert.ok(size - written < 4);
      assert.equal(target.toString('utf8', 0, written).includes('\ufffd'), false);
      assert.ok(target.subarray(0, written).equals(whole.subarray(0, written)));
    }
  });

  test('lone surrogates become U+FFFD wherever they stand', () => {
    const text = `\udc00${'x'.repeat(40)}\ud800y😀\ud83d`;
    const expected = `\ufffd${'x'.repeat(40)}\ufffdy😀\ufffd`;
    assert.equal(Buffer.from(text).toString(), expected);
    assert.equal(Buffer.byteLength(text), Buffer.from(expected).length);
  });

  test('each maximal part of ill-formed UTF-8 becomes one U+FFFD', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(64, 'a'),
      Buffer.from([0xf0, 0x9f, 0x98, 0x41, 0xff]),
    ]);
    assert.equal(bytes.toString(), `${'a'.repeat(64)}\ufffdA\ufffd`);
  });

  test('large text of each width survives', () => {
    for (const unit of ['a', 'é', '€', '😀']) {
      const text = unit.repeat(1 << 20);
      assert.equal(Buffer.from(text).toString(), text);
    }
  });

  test('base64 passes over foreign characters and ends at the padding', () => {
    assert.equal(Buffer.from('SGVs*bG8g\nd29ybGQ=ignored', 'base64').toString(), 'Hello world');
    assert.equal(Buffer.from('__-_', 'base64').toString('hex'), 'ffffbf');
  });

  test('hex ends at the first pair that is none', () => {
    assert.equal(Buffer.from('4142zz43', 'hex').toString(), 'AB');
    assert.equal(Buffer.from('414', 'hex').length, 1);
  });

  test('an unknown encoding is named in the error', () => {
    const error = { code: 'ERR_UNKNOWN_ENCODING', message: 'Unknown encoding: klingon' };
    assert.throws(() => Buffer.from('x', 'klingon'), error);
    assert.throws(() => Buffer.alloc(1).toString('klingon'), error);
  });
});

describe('memory', () => {
  test('small buffers share the pool, aligned, and do not overlap', () => {
    const first = Buffer.from('first');
    const second = Buffer.from('second');
    assert.equal(first.byteOffset % 8, 0);
    assert.equal(second.byteOffset % 8, 0);
    assert.equal(first.buffer, second.buffer);
    second.fill(0);
    assert.equal(first.toString(), 'first');
  });

  test('alloc() is cleared and outside the pool', () => {
    const bytes = Buffer.alloc(10);
    assert.equal(bytes.buffer.byteLength, 10);
    assert.ok(bytes.every((byte) => byte === 0));
  });

  test('slice() and subarray() share memory', () => {
    const bytes = Buffer.from('abcdef');
    bytes.subarray(1, 3).fill('x');
    bytes.slice(-1)[0] = 0x79;
    assert.equal(bytes.toString(), 'axxdey');
  });

  test('a Buffer over the memory of another realm', () => {
    const memory = vm.runInNewContext('new ArrayBuffer(4)');
    const bytes = Buffer.from(memory, 1, 2);
    bytes.fill(7);
    assert.deepEqual([...new Uint8Array(memory)], [0, 7, 7, 0]);
  });

  test('species keeps derived buffers buffers, without the deprecated constructor', () => {
    assert.ok(Buffer.isBuffer(Buffer.from('abc').map((byte) => byte + 1)));
  });
});

describe('numbers', () => {
  test('every integer method round-trips its extremes', () => {
    const bytes = Buffer.alloc(8);
    for (const [name, values] of [
      ['Int8', [-128, 127]],
      ['UInt8', [0, 255]],
      ...['LE', 'BE'].flatMap((order) => [
        [`Int16${order}`, [-32768, 32767]],
        [`UInt16${order}`, [0, 65535]],
        [`Int32${order}`, [-(2 ** 31), 2 ** 31 - 1]],
        [`UInt32${order}`, [0, 2 ** 32 - 1]],
        [`BigInt64${order}`, [-(2n ** 63n), 2n ** 63n - 1n]],
        [`BigUInt64${order}`, [0n, 2n ** 64n - 1n]],
        [`Float${order}`, [-1.5, Infinity]],
        [`Double${order}`, [-Math.PI, 5e-324]],
      ]),
    ]) {
      for (const value of values) {
        bytes[`write${name}`](value);
        assert.equal(bytes[`read${name}`](), value, name);
      }
    }
  });

  test('integers of one to six bytes round-trip', () => {
    const bytes = Buffer.alloc(8);
    for (let size = 1; size <= 6; size++) {
      for (const value of [-(2 ** (size * 8 - 1)), -1, 0, 2 ** (size * 8 - 1) - 1]) {
        bytes.writeIntLE(value, 1, size);
        assert.equal(bytes.readIntLE(1, size), value);
        bytes.writeIntBE(value, 1, size);
        assert.equal(bytes.readIntBE(1, size), value);
      }
    }
  });

  test('the range of an error reads as in Node', () => {
    const bytes = Buffer.alloc(8);
    assert.throws(() => bytes.writeUIntBE(2 ** 40, 0, 5), {
      code: 'ERR_OUT_OF_RANGE',
      message:
        'The value of "value" is out of range. It must be >= 0 and < 2 ** 40. ' +
        'Received 1_099_511_627_776',
    });
    assert.throws(() => bytes.readInt32LE(5), {
      message: 'The value of "offset" is out of range. It must be >= 0 and <= 4. Received 5',
    });
    assert.throws(() => Buffer.alloc(1).readInt16LE(0), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
  });
});

describe('searching and comparing', () => {
  test('indexOf() and lastIndexOf() agree with a naive search', () => {
    const haystack = Buffer.from('abracadabra abracadabra');
    for (const needle of ['a', 'abra', 'cad', 'x', 'abracadabra ', 'bra']) {
      const text = haystack.toString();
      for (let offset = 0; offset < haystack.length; offset++) {
        assert.equal(haystack.indexOf(needle, offset), text.indexOf(needle, offset));
        assert.equal(haystack.lastIndexOf(needle, offset), text.lastIndexOf(needle, offset));
      }
    }
  });

  test('UTF-16 text is found only where a unit begins', () => {
    const haystack = Buffer.from([0x61, 0x00, 0x61, 0x00, 0x62, 0x00]);
    assert.equal(haystack.indexOf('b', 0, 'ucs2'), 4);
    assert.equal(Buffer.from([0, 0x62, 0, 0x62]).indexOf('b', 0, 'ucs2'), -1);
  });

  test('compare() orders by bytes, then by length', () => {
    const list = ['b', 'ab', 'a', 'aa', ''].map((text) => Buffer.from(text));
    assert.equal(list.sort(Buffer.compare).join(), ',a,aa,ab,b');
  });
});

describe('bytes', () => {
  test('fill() repeats a pattern and cuts its last copy', () => {
    assert.equal(Buffer.alloc(8).fill('abc', 1).toString('latin1'), '\0abcabca');
    assert.equal(Buffer.alloc(3).fill('c8', 'hex').toString('hex'), 'c8c8c8');
    assert.throws(() => Buffer.alloc(3).fill('zz', 'hex'), { code: 'ERR_INVALID_ARG_VALUE' });
  });

  test('copy() moves overlapping ranges', () => {
    const bytes = Buffer.from('abcdef');
    assert.equal(bytes.copy(bytes, 2, 0, 4), 4);
    assert.equal(bytes.toString(), 'ababcd');
  });

  test('concat() pads and cuts to the given length', () => {
    const parts = [Buffer.from('ab'), Buffer.from('cd')];
    assert.equal(Buffer.concat(parts, 3).toString(), 'abc');
    assert.equal(Buffer.concat(parts, 6).toString('latin1'), 'abcd\0\0');
  });

  test('every kind of memory is read and written in place, also by optimized code', () => {
    const kinds = [
      () => Buffer.alloc(12),
      () => Buffer.allocUnsafe(12),
      () => Buffer.from(new ArrayBuffer(40), 7, 12),
      () => Buffer.from(new SharedArrayBuffer(12)),
      () => Buffer.from(new ArrayBuffer(12, { maxByteLength: 20 })),
      () => Buffer.from(new ArrayBuffer(20, { maxByteLength: 20 }), 4, 12),
    ];
    const work = (source, target) => {
      assert.equal(source.write('hello world!'), 12);
      assert.equal(source.copy(target), 12);
      assert.equal(target.copy(target, 0, 6), 6);
      assert.equal(target.latin1Write('Gyre', 6, 4), 4);
      assert.equal(target.toString(), 'world!Gyred!');
      assert.equal(target.indexOf('Gyre'), 6);
      assert.equal(target.lastIndexOf(0x64), 10);
      assert.equal(source.equals(target), false);
      assert.equal(source.compare(target), -1);
      assert.equal(target.fill('ab', 1).swap16().latin1Slice(0, 4), 'awab');
    };
    for (let i = 0; i < 300; i++) {
      for (const source of kinds) for (const target of kinds) work(source(), target());
    }
  });

  test('places beyond 4 GiB are found by optimized code, too', (t) => {
    const far = 2 ** 32 + 8;
    let large;
    try {
      large = Buffer.alloc(far + 8);
    } catch {
      return t.skip('so much memory is not to be had');
    }
    const source = Buffer.from('abcd');
    const work = (at) => {
      source.copy(large, at);
      large.fill('xy', at + 4, at + 6);
    };
    for (let i = 0; i < 100_000; i++) work(far + (i & 1));
    assert.equal(large.latin1Slice(far, far + 8), 'aabcdxy\0');
    assert.equal(large.latin1Slice(8, 16), '\0'.repeat(8));
  });

  test('memory that was transferred away is empty', () => {
    const gone = Buffer.alloc(100, 'a');
    gone.buffer.transfer();
    const here = Buffer.from('text');
    assert.equal(gone.write('text'), 0);
    assert.equal(gone.toString(), '');
    assert.equal(gone.copy(here), 0);
    assert.equal(gone.equals(here), false);
    assert.equal(gone.equals(Buffer.alloc(0)), true);
    assert.equal(gone.compare(here), -1);
    assert.equal(here.indexOf(gone), 0);
    assert.equal(gone.swap16(), gone);
  });

  test('swap64() reverses groups of eight', () => {
    assert.equal(Buffer.from('0123456789abcdef').swap64().toString(), '76543210fedcba98');
    assert.throws(() => Buffer.alloc(3).swap16(), { code: 'ERR_INVALID_BUFFER_SIZE' });
  });
});

describe('the rest of the module', () => {
  test('transcode() replaces what the target cannot express', () => {
    assert.equal(buffer.transcode(Buffer.from('é€'), 'utf8', 'latin1').toString('latin1'), 'é?');
    assert.throws(() => buffer.transcode(Buffer.from([0xff]), 'utf8', 'ucs2'), {
      code: 'U_INVALID_CHAR_FOUND',
    });
  });

  test('isUtf8() and isAscii()', () => {
    assert.equal(buffer.isUtf8(Buffer.from('é')), true);
    assert.equal(buffer.isUtf8(Buffer.from([0xc3])), false);
    assert.equal(buffer.isAscii(Buffer.from('é')), false);
  });

  test('atob() and btoa()', () => {
    assert.equal(buffer.btoa('\xff'), '/w==');
    assert.equal(buffer.atob(' / w = = '), '\xff');
    assert.throws(() => buffer.atob('a'), { name: 'InvalidCharacterError' });
    assert.throws(() => buffer.btoa('€'), { name: 'InvalidCharacterError' });
  });

  test('copy() takes what is no finite number for zero', () => {
    const copied = (...places) => {
      const target = Buffer.alloc(4, '.');
      return [Buffer.from('abcd').copy(target, ...places), target.toString()];
    };
    assert.deepEqual(copied(Infinity), [4, 'abcd']);
    assert.deepEqual(copied(0, -Infinity), [4, 'abcd']);
    assert.deepEqual(copied(0, 0, Infinity), [0, '....']);
    assert.throws(() => copied(-0.5), { code: 'ERR_OUT_OF_RANGE' });
  });

  test('fill() takes null for no encoding, and no bigint', () => {
    assert.equal(Buffer.alloc(2).fill('x', 0, 2, null).toString(), 'xx');
    assert.equal(Buffer.alloc(2, 'x', null).toString(), 'xx');
    assert.throws(() => Buffer.alloc(2).fill(5n), { name: 'TypeError' });
  });

  test('transcode() takes an encoding that is not given for UTF-8', () => {
    const text = Buffer.from('é');
    assert.deepEqual(buffer.transcode(text, undefined, 'latin1'), Buffer.from([0xe9]));
    assert.deepEqual(buffer.transcode(text, 'utf8', ''), text);
    const wide = Buffer.from('\xc3\xa9', 'utf16le');
    assert.deepEqual(buffer.transcode(text, 'ascii', 'ucs2'), wide);
  });

  test('a DataView is no typed array, whatever realm it comes from', () => {
    const view = require('node:vm').runInNewContext('new DataView(new ArrayBuffer(2))');
    const array = require('node:vm').runInNewContext('new Uint8Array([97])');
    for (const refuses of [Buffer.copyBytesFrom, buffer.isUtf8, buffer.isAscii]) {
      assert.throws(() => refuses(view), { code: 'ERR_INVALID_ARG_TYPE' });
      assert.throws(() => refuses(new DataView(new ArrayBuffer(2))), TypeError);
      assert.doesNotThrow(() => refuses(array));
    }
  });

  test('hexWrite() and its like make numbers of places', () => {
    const bytes = Buffer.alloc(2);
    assert.equal(bytes.hexWrite('6162', null), 2);
    assert.equal(bytes.toString(), 'ab');
    const expected = { code: 'ERR_OUT_OF_RANGE', message: 'Index out of range' };
    assert.throws(() => bytes.hexWrite('61', -1), expected);
    assert.throws(() => bytes.utf8Slice(0, -1), expected);
    assert.throws(() => bytes.hexWrite('61', 3), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
  });

  test('an error shows text as it is, between quotes', () => {
    const received = (value) => {
      try {
        Buffer.alloc(value);
      } catch (error) {
        return error.message.slice(error.message.indexOf('(') + 1, -1);
      }
    };
    assert.equal(received('a\nb\\'), "'a\nb\\'");
    assert.equal(received('it\'s "so"'), '"it\'s \\"so\\""');
  });

  test('inspect() shortens and lists own properties', () => {
    const bytes = Buffer.alloc(60);
    bytes.tag = 1;
    assert.equal(bytes.inspect(), `<Buffer ${'00 '.repeat(50)}... 10 more bytes>`);
  });
});

'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { StringDecoder } = require('node:string_decoder');

test('a character that is spread over chunks comes out whole, with its last byte', () => {
  for (const encoding of ['utf8', 'utf16le']) {
    const bytes = Buffer.from('€𝄞', encoding);
    const decoder = new StringDecoder(encoding);
    const pieces = [];
    // In pieces of two bytes UTF-16 units stay whole; UTF-8 takes any cut.
    const step = encoding === 'utf8' ? 1 : 2;
    for (let i = 0; i < bytes.length; i += step) {
      pieces.push(decoder.write(bytes.subarray(i, i + step)));
    }
    assert.equal(pieces.join('') + decoder.end(), '€𝄞');
    assert.ok(pieces.every((piece) => piece === '' || piece === '€' || piece === '𝄞'));
  }
});

test('end() gives a replacement character for what stays incomplete, and starts anew', () => {
  const decoder = new StringDecoder('utf8');
  assert.equal(decoder.write(Buffer.from([0xe2, 0x82])), '');
  assert.equal(decoder.end(), '\ufffd');
  assert.equal(decoder.write(Buffer.from([0xe2, 0x82, 0xac])), '€');
});

test('a byte that cannot continue a character ends it', () => {
  const decoder = new StringDecoder('utf8');
  assert.equal(decoder.write(Buffer.from([0xe2])), '');
  assert.equal(decoder.write(Buffer.from('A')), '\ufffdA');
});

test('base64 comes in groups of three bytes', () => {
  const decoder = new StringDecoder('base64');
  assert.equal(decoder.write(Buffer.from('ab')), '');
  assert.equal(decoder.lastNeed, 1);
  assert.equal(decoder.write(Buffer.from('cd')), 'YWJj');
  assert.equal(decoder.end(), 'ZA==');
});

test('lastChar, lastNeed and lastTotal tell of the character under way', () => {
  const decoder = new StringDecoder('utf8');
  decoder.write(Buffer.from([0xf0, 0x9f]));
  assert.deepEqual([...decoder.lastChar.subarray(0, 2)], [0xf0, 0x9f]);
  assert.equal(decoder.lastNeed, 2);
  assert.equal(decoder.lastTotal, 4);
});

test('pieces of any length, whole or not, make the text of all bytes', () => {
  const bytes = Buffer.from('añ€😀z\xff'.repeat(40));
  for (const encoding of ['utf8', 'utf16le', 'latin1', 'hex', 'base64', 'base64url']) {
    for (const size of [1, 2, 3, 5, 16, 100, 300]) {
      const decoder = new StringDecoder(encoding);
      assert.equal(decoder.lastNeed, 0);
      let text = '';
      for (let i = 0; i < bytes.length; i += size)
        text += decoder.write(bytes.subarray(i, i + size));
      assert.equal(text + decoder.end(), bytes.toString(encoding));
    }
  }
});

test('views of other kinds are read by their bytes', () => {
  const bytes = Buffer.from('añ€😀'.repeat(2));
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  for (const View of [Int8Array, Uint16Array, DataView]) {
    const decoder = new StringDecoder('utf8');
    assert.equal(decoder.write(new View(copy)) + decoder.end(), bytes.toString());
  }
});

test('names of encodings are normalized and unknown ones refused', () => {
  assert.equal(new StringDecoder('UCS-2').encoding, 'utf16le');
  assert.equal(new StringDecoder().encoding, 'utf8');
  assert.throws(() => new StringDecoder('nope'), { code: 'ERR_UNKNOWN_ENCODING' });
  assert.throws(() => new StringDecoder().write(1), { code: 'ERR_INVALID_ARG_TYPE' });
});

'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const bytes = (...values) => new Uint8Array(values);

test('encode() makes memory of its own, U+FFFD for lone surrogates', () => {
  const encoded = new TextEncoder().encode('a\ud800é');
  assert.deepEqual([...encoded], [0x61, 0xef, 0xbf, 0xbd, 0xc3, 0xa9]);
  assert.equal(encoded.buffer.byteLength, 6);
});

test('encodeInto() stops before the character that does not fit', () => {
  const encoder = new TextEncoder();
  assert.deepEqual(encoder.encodeInto('aé€', new Uint8Array(4)), { read: 2, written: 3 });
  assert.deepEqual(encoder.encodeInto('😀b', new Uint8Array(5)), { read: 3, written: 5 });
  assert.deepEqual(encoder.encodeInto('x'.repeat(100), new Uint8Array(50)), {
    read: 50,
    written: 50,
  });
});

test('a byte order mark is removed once, or kept', () => {
  const input = bytes(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61);
  assert.equal(new TextDecoder().decode(input), '\ufeffa');
  assert.equal(new TextDecoder('utf-8', { ignoreBOM: true }).decode(input), '\ufeff\ufeffa');
  assert.equal(new TextDecoder('utf-16le').decode(bytes(0xff, 0xfe, 0x61, 0)), 'a');
});

test('a stream may be cut anywhere', () => {
  for (const [label, input, text] of [
    ['utf-8', [0xef, 0xbb, 0xbf, 0xf0, 0x9f, 0x98, 0x80, 0x61], '😀a'],
    ['utf-16le', [0x3d, 0xd8, 0x00, 0xde, 0x61, 0], '😀a'],
    ['shift_jis', [0x82, 0xa0, 0x41], 'あA'],
    ['gb18030', [0x81, 0x30, 0x81, 0x30, 0x41], '\u0080A'],
  ]) {
    const decoder = new TextDecoder(label);
    let result = '';
    for (const byte of input) result += decoder.decode(bytes(byte), { stream: true });
    assert.equal(result + decoder.decode(), text, label);
  }
});

test('an incomplete character at the end becomes U+FFFD, and the decoder starts anew', () => {
  const decoder = new TextDecoder();
  assert.equal(decoder.decode(bytes(0xf0, 0x9f), { stream: true }), '');
  assert.equal(decoder.decode(), '\ufffd');
  assert.equal(decoder.decode(bytes(0x61)), 'a');
});

test('a fatal decoder refuses ill-formed input', () => {
  for (const [label, input] of [
    ['utf-8', [0xff]],
    ['utf-16le', [0x00, 0xd8]],
    ['gbk', [0x81]],
    ['windows-1253', [0xaa]],
  ]) {
    assert.throws(() => new TextDecoder(label, { fatal: true }).decode(bytes(...input)), {
      name: 'TypeError',
      code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
      message: `The encoded data was not valid for encoding ${label}`,
    });
  }
});

test('single-byte encodings follow the indexes of the standard', () => {
  for (const [label, byte, character] of [
    ['latin1', 0x80, '€'],
    ['ibm866', 0x1a, '\x1a'],
    ['koi8-u', 0xae, 'ў'],
    ['iso-8859-16', 0xaa, 'Ș'],
    ['windows-1255', 0xca, '\u05ba'],
    ['x-user-defined', 0x80, '\uf780'],
  ]) {
    assert.equal(new TextDecoder(label).decode(bytes(byte)), character, label);
  }
});

test('labels are compared without case and ASCII white space', () => {
  assert.equal(new TextDecoder('\t Latin1\n').encoding, 'windows-1252');
  for (const label of ['\u00a0utf-8', 'klingon', 'replacement']) {
    assert.throws(() => new TextDecoder(label), {
      name: 'RangeError',
      code: 'ERR_ENCODING_NOT_SUPPORTED',
    });
  }
});

test('Latin-1 differs from ASCII and its controls only where the standard says so', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = new TextDecoder('latin1').decode(all);
  assert.equal(text.charCodeAt(0x80), 0x20ac);
  assert.equal(text.charCodeAt(0xe9), 0xe9);
  assert.equal(new TextDecoder('latin1').decode(all.subarray(160)), text.slice(160));
});

test('UTF-16LE in one piece, in pieces and with a byte order mark', () => {
  const decoder = new TextDecoder('utf-16le');
  assert.equal(decoder.decode(bytes(0xff, 0xfe, 0x61, 0)), 'a');
  assert.equal(decoder.decode(bytes(0x61), { stream: true }), '');
  assert.equal(decoder.decode(bytes(0, 0x62, 0)), 'ab');
  assert.equal(decoder.decode(bytes(0, 0xd8)), '\ufffd');
});

test('encodeInto() writes into an array that has no buffer yet', () => {
  const target = new Uint8Array(8);
  const encoder = new TextEncoder();
  assert.deepEqual(encoder.encodeInto('héé', target), { read: 3, written: 5 });
  assert.deepEqual([...target], [0x68, 0xc3, 0xa9, 0xc3, 0xa9, 0, 0, 0]);
});

'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const punycode = require('node:punycode');

test('encode and decode are inverse for basic, mixed and astral text', () => {
  for (const [text, encoded] of [
    ['Goethe', 'Goethe-'],
    ['mañana', 'maana-pta'],
    ['日本語', 'wgv71a119e'],
    ['𩸽', 'x73l'],
  ]) {
    assert.strictEqual(punycode.encode(text), encoded);
    assert.strictEqual(punycode.decode(encoded), text);
  }
});

test('decode names what is wrong with its input', () => {
  assert.throws(() => punycode.decode('é-a'), {
    name: 'RangeError',
    message: 'Illegal input >= 0x80 (not a basic code point)',
  });
  assert.throws(() => punycode.decode(' '), { name: 'RangeError', message: 'Invalid input' });
  assert.throws(() => punycode.decode('99999999'), { message: /^Overflow/ });
});

test('domains are converted label by label, mail addresses behind the @ only', () => {
  assert.strictEqual(
    punycode.toASCII('ü@bücher。日本語.com'),
    'ü@xn--bcher-kva.xn--wgv71a119e.com',
  );
  assert.strictEqual(punycode.toUnicode('xn--tda@xn--TDA.com'), 'xn--tda@ü.com');
});

test('ucs2 keeps lone surrogates', () => {
  assert.deepStrictEqual(punycode.ucs2.decode('a\ud834\udf06\ud800'), [0x61, 0x1d306, 0xd800]);
  assert.strictEqual(punycode.ucs2.encode([0x61, 0x1d306, 0xdc00]), 'a\ud834\udf06\udc00');
});

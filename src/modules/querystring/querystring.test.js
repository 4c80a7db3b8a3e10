'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const querystring = require('node:querystring');

const plain = (object) => ({ ...object });

describe('parse', () => {
  test('collects repeated keys and has no prototype', () => {
    const result = querystring.parse('a=1&b&a=2&__proto__=x');
    assert.strictEqual(Object.getPrototypeOf(result), null);
    assert.deepStrictEqual(result.a, ['1', '2']);
    assert.strictEqual(result.b, '');
    assert.strictEqual(result['__proto__'], 'x');
  });

  test('keeps what is not percent-encoding', () => {
    assert.deepStrictEqual(plain(querystring.parse('a=%zx&b=%e4%')), { a: '%zx', b: '\ufffd%' });
  });

  test('a custom decoder sees spaces encoded, and its errors are not fatal', () => {
    const seen = [];
    const decodeURIComponent = (text) => {
      seen.push(text);
      throw new Error('no');
    };
    const result = querystring.parse('a+b=c', null, null, { decodeURIComponent });
    assert.deepStrictEqual(seen, ['a%20b', 'c']);
    assert.deepStrictEqual(plain(result), { 'a b': 'c' });
  });

  test('maxKeys counts empty pairs too', () => {
    assert.deepStrictEqual(plain(querystring.parse('&a&b', null, null, { maxKeys: 2 })), { a: '' });
    assert.strictEqual(Object.keys(querystring.parse('k='.padEnd(4000, '&k='))).length, 1);
  });
});

describe('stringify', () => {
  test('takes primitives and lists of them', () => {
    const object = { a: [1, 2n, true], b: Number.NaN, c: {}, d: [] };
    assert.strictEqual(querystring.stringify(object), 'a=1&a=2&a=true&b=&c=');
  });

  test('a separator of more than one character', () => {
    assert.strictEqual(querystring.stringify({ a: 1, b: 2 }, ', ', '=>'), 'a=>1, b=>2');
  });
});

test('escape refuses half a surrogate pair at the end', () => {
  assert.strictEqual(querystring.escape("a b!'()*"), "a%20b!'()*");
  assert.throws(() => querystring.escape('\ud800'), { name: 'URIError', code: 'ERR_INVALID_URI' });
});

test('a replaced unescape is used by parse', (t) => {
  t.mock.method(querystring, 'unescape', (text) => text.toUpperCase());
  assert.deepStrictEqual(plain(querystring.parse('a=b')), { A: 'B' });
});

test('a decoder is not asked for empty text', () => {
  const options = { decodeURIComponent: (text) => `<${text}>` };
  assert.deepStrictEqual(plain(querystring.parse('a=&=b', null, null, options)), {
    '<a>': '',
    '': '<b>',
  });
});

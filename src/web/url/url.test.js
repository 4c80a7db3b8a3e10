'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const { domainToASCII } = require('node:url');
const { inspect } = require('node:util');

describe('URL', () => {
  test('keeps what is serialized already, and only that', () => {
    for (const text of ['https://u:p@h/', 'https://:p@h/x?y#z', 'file:///a/C:/b', 'wss://h:1/']) {
      assert.strictEqual(new URL(text).href, text);
    }
    assert.strictEqual(new URL('https://u:@h/').href, 'https://u@h/');
    assert.strictEqual(new URL('file:///C|/x').href, 'file:///C:/x');
    assert.strictEqual(new URL('https://u:p@h:1/').origin, 'https://h:1');
  });

  test('components that are set move those behind them', () => {
    const url = new URL('https://u@h/a?b#c');
    url.pathname = '/longer/path';
    assert.strictEqual(url.search + url.hash, '?b#c');
    url.search = 'x=1';
    url.hash = 'é';
    assert.strictEqual(url.href, 'https://u@h/longer/path?x=1#%C3%A9');
  });

  test('normalizes scheme, host, port, path and encodes the rest', () => {
    const url = new URL('HTTPS://User:p%40ss@EXAMPLE.com:443/a/./b/../c d?q=ä#f g');
    assert.strictEqual(url.href, 'https://User:p%40ss@example.com/a/c%20d?q=%C3%A4#f%20g');
    assert.strictEqual(url.port, '');
    assert.strictEqual(url.username, 'User');
    assert.strictEqual(url.password, 'p%40ss');
    assert.strictEqual(url.origin, 'https://example.com');
  });

  test('the fast path and the state machine agree', () => {
    // A tab sends the same URL through the state machine.
    for (const text of [
      'http://example.com',
      'https://example.com:8080/a/b.html?x=1&y=2#z',
      'http://a.b-c.example/p?',
      'http://h/#',
      'http://h:65535/',
    ]) {
      const [fast, slow] = [new URL(text), new URL(`\t${text}`)];
      for (const key of ['href', 'host', 'port', 'pathname', 'search', 'hash']) {
        assert.strictEqual(fast[key], slow[key], `${key} of ${text}`);
      }
    }
  });

  test('numbers in any base are IPv4 addresses, brackets hold IPv6', () => {
    assert.strictEqual(new URL('http://0x7f.1').host, '127.0.0.1');
    assert.strictEqual(new URL('http://[2001:DB8:0:0:0:0:1.2.3.4]/').host, '[2001:db8::102:304]');
    assert.throws(() => new URL('http://256.256.256.256'), { code: 'ERR_INVALID_URL' });
    assert.throws(() => new URL('http://[::1'), { code: 'ERR_INVALID_URL' });
  });

  test('domains become ASCII by UTS #46', () => {
    assert.strictEqual(new URL('http://faß.ExAmPlE/').host, 'xn--fa-hia.example');
    assert.throws(() => new URL('http://a\u00adb＠c/'), { code: 'ERR_INVALID_URL' });
  });

  test('a label becomes the same whatever stands beside it', () => {
    const alone = (label) => domainToASCII(`${label}.example`);
    const beside = (label) => domainToASCII(`xn--mnchen-3ya.${label}.example`).slice(15);
    const labelOf = (unit) => {
      const letter = String.fromCharCode(unit);
      const other = String.fromCharCode(0xc0 + (unit % 0x1c0));
      return `${letter}b${other}${letter}`;
    };
    for (let unit = 0x80; unit < 0xd800; unit++) {
      const label = labelOf(unit);
      assert.strictEqual(alone(label), beside(label), label);
    }
  });

  test('resolves against a base', () => {
    assert.strictEqual(new URL('../x?y', 'http://h/a/b/c#d').href, 'http://h/a/x?y');
    assert.strictEqual(new URL('//other', 'https://h/').href, 'https://other/');
    assert.strictEqual(new URL('#f', 'data:text').href, 'data:text#f');
    assert.throws(
      () => new URL('x', 'data:text'),
      (error) => {
        assert.strictEqual(error.input, 'x');
        assert.strictEqual(error.base, 'data:text');
        return error.message === 'Invalid URL';
      },
    );
  });

  test('a relative path is resolved alike at once and by the state machine', () => {
    const bases = [
      'http://h',
      'http://h/',
      'https://u:p@h:8/a/b/c?q#f',
      'http://h?q',
      'http://h/a//b/',
    ];
    const parts = [
      '',
      '.',
      '..',
      'a',
      '.a',
      '..a',
      'a:b',
      '%2e',
      '.%2e',
      'a%2e',
      '\\',
      '?',
      '#',
      '{',
      '\u00e9',
    ];
    const inputs = parts.flatMap((a) =>
      parts.flatMap((b) => [`${a}/${b}`, `/${a}/${b}`, `${a}/${b}/x?y#z`]),
    );
    for (const base of bases) {
      for (const input of [...inputs, ...parts]) {
        const expected = URL.parse(`\t${input}`, base);
        if (expected === null) {
          assert.strictEqual(URL.parse(input, base), null);
          continue;
        }
        for (const url of [new URL(input, base), new URL(input, new URL(base))]) {
          assert.strictEqual(url.href, expected.href);
          assert.strictEqual(url.pathname, expected.pathname);
          assert.strictEqual(url.search, expected.search);
          assert.strictEqual(url.hash, expected.hash);
        }
      }
    }
  });

  test('resolves strings that were put together', () => {
    const part = 'abcdefgh'.repeat(3);
    const base = `http://host/${part}/${part}`;
    const href = new URL(`../${part}?${part}`, base).href;
    assert.strictEqual(href, `http://host/${part}?${part}`);
    assert.strictEqual(
      new URL(`${part}/${part}`, new URL(base)).pathname,
      `/${part}/${part}/${part}`,
    );
  });

  test('parse returns null and canParse false where the constructor throws', () => {
    assert.strictEqual(URL.parse('nope'), null);
    assert.strictEqual(URL.canParse('nope'), false);
    assert.strictEqual(URL.parse('x', 'http://h').href, 'http://h/x');
    assert.strictEqual(URL.canParse('x', 'http://h'), true);
  });

  test('setters change what the standard lets them', () => {
    const url = new URL('http://h/p');
    url.host = 'example.org:81';
    url.port = '80';
    url.protocol = 'mailto';
    url.pathname = 'a?b';
    url.search = 'x y';
    url.hash = '#z';
    assert.strictEqual(url.href, 'http://example.org/a%3Fb?x%20y#z');
    url.search = '';
    url.hash = '';
    assert.strictEqual(url.href, 'http://example.org/a%3Fb');
  });

  test('searchParams and search follow each other', () => {
    const url = new URL('http://h/?a=1');
    const params = url.searchParams;
    params.append('b', '2 3');
    assert.strictEqual(url.search, '?a=1&b=2+3');
    url.search = '?c';
    assert.strictEqual(params.get('c'), '');
    assert.strictEqual(url.searchParams, params);
    params.delete('c');
    assert.strictEqual(url.href, 'http://h/');
  });

  test('lone surrogates become U+FFFD', () => {
    assert.strictEqual(new URL('http://h/\ud800').pathname, '/%EF%BF%BD');
  });

  test('is inspected under the name of its class', () => {
    class Address extends URL {}
    assert.match(inspect(new Address('http://h')), /^Address \{\n {2}href: 'http:\/\/h\/',/);
  });
});

describe('URLSearchParams', () => {
  test('takes strings, pairs, records and other parameters', () => {
    for (const init of [
      '?a=1&b=2',
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      { a: 1, b: 2 },
    ]) {
      assert.strictEqual(new URLSearchParams(init).toString(), 'a=1&b=2');
    }
    const copy = new URLSearchParams(new URLSearchParams('x=y'));
    assert.strictEqual(copy.get('x'), 'y');
    assert.throws(() => new URLSearchParams([['a']]), { code: 'ERR_INVALID_TUPLE' });
  });

  test('decodes what is UTF-8 and replaces what is not', () => {
    assert.strictEqual(new URLSearchParams('a=%C3%A4+%zz%ff').get('a'), 'ä %zz\ufffd');
  });

  test('iterates over what is there at each step', () => {
    const params = new URLSearchParams('a=1&b=2');
    const iterator = params.entries();
    assert.deepStrictEqual(iterator.next().value, ['a', '1']);
    params.append('c', '3');
    assert.strictEqual(
      inspect(iterator),
      "URLSearchParams Iterator { [ 'b', '2' ], [ 'c', '3' ] }",
    );
    assert.deepStrictEqual(
      [...iterator],
      [
        ['b', '2'],
        ['c', '3'],
      ],
    );
  });

  test('sorts by name and keeps the order of equal names', () => {
    const params = new URLSearchParams('b=1&a=2&b=0&a=1');
    params.sort();
    assert.strictEqual(`${params}`, 'a=2&a=1&b=1&b=0');
  });
});

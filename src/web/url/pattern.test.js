'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const { URLPattern } = require('node:url');

describe('URLPattern', () => {
  test('names what the parts of a URL are', () => {
    const pattern = new URLPattern({ pathname: '/books/:id(\\d+)/*' });
    const match = pattern.exec('https://example.com/books/123/pages/4');
    assert.deepStrictEqual(match.pathname, {
      input: '/books/123/pages/4',
      groups: { id: '123', 0: 'pages/4' },
    });
    assert.strictEqual(pattern.test('https://example.com/books/x/'), false);
    assert.strictEqual(pattern.hasRegExpGroups, true);
  });

  test('takes a whole URL apart', () => {
    const pattern = new URLPattern('https://*.example.com:8080/:page.html?q=*#:part?');
    assert.strictEqual(pattern.hostname, '*.example.com');
    assert.strictEqual(pattern.port, '8080');
    assert.strictEqual(pattern.pathname, '/:page.html');
    assert.strictEqual(pattern.search, 'q=*');
    assert.strictEqual(pattern.hash, ':part?');
    assert.ok(pattern.test('https://a.example.com:8080/index.html?q=1'));
  });

  test('inherits from a base URL', () => {
    const pattern = new URLPattern('../x/:y', 'https://example.com/a/b');
    assert.strictEqual(pattern.pathname, '/x/:y');
    assert.ok(pattern.test('x/1', 'https://example.com/'));
    assert.strictEqual(pattern.test('http://example.com/x/1'), false);
  });

  test('modifiers repeat the segment with its slash', () => {
    const pattern = new URLPattern({ pathname: '/a/:rest+' });
    const { groups } = pattern.exec({ pathname: '/a/b/c' }).pathname;
    assert.deepStrictEqual(groups, { rest: 'b/c' });
    assert.strictEqual(pattern.test({ pathname: '/a' }), false);
  });

  test('writes patterns in their normal form', () => {
    assert.strictEqual(new URLPattern({ pathname: '/:a{b}' }).pathname, '{/:a}b');
    assert.strictEqual(new URLPattern({ pathname: '/ä' }).pathname, '/%C3%A4');
    assert.strictEqual(new URLPattern({ protocol: 'https', port: '443' }).port, '');
    assert.strictEqual(new URLPattern({ hostname: 'ß.example' }).hostname, 'xn--zca.example');
  });

  test('ignores case only when told so', () => {
    assert.strictEqual(new URLPattern({ pathname: '/A' }).test({ pathname: '/a' }), false);
    const lenient = new URLPattern({ pathname: '/A' }, { ignoreCase: true });
    assert.strictEqual(lenient.test({ pathname: '/a' }), true);
  });

  test('refuses what is no pattern', () => {
    for (const input of ['/relative', { pathname: '(' }, { pathname: '/:a/:a' }, { port: 'x' }]) {
      assert.throws(() => new URLPattern(input), { code: 'ERR_INVALID_URL_PATTERN' });
    }
    assert.throws(() => URLPattern(), { code: 'ERR_CONSTRUCT_CALL_REQUIRED' });
  });
});

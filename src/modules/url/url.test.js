'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const url = require('node:url');

describe('legacy', () => {
  test('parse splits a URL and is lenient about it', () => {
    const parsed = url.parse('HTTP://u:p@Host.COM:80/p a?q=1#h');
    assert.deepStrictEqual(
      { ...parsed },
      {
        protocol: 'http:',
        slashes: true,
        auth: 'u:p',
        host: 'host.com:80',
        port: '80',
        hostname: 'host.com',
        hash: '#h',
        search: '?q=1',
        query: 'q=1',
        pathname: '/p%20a',
        path: '/p%20a?q=1',
        href: 'http://u:p@host.com:80/p%20a?q=1#h',
      },
    );
  });

  test('parse parses the query when asked to', () => {
    assert.deepStrictEqual({ ...url.parse('/x?a=1&a=2', true).query }, { a: ['1', '2'] });
    assert.deepStrictEqual({ ...url.parse('/x', true).query }, {});
  });

  test('two slashes name a host only with a scheme, a user, or when told so', () => {
    assert.strictEqual(url.parse('//host/path').pathname, '//host/path');
    assert.strictEqual(url.parse('//host/path', false, true).host, 'host');
  });

  test('hosts that could be read as something else are refused', () => {
    assert.throws(() => url.parse('http://fail℀fail.com/'), { code: 'ERR_INVALID_URL' });
    assert.throws(() => url.parse('http://[::1]x/'), { code: 'ERR_INVALID_URL' });
  });

  test('resolve follows relative references', () => {
    for (const [from, to, expected] of [
      ['/one/two/three', 'four', '/one/two/four'],
      ['http://example.com/one', '/two', 'http://example.com/two'],
      ['http://a/b/c/d;p?q', '../../../g', 'http://a/g'],
      ['mailto:local1@domain1?query1', 'local2@domain2', 'mailto:local2@domain2'],
      ['https://user:password@example.org/', '//other.com/', 'https://other.com/'],
    ]) {
      assert.strictEqual(url.resolve(from, to), expected);
    }
  });

  test('format puts an object together', () => {
    const object = { protocol: 'http', hostname: '::1', port: 1, query: { a: 1 }, pathname: 'x#y' };
    assert.strictEqual(url.format(object), 'http://[::1]:1/x%23y?a=1');
  });
});

test('format of a URL leaves out what the options say', () => {
  const whole = new URL('http://u:p@xn--0zwm56d.com:8080/path?q#h');
  const options = { auth: false, fragment: false, search: false, unicode: true };
  assert.strictEqual(url.format(whole, options), 'http://测试.com:8080/path');
});

test('paths and file URLs are converted in both flavours', () => {
  assert.strictEqual(url.pathToFileURL('/a b?#%').href, 'file:///a%20b%3F%23%25');
  assert.strictEqual(url.fileURLToPath('file:///a%20b%3F'), '/a b?');
  const windows = { windows: true };
  assert.strictEqual(url.pathToFileURL('\\\\nas\\x\\y.doc', windows).href, 'file://nas/x/y.doc');
  assert.strictEqual(url.fileURLToPath('file:///C:/a/b', windows), 'C:\\a\\b');
  assert.throws(() => url.fileURLToPath('file:///a%2Fb'), { code: 'ERR_INVALID_FILE_URL_PATH' });
  assert.throws(() => url.fileURLToPath('file://host/a'), { code: 'ERR_INVALID_FILE_URL_HOST' });
  assert.deepStrictEqual(url.fileURLToPathBuffer('file:///%ff'), Buffer.from([0x2f, 0xff]));
});

test('domains are converted, and those that are not valid are empty', () => {
  assert.strictEqual(url.domainToASCII('español.com'), 'xn--espaol-zwa.com');
  assert.strictEqual(url.domainToUnicode('xn--espaol-zwa.com'), 'español.com');
  assert.strictEqual(url.domainToASCII('a b'), '');
});

test('urlToHttpOptions decodes the user and unwraps IPv6', () => {
  const options = url.urlToHttpOptions(new URL('https://a:%40@[::1]:8/x?y'));
  assert.strictEqual(options.auth, 'a:@');
  assert.strictEqual(options.hostname, '::1');
  assert.strictEqual(options.port, 8);
  assert.strictEqual(options.path, '/x?y');
});

test('format keeps the separators of an empty query and fragment', () => {
  assert.strictEqual(url.format(new URL('https://a/?#')), 'https://a/?#');
  assert.strictEqual(url.format(new URL('https://a/?#'), { fragment: false }), 'https://a/?');
  assert.strictEqual(url.format(new URL('https://a/?x#'), { search: false }), 'https://a/#');
});

test('format gives only domains in Unicode', () => {
  const format = (text) => url.format(new URL(text), { unicode: true });
  assert.strictEqual(format('ws://xn--wgv71a/'), 'ws://日本/');
  assert.strictEqual(format('foo://日本/'), 'foo://%E6%97%A5%E6%9C%AC/');
});

test('domainToASCII takes what stands in front of a path', () => {
  assert.strictEqual(url.domainToASCII('日本/x'), 'xn--wgv71a');
  assert.strictEqual(url.domainToUnicode('xn--wgv71a?x'), '日本');
  assert.strictEqual(url.domainToASCII('a\tb'), 'ab');
});

test('pathToFileURL keeps spaces and control characters at the end', () => {
  assert.strictEqual(url.pathToFileURL('/a b ').href, 'file:///a%20b%20');
  assert.strictEqual(url.pathToFileURL('/a\0').href, 'file:///a%00');
  assert.strictEqual(url.fileURLToPath(url.pathToFileURL('/a ')), '/a ');
});

test('a scheme in capitals is followed by a host without slashes', () => {
  assert.strictEqual(url.parse('HTTP:x/y').host, 'x');
  assert.strictEqual(url.parse('http:x/y').host, null);
});

test('format refuses half a surrogate pair in auth', () => {
  assert.throws(() => url.format({ host: 'a', auth: '\ud800' }), { code: 'ERR_INVALID_URI' });
});

'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const path = require('node:path');

const { posix, win32 } = path;

describe('posix', () => {
  test('normalize drops what goes nowhere and keeps a trailing slash', () => {
    assert.strictEqual(posix.normalize('/a//b/./c/../d/'), '/a/b/d/');
    assert.strictEqual(posix.normalize('a/../../b'), '../b');
    assert.strictEqual(posix.normalize('/../a'), '/a');
    assert.strictEqual(posix.normalize('./'), './');
    assert.strictEqual(posix.normalize(''), '.');
  });

  test('resolve reads from the right until the path is absolute', () => {
    assert.strictEqual(posix.resolve('/a', '/b', '..', 'c/'), '/c');
    assert.strictEqual(posix.resolve('x'), `${process.cwd()}/x`);
    assert.strictEqual(posix.resolve('/'), '/');
  });

  test('resolve does not look at arguments left of an absolute one', () => {
    assert.strictEqual(posix.resolve(1, '/a'), '/a');
    assert.throws(() => posix.resolve(1, 'a'), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: 'The "paths[0]" argument must be of type string. Received type number (1)',
    });
  });

  test('relative goes up to the last shared segment, not the last shared letter', () => {
    assert.strictEqual(posix.relative('/foo/bar', '/foo/baz'), '../baz');
    assert.strictEqual(posix.relative('/foo', '/foobar'), '../foobar');
    assert.strictEqual(posix.relative('/', '/a/b'), 'a/b');
    assert.strictEqual(posix.relative('/a/b', '/'), '../..');
  });

  test("parse and format are each other's inverse", () => {
    for (const text of ['/home/user/file.tar.gz', './.bashrc', 'a', '/', '..', '/a/b.']) {
      assert.strictEqual(posix.format(posix.parse(text)), text);
    }
    assert.strictEqual(posix.format({ dir: '/d', name: 'n', ext: 'txt' }), '/d/n.txt');
  });

  test('basename strips a suffix only when something is left', () => {
    assert.strictEqual(posix.basename('/x/file.js', '.js'), 'file');
    assert.strictEqual(posix.basename('/x/.js', '.js'), '.js');
    assert.strictEqual(posix.basename('a', 'a'), '');
  });
});

describe('win32', () => {
  test('resolve combines drives with the last path that is on the same drive', () => {
    assert.strictEqual(win32.resolve('c:/blah\\blah', 'd:/games', 'c:../a'), 'c:\\blah\\a');
    assert.strictEqual(win32.resolve('//server/share', '..', 'x'), '\\\\server\\share\\x');
  });

  test('a relative path cannot normalize into a drive or a device', () => {
    assert.strictEqual(win32.normalize('test/../C:/Windows'), '.\\C:\\Windows');
    assert.strictEqual(win32.normalize('CON:../foo'), '.\\CON:..\\foo');
  });

  test('join makes a network path only of what the first argument names', () => {
    assert.strictEqual(win32.join('//server', 'share'), '\\\\server\\share\\');
    assert.strictEqual(win32.join('//', 'server/share'), '\\server\\share');
  });

  test('relative compares names without case', () => {
    assert.strictEqual(win32.relative('C:\\İ\\a', 'c:\\i̇\\b'), '..\\b');
    assert.strictEqual(win32.relative('c:\\a', 'd:\\b'), 'd:\\b');
  });

  test('the flavours know each other', () => {
    assert.strictEqual(win32.posix, posix);
    assert.strictEqual(posix.win32, win32);
    assert.strictEqual(win32.win32, win32);
    assert.strictEqual(require('node:path/win32'), win32);
    assert.ok(Object.keys(path).includes('win32'));
  });
});

describe('matchesGlob', () => {
  const cases = [
    ['a/b/c.js', 'a/**/*.js', true],
    ['a/c.js', 'a/**/*.js', true],
    ['a/.hidden/c.js', 'a/**/*.js', false],
    ['.env', '*', false],
    ['.env', '.*', true],
    ['src/x.ts', 'src/*.{js,ts}', true],
    ['file07', 'file{01..10}', true],
    ['foo.txt', '!(bar).txt', true],
    ['bar.txt', '!(bar).txt', false],
    ['aab', '+(a|b)', true],
    ['a5', 'a[[:digit:]]', true],
    ['a', 'a/**', false],
    ['a/', 'a', true],
  ];
  for (const [name, pattern, expected] of cases) {
    test(`${name} ${expected ? 'matches' : 'does not match'} ${pattern}`, () => {
      assert.strictEqual(posix.matchesGlob(name, pattern), expected);
    });
  }

  test('many globstars do not take exponential time', () => {
    const deep = 'a/'.repeat(200);
    assert.strictEqual(posix.matchesGlob(`${deep}b`, `${'**/a/'.repeat(30)}c`), false);
  });

  test('backslashes separate the names of a Windows path only', () => {
    assert.strictEqual(win32.matchesGlob('foo\\bar', 'foo/*'), true);
    assert.strictEqual(posix.matchesGlob('foo\\bar', 'foo/*'), false);
  });
});

test('basename() keeps the slashes behind a name that a longer suffix ends in', () => {
  assert.strictEqual(path.posix.basename('/a/js//', 'x.js'), 'js//');
  assert.strictEqual(path.win32.basename('\\a\\js\\', 'x.js'), 'js\\');
  assert.strictEqual(path.posix.basename('//', 'a'), '//');
  assert.strictEqual(path.posix.basename('/a/js//', 'js'), 'js');
  assert.strictEqual(path.posix.basename('/a/b.js//', '.js'), 'b');
});

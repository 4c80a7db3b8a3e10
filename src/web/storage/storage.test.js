'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-'));
const file = path.join(folder, 'items');
after(() => fs.rmSync(folder, { recursive: true }));

/** What a program prints that has the API. */
function run(code, ...flags) {
  const options = ['--no-warnings', '--experimental-webstorage', ...flags, '-e', code];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  return stdout + stderr;
}

test('there is no storage without the flag', () => {
  assert.strictEqual(typeof globalThis.Storage, 'undefined');
});

test('items are properties, and texts', () => {
  const code = `
    sessionStorage.a = 1;
    sessionStorage['lone \\ud800'] = null;
    sessionStorage.setItem('b', {});
    delete sessionStorage.b;
    console.log(Object.entries(sessionStorage).flat().map(escape).join(), sessionStorage.length,
      'a' in sessionStorage, 'b' in sessionStorage, sessionStorage.b, sessionStorage.getItem('b'),
      sessionStorage instanceof Storage);`;
  assert.strictEqual(run(code), 'a,1,lone%20%uD800,null 2 true false undefined null true\n');
});

test('an item with the name of a method is not in its way', () => {
  const code = `
    sessionStorage.getItem = 'x';
    console.log(sessionStorage.getItem('getItem'), Object.keys(sessionStorage).length,
      sessionStorage.length);`;
  assert.strictEqual(run(code), 'x 0 1\n');
});

test('a symbol is an ordinary property', () => {
  const code = `
    const key = Symbol();
    Object.defineProperty(sessionStorage, key, { value: 1 });
    console.log(sessionStorage[key], sessionStorage.length);`;
  assert.strictEqual(run(code), '1 0\n');
});

test('local items stay, session items do not', () => {
  const flag = `--localstorage-file=${file}`;
  assert.strictEqual(run('localStorage.x = "ä€"; sessionStorage.x = 1', flag), '');
  const code = 'console.log(localStorage.x, sessionStorage.x, localStorage)';
  assert.strictEqual(run(code, flag), "ä€ undefined Storage { x: 'ä€' }\n");
  assert.strictEqual(run('localStorage.clear(); console.log(localStorage.length)', flag), '0\n');
  assert.deepStrictEqual(fs.readdirSync(folder), ['items']);
});

test('there is room for ten megabytes, in the file too', () => {
  const code = `
    for (const storage of [sessionStorage, localStorage]) {
      storage.x = 'x'.repeat(5 * 1024 * 1024 - 2);
      try {
        storage.y = 'z';
      } catch (error) {
        console.log(error.name, storage.length);
      }
      delete storage.x;
      storage.y = 'z';
    }`;
  const expected = 'QuotaExceededError 1\nQuotaExceededError 1\n';
  assert.strictEqual(run(code, `--localstorage-file=${path.join(folder, 'large')}`), expected);
});

test('without a file there is no local storage', () => {
  assert.match(run('localStorage'), /'--localstorage-file' is an invalid localStorage location/);
});

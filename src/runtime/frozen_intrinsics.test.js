'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

/** What a program prints whose intrinsics are frozen. */
function run(code, ...flags) {
  const options = ['--no-warnings', '--frozen-intrinsics', ...flags, '-e', `'use strict'; ${code}`];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  return stdout + stderr;
}

test('intrinsics cannot be changed', () => {
  const code = `
    const attempts = [
      () => { Array.prototype.push = 1; },
      () => { Object.prototype.more = 1; },
      () => { JSON.parse = 1; },
      () => { (function* () {}).constructor.prototype.more = 1; },
      () => { globalThis.globalThis = 1; },
      () => { console.log = 1; },
    ];
    for (const attempt of attempts) {
      try { attempt(); console.log('changed'); } catch (error) { console.log(error.name); }
    }`;
  assert.strictEqual(run(code), 'TypeError\n'.repeat(6));
});

test('what inherits from them can have properties of their names', () => {
  const code = `
    const map = new Map();
    map.get = () => 7;
    class Mine extends Error {}
    Mine.prototype.name = 'Mine';
    const error = new Mine('text');
    error.toString = () => 'own';
    function Old() {}
    Old.prototype = Object.create(Error.prototype);
    Old.prototype.constructor = Old;
    console.log(map.get(), error.name, String(error), Object.keys(error), [Old.prototype.constructor.name]);`;
  assert.strictEqual(run(code), "7 Mine own [ 'toString' ] [ 'Old' ]\n");
});

test('what is preloaded may still add to them', () => {
  const preload = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'frozen-')), 'preload.js');
  fs.writeFileSync(preload, 'Array.prototype.mine = 5;');
  const code = 'console.log([].mine, Object.isFrozen(Array.prototype))';
  assert.strictEqual(run(code, '--require', preload), '5 true\n');
  fs.rmSync(path.dirname(preload), { recursive: true });
});

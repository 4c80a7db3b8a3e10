'use strict';
// --run: scripts of package.json.

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-run-')));
const inner = path.join(folder, 'inner');
const scripts = {
  say: 'echo said',
  where: 'pwd; echo "$NODE_RUN_SCRIPT_NAME $NODE_RUN_PACKAGE_JSON_PATH"',
  tool: 'own-tool',
  args: 'printf "[%s]"',
  number: 5,
};

before(() => {
  fs.mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  fs.mkdirSync(inner);
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'x', scripts }));
  fs.writeFileSync(path.join(folder, 'node_modules/.bin/own-tool'), '#!/bin/sh\necho tool\n', {
    mode: 0o755,
  });
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (...args) => spawnSync(process.execPath, args, { cwd: inner, encoding: 'utf8' });

test('runs in the folder of the nearest package.json above', () => {
  assert.strictEqual(run('--run', 'say').stdout, 'said\n');
  const { stdout } = run('--run=where');
  assert.strictEqual(stdout, `${folder}\nwhere ${path.join(folder, 'package.json')}\n`);
});

test('finds the programs of packages', () => {
  assert.strictEqual(run('--run', 'tool').stdout, 'tool\n');
});

test('hands on what is behind --, as it is', () => {
  const words = ['a b', "c'd", '$HOME', '', '*', 'x"y'];
  const { stdout } = run('--run', 'args', '--', ...words);
  assert.strictEqual(stdout, words.map((word) => `[${word}]`).join(''));
});

test('lists the scripts when it does not know the one', () => {
  const { stderr, status } = run('--run', 'nothing');
  assert.match(
    stderr,
    /^Missing script: "nothing" for .*package\.json\n\nAvailable scripts are:\n {2}say: echo said\n/,
  );
  assert.strictEqual(status, 1);
});

test('says what is wrong with package.json', () => {
  assert.match(run('--run', 'number').stderr, /^Script "number" is unexpectedly not a string for /);
  const file = path.join(inner, 'package.json');
  for (const [text, message] of [
    ['{bad', /^Can't parse .*package\.json\n/],
    ['{}', /^Can't find "scripts" field in .*package\.json\n/],
  ]) {
    fs.writeFileSync(file, text);
    assert.match(run('--run', 'say').stderr, message);
  }
  fs.rmSync(file);
});

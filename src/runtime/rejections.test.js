'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');

const run = (code) => spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' }).stderr;

test('a rejection with any error that nobody handles shows that error', () => {
  assert.match(run('Promise.reject(new Error())'), /\n\nError\n {4}at /);
  const stderr = run('Promise.reject(new DOMException("gone", "AbortError"))');
  assert.match(stderr, /\n\nDOMException \[AbortError\]: gone\n {4}at /);
});

test('a rejection with something else names it in an error', () => {
  const message = /rejected with the reason "#<Object>"\./;
  assert.match(run('Promise.reject({ message: "x" })'), message);
});

test('the error of a text on the command line is shown by its stack', () => {
  assert.match(
    run('throw new DOMException("gone", "AbortError")'),
    /\n\nAbortError: gone\n {4}at /,
  );
  assert.match(run('class Mine extends Error {} throw new Mine("m")'), /\n\nError: m\n {4}at /);
});

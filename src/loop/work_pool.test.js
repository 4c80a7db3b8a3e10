'use strict';
// Threads of the pool, seen from a program.

const test = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { promisify } = require('node:util');

const pbkdf2 = promisify(crypto.pbkdf2);

test('work that waits for other work has a thread each, also when one thread slept', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-pool-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // One thread is there now, and idle.
  await pbkdf2('a', 'b', 1, 16, 'sha1');
  await new Promise((resolve) => setTimeout(resolve, 20));
  // Opening either end of a pipe waits for the other.
  const [reader, writer] = await Promise.all([
    fs.promises.open(pipe, 'r'),
    fs.promises.open(pipe, 'w'),
  ]);
  await writer.write('through');
  await writer.close();
  assert.strictEqual(await reader.readFile('utf8'), 'through');
  await reader.close();
});

'use strict';
// What a user does wrong gets a clear error and Node's exit code.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-bad-input-'));
test.after(() => fs.rmSync(folder, { recursive: true, force: true }));

function file(name, text) {
  const full = path.join(folder, name);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, text);
  return full;
}

function run(...args) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
}

test('a missing file', () => {
  const { status, stderr } = run('nothing-here.js');
  assert.strictEqual(status, 1);
  assert.match(stderr, /Error: Cannot find module '.*nothing-here\.js'/);
  assert.match(stderr, /code: 'MODULE_NOT_FOUND'/);
});

test('a syntax error shows its line and a caret', () => {
  const { status, stderr } = run(file('syntax.js', 'const ok = 1;\nlet broken = ;\n'));
  assert.strictEqual(status, 1);
  assert.match(stderr, /syntax\.js:2\nlet broken = ;\n {13}\^\n/);
  assert.match(stderr, /SyntaxError: Unexpected token ';'/);
});

test('a package with a broken package.json', () => {
  file('node_modules/broken/package.json', '{ "name": ');
  file('node_modules/broken/index.js', '');
  const { status, stderr } = run(file('uses-broken.js', "require('broken');\n"));
  assert.strictEqual(status, 1);
  assert.match(stderr, /ERR_INVALID_PACKAGE_CONFIG/);
  assert.match(stderr, /broken.package\.json/);
});

test('an import cycle ends and says what is not ready', () => {
  file('cycle-a.mjs', "import { b } from './cycle-b.mjs';\nexport const a = 1;\nconsole.log(b);\n");
  file('cycle-b.mjs', "import { a } from './cycle-a.mjs';\nexport const b = a;\n");
  const { status, stderr } = run('cycle-a.mjs');
  assert.strictEqual(status, 1);
  assert.match(stderr, /ReferenceError: Cannot access 'a' before initialization/);
});

test('a require cycle gives what is there', () => {
  file('one.js', "exports.early = 1; exports.two = require('./two'); exports.late = 1;\n");
  file('two.js', "module.exports = Object.keys(require('./one'));\n");
  const { status, stdout } = run('-p', "require('./one').two");
  assert.strictEqual(status, 0);
  assert.strictEqual(stdout, "[ 'early' ]\n");
});

test('an unknown option', () => {
  const { status, stderr } = run('--no-such-option', 'x.js');
  assert.strictEqual(status, 9);
  assert.match(stderr, /bad option: --no-such-option/);
});

test('an option without its value', () => {
  const { status, stderr } = run('--require');
  assert.strictEqual(status, 9);
  assert.match(stderr, /--require requires an argument/);
});

test('an option with a value that it does not have', () => {
  const { status, stderr } = run('--unhandled-rejections=sometimes', '-e', '1');
  assert.strictEqual(status, 9);
  assert.match(stderr, /invalid value for --unhandled-rejections/);
});

test('an option that NODE_OPTIONS may not have', () => {
  const { status, stderr } = spawnSync(process.execPath, ['-p', '1'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '--eval x' },
  });
  assert.strictEqual(status, 9);
  assert.match(stderr, /--eval is not allowed in NODE_OPTIONS/);
});

test('a program that fills the heap', () => {
  const { signal, status, stderr } = run(
    '--max-old-space-size=20',
    '-e',
    'const all = []; for (;;) all.push(new Array(1000).fill(all.length));',
  );
  assert.ok(signal === 'SIGABRT' || status === 134, `ended with ${status ?? signal}`);
  assert.match(stderr, /FATAL ERROR: .*JavaScript heap out of memory/);
});

test('a full disk', { skip: !fs.existsSync('/dev/full') }, () => {
  assert.throws(() => fs.writeFileSync('/dev/full', 'x'.repeat(1 << 16)), {
    code: 'ENOSPC',
    syscall: 'write',
  });
});

test('a closed standard output', async () => {
  const child = spawn(
    process.execPath,
    [
      '-e',
      "process.stdout.on('error', (e) => { console.error(e.code); process.exit(7); }); setInterval(() => console.log('x'.repeat(9999)), 1);",
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.strictEqual(code, 7);
  // The latter where the reader left something unread.
  assert.match(errors, /^(EPIPE|ECONNRESET)\n$/);
});

test('a port in use', async () => {
  const first = net.createServer();
  await new Promise((resolve) => first.listen(0, '127.0.0.1', resolve));
  const { port } = first.address();
  const { status, stderr } = await new Promise((resolve) => {
    const child = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${port}, '127.0.0.1')`,
    ]);
    let text = '';
    child.stderr.on('data', (chunk) => (text += chunk));
    child.on('close', (code) => resolve({ status: code, stderr: text }));
  });
  first.close();
  assert.strictEqual(status, 1);
  assert.match(stderr, /Error: listen EADDRINUSE: address already in use 127\.0\.0\.1:\d+/);
});

test('a script that is a directory', () => {
  fs.mkdirSync(path.join(folder, 'just-a-folder'), { recursive: true });
  const { status, stderr } = run('./just-a-folder');
  assert.strictEqual(status, 1);
  assert.match(stderr, /Cannot find module '.*just-a-folder'/);
});

test('an unhandled rejection', () => {
  const { status, stderr } = run('-e', "Promise.reject(new Error('nobody listens'))");
  assert.strictEqual(status, 1);
  assert.match(stderr, /Error: nobody listens/);
});

test('a value that is no error, thrown', () => {
  const { status, stderr } = run('-e', "throw 'just text'");
  assert.strictEqual(status, 1);
  assert.match(stderr, /just text/);
});

test('a handler of uncaught exceptions that fails itself', () => {
  const { status, stderr } = run(
    '-e',
    "process.on('uncaughtException', () => { throw new Error('second'); }); throw new Error('first');",
  );
  assert.strictEqual(status, 7);
  assert.match(stderr, /Error: second/);
});

test('process.exitCode of a wrong type', () => {
  const { stderr, status } = run('-e', "process.exitCode = 'x'");
  assert.strictEqual(status, 1);
  assert.match(stderr, /ERR_INVALID_ARG_TYPE/);
});

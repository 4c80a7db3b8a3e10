'use strict';
// --watch: the program runs again when one of its files changes.

const { test, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { spawn, spawnSync } = require('node:child_process');

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-watch-')));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(name, text) {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

/** A watcher whose standard output comes line by line: `await lines.next()`. */
function watch(...args) {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const until = async (pattern) => {
    for (;;) {
      const { value, done } = await lines.next();
      assert.strictEqual(done, false, `the output ended before ${pattern}`);
      if (pattern.test(value)) return value;
    }
  };
  return { child, until };
}

test('a changed dependency restarts the program', async () => {
  const part = write('part.js', 'exports.value = 1;');
  const main = write('main.js', 'console.log("value", require("./part").value, process.argv[2]);');
  const { child, until } = watch('--watch', main, 'argument');
  try {
    assert.strictEqual(await until(/^value/), 'value 1 argument');
    await until(/^Completed running '.*main\.js argument'\. Waiting for file changes/);
    fs.writeFileSync(part, 'exports.value = 2;');
    await until(/^Restarting '.*main\.js argument'/);
    // A program that starts between the two steps of a write sees an empty file, and runs once more.
    await until(/^value 2 argument$/);
  } finally {
    child.kill();
  }
});

test('a program that fails runs again, too', async () => {
  const main = write('fails.js', 'console.log("first"); process.exit(1);');
  const { child, until } = watch('--watch', main);
  try {
    await until(/^Failed running '.*fails\.js'/);
    fs.writeFileSync(main, 'console.log("second")');
    await until(/^second/);
    await until(/^Completed running/);
  } finally {
    child.kill();
  }
});

test('a program that still runs is ended first, by the signal that was chosen', async () => {
  const text = 'process.on("SIGINT", () => { console.log("got SIGINT"); process.exit(); });';
  const main = write('runs.js', `${text} setInterval(() => {}, 1000); console.log("runs");`);
  const { child, until } = watch('--watch', '--watch-kill-signal=SIGINT', main);
  try {
    await until(/^runs/);
    fs.appendFileSync(main, '\n');
    await until(/^got SIGINT/);
    await until(/^runs/);
  } finally {
    child.kill();
  }
});

test('--watch-path watches other files instead, and the program sees none of it', async () => {
  fs.mkdirSync(path.join(folder, 'data'));
  const main = write('data.js', 'console.log(process.execArgv.length, process.argv.length)');
  const { child, until } = watch('--watch-path', './data', '--watch', main);
  try {
    await until(/^0 2$/);
    await until(/^Completed/);
    write('data/new', 'x');
    await until(/^Restarting/);
    await until(/^0 2$/);
  } finally {
    child.kill();
  }
});

test('an unknown signal is refused', () => {
  const { stderr } = spawnSync(process.execPath, ['--watch', '--watch-kill-signal=NONE', 'x.js'], {
    encoding: 'utf8',
  });
  assert.match(stderr, /TypeError \[ERR_UNKNOWN_SIGNAL\]: Unknown signal: NONE/);
});

test('there is nothing to watch in a text', () => {
  const { stderr, status } = spawnSync(process.execPath, ['--watch', '-e', '0'], {
    encoding: 'utf8',
  });
  assert.strictEqual(
    stderr,
    `${process.execPath}: either --watch or --eval can be used, not both\n`,
  );
  assert.strictEqual(status, 9);
});

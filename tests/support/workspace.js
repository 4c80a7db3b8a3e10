'use strict';
// Folders in which a test runs programs of a fixture project, and a way to run them.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const apps = path.join(__dirname, '../apps');
// `node` beside the executable is what scripts with a node shebang, and npm's scripts, get.
const searchPath = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`;
// Nothing else is handed on: tools behave otherwise where a variable says that a build server runs them
// (Jest writes no snapshot), that there is a proxy, or which colors are wanted.
const inherited = /^(HOME|USER|LOGNAME|SHELL|TMPDIR|LC_ALL|LD_LIBRARY_PATH|\w+SAN_OPTIONS)$/;

/**
 * A new folder that is gone when the test ends. It sees the packages of tests/apps/<app>.
 * @param {object} t the test's context
 * @param {string} app
 * @param {Record<string, string>} [files] path in the folder: text
 * @returns {string}
 */
function workspace(t, app, files = {}) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `gyre-${app}-`)));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  fs.symlinkSync(path.join(apps, app, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) write(folder, name, text);
  return folder;
}

/** Writes a file, with the folders that lead to it. */
function write(folder, name, text) {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/**
 * Starts this runtime on a script.
 * @param {string} cwd
 * @param {string[]} args the script (a package's binary as node_modules/.bin/NAME) and its arguments
 * @param {import('node:child_process').SpawnOptions} [options]
 */
function start(cwd, args, { env, ...options } = {}) {
  const own = Object.entries(process.env).filter(([name]) => inherited.test(name));
  return spawn(process.execPath, args, {
    cwd,
    env: { ...Object.fromEntries(own), PATH: searchPath, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
    ...options,
  });
}

/**
 * The same, to its end. What is given as `input` is what it reads.
 * @returns {Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string }>}
 */
function run(cwd, args, { input = '', ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(cwd, args, options);
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        out[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...out }));
    child.stdin.on('error', () => {}).end(input);
  });
}

/**
 * Starts a server that prints `port NUMBER` once it listens; it is ended with the test.
 * @returns {Promise<{ url: string, child: import('node:child_process').ChildProcess, output: () => string }>}
 */
function serve(t, cwd, args, options) {
  const child = start(cwd, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const match = /^port (\d+)$/m.exec(output);
        if (match) resolve({ url: `http://127.0.0.1:${match[1]}`, child, output: () => output });
      });
    }
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
}

module.exports = { workspace, write, start, run, serve, searchPath };

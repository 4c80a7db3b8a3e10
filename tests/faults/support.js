'use strict';
// Programs of this folder run in a process of their own, under a limit that a shell sets first. Such a
// program is a node:test file itself: it passes when it exits 0.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');

const RUNTIME = process.execPath;

/**
 * Runs the runtime after a piece of shell, as `sh -c 'SETUP; exec runtime ARGS'`.
 * @param {string} setup shell text, '' for none
 * @param {string[]} args
 * @param {object} [options] of spawn; `wrapper` is a command that the shell itself runs under
 * @returns {Promise<{status: ?number, signal: ?string, stdout: string, stderr: string}>}
 */
function runUnder(setup, args, { wrapper = [], ...options } = {}) {
  const script = `${setup === '' ? '' : `${setup} && `}exec "$0" "$@"`;
  const command = [...wrapper, 'sh', '-c', script, RUNTIME, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    const output = ['', ''];
    child.stdout?.on('data', (chunk) => (output[0] += chunk));
    child.stderr?.on('data', (chunk) => (output[1] += chunk));
    child.on('error', reject);
    child.on('close', (status, signal) =>
      resolve({ status, signal, stdout: output[0], stderr: output[1] }),
    );
  });
}

/** Runs programs/NAME.js under a limit and fails with what it printed unless it exits 0. */
async function passes(name, setup, args = [], options = {}) {
  const file = path.join(__dirname, 'programs', `${name}.js`);
  const { status, signal, stdout, stderr } = await runUnder(setup, [file, ...args], options);
  assert.ok(status === 0, `${name} ended with ${signal ?? status}\n${stdout}${stderr}`);
}

let namespace;
/**
 * The command that gives a program a mount namespace of its own in which it is root, or undefined where
 * neither root nor a user namespace allows it.
 */
function mountNamespace() {
  const ways = [
    ['unshare', '--mount'],
    ['unshare', '--user', '--map-root-user', '--mount'],
  ];
  namespace ??=
    ways.find(([command, ...args]) => {
      const mount = ['sh', '-c', 'mount -t tmpfs none /mnt'];
      return spawnSync(command, [...args, ...mount], { stdio: 'ignore' }).status === 0;
    }) ?? null;
  return namespace ?? undefined;
}

/** A folder that the test's end removes. */
function temporaryFolder(test) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-faults-'));
  test.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// The pools start a thread when all that exist are busy, which no test can foresee, and keep it.
const POOL_THREADS = ['gyre-pool', 'gyre-v8', 'libuv-worker'];

/** How many threads this process has beside those of its pools. */
function ownThreads() {
  return fs.readdirSync('/proc/self/task').filter((id) => {
    try {
      const name = fs.readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim();
      return !POOL_THREADS.includes(name);
    } catch {
      return false; // has just ended
    }
  }).length;
}

/** Open descriptors, threads (those of the pools are not counted) and resident kilobytes of this process. */
function usage() {
  return {
    descriptors: fs.readdirSync('/proc/self/fd').length,
    threads: ownThreads(),
    resident: Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]),
  };
}

/** Processes that are children of this one, dead ones that nobody waited for among them. */
function childProcesses() {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
      } catch {
        return false;
      }
    });
}

/** Numbers below 1 that are the same in each run (xorshift32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Whether the runtime is built with AddressSanitizer, whose memory figures mean nothing. */
const sanitized = /asan/.test(process.execPath);

module.exports = {
  RUNTIME,
  childProcesses,
  mountNamespace,
  ownThreads,
  passes,
  randomNumbers,
  runUnder,
  sanitized,
  temporaryFolder,
  usage,
};

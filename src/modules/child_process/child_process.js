// node:child_process
'use strict';

const { AbortError, ERR_CHILD_PROCESS_IPC_REQUIRED } = require('runtime/errors');
const { clearTimeout, setTimeout } = require('runtime/timers');
const { validateAbortSignal, validateArray, validateObject } = require('runtime/validators');
const {
  checkTimeout,
  toExecArguments,
  toExecFileArguments,
  toKillSignal,
  toSpawnOptions,
} = require('modules/child_process/arguments');
const { ChildProcess } = require('modules/child_process/child');
const { promisified, execFile: startAndCollect } = require('modules/child_process/exec');
const { toArray } = require('modules/child_process/stdio');
const { execFileSync, execSync, spawnSync } = require('modules/child_process/sync');

/** Ends a child because a signal was aborted. */
function abort(child, killSignal, reason) {
  if (!child.kill) return;
  try {
    if (child.kill(killSignal)) {
      child.emit('error', new AbortError(undefined, { cause: reason }));
    }
  } catch (error) {
    child.emit('error', error);
  }
}

function spawn(file, args, options) {
  options = toSpawnOptions(file, args, options);
  checkTimeout(options.timeout);
  validateAbortSignal(options.signal, 'options.signal');
  const killSignal = toKillSignal(options.killSignal);
  const child = new ChildProcess();
  child.spawn(options);

  if (options.timeout > 0) {
    const timer = setTimeout(() => {
      try {
        child.kill(killSignal);
      } catch (error) {
        child.emit('error', error);
      }
    }, options.timeout);
    child.once('exit', () => clearTimeout(timer));
  }
  const { signal } = options;
  if (signal?.aborted) {
    process.nextTick(() => abort(child, killSignal, signal.reason));
  } else if (signal) {
    const onAbort = () => abort(child, killSignal, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    child.once('exit', () => signal.removeEventListener('abort', onAbort));
  }
  return child;
}

function execFile(givenFile, givenArgs, givenOptions, givenCallback) {
  const { file, args, options, callback } = toExecFileArguments(
    givenFile,
    givenArgs,
    givenOptions,
    givenCallback,
  );
  return startAndCollect(spawn, file, args, options, callback);
}

function exec(command, givenOptions, givenCallback) {
  const { file, options, callback } = toExecArguments(command, givenOptions, givenCallback);
  return module.exports.execFile(file, options, callback);
}

const kPromisify = Symbol.for('nodejs.util.promisify.custom');
for (const fn of [exec, execFile]) {
  const value = Object.defineProperty(promisified(fn), 'name', { value: fn.name });
  Object.defineProperty(fn, kPromisify, { value, configurable: true });
}

function fork(modulePath, args = [], options = undefined) {
  modulePath = require('modules/fs/arguments').toPath(modulePath, 'modulePath');
  if (args == null) {
    args = [];
  } else if (typeof args === 'object' && !Array.isArray(args)) {
    options = args;
    args = [];
  } else {
    validateArray(args, 'args');
  }
  if (options != null) validateObject(options, 'options');
  options = { __proto__: null, ...options, shell: false };
  options.execPath ||= process.execPath;
  let execArgv = options.execArgv || process.execArgv;
  if (execArgv === process.execArgv && process._eval != null) {
    // The child runs a file, and not the text that this process was given.
    const index = execArgv.lastIndexOf(process._eval);
    if (index > 0) execArgv = execArgv.toSpliced(index - 1, 2);
  }
  args = [...execArgv, modulePath, ...args];
  if (typeof options.stdio === 'string') {
    options.stdio = toArray(options.stdio, 'ipc');
  } else if (!Array.isArray(options.stdio)) {
    options.stdio = toArray(options.silent ? 'pipe' : 'inherit', 'ipc');
  } else if (!options.stdio.includes('ipc')) {
    throw new ERR_CHILD_PROCESS_IPC_REQUIRED('options.stdio');
  }
  return spawn(options.execPath, args, options);
}

module.exports = {
  ChildProcess,
  exec,
  execFile,
  execFileSync,
  execSync,
  fork,
  spawn,
  spawnSync,
};

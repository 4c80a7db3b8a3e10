'use strict';

// rm, and rmdir with its deprecated recursion. Native code removes a tree in one job; what is worth
// a second try - a busy file, a directory that was filled meanwhile - is repeated from here, so
// that no thread of the pool sleeps.

const { ERR_FS_EISDIR } = require('runtime/errors');
const {
  validateBoolean,
  validateInt32,
  validateObject,
  validateUint32,
} = require('runtime/validators');
const binding = native('fs');

const RETRIED = new Set(['EBUSY', 'EMFILE', 'ENFILE', 'ENOTEMPTY', 'EPERM']);
const EISDIR = 21;

const RMDIR_DEFAULTS = { maxRetries: 0, recursive: false, retryDelay: 100 };
const RM_DEFAULTS = { ...RMDIR_DEFAULTS, force: false };

function toRmdirOptions(options) {
  validateObject(options, 'options');
  options = { ...RMDIR_DEFAULTS, ...options };
  validateBoolean(options.recursive, 'options.recursive');
  validateInt32(options.retryDelay, 'options.retryDelay', 0);
  validateUint32(options.maxRetries, 'options.maxRetries');
  return options;
}

function toRmOptions(options = RM_DEFAULTS) {
  validateObject(options, 'options');
  options = { ...RM_DEFAULTS, ...options };
  validateBoolean(options.force, 'options.force');
  return toRmdirOptions(options);
}

/** What programs know for the refusal to remove a directory without `recursive`. */
function explain(error, path) {
  if (error.code !== 'EISDIR' || error.syscall !== 'rm') return error;
  return new ERR_FS_EISDIR({
    code: 'EISDIR',
    message: 'is a directory',
    path,
    syscall: 'rm',
    errno: EISDIR,
  });
}

/** How long to wait before try number `attempt + 1`; undefined when there is none. */
function retryDelay(error, options, attempt) {
  const again = options.recursive && attempt < options.maxRetries && RETRIED.has(error.code);
  return again ? options.retryDelay * (attempt + 1) : undefined;
}

function removeTreeSync(path, options) {
  for (let attempt = 0; ; attempt++) {
    try {
      binding.removeSync(path, options.recursive, options.force);
      return;
    } catch (error) {
      const delay = retryDelay(error, options, attempt);
      if (delay === undefined) throw explain(error, path);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay);
    }
  }
}

async function removeTree(path, options) {
  for (let attempt = 0; ; attempt++) {
    try {
      await binding.remove(path, options.recursive, options.force);
      return;
    } catch (error) {
      const delay = retryDelay(error, options, attempt);
      if (delay === undefined) throw explain(error, path);
      const { setTimeout } = require('runtime/timers');
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

function rmSync(path, options) {
  removeTreeSync(path, toRmOptions(options));
}

function rm(path, options, callback) {
  removeTree(path, toRmOptions(options)).then(
    () => process.nextTick(callback, null),
    (error) => {
      process.nextTick(callback, error);
    },
  );
}

async function rmPromise(path, options) {
  await removeTree(path, toRmOptions(options));
}

let warned = false;

function warnAboutRecursion() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. ' +
      'Use fs.rm(path, { recursive: true }) instead',
    'DeprecationWarning',
    'DEP0147',
  );
}

function rmdirRecursiveSync(path, options) {
  warnAboutRecursion();
  options = toRmdirOptions(options);
  binding.checkDirectorySync(path);
  removeTreeSync(path, { ...options, force: false });
}

async function rmdirRecursive(path, options) {
  warnAboutRecursion();
  options = toRmdirOptions(options);
  await binding.checkDirectory(path);
  await removeTree(path, { ...options, force: false });
}

module.exports = {
  checkRmdirOptions: toRmdirOptions,
  removeTree,
  removeTreeSync,
  rm,
  rmdirRecursive,
  rmdirRecursiveSync,
  rmPromise,
  rmSync,
};

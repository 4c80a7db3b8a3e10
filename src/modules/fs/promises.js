// node:fs/promises
'use strict';

const { ERR_METHOD_NOT_IMPLEMENTED } = require('runtime/errors');
const { validateInteger } = require('runtime/validators');
const constants = require('modules/fs/constants');
const {
  decode,
  isUtf8,
  toFlags,
  toId,
  toMode,
  toOptions,
  toPath,
  toThreeBits,
  toUnixTimestamp,
} = require('modules/fs/arguments');
const { toStatFs, toStats } = require('modules/fs/stats');
const { checkLinkType, toMkdirOptions } = require('modules/fs/sync');
const { FileHandle } = require('modules/fs/file_handle');
const { appendFile, readFile, writeFile } = require('modules/fs/promise_files');
const { withAsyncStack } = require('modules/fs/async_stack');
const binding = native('fs');

/**
 * The public form of a function that throws or returns a promise: it rejects in both cases, and a
 * failed system call shows who waited for it.
 */
function traced(fn) {
  const { name } = fn;
  const wrapped = {
    async [name](...args) {
      try {
        return await fn(...args);
      } catch (error) {
        throw withAsyncStack(error);
      }
    },
  }[name];
  Object.defineProperty(wrapped, 'length', { value: fn.length });
  return wrapped;
}

function access(path, mode) {
  return binding.access(toPath(path), toThreeBits(mode));
}

function copyFile(src, dest, mode) {
  return binding.copyFile(toPath(src, 'src'), toPath(dest, 'dest'), toThreeBits(mode));
}

function cp(src, dest, options) {
  return require('modules/fs/cp').cpPromise(src, dest, options);
}

function glob(pattern, options) {
  return require('modules/fs/glob').globIterator(pattern, options);
}

async function open(path, flags, mode) {
  path = toPath(path);
  flags = toFlags(flags);
  mode = toMode(mode, 'mode', 0o666);
  return new FileHandle(await binding.open(path, flags, mode));
}

function opendir(path, options) {
  return new Promise((resolve, reject) => {
    require('modules/fs/dir').opendir(path, options, (error, dir) => {
      if (error) reject(error);
      else resolve(dir);
    });
  });
}

function rename(oldPath, newPath) {
  return binding.rename(toPath(oldPath, 'oldPath'), toPath(newPath, 'newPath'));
}

function truncate(path, len = 0) {
  path = toPath(path);
  validateInteger(len, 'len');
  return binding.truncate(path, Math.max(0, len));
}

function rm(path, options) {
  return require('modules/fs/rm').rmPromise(toPath(path), options);
}

function rmdir(path, options) {
  path = toPath(path);
  const remove = require('modules/fs/rm');
  if (options?.recursive) return remove.rmdirRecursive(path, options);
  if (options !== undefined) remove.checkRmdirOptions(options);
  return binding.rmdir(path);
}

function mkdir(path, options) {
  path = toPath(path);
  const { recursive, mode } = toMkdirOptions(options, 'mode');
  return recursive ? binding.mkdirAll(path, mode) : binding.mkdir(path, mode);
}

function readdir(path, options) {
  options = toOptions(options);
  path = toPath(path);
  if (!options.recursive && !options.withFileTypes && isUtf8(options.encoding)) {
    return binding.readdir(path, false);
  }
  return new Promise((resolve, reject) => {
    require('modules/fs/readdir').readdir(path, options, !options.withFileTypes, (error, names) => {
      if (error) reject(error);
      else resolve(names);
    });
  });
}

async function readlink(path, options) {
  const encoding = toOptions(options).encoding || 'utf8';
  return decode(await binding.readlink(toPath(path)), encoding);
}

function symlink(target, path, type) {
  checkLinkType(type);
  return binding.symlink(toPath(target, 'target'), toPath(path));
}

async function lstat(path, options = { bigint: false }) {
  return toStats(await binding.lstat(toPath(path), options?.bigint === true, false));
}

async function stat(path, options = { bigint: false }) {
  const quiet = options?.throwIfNoEntry === false;
  return toStats(await binding.stat(toPath(path), options?.bigint === true, quiet));
}

async function statfs(path, options = { bigint: false }) {
  return toStatFs(await binding.statfs(toPath(path), options?.bigint === true));
}

function link(existingPath, newPath) {
  return binding.link(toPath(existingPath, 'existingPath'), toPath(newPath, 'newPath'));
}

function unlink(path) {
  return binding.unlink(toPath(path));
}

function chmod(path, mode) {
  path = toPath(path);
  return binding.chmod(path, toMode(mode, 'mode'));
}

// Linux has no modes on links.
async function lchmod(_path, _mode) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()');
}

function lchown(path, uid, gid) {
  path = toPath(path);
  return binding.lchown(path, toId(uid, 'uid'), toId(gid, 'gid'));
}

function chown(path, uid, gid) {
  path = toPath(path);
  return binding.chown(path, toId(uid, 'uid'), toId(gid, 'gid'));
}

function utimes(path, atime, mtime) {
  path = toPath(path);
  return binding.utimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

function lutimes(path, atime, mtime) {
  path = toPath(path);
  return binding.lutimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

async function realpath(path, options) {
  const encoding = toOptions(options).encoding || 'utf8';
  return decode(await binding.realpath(toPath(path)), encoding);
}

async function mkdtemp(prefix, options) {
  const encoding = toOptions(options).encoding || 'utf8';
  prefix = toPath(prefix, 'prefix');
  require('modules/fs/mkdtemp').warnAboutPrefix(prefix);
  return decode(await binding.mkdtemp(prefix), encoding);
}

function mkdtempDisposable(prefix, options) {
  return require('modules/fs/mkdtemp').mkdtempDisposable(prefix, options);
}

function watch(filename, options) {
  return require('modules/fs/watch_iterator').watch(filename, options);
}

module.exports = {
  access: traced(access),
  copyFile: traced(copyFile),
  cp: traced(cp),
  glob,
  open: traced(open),
  opendir: traced(opendir),
  rename: traced(rename),
  truncate: traced(truncate),
  rm: traced(rm),
  rmdir: traced(rmdir),
  mkdir: traced(mkdir),
  readdir: traced(readdir),
  readlink: traced(readlink),
  symlink: traced(symlink),
  lstat: traced(lstat),
  stat: traced(stat),
  statfs: traced(statfs),
  link: traced(link),
  unlink: traced(unlink),
  chmod: traced(chmod),
  lchmod: traced(lchmod),
  lchown: traced(lchown),
  chown: traced(chown),
  utimes: traced(utimes),
  lutimes: traced(lutimes),
  realpath: traced(realpath),
  mkdtemp: traced(mkdtemp),
  mkdtempDisposable: traced(mkdtempDisposable),
  writeFile: traced(writeFile),
  appendFile: traced(appendFile),
  readFile: traced(readFile),
  watch,
  constants,
};

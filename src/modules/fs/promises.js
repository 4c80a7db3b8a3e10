// node:fs/promises
'use strict';

const {
  ERR_METHOD_NOT_IMPLEMENTED,
} = require('runtime/errors');
const { validateBoolean, validateInteger } = require('runtime/validators');
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
const binding = native('fs');

async function access(path, mode) {
  await binding.access(toPath(path), toThreeBits(mode));
}

async function copyFile(src, dest, mode) {
  await binding.copyFile(toPath(src, 'src'), toPath(dest, 'dest'), toThreeBits(mode));
}

async function cp(src, dest, options) {
  await require('modules/fs/cp').cpPromise(src, dest, options);
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

async function rename(oldPath, newPath) {
  await binding.rename(toPath(oldPath, 'oldPath'), toPath(newPath, 'newPath'));
}

async function truncate(path, len = 0) {
  path = toPath(path);
  validateInteger(len, 'len');
  await binding.truncate(path, Math.max(0, len));
}

async function rm(path, options) {
  await require('modules/fs/rm').rmPromise(toPath(path), options);
}

async function rmdir(path, options) {
  path = toPath(path);
  const remove = require('modules/fs/rm');
  if (options?.recursive) {
    await remove.rmdirRecursive(path, options);
    return;
  }
  if (options !== undefined) remove.checkRmdirOptions(options);
  await binding.rmdir(path);
}

async function mkdir(path, options) {
  path = toPath(path);
  const { recursive, mode } = toMkdirOptions(options);
  return recursive ? binding.mkdirAll(path, mode) : binding.mkdir(path, mode);
}

async function readdir(path, options) {
  options = toOptions(options);
  path = toPath(path);
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive');
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
  const encoding = toOptions(options).encoding ?? 'utf8';
  return decode(await binding.readlink(toPath(path)), encoding);
}

async function symlink(target, path, type) {
  checkLinkType(type);
  await binding.symlink(toPath(target, 'target'), toPath(path));
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

async function link(existingPath, newPath) {
  await binding.link(toPath(existingPath, 'existingPath'), toPath(newPath, 'newPath'));
}

async function unlink(path) {
  await binding.unlink(toPath(path));
}

async function chmod(path, mode) {
  path = toPath(path);
  await binding.chmod(path, toMode(mode, 'mode'));
}

// Linux has no modes on links.
async function lchmod(_path, _mode) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()');
}

async function lchown(path, uid, gid) {
  path = toPath(path);
  await binding.lchown(path, toId(uid, 'uid'), toId(gid, 'gid'));
}

async function chown(path, uid, gid) {
  path = toPath(path);
  await binding.chown(path, toId(uid, 'uid'), toId(gid, 'gid'));
}

async function utimes(path, atime, mtime) {
  path = toPath(path);
  await binding.utimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

async function lutimes(path, atime, mtime) {
  path = toPath(path);
  await binding.lutimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

async function realpath(path, options) {
  const encoding = toOptions(options).encoding ?? 'utf8';
  return decode(await binding.realpath(toPath(path)), encoding);
}

async function mkdtemp(prefix, options) {
  const encoding = toOptions(options).encoding ?? 'utf8';
  prefix = toPath(prefix, 'prefix');
  require('modules/fs/mkdtemp').warnAboutPrefix(prefix);
  return decode(await binding.mkdtemp(prefix), encoding);
}

async function mkdtempDisposable(prefix, options) {
  return require('modules/fs/mkdtemp').mkdtempDisposable(prefix, options);
}

function watch(filename, options) {
  return require('modules/fs/watch_iterator').watch(filename, options);
}

module.exports = {
  access,
  copyFile,
  cp,
  glob,
  open,
  opendir,
  rename,
  truncate,
  rm,
  rmdir,
  mkdir,
  readdir,
  readlink,
  symlink,
  lstat,
  stat,
  statfs,
  link,
  unlink,
  chmod,
  lchmod,
  lchown,
  chown,
  utimes,
  lutimes,
  realpath,
  mkdtemp,
  mkdtempDisposable,
  writeFile,
  appendFile,
  readFile,
  watch,
  constants,
};

'use strict';

// The synchronous functions that few programs call.

const { validateInteger } = require('runtime/validators');
const {
  checkViews,
  decode,
  toFd,
  toId,
  toMode,
  toOptions,
  toPath,
  toUnixTimestamp,
  toWritePosition,
} = require('modules/fs/arguments');
const { toStatFs } = require('modules/fs/stats');
const binding = native('fs');

function fchmodSync(fd, mode) {
  fd = toFd(fd);
  binding.fchmodSync(fd, toMode(mode, 'mode'));
}

function chownSync(path, uid, gid) {
  path = toPath(path);
  binding.chownSync(path, toId(uid, 'uid'), toId(gid, 'gid'));
}

function fchownSync(fd, uid, gid) {
  fd = toFd(fd);
  binding.fchownSync(fd, toId(uid, 'uid'), toId(gid, 'gid'));
}

function lchownSync(path, uid, gid) {
  path = toPath(path);
  binding.lchownSync(path, toId(uid, 'uid'), toId(gid, 'gid'));
}

function utimesSync(path, atime, mtime) {
  path = toPath(path);
  binding.utimesSync(path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

function futimesSync(fd, atime, mtime) {
  fd = toFd(fd);
  binding.futimesSync(fd, toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime'));
}

function lutimesSync(path, atime, mtime) {
  path = toPath(path);
  binding.lutimesSync(path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

function ftruncateSync(fd, length = 0) {
  fd = toFd(fd);
  validateInteger(length, 'len');
  binding.ftruncateSync(fd, Math.max(0, length));
}

function truncateSync(path, length) {
  path = toPath(path);
  const fs = require('node:fs');
  const fd = fs.openSync(path, 'r+');
  try {
    fs.ftruncateSync(fd, length);
  } finally {
    fs.closeSync(fd);
  }
}

function fsyncSync(fd) {
  binding.fsyncSync(toFd(fd));
}

function fdatasyncSync(fd) {
  binding.fdatasyncSync(toFd(fd));
}

function mkdtempSync(prefix, options) {
  options = toOptions(options);
  prefix = toPath(prefix, 'prefix');
  require('modules/fs/mkdtemp').warnAboutPrefix(prefix);
  return decode(binding.mkdtempSync(prefix), options.encoding || 'utf8');
}

function mkdtempDisposableSync(prefix, options) {
  return require('modules/fs/mkdtemp').mkdtempDisposableSync(prefix, options);
}

function readvSync(fd, buffers, position) {
  fd = toFd(fd);
  checkViews(buffers);
  return binding.readvSync(fd, buffers, toWritePosition(position));
}

function writevSync(fd, buffers, position) {
  fd = toFd(fd);
  checkViews(buffers);
  if (buffers.length === 0) return 0;
  return binding.writevSync(fd, buffers, toWritePosition(position));
}

function statfsSync(path, options) {
  return toStatFs(binding.statfsSync(toPath(path), options?.bigint === true));
}

function rmSync(path, options) {
  require('modules/fs/rm').rmSync(toPath(path), options);
}

function cpSync(src, dest, options) {
  require('modules/fs/cp').cpSync(src, dest, options);
}

function globSync(pattern, options) {
  return require('modules/fs/glob').globSync(pattern, options);
}

function opendirSync(path, options) {
  return require('modules/fs/dir').opendirSync(path, options);
}

module.exports = {
  chownSync,
  cpSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  globSync,
  lchownSync,
  lutimesSync,
  mkdtempDisposableSync,
  mkdtempSync,
  opendirSync,
  readvSync,
  rmSync,
  statfsSync,
  truncateSync,
  utimesSync,
  writevSync,
};

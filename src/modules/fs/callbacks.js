'use strict';

// The callback functions: arguments are checked on the spot, the work is one job of the pool. All
// but the descriptor-level reads and writes, and readFile and writeFile, which have their own files.

const {
  checkCallback,
  checkViews,
  decode,
  isUtf8,
  toFd,
  toFlags,
  toId,
  toMode,
  toOptions,
  toPath,
  toThreeBits,
  toUnixTimestamp,
  toWritePosition,
} = require('modules/fs/arguments');
const {
  validateAbortSignal,
  validateBoolean,
  validateFunction,
  validateInteger,
} = require('runtime/validators');
const { toStatFs, toStats } = require('modules/fs/stats');
const { checkLinkType, toMkdirOptions } = require('modules/fs/sync');
const binding = native('fs');

/** A job's callback that converts its value. */
function converting(callback, convert) {
  return (error, value) => {
    if (error) callback(error);
    else callback(null, convert(value));
  };
}

/** Some functions tell at once, not their callback, that the permission model forbids them. */
function throwUnlessPermitted(scope, path) {
  if (process.permission === undefined) return;
  require('runtime/permission').checkPermission(scope, path);
}

function access(path, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = undefined;
  }
  path = toPath(path);
  mode = toThreeBits(mode);
  binding.access(path, mode, checkCallback(callback));
}

function exists(path, callback) {
  checkCallback(callback);
  try {
    path = toPath(path);
  } catch {
    callback(false);
    return;
  }
  binding.exists(path, (_error, found) => callback(found === true));
}

function open(path, flags, mode, callback) {
  path = toPath(path);
  if (arguments.length < 3) {
    callback = flags;
    flags = 'r';
    mode = 0o666;
  } else if (typeof mode === 'function') {
    callback = mode;
    mode = 0o666;
  } else {
    mode = toMode(mode, 'mode', 0o666);
  }
  flags = toFlags(flags);
  binding.openRaw(path, flags, mode, checkCallback(callback));
}

function throwError(error) {
  if (error) throw error;
}

function close(fd, callback = throwError) {
  fd = toFd(fd);
  binding.closeRaw(fd, checkCallback(callback));
}

/** `(options, callback)` of stat and its like. */
function statArguments(options, callback) {
  if (typeof options === 'function') return { bigint: false, callback: options };
  return {
    bigint: options?.bigint === true,
    callback: checkCallback(callback),
  };
}

function stat(path, options = { bigint: false }, callback = undefined) {
  const { bigint, callback: done } = statArguments(options, callback);
  path = toPath(path);
  const signal = options?.signal;
  if (signal !== undefined) {
    validateAbortSignal(signal, 'options.signal');
    if (signal.aborted) {
      done(require('modules/fs/callback_io').abortError(signal));
      return;
    }
  }
  binding.stat(path, bigint, options?.throwIfNoEntry === false, converting(done, toStats));
}

function lstat(path, options = { bigint: false }, callback = undefined) {
  const { bigint, callback: done } = statArguments(options, callback);
  binding.lstat(toPath(path), bigint, false, converting(done, toStats));
}

function fstat(fd, options = { bigint: false }, callback = undefined) {
  const { bigint, callback: done } = statArguments(options, callback);
  binding.fstat(toFd(fd), bigint, converting(done, toStats));
}

function statfs(path, options = { bigint: false }, callback = undefined) {
  const { bigint, callback: done } = statArguments(options, callback);
  binding.statfs(toPath(path), bigint, converting(done, toStatFs));
}

function rename(oldPath, newPath, callback) {
  checkCallback(callback);
  binding.rename(toPath(oldPath, 'oldPath'), toPath(newPath, 'newPath'), callback);
}

function unlink(path, callback) {
  checkCallback(callback);
  binding.unlink(toPath(path), callback);
}

function rmdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  path = toPath(path);
  throwUnlessPermitted('fs.write', path);
  const remove = require('modules/fs/rm');
  if (options?.recursive) {
    remove.rmdirRecursive(path, options).then(() => callback(null), callback);
    return;
  }
  if (options !== undefined) remove.checkRmdirOptions(options);
  binding.rmdir(path, callback);
}

function rm(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  path = toPath(path);
  require('modules/fs/rm').rm(path, options, checkCallback(callback));
}

function mkdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  path = toPath(path);
  const { recursive, mode } = toMkdirOptions(options);
  throwUnlessPermitted('fs.write', path);
  if (recursive) binding.mkdirAll(path, mode, callback);
  else binding.mkdir(path, mode, callback);
}

function readdir(path, options, callback) {
  checkCallback((callback = typeof options === 'function' ? options : callback));
  options = toOptions(options);
  path = toPath(path);
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive');
  if (!options.recursive && !options.withFileTypes && isUtf8(options.encoding)) {
    binding.readdir(path, false, callback);
    return;
  }
  require('modules/fs/readdir').readdir(path, options, true, callback);
}

function readlink(path, options, callback) {
  checkCallback((callback = typeof options === 'function' ? options : callback));
  options = toOptions(options);
  const encoding = options.encoding || 'utf8';
  path = toPath(path);
  throwUnlessPermitted('fs.read', path);
  binding.readlink(
    path,
    converting(callback, (bytes) => decode(bytes, encoding)),
  );
}

function realpath(path, options, callback) {
  // That one asks for permission.
  if (process.permission !== undefined) return realpathNative(path, options, callback);
  checkCallback((callback = typeof options === 'function' ? options : callback));
  const { encoding } = toOptions(options);
  const { toRealpathArgument, encodePath } = require('modules/fs/realpath');
  binding.resolvePath(
    toRealpathArgument(path),
    converting(callback, (resolved) => encodePath(resolved, encoding)),
  );
}

function realpathNative(path, options, callback) {
  checkCallback((callback = typeof options === 'function' ? options : callback));
  const encoding = toOptions(options).encoding || 'utf8';
  binding.realpath(
    toPath(path),
    converting(callback, (bytes) => decode(bytes, encoding)),
  );
}

function copyFile(src, dest, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = 0;
  }
  src = toPath(src, 'src');
  dest = toPath(dest, 'dest');
  checkCallback(callback);
  binding.copyFile(src, dest, toThreeBits(mode), callback);
}

function link(existingPath, newPath, callback) {
  checkCallback(callback);
  binding.link(toPath(existingPath, 'existingPath'), toPath(newPath, 'newPath'), callback);
}

function symlink(target, path, type, callback) {
  if (callback === undefined) {
    callback = checkCallback(type);
    type = undefined;
  } else {
    checkLinkType(type);
  }
  binding.symlink(toPath(target, 'target'), toPath(path), checkCallback(callback));
}

function chmod(path, mode, callback) {
  path = toPath(path);
  mode = toMode(mode, 'mode');
  throwUnlessPermitted('fs.write', path);
  binding.chmod(path, mode, checkCallback(callback));
}

function fchmod(fd, mode, callback) {
  fd = toFd(fd);
  mode = toMode(mode, 'mode');
  binding.fchmod(fd, mode, checkCallback(callback));
}

function chown(path, uid, gid, callback) {
  checkCallback(callback);
  path = toPath(path);
  binding.chown(path, toId(uid, 'uid'), toId(gid, 'gid'), callback);
}

function fchown(fd, uid, gid, callback) {
  fd = toFd(fd);
  toId(uid, 'uid');
  toId(gid, 'gid');
  binding.fchown(fd, uid, gid, checkCallback(callback));
}

function lchown(path, uid, gid, callback) {
  checkCallback(callback);
  path = toPath(path);
  binding.lchown(path, toId(uid, 'uid'), toId(gid, 'gid'), callback);
}

function utimes(path, atime, mtime, callback) {
  checkCallback(callback);
  path = toPath(path);
  throwUnlessPermitted('fs.write', path);
  binding.utimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
}

function futimes(fd, atime, mtime, callback) {
  fd = toFd(fd);
  atime = toUnixTimestamp(atime, 'atime');
  mtime = toUnixTimestamp(mtime, 'mtime');
  binding.futimes(fd, atime, mtime, checkCallback(callback));
}

function lutimes(path, atime, mtime, callback) {
  checkCallback(callback);
  path = toPath(path);
  throwUnlessPermitted('fs.write', path);
  binding.lutimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
}

function fsync(fd, callback) {
  fd = toFd(fd);
  binding.fsync(fd, checkCallback(callback));
}

function fdatasync(fd, callback) {
  fd = toFd(fd);
  binding.fdatasync(fd, checkCallback(callback));
}

function ftruncate(fd, length = 0, callback = undefined) {
  if (typeof length === 'function') {
    callback = length;
    length = 0;
  }
  fd = toFd(fd);
  validateInteger(length, 'len');
  binding.ftruncate(fd, Math.max(0, length), checkCallback(callback));
}

function truncate(path, length, callback) {
  if (typeof length === 'function') {
    callback = length;
    length = 0;
  } else if (length === undefined) {
    length = 0;
  }
  validateInteger(length, 'len');
  checkCallback(callback);
  binding.truncate(toPath(path), Math.max(0, length), callback);
}

function mkdtemp(prefix, options, callback) {
  checkCallback((callback = typeof options === 'function' ? options : callback));
  const encoding = toOptions(options).encoding || 'utf8';
  prefix = toPath(prefix, 'prefix');
  require('modules/fs/mkdtemp').warnAboutPrefix(prefix);
  binding.mkdtemp(
    prefix,
    converting(callback, (bytes) => decode(bytes, encoding)),
  );
}

/** A job's callback for vectors: (error, count, buffers). */
function withBuffers(callback, buffers) {
  return (error, count) => callback(error, count || 0, buffers);
}

function readv(fd, buffers, position, callback) {
  fd = toFd(fd);
  checkViews(buffers);
  checkCallback((callback = callback || position));
  binding.readv(fd, buffers, toWritePosition(position), withBuffers(callback, buffers));
}

function writev(fd, buffers, position, callback) {
  fd = toFd(fd);
  checkViews(buffers);
  checkCallback((callback = callback || position));
  if (buffers.length === 0) {
    process.nextTick(callback, null, 0, buffers);
    return;
  }
  binding.writev(fd, buffers, toWritePosition(position), withBuffers(callback, buffers));
}

function cp(src, dest, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  require('modules/fs/cp').cp(src, dest, options, callback);
}

function glob(pattern, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  require('modules/fs/glob').globWithCallback(pattern, options, callback);
}

function opendir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateFunction(callback, 'callback');
  require('modules/fs/dir').opendir(path, options, callback);
}

module.exports = {
  access,
  chmod,
  chown,
  close,
  copyFile,
  cp,
  exists,
  fchmod,
  fchown,
  fdatasync,
  fstat,
  fsync,
  ftruncate,
  futimes,
  glob,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  mkdtemp,
  open,
  opendir,
  readdir,
  readlink,
  readv,
  realpath,
  realpathNative,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  truncate,
  unlink,
  utimes,
  writev,
};

'use strict';

// The calls on paths, each seen from a directory.

const fs = require('node:fs');
const {
  WasiError,
  errno,
  fdflags,
  filetype,
  kSymlinkFollow,
  oflags,
  rights,
} = require('modules/wasi/constants');
const { newTimes, writeStats } = require('modules/wasi/calls_fd');
const { Descriptor, filetypeOf } = require('modules/wasi/descriptors');

const { constants } = fs;

// The system's path of (fd, pointer, length).
function locate({ descriptors, memory }, fd, right, pointer, length, follow) {
  const directory = descriptors.directory(fd, right);
  return descriptors.resolve(directory, memory.text(pointer, length), follow);
}

const follows = (flags) => (flags & kSymlinkFollow) !== 0;

// The flags of open(2).
function systemFlags(open, file, base) {
  const reads = (base & (rights.fd_read | rights.fd_readdir)) !== 0n;
  const changes =
    rights.fd_write | rights.fd_allocate | rights.fd_filestat_set_size | rights.fd_datasync;
  const writes = (base & changes & ~rights.fd_datasync) !== 0n;
  let flags = writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  if (open & oflags.CREAT) flags |= constants.O_CREAT;
  if (open & oflags.DIRECTORY) flags = constants.O_RDONLY | constants.O_DIRECTORY;
  if (open & oflags.EXCL) flags |= constants.O_EXCL;
  if (open & oflags.TRUNC) flags |= constants.O_TRUNC;
  if (file & fdflags.APPEND) flags |= constants.O_APPEND;
  if (file & fdflags.DSYNC) flags |= constants.O_DSYNC;
  if (file & fdflags.NONBLOCK) flags |= constants.O_NONBLOCK;
  if (file & (fdflags.SYNC | fdflags.RSYNC)) flags |= constants.O_SYNC;
  return flags;
}

function openFile(path, flags) {
  try {
    return fs.openSync(path, flags, 0o666);
  } catch (error) {
    // A directory can be opened for reading, whatever else is asked for.
    if (error.code !== 'EISDIR' || (flags & constants.O_CREAT) !== 0) throw error;
    return fs.openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  }
}

module.exports = {
  path_create_directory(wasi, fd, pointer, length) {
    fs.mkdirSync(locate(wasi, fd, rights.path_create_directory, pointer, length, true));
  },

  path_filestat_get(wasi, fd, flags, pointer, length, out) {
    const path = locate(wasi, fd, rights.path_filestat_get, pointer, length, follows(flags));
    writeStats(wasi.memory, out, fs.lstatSync(path, { bigint: true }));
  },

  path_filestat_set_times(wasi, fd, flags, pointer, length, atim, mtim, what) {
    const right = rights.path_filestat_set_times;
    const path = locate(wasi, fd, right, pointer, length, follows(flags));
    fs.lutimesSync(path, ...newTimes(fs.lstatSync(path, { bigint: true }), atim, mtim, what));
  },

  path_link(wasi, fromFd, flags, from, fromLength, toFd, to, toLength) {
    const source = locate(wasi, fromFd, rights.path_link_source, from, fromLength, follows(flags));
    fs.linkSync(source, locate(wasi, toFd, rights.path_link_target, to, toLength, false));
  },

  path_open(wasi, fd, look, pointer, length, open, base, inheriting, file, out) {
    const { descriptors, memory } = wasi;
    const directory = descriptors.directory(fd, rights.path_open);
    if (open & oflags.CREAT) directory.require(rights.path_create_file);
    if (open & oflags.TRUNC) directory.require(rights.path_filestat_set_size);
    base = BigInt.asUintN(64, base);
    inheriting = BigInt.asUintN(64, inheriting);
    if (((base | inheriting) & ~directory.inheriting) !== 0n) throw new WasiError(errno.NOTCAPABLE);
    const follow = follows(look) && !(open & oflags.EXCL);
    const path = descriptors.resolve(directory, memory.text(pointer, length), follow);
    const flags = systemFlags(open, file, base) | constants.O_NOFOLLOW;
    const host = openFile(path, flags);
    const type = filetypeOf(fs.fstatSync(host));
    const isDirectory = type === filetype.DIRECTORY;
    const descriptor = new Descriptor({
      fd: host,
      type,
      path: isDirectory ? fs.realpathSync(path) : undefined,
      flags: file,
      base,
      inheriting,
    });
    memory.setU32(out, descriptors.add(descriptor));
  },

  path_readlink(wasi, fd, pointer, length, out, outLength, usedPointer) {
    const path = locate(wasi, fd, rights.path_readlink, pointer, length, false);
    const target = Buffer.from(fs.readlinkSync(path));
    const used = Math.min(target.length, outLength);
    wasi.memory.bytes(out, used).set(target.subarray(0, used));
    wasi.memory.setU32(usedPointer, used);
  },

  path_remove_directory(wasi, fd, pointer, length) {
    fs.rmdirSync(locate(wasi, fd, rights.path_remove_directory, pointer, length, false));
  },

  path_rename(wasi, fromFd, from, fromLength, toFd, to, toLength) {
    const source = locate(wasi, fromFd, rights.path_rename_source, from, fromLength, false);
    fs.renameSync(source, locate(wasi, toFd, rights.path_rename_target, to, toLength, false));
  },

  path_symlink(wasi, target, targetLength, fd, pointer, length) {
    const text = wasi.memory.text(target, targetLength);
    // It would lead out of the directory.
    if (text.startsWith('/')) throw new WasiError(errno.NOTCAPABLE);
    fs.symlinkSync(text, locate(wasi, fd, rights.path_symlink, pointer, length, false));
  },

  path_unlink_file(wasi, fd, pointer, length) {
    fs.unlinkSync(locate(wasi, fd, rights.path_unlink_file, pointer, length, false));
  },
};

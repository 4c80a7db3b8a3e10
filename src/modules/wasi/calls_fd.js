'use strict';

// The calls on descriptors.

const fs = require('node:fs');
const {
  WasiError,
  errno,
  fdflags,
  filetype,
  fstflags,
  rights,
  whence,
} = require('modules/wasi/constants');
const { filetypeOf } = require('modules/wasi/descriptors');

const kDirentSize = 24;

/** Writes a filestat. */
function writeStats(memory, pointer, stats) {
  memory.setU64(pointer, stats.dev);
  memory.setU64(pointer + 8, stats.ino);
  memory.setU64(pointer + 16, 0n);
  memory.setU8(pointer + 16, filetypeOf(stats));
  memory.setU64(pointer + 24, stats.nlink);
  memory.setU64(pointer + 32, stats.size);
  memory.setU64(pointer + 40, stats.atimeNs);
  memory.setU64(pointer + 48, stats.mtimeNs);
  memory.setU64(pointer + 56, stats.ctimeNs);
}

/** [atime, mtime] in seconds, where `flags` say what changes. */
function newTimes(stats, atim, mtim, flags) {
  const pick = (set, now, given, old) => {
    if ((flags & set) !== 0 && (flags & now) !== 0) throw new WasiError(errno.INVAL);
    if ((flags & now) !== 0) return Date.now() / 1e3;
    return Number((flags & set) !== 0 ? BigInt.asUintN(64, given) : old) / 1e9;
  };
  return [
    pick(fstflags.ATIM, fstflags.ATIM_NOW, atim, stats.atimeNs),
    pick(fstflags.MTIM, fstflags.MTIM_NOW, mtim, stats.mtimeNs),
  ];
}

// Reads or writes one buffer after the other, until one is not filled or taken whole.
function transfer(call, file, buffers, position) {
  let total = 0;
  for (const buffer of buffers) {
    if (buffer.length === 0) continue;
    const moved = call(
      file.fd,
      buffer,
      0,
      buffer.length,
      position === null ? null : position + total,
    );
    total += moved;
    if (moved < buffer.length) break;
  }
  return total;
}

const toNumber = (value) => Number(BigInt.asUintN(64, BigInt(value)));

module.exports = {
  writeStats,
  newTimes,

  fd_advise({ descriptors }, fd) {
    const file = descriptors.get(fd, rights.fd_advise);
    if (file.isDirectory) throw new WasiError(errno.BADF);
  },

  fd_allocate({ descriptors }, fd, offset, length) {
    const file = descriptors.get(fd, rights.fd_allocate);
    const end = toNumber(offset) + toNumber(length);
    if (fs.fstatSync(file.fd).size < end) fs.ftruncateSync(file.fd, end);
  },

  fd_close({ descriptors }, fd) {
    descriptors.close(fd);
  },

  fd_datasync({ descriptors }, fd) {
    fs.fdatasyncSync(descriptors.get(fd, rights.fd_datasync).fd);
  },

  fd_fdstat_get({ descriptors, memory }, fd, pointer) {
    const file = descriptors.get(fd);
    memory.setU64(pointer, 0n);
    memory.setU8(pointer, file.type);
    memory.setU16(pointer + 2, file.flags);
    memory.setU64(pointer + 8, file.base);
    memory.setU64(pointer + 16, file.inheriting);
  },

  fd_fdstat_set_flags({ descriptors }, fd, flags) {
    const file = descriptors.get(fd, rights.fd_fdstat_set_flags);
    // Where a write goes is ours to say; the others are the system's.
    if (((flags ^ file.flags) & ~fdflags.APPEND) !== 0) throw new WasiError(errno.NOTSUP);
    file.flags = flags;
  },

  fd_fdstat_set_rights({ descriptors }, fd, base, inheriting) {
    const file = descriptors.get(fd);
    const wanted = [BigInt.asUintN(64, base), BigInt.asUintN(64, inheriting)];
    if ((wanted[0] & ~file.base) !== 0n || (wanted[1] & ~file.inheriting) !== 0n) {
      throw new WasiError(errno.NOTCAPABLE);
    }
    [file.base, file.inheriting] = wanted;
  },

  fd_filestat_get({ descriptors, memory }, fd, pointer) {
    const file = descriptors.get(fd, rights.fd_filestat_get);
    writeStats(memory, pointer, fs.fstatSync(file.fd, { bigint: true }));
  },

  fd_filestat_set_size({ descriptors }, fd, size) {
    fs.ftruncateSync(descriptors.get(fd, rights.fd_filestat_set_size).fd, toNumber(size));
  },

  fd_filestat_set_times({ descriptors }, fd, atim, mtim, flags) {
    const file = descriptors.get(fd, rights.fd_filestat_set_times);
    const stats = fs.fstatSync(file.fd, { bigint: true });
    fs.futimesSync(file.fd, ...newTimes(stats, atim, mtim, flags));
  },

  fd_pread({ descriptors, memory }, fd, vectors, count, offset, pointer) {
    const file = descriptors.get(fd, rights.fd_read | rights.fd_seek);
    const moved = transfer(fs.readSync, file, memory.vectors(vectors, count), toNumber(offset));
    memory.setU32(pointer, moved);
  },

  fd_pwrite({ descriptors, memory }, fd, vectors, count, offset, pointer) {
    const file = descriptors.get(fd, rights.fd_write | rights.fd_seek);
    const moved = transfer(fs.writeSync, file, memory.vectors(vectors, count), toNumber(offset));
    memory.setU32(pointer, moved);
  },

  fd_prestat_get({ descriptors, memory }, fd, pointer) {
    const { guest } = descriptors.get(fd);
    if (guest === undefined) throw new WasiError(errno.BADF);
    memory.setU32(pointer, 0);
    memory.setU32(pointer + 4, Buffer.byteLength(guest));
  },

  fd_prestat_dir_name({ descriptors, memory }, fd, pointer, length) {
    const { guest } = descriptors.get(fd);
    if (guest === undefined) throw new WasiError(errno.BADF);
    const name = Buffer.from(guest);
    if (name.length > length) throw new WasiError(errno.NOBUFS);
    memory.bytes(pointer, name.length).set(name);
  },

  fd_read({ descriptors, memory }, fd, vectors, count, pointer) {
    const file = descriptors.get(fd, rights.fd_read);
    if (file.isDirectory) throw new WasiError(errno.ISDIR);
    const moved = transfer(fs.readSync, file, memory.vectors(vectors, count), file.position);
    if (file.position !== null) file.position += moved;
    memory.setU32(pointer, moved);
  },

  // Entries begin again where a cookie says; the last may be cut off by the end of the buffer.
  fd_readdir({ descriptors, memory }, fd, pointer, length, cookie, usedPointer) {
    const directory = descriptors.directory(fd, rights.fd_readdir);
    const out = memory.bytes(pointer, length);
    const names = fs.readdirSync(directory.path, { withFileTypes: true });
    let used = 0;
    for (let i = toNumber(cookie); i < names.length && used < length; i++) {
      const entry = direntOf(directory.path, names[i], i + 1);
      const part = entry.subarray(0, length - used);
      out.set(part, used);
      used += part.length;
    }
    memory.setU32(usedPointer, used);
  },

  fd_renumber({ descriptors }, from, to) {
    descriptors.renumber(from, to);
  },

  fd_seek({ descriptors, memory }, fd, offset, from, pointer) {
    const file = descriptors.get(fd, rights.fd_seek);
    if (file.isDirectory) throw new WasiError(errno.ISDIR);
    if (file.position === null) throw new WasiError(errno.SPIPE);
    const bases = {
      [whence.SET]: () => 0,
      [whence.CUR]: () => file.position,
      [whence.END]: () => fs.fstatSync(file.fd).size,
    };
    const position = bases[from] && bases[from]() + Number(BigInt.asIntN(64, offset));
    if (position === undefined || position < 0) throw new WasiError(errno.INVAL);
    file.position = position;
    memory.setU64(pointer, position);
  },

  fd_sync({ descriptors }, fd) {
    fs.fsyncSync(descriptors.get(fd, rights.fd_sync).fd);
  },

  fd_tell({ descriptors, memory }, fd, pointer) {
    const file = descriptors.get(fd, rights.fd_tell);
    if (file.position === null) throw new WasiError(errno.SPIPE);
    memory.setU64(pointer, file.position);
  },

  fd_write({ descriptors, memory }, fd, vectors, count, pointer) {
    const file = descriptors.get(fd, rights.fd_write);
    if (file.isDirectory) throw new WasiError(errno.ISDIR);
    if (file.position !== null && (file.flags & fdflags.APPEND) !== 0) {
      file.position = fs.fstatSync(file.fd).size;
    }
    const moved = transfer(fs.writeSync, file, memory.vectors(vectors, count), file.position);
    if (file.position !== null) file.position += moved;
    memory.setU32(pointer, moved);
  },
};

function direntOf(folder, entry, next) {
  const name = Buffer.from(entry.name);
  const bytes = Buffer.alloc(kDirentSize + name.length);
  const stats = fs.lstatSync(`${folder}/${entry.name}`, { bigint: true, throwIfNoEntry: false });
  bytes.writeBigUInt64LE(BigInt(next), 0);
  bytes.writeBigUInt64LE(stats?.ino ?? 0n, 8);
  bytes.writeUInt32LE(name.length, 16);
  bytes.writeUInt8(stats === undefined ? filetype.UNKNOWN : filetypeOf(stats), 20);
  name.copy(bytes, kDirentSize);
  return bytes;
}

'use strict';

// The program's descriptors, and where its paths lead: nowhere but below the directories it was
// given, whatever links say.

const fs = require('node:fs');
const path = require('node:path');
const {
  WasiError,
  errno,
  filetype,
  kDirectoryRights,
  kFileRights,
  kInheritableRights,
  kStreamRights,
} = require('modules/wasi/constants');

const kMaxLinks = 32;

/** What kind of file something is. */
function filetypeOf(stats) {
  if (stats.isFile()) return filetype.REGULAR_FILE;
  if (stats.isDirectory()) return filetype.DIRECTORY;
  if (stats.isSymbolicLink()) return filetype.SYMBOLIC_LINK;
  if (stats.isCharacterDevice()) return filetype.CHARACTER_DEVICE;
  if (stats.isBlockDevice()) return filetype.BLOCK_DEVICE;
  if (stats.isSocket()) return filetype.SOCKET_STREAM;
  return filetype.UNKNOWN;
}

function rightsOf(type) {
  if (type === filetype.DIRECTORY) return kDirectoryRights;
  return type === filetype.REGULAR_FILE ? kFileRights : kStreamRights;
}

class Descriptor {
  /**
   * @param {{ fd: number, type: number, path?: string, guest?: string, flags?: number,
   *   base?: bigint, inheriting?: bigint }} what `path` is that of the system, `guest` the one that
   *   the program knows a preopened directory by
   */
  constructor({ fd, type, path: real, guest, flags = 0, base, inheriting }) {
    this.fd = fd;
    this.type = type;
    this.path = real;
    this.guest = guest;
    this.flags = flags;
    this.base = (base ?? ~0n) & rightsOf(type);
    this.inheriting = inheriting ?? (type === filetype.DIRECTORY ? kInheritableRights : 0n);
    // Of a regular file; anything else has none, or one that the system keeps.
    this.position = type === filetype.REGULAR_FILE ? 0 : null;
    this.isStandard = false;
  }

  get isDirectory() {
    return this.type === filetype.DIRECTORY;
  }

  /** Throws unless the program may do what these rights are for. */
  require(rights) {
    if ((this.base & rights) !== rights) throw new WasiError(errno.NOTCAPABLE);
  }
}

class Descriptors {
  #table = new Map();

  /** The standard streams, then a directory for each pair of a name and a path. */
  constructor(streams, preopens) {
    for (const fd of streams) {
      const descriptor = new Descriptor({ fd, type: filetypeOf(fs.fstatSync(fd)) });
      // Its position is the one that the system keeps: others read and write it, too.
      descriptor.position = null;
      descriptor.isStandard = true;
      this.add(descriptor);
    }
    for (const [guest, real] of Object.entries(preopens)) {
      const fd = fs.openSync(real, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
      const directory = fs.realpathSync(real);
      this.add(new Descriptor({ fd, type: filetype.DIRECTORY, path: directory, guest }));
    }
  }

  /** Puts it under the lowest free number. */
  add(descriptor) {
    let number = 0;
    while (this.#table.has(number)) number++;
    this.#table.set(number, descriptor);
    return number;
  }

  get(number, rights = 0n) {
    const descriptor = this.#table.get(number);
    if (descriptor === undefined) throw new WasiError(errno.BADF);
    descriptor.require(rights);
    return descriptor;
  }

  directory(number, rights) {
    const descriptor = this.get(number);
    if (!descriptor.isDirectory) throw new WasiError(errno.NOTDIR);
    descriptor.require(rights);
    return descriptor;
  }

  close(number) {
    const descriptor = this.get(number);
    this.#table.delete(number);
    if (!descriptor.isStandard) fs.closeSync(descriptor.fd);
  }

  renumber(from, to) {
    const descriptor = this.get(from);
    this.get(to);
    if (from === to) return;
    this.close(to);
    this.#table.delete(from);
    this.#table.set(to, descriptor);
  }

  /**
   * The system's path for one of the program's, as seen from a directory.
   * @param {boolean} follow whether a link at its end is followed
   */
  resolve(directory, text, follow) {
    if (text === '' || text.includes('\0'))
      throw new WasiError(text === '' ? errno.NOENT : errno.ILSEQ);
    const kept = [];
    const rest = this.#relative(directory, text).split('/').reverse();
    let links = 0;
    while (rest.length > 0) {
      const name = rest.pop();
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (kept.pop() === undefined) throw new WasiError(errno.NOTCAPABLE);
        continue;
      }
      const isLast = rest.every((each) => each === '' || each === '.');
      const target =
        isLast && !follow ? undefined : linkTarget(path.join(directory.path, ...kept, name));
      if (target === undefined) {
        kept.push(name);
        continue;
      }
      if (++links > kMaxLinks) throw new WasiError(errno.LOOP);
      if (target.startsWith('/')) {
        kept.length = 0;
        rest.push(...this.#relative(directory, target).split('/').reverse());
      } else {
        rest.push(...target.split('/').reverse());
      }
    }
    const trailing = text.endsWith('/') ? '/' : '';
    return path.join(directory.path, ...kept) + trailing;
  }

  // An absolute path counts from the name that the program knows the directory by.
  #relative({ guest }, text) {
    if (!text.startsWith('/')) return text;
    if (guest === undefined) throw new WasiError(errno.NOTCAPABLE);
    const full = path.posix.normalize(text);
    const root = path.posix.normalize(guest).replace(/\/$/, '');
    if (full !== root && !full.startsWith(`${root}/`)) throw new WasiError(errno.NOTCAPABLE);
    return full.slice(root.length + 1);
  }
}

// What a link says; undefined for anything that is no link.
function linkTarget(name) {
  try {
    return fs.readlinkSync(name);
  } catch (error) {
    if (error.code === 'EINVAL' || error.code === 'ENOENT' || error.code === 'ENOTDIR')
      return undefined;
    throw error;
  }
}

module.exports = { Descriptor, Descriptors, filetypeOf };

'use strict';

// fs.Stats, fs.BigIntStats and fs.StatFs. Native code hands over one array of numbers for each.

const S_IFMT = 0o170000;
const S_IFSOCK = 0o140000;
const S_IFLNK = 0o120000;
const S_IFREG = 0o100000;
const S_IFBLK = 0o060000;
const S_IFDIR = 0o040000;
const S_IFCHR = 0o020000;
const S_IFIFO = 0o010000;

class StatsBase {}

// One definition for both kinds: `mode` is a number or a bigint, of which the type bits fit a number.
for (const [name, type] of [
  ['isDirectory', S_IFDIR],
  ['isFile', S_IFREG],
  ['isBlockDevice', S_IFBLK],
  ['isCharacterDevice', S_IFCHR],
  ['isSymbolicLink', S_IFLNK],
  ['isFIFO', S_IFIFO],
  ['isSocket', S_IFSOCK],
]) {
  const method = {
    [name]() {
      return (Number(this.mode) & S_IFMT) === type;
    },
  }[name];
  Object.defineProperty(StatsBase.prototype, name, {
    value: method,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Gives `prototype` Dates that are made when someone asks for them. */
function defineDates(prototype) {
  for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) {
    const milliseconds = `${name}Ms`;
    Object.defineProperty(prototype, name, {
      get() {
        const date = new Date(Math.round(Number(this[milliseconds])));
        this[name] = date;
        return date;
      },
      set(value) {
        Object.defineProperty(this, name, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      enumerable: true,
      configurable: true,
    });
  }
}

class Stats extends StatsBase {
  constructor(
    dev,
    mode,
    nlink,
    uid,
    gid,
    rdev,
    blksize,
    ino,
    size,
    blocks,
    atimeMs,
    mtimeMs,
    ctimeMs,
    birthtimeMs,
  ) {
    super();
    this.dev = dev;
    this.mode = mode;
    this.nlink = nlink;
    this.uid = uid;
    this.gid = gid;
    this.rdev = rdev;
    this.blksize = blksize;
    this.ino = ino;
    this.size = size;
    this.blocks = blocks;
    this.atimeMs = atimeMs;
    this.mtimeMs = mtimeMs;
    this.ctimeMs = ctimeMs;
    this.birthtimeMs = birthtimeMs;
  }
}
defineDates(Stats.prototype);

const NANOSECONDS = 1_000_000n;

class BigIntStats extends StatsBase {
  constructor(
    dev,
    mode,
    nlink,
    uid,
    gid,
    rdev,
    blksize,
    ino,
    size,
    blocks,
    atimeNs,
    mtimeNs,
    ctimeNs,
    birthtimeNs,
  ) {
    super();
    this.dev = dev;
    this.mode = mode;
    this.nlink = nlink;
    this.uid = uid;
    this.gid = gid;
    this.rdev = rdev;
    this.blksize = blksize;
    this.ino = ino;
    this.size = size;
    this.blocks = blocks;
    this.atimeMs = atimeNs / NANOSECONDS;
    this.mtimeMs = mtimeNs / NANOSECONDS;
    this.ctimeMs = ctimeNs / NANOSECONDS;
    this.birthtimeMs = birthtimeNs / NANOSECONDS;
    this.atimeNs = atimeNs;
    this.mtimeNs = mtimeNs;
    this.ctimeNs = ctimeNs;
    this.birthtimeNs = birthtimeNs;
  }
}
defineDates(BigIntStats.prototype);

class StatFs {
  constructor(type, bsize, frsize, blocks, bfree, bavail, files, ffree) {
    this.type = type;
    this.bsize = bsize;
    this.frsize = frsize;
    this.blocks = blocks;
    this.bfree = bfree;
    this.bavail = bavail;
    this.files = files;
    this.ffree = ffree;
  }
}

/** The Stats of fourteen native numbers (or bigints); undefined stays undefined. */
function toStats(fields) {
  if (fields === undefined) return undefined;
  const Kind = typeof fields[0] === 'bigint' ? BigIntStats : Stats;
  return new Kind(
    fields[0],
    fields[1],
    fields[2],
    fields[3],
    fields[4],
    fields[5],
    fields[6],
    fields[7],
    fields[8],
    fields[9],
    fields[10],
    fields[11],
    fields[12],
    fields[13],
  );
}

function toStatFs(fields) {
  return new StatFs(...fields);
}

let warned = false;

/** The public constructor, which only remains so that `instanceof` works and old code runs. */
function DeprecatedStats(...fields) {
  if (!warned) {
    warned = true;
    process.emitWarning('fs.Stats constructor is deprecated.', 'DeprecationWarning', 'DEP0180');
  }
  return Reflect.construct(Stats, fields, new.target ?? Stats);
}
Object.defineProperty(DeprecatedStats, 'name', { value: 'Stats' });
Object.defineProperty(DeprecatedStats, 'length', { value: 14 });
DeprecatedStats.prototype = Stats.prototype;

module.exports = { BigIntStats, DeprecatedStats, StatFs, Stats, toStatFs, toStats };

// node:fs
'use strict';

// The public object. What every program needs is here or in sync.js and becomes part of the startup
// snapshot; all other functions are made so that their first call loads the file that holds them.

const constants = require('modules/fs/constants');
const { toUnixTimestamp } = require('modules/fs/arguments');
const { Dirent } = require('modules/fs/dirent');
const { DeprecatedStats } = require('modules/fs/stats');
const { functions } = require('modules/fs/sync');
const { defineLazy } = require('runtime/lazy_property');

const kPromisify = Symbol.for('nodejs.util.promisify.custom');

/** A function `name` of `length` parameters that is `target` of `file`, loaded at its first call. */
function later(file, name, length, target = name) {
  let loaded;
  // An ordinary function: there are programs that say `new fs.createReadStream()`.
  const forward = function (...args) {
    loaded ??= require(file)[target];
    return loaded(...args);
  };
  Object.defineProperty(forward, 'name', { value: name });
  Object.defineProperty(forward, 'length', { value: length });
  return forward;
}

const callback = (name, length) => later('modules/fs/callbacks', name, length);
const io = (name, length) => later('modules/fs/callback_io', name, length);
const rareSync = (name, length) => later('modules/fs/sync_more', name, length);

/** Gives a function whose callback takes two values the promisified form that returns an object. */
function promisifiedAs(fn, ...names) {
  Object.defineProperty(fn, kPromisify, {
    value: (...args) =>
      new Promise((resolve, reject) => {
        fn(...args, (error, ...values) => {
          if (error) reject(error);
          else resolve(Object.fromEntries(names.map((name, index) => [name, values[index]])));
        });
      }),
    configurable: true,
  });
  return fn;
}

const exists = callback('exists', 2);
Object.defineProperty(exists, kPromisify, {
  value: { exists: (path) => new Promise((resolve) => exists(path, resolve)) }.exists,
  configurable: true,
});

const realpath = callback('realpath', 3);
realpath.native = later('modules/fs/callbacks', 'native', 3, 'realpathNative');

const fs = {
  appendFile: io('appendFile', 4),
  appendFileSync: functions.appendFileSync,
  access: callback('access', 3),
  accessSync: functions.accessSync,
  chown: callback('chown', 4),
  chownSync: rareSync('chownSync', 3),
  chmod: callback('chmod', 3),
  chmodSync: functions.chmodSync,
  close: callback('close', 1),
  closeSync: functions.closeSync,
  copyFile: callback('copyFile', 4),
  copyFileSync: functions.copyFileSync,
  cp: callback('cp', 4),
  cpSync: rareSync('cpSync', 3),
  createReadStream: later('modules/fs/streams', 'createReadStream', 2),
  createWriteStream: later('modules/fs/streams', 'createWriteStream', 2),
  exists,
  existsSync: functions.existsSync,
  fchown: callback('fchown', 4),
  fchownSync: rareSync('fchownSync', 3),
  fchmod: callback('fchmod', 3),
  fchmodSync: rareSync('fchmodSync', 2),
  fdatasync: callback('fdatasync', 2),
  fdatasyncSync: rareSync('fdatasyncSync', 1),
  fstat: callback('fstat', 1),
  fstatSync: functions.fstatSync,
  fsync: callback('fsync', 2),
  fsyncSync: rareSync('fsyncSync', 1),
  ftruncate: callback('ftruncate', 1),
  ftruncateSync: rareSync('ftruncateSync', 1),
  futimes: callback('futimes', 4),
  futimesSync: rareSync('futimesSync', 3),
  glob: callback('glob', 3),
  globSync: rareSync('globSync', 2),
  lchown: callback('lchown', 4),
  lchownSync: rareSync('lchownSync', 3),
  // These two exist on macOS only; elsewhere the names are there, without a function.
  lchmod: undefined,
  lchmodSync: undefined,
  link: callback('link', 3),
  linkSync: functions.linkSync,
  lstat: callback('lstat', 1),
  lstatSync: functions.lstatSync,
  lutimes: callback('lutimes', 4),
  lutimesSync: rareSync('lutimesSync', 3),
  mkdir: callback('mkdir', 3),
  mkdirSync: functions.mkdirSync,
  mkdtemp: callback('mkdtemp', 3),
  mkdtempSync: rareSync('mkdtempSync', 2),
  mkdtempDisposableSync: rareSync('mkdtempDisposableSync', 2),
  open: callback('open', 4),
  openSync: functions.openSync,
  openAsBlob: later('modules/fs/open_as_blob', 'openAsBlob', 1),
  readdir: callback('readdir', 3),
  readdirSync: functions.readdirSync,
  read: promisifiedAs(io('read', 6), 'bytesRead', 'buffer'),
  readSync: functions.readSync,
  readv: promisifiedAs(callback('readv', 4), 'bytesRead', 'buffers'),
  readvSync: rareSync('readvSync', 3),
  readFile: io('readFile', 3),
  readFileSync: functions.readFileSync,
  readlink: callback('readlink', 3),
  readlinkSync: functions.readlinkSync,
  realpath,
  realpathSync: functions.realpathSync,
  rename: callback('rename', 3),
  renameSync: functions.renameSync,
  rm: callback('rm', 3),
  rmSync: rareSync('rmSync', 2),
  rmdir: callback('rmdir', 3),
  rmdirSync: functions.rmdirSync,
  stat: callback('stat', 1),
  statfs: callback('statfs', 1),
  statSync: functions.statSync,
  statfsSync: rareSync('statfsSync', 1),
  symlink: callback('symlink', 4),
  symlinkSync: functions.symlinkSync,
  truncate: callback('truncate', 3),
  truncateSync: rareSync('truncateSync', 2),
  unwatchFile: later('modules/fs/stat_watcher', 'unwatchFile', 2),
  unlink: callback('unlink', 2),
  unlinkSync: functions.unlinkSync,
  utimes: callback('utimes', 4),
  utimesSync: rareSync('utimesSync', 3),
  watch: later('modules/fs/watch', 'watch', 3),
  watchFile: later('modules/fs/stat_watcher', 'watchFile', 3),
  writeFile: io('writeFile', 4),
  writeFileSync: functions.writeFileSync,
  write: promisifiedAs(io('write', 6), 'bytesWritten', 'buffer'),
  writeSync: functions.writeSync,
  writev: promisifiedAs(callback('writev', 4), 'bytesWritten', 'buffers'),
  writevSync: rareSync('writevSync', 3),
  Dirent,
  Stats: DeprecatedStats,
  _toUnixTimestamp: toUnixTimestamp,
  opendir: callback('opendir', 3),
  opendirSync: rareSync('opendirSync', 2),
};
module.exports = fs;

Object.defineProperty(fs, 'constants', { value: constants, enumerable: true });

/** An enumerable property whose value a file holds; with `replaceable`, programs may assign it. */
function lazyProperty(name, load, replaceable) {
  Object.defineProperty(fs, name, {
    get: load,
    set: replaceable
      ? (value) => {
          Object.defineProperty(fs, name, {
            value,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        }
      : undefined,
    enumerable: true,
    configurable: true,
  });
}

defineLazy(fs, 'Dir', () => require('modules/fs/dir').Dir);
lazyProperty('ReadStream', () => require('modules/fs/streams').ReadStream, true);
lazyProperty('WriteStream', () => require('modules/fs/streams').WriteStream, true);
lazyProperty('FileReadStream', () => require('modules/fs/streams').ReadStream, true);
lazyProperty('FileWriteStream', () => require('modules/fs/streams').WriteStream, true);
lazyProperty('Utf8Stream', () => require('modules/fs/utf8_stream').Utf8Stream, false);
lazyProperty('promises', () => require('node:fs/promises'), false);

for (const name of ['F_OK', 'R_OK', 'W_OK', 'X_OK']) {
  let warned = false;
  Object.defineProperty(fs, name, {
    get() {
      if (!warned) {
        warned = true;
        process.emitWarning(
          `fs.${name} is deprecated, use fs.constants.${name} instead`,
          'DeprecationWarning',
          'DEP0176',
        );
      }
      return constants[name];
    },
    enumerable: false,
  });
}

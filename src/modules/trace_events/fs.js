'use strict';
// Trace events of node.fs and node.fs_dir: functions of node:fs, by the names of the calls to the system
// that they stand for. They are wrapped when somebody first wants to see them.

const fs = require('node:fs');
const { isEnabled, nextId, trace } = require('modules/trace_events/state');

const kSyncGroup = 'node,node.fs,node.fs.sync';
const kAsyncGroup = 'node,node.fs,node.fs.async';
const kDirGroup = 'node,node.fs_dir,node.fs_dir.async';

// A function's name (without Sync): the calls that it makes, where they are called otherwise.
const kWholeFileWrite = ['open', 'write', 'close'];
const kCalls = {
  access: ['access'],
  appendFile: kWholeFileWrite,
  chmod: ['chmod'],
  chown: ['chown'],
  close: ['close'],
  copyFile: ['copyfile'],
  exists: ['access'],
  fchmod: ['fchmod'],
  fchown: ['fchown'],
  fdatasync: ['fdatasync'],
  fstat: ['fstat'],
  fsync: ['fsync'],
  ftruncate: ['ftruncate'],
  futimes: ['futimes'],
  lchown: ['lchown'],
  link: ['link'],
  lstat: ['lstat'],
  lutimes: ['lutimes'],
  mkdir: ['mkdir'],
  mkdtemp: ['mkdtemp'],
  open: ['open'],
  opendir: ['opendir'],
  read: ['read'],
  readFile: ['open', 'fstat', 'read', 'close'],
  readdir: ['readdir'],
  readlink: ['readlink'],
  rename: ['rename'],
  rmdir: ['rmdir'],
  stat: ['stat'],
  symlink: ['symlink'],
  truncate: ['open', 'ftruncate', 'close'],
  unlink: ['unlink'],
  utimes: ['utimes'],
  write: ['write'],
  writeFile: kWholeFileWrite,
};
// What libuv calls some of them.
const kAsyncNames = { futimes: 'futime', lutimes: 'lutime', readdir: 'scandir', utimes: 'utime' };

/** Puts a wrapper in the place of object[name]: same name, same properties. */
function wrap(object, name, make) {
  const original = object[name];
  const wrapper = make(original);
  Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(original));
  object[name] = wrapper;
}

const traceSync = (calls) => (original) =>
  function (...args) {
    if (!isEnabled(kSyncGroup)) return Reflect.apply(original, this, args);
    for (const call of calls) trace('B', kSyncGroup, `fs.sync.${call}`);
    try {
      return Reflect.apply(original, this, args);
    } finally {
      for (const call of calls.toReversed()) trace('E', kSyncGroup, `fs.sync.${call}`);
    }
  };

const traceAsync = (calls) => (original) =>
  function (...args) {
    const callback = args.at(-1);
    const group = calls[0] === 'opendir' ? kDirGroup : kAsyncGroup;
    if (typeof callback !== 'function' || !isEnabled(group)) {
      return Reflect.apply(original, this, args);
    }
    const id = nextId();
    const names = calls.map((call) => kAsyncNames[call] ?? call);
    for (const name of names) trace('b', group, name, id);
    args[args.length - 1] = function (...results) {
      for (const name of names.toReversed()) trace('e', group, name, id);
      return Reflect.apply(callback, this, results);
    };
    return Reflect.apply(original, this, args);
  };

let hasSync = false;
function installSync() {
  if (hasSync) return;
  hasSync = true;
  for (const [name, calls] of Object.entries(kCalls)) wrap(fs, `${name}Sync`, traceSync(calls));
  wrap(fs.realpathSync, 'native', traceSync(['realpath']));
}

let hasAsync = false;
function installAsync() {
  if (hasAsync) return;
  hasAsync = true;
  for (const [name, calls] of Object.entries(kCalls)) wrap(fs, name, traceAsync(calls));
  wrap(fs.realpath, 'native', traceAsync(['realpath']));
}

module.exports = { installSync, installAsync };

'use strict';

// The synchronous functions that programs and loaders call all the time. One crossing each; the
// rest of the synchronous API is in sync_more.js, which loads when it is first used.

const { Buffer } = require('node:buffer');
const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const {
  validateBoolean,
  validateInteger,
  validateObject,
  validateOneOf,
} = require('runtime/validators');
const {
  checkReadRange,
  checkStringOrView,
  checkView,
  checkWriteRange,
  decode,
  isArrayBufferView,
  isFd,
  isUtf8,
  toFd,
  toFlags,
  toMode,
  toOptions,
  toPath,
  toReadPosition,
  toThreeBits,
  toWritePosition,
} = require('modules/fs/arguments');
const { toStats } = require('modules/fs/stats');
const binding = native('fs');

// The functions whose names end in `Directly` answer with a negative number to a call that is not of the
// usual kind.

function accessSync(path, mode) {
  if (typeof path === 'string' && binding.accessDirectly(path, toThreeBits(mode)) >= 0) return;
  binding.accessSync(toPath(path), toThreeBits(mode));
}

function existsSync(path) {
  if (typeof path === 'string') {
    const exists = binding.existsDirectly(path, 0);
    if (exists >= 0) return exists === 1;
  }
  return existsUnusual(path);
}

function existsUnusual(path) {
  try {
    path = toPath(path);
  } catch (error) {
    if (error.code === 'ERR_INVALID_ARG_TYPE') require('modules/fs/exists').warnAboutType();
    return false;
  }
  return binding.existsSync(path);
}

function openSync(path, flags, mode) {
  path = toPath(path);
  flags = toFlags(flags);
  mode = toMode(mode, 'mode', 0o666);
  if (typeof path === 'string') {
    const fd = binding.openDirectly(path, flags, mode);
    if (fd >= 0) return fd;
  }
  return binding.openRawSync(path, flags, mode);
}

function closeSync(fd) {
  fd = toFd(fd);
  if (binding.closeDirectly(fd) < 0) binding.closeRawSync(fd);
}

/** The (offset, length, position) of a read, from arguments or an options object, checked. */
function toReadRange(buffer, offset, length, position) {
  if (offset == null) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length |= 0;
  if (length === 0) return null;
  if (buffer.byteLength === 0) {
    throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  }
  checkReadRange(offset, length, buffer.byteLength);
  return { offset, length, position: toReadPosition(position, length) };
}

function readSync(fd, buffer, offset, length, position) {
  fd = toFd(fd);
  checkView(buffer);
  if (arguments.length <= 3 || (offset !== null && typeof offset === 'object')) {
    if (offset !== undefined) validateObject(offset, 'options', { nullable: true });
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset ?? {});
  }
  const range = toReadRange(buffer, offset, length, position);
  if (range === null) return 0;
  if (typeof range.position === 'number') {
    const count = binding.readDirectly(fd, buffer, range.offset, range.length, range.position);
    if (count >= 0) return count;
  }
  return binding.readSync(fd, buffer, range.offset, range.length, range.position);
}

/** The (offset, length, position) of a write of bytes, checked. */
function toWriteRange(buffer, offset, length, position) {
  if (offset !== null && typeof offset === 'object') {
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
  }
  if (offset == null || typeof offset === 'function') offset = 0;
  else validateInteger(offset, 'offset', 0);
  if (typeof length !== 'number') length = buffer.byteLength - offset;
  checkWriteRange(offset, length, buffer.byteLength);
  return { offset, length, position: toWritePosition(position) };
}

/** The bytes of a string in `encoding`; what is no encoding counts as UTF-8. */
function encode(text, encoding) {
  if (encoding === 'hex' && text.length % 2 !== 0) {
    throw new ERR_INVALID_ARG_VALUE(
      'encoding',
      encoding,
      `is invalid for data of length ${text.length}`,
    );
  }
  return Buffer.from(text, Buffer.isEncoding(encoding) ? encoding : 'utf8');
}

function writeSync(fd, buffer, offset, length, position) {
  fd = toFd(fd);
  if (isArrayBufferView(buffer)) {
    const range = toWriteRange(buffer, offset, length, position);
    const count = binding.writeDirectly(fd, buffer, range.offset, range.length, range.position);
    if (count >= 0) return count;
    return binding.writeSync(fd, buffer, range.offset, range.length, range.position);
  }
  checkStringOrView(buffer, 'buffer');
  const where = toWritePosition(offset);
  if (isUtf8(length)) return binding.writeTextSync(fd, buffer, where);
  const bytes = encode(buffer, length);
  return binding.writeSync(fd, bytes, 0, bytes.length, where);
}

// What openWhole() answers for a file that was not read yet.
const LARGE = 0x7fffffff;

function readFileSync(path, options) {
  options = toOptions(options);
  if (options.buffer !== undefined) {
    return require('modules/fs/read_into').readFileIntoSync(path, options);
  }
  const { encoding } = options;
  const text = encoding === 'utf8' || encoding === 'utf-8';
  if (isFd(path)) {
    path = toFd(path);
    if (text) return binding.readAllTextSync(path);
    return decode(binding.readAllSync(path), encoding);
  }
  const flags = toFlags(options.flag);
  path = toPath(path);
  if (typeof path === 'string') {
    const size = binding.openWhole(path, flags);
    if (size >= 0) return text ? binding.readWholeText() : decode(readWhole(size), encoding);
  }
  if (text) return binding.readTextSync(path, flags);
  return decode(binding.readFileSync(path, flags), encoding);
}

/** The content of the file that openWhole() found to have `size` bytes. */
function readWhole(size) {
  if (size === LARGE) return binding.readWhole();
  const buffer = Buffer.allocUnsafe(size);
  binding.takeWhole(buffer);
  return buffer;
}

const WRITE_OPTIONS = Object.freeze({ encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
const APPEND_OPTIONS = Object.freeze({ encoding: 'utf8', mode: 0o666, flag: 'a', flush: false });

function writeFileSync(path, data, options) {
  options = toOptions(options, WRITE_OPTIONS);
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  checkStringOrView(data, 'data');
  if (typeof data === 'string' && !isUtf8(options.encoding)) data = encode(data, options.encoding);
  if (flush) {
    require('modules/fs/write_flushed').writeFlushedSync(path, data, options);
    return;
  }
  if (isFd(path)) {
    path = toFd(path);
    if (typeof data === 'string') binding.writeAllTextSync(path, data);
    else binding.writeAllSync(path, data);
    return;
  }
  const flags = toFlags(options.flag || 'w');
  const mode = toMode(options.mode, 'mode', 0o666);
  path = toPath(path);
  if (typeof data === 'string') binding.writeTextFileSync(path, data, flags, mode);
  else binding.writeFileSync(path, data, flags, mode);
}

function appendFileSync(path, data, options) {
  options = toOptions(options, APPEND_OPTIONS);
  if (!options.flag || isFd(path)) options = { ...options, flag: 'a' };
  writeFileSync(path, data, options);
}

function statSync(path, options) {
  const bigint = options?.bigint === true;
  const quiet = options?.throwIfNoEntry === false;
  return toStats(binding.statNow(toPath(path), bigint, quiet));
}

function lstatSync(path, options) {
  const bigint = options?.bigint === true;
  const quiet = options?.throwIfNoEntry === false;
  return toStats(binding.lstatNow(toPath(path), bigint, quiet));
}

function fstatSync(fd, options) {
  return toStats(binding.fstatNow(toFd(fd), options?.bigint === true));
}

/** The recursive and mode options of mkdir. */
function toMkdirOptions(options, name = 'options.mode') {
  let recursive = false;
  let mode = 0o777;
  if (typeof options === 'number' || typeof options === 'string') {
    mode = toMode(options, 'mode');
  } else if (options) {
    if (options.recursive !== undefined) {
      recursive = options.recursive;
      validateBoolean(recursive, 'options.recursive');
    }
    if (options.mode != null) mode = toMode(options.mode, name);
  }
  return { recursive, mode };
}

function mkdirSync(path, options) {
  path = toPath(path);
  const { recursive, mode } = toMkdirOptions(options);
  if (recursive) return binding.mkdirAllSync(path, mode);
  binding.mkdirSync(path, mode);
}

function readdirSync(path, options) {
  options = toOptions(options);
  path = toPath(path);
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive');
  if (!options.recursive && !options.withFileTypes && isUtf8(options.encoding)) {
    return binding.readdirSync(path, false);
  }
  return require('modules/fs/readdir').readdirSync(path, options);
}

function realpathSync(path, options) {
  options = toOptions(options);
  const { toRealpathArgument, encodePath } = require('modules/fs/realpath');
  return encodePath(binding.resolvePathSync(toRealpathArgument(path)), options.encoding);
}

realpathSync.native = function (path, options) {
  options = toOptions(options);
  path = toPath(path);
  return decode(binding.realpathSync(path), options.encoding || 'utf8');
};

function readlinkSync(path, options) {
  options = toOptions(options);
  return decode(binding.readlinkSync(toPath(path)), options.encoding || 'utf8');
}

function renameSync(oldPath, newPath) {
  binding.renameSync(toPath(oldPath, 'oldPath'), toPath(newPath, 'newPath'));
}

function unlinkSync(path) {
  binding.unlinkSync(toPath(path));
}

function rmdirSync(path, options) {
  path = toPath(path);
  if (options?.recursive) {
    require('modules/fs/rm').rmdirRecursiveSync(path, options);
    return;
  }
  if (options !== undefined) require('modules/fs/rm').checkRmdirOptions(options);
  binding.rmdirSync(path);
}

function copyFileSync(src, dest, mode) {
  binding.copyFileSync(toPath(src, 'src'), toPath(dest, 'dest'), toThreeBits(mode));
}

function linkSync(existingPath, newPath) {
  binding.linkSync(toPath(existingPath, 'existingPath'), toPath(newPath, 'newPath'));
}

/** The link types are Windows' business, but a wrong one is an error everywhere. */
function checkLinkType(type) {
  validateOneOf(type, 'type', ['dir', 'file', 'junction', null, undefined]);
}

function symlinkSync(target, path, type) {
  checkLinkType(type);
  binding.symlinkSync(toPath(target, 'target'), toPath(path));
}

function chmodSync(path, mode) {
  path = toPath(path);
  binding.chmodSync(path, toMode(mode, 'mode'));
}

module.exports = {
  functions: {
    accessSync,
    appendFileSync,
    chmodSync,
    closeSync,
    copyFileSync,
    existsSync,
    fstatSync,
    linkSync,
    lstatSync,
    mkdirSync,
    openSync,
    readSync,
    readFileSync,
    readdirSync,
    readlinkSync,
    realpathSync,
    renameSync,
    rmdirSync,
    statSync,
    symlinkSync,
    unlinkSync,
    writeFileSync,
    writeSync,
  },
  APPEND_OPTIONS,
  checkLinkType,
  encode,
  toMkdirOptions,
  toReadRange,
  toWriteRange,
  WRITE_OPTIONS,
};

'use strict';

// fs.read and fs.write with a callback, in all the forms that their arguments take; readFile,
// writeFile and appendFile with one.

const { Buffer } = require('node:buffer');
const { AbortError } = require('runtime/errors');
const { validateBoolean, validateObject } = require('runtime/validators');
const {
  checkCallback,
  checkStringOrView,
  checkView,
  decode,
  isArrayBufferView,
  isFd,
  isUtf8,
  toFd,
  toFlags,
  toMode,
  toOptions,
  toPath,
  toWritePosition,
} = require('modules/fs/arguments');
const {
  APPEND_OPTIONS,
  encode,
  toReadRange,
  toWriteRange,
  WRITE_OPTIONS,
} = require('modules/fs/sync');
const { asyncHooks } = require('runtime/shared');
const binding = native('fs');

const DEFAULT_READ_SIZE = 16 * 1024;

/** The arguments of fs.read after `fd`, from any of its four forms. */
function readArguments(given) {
  if (given.length > 3) {
    const [buffer, offset, length, position, callback] = given;
    return { buffer, offset, length, position, callback };
  }
  const callback = given.at(-1);
  let buffer;
  let options;
  if (given.length === 3) [buffer, options] = given;
  else if (given.length === 2 && isArrayBufferView(given[0])) [buffer] = given;
  else if (given.length === 2) [options] = given;
  if (options !== undefined) validateObject(options, 'options', { nullable: true });
  options ??= {};
  if (given.length < 3 && buffer === undefined) {
    ({ buffer = Buffer.alloc(DEFAULT_READ_SIZE) } = options);
  }
  const { offset = 0, length = buffer?.byteLength - offset, position = null } = options;
  return { buffer, offset, length, position, callback };
}

function read(fd, ...given) {
  fd = toFd(fd);
  const { buffer, offset, length, position, callback } = readArguments(given);
  checkView(buffer);
  checkCallback(callback);
  const range = toReadRange(buffer, offset, length, position);
  if (range === null) {
    process.nextTick(() => callback(null, 0, buffer));
    return;
  }
  binding.read(fd, buffer, range.offset, range.length, range.position, (error, count) =>
    callback(error, count || 0, buffer),
  );
}

function write(fd, buffer, offset, length, position, callback) {
  fd = toFd(fd);
  if (isArrayBufferView(buffer)) {
    callback = checkCallback(callback || position || length || offset);
    if (typeof length === 'function') length = undefined;
    const range = toWriteRange(buffer, offset, length, position);
    binding.write(fd, buffer, range.offset, range.length, range.position, (error, count) =>
      callback(error, count || 0, buffer),
    );
    return;
  }
  checkStringOrView(buffer, 'buffer');
  let encoding = length;
  if (typeof position !== 'function') {
    if (typeof offset === 'function') {
      position = offset;
      offset = null;
    } else {
      position = length;
    }
    encoding = 'utf8';
  }
  const bytes = encode(buffer, encoding);
  callback = checkCallback(position);
  binding.write(fd, bytes, 0, bytes.length, toWritePosition(offset), (error, count) =>
    callback(error, count || 0, buffer),
  );
}

function abortError(signal) {
  return new AbortError(undefined, { cause: signal.reason });
}

/**
 * A callback that also ends the call when `signal` aborts; a job that already runs is left to
 * itself. Null when the signal has aborted before, which has been answered then.
 */
function abortable(signal, callback) {
  if (!signal) return callback;
  if (signal.aborted) {
    callback(abortError(signal));
    return null;
  }
  signal = require('web/dom/abort').signalBehind(signal);
  let open = true;
  const onAbort = () => {
    open = false;
    callback(abortError(signal));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return (error, value) => {
    if (!open) return;
    signal.removeEventListener('abort', onAbort);
    if (error) callback(error);
    else if (value === undefined) callback(null);
    else callback(null, value);
  };
}

function readFile(path, options, callback) {
  callback ||= options;
  checkCallback(callback);
  options = toOptions(options);
  const { encoding, signal } = options;
  if (options.buffer !== undefined) {
    const { checkBufferOption, readFileInto } = require('modules/fs/read_into');
    checkBufferOption(options.buffer);
    if (!isFd(path)) path = toPath(path);
    const done = abortable(signal, callback);
    if (done) readFileInto(path, options).then((data) => done(null, data), done);
    return;
  }
  const utf8 = encoding === 'utf8' || encoding === 'utf-8';
  const isDescriptor = isFd(path);
  let flags;
  if (isDescriptor) {
    path = toFd(path);
  } else {
    flags = toFlags(options.flag);
    path = toPath(path);
  }
  const done = abortable(signal, callback);
  if (!done) return;
  if (asyncHooks[0] > 0) {
    require('modules/fs/read_steps').readInSteps(path, isDescriptor, flags, encoding, done);
    return;
  }
  const finish =
    utf8 || !encoding || encoding === 'buffer'
      ? done
      : (error, bytes) => {
          if (error) done(error);
          else done(null, decode(bytes, encoding));
        };
  if (isDescriptor) {
    if (utf8) binding.readAllText(path, finish);
    else binding.readAll(path, finish);
  } else if (utf8) {
    binding.readText(path, flags, finish);
  } else {
    binding.readFile(path, flags, finish);
  }
}

function writeFile(path, data, options, callback) {
  callback ||= options;
  checkCallback(callback);
  options = toOptions(options, WRITE_OPTIONS);
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  checkStringOrView(data, 'data');
  if (typeof data === 'string' && !isUtf8(options.encoding)) data = encode(data, options.encoding);
  const isDescriptor = isFd(path);
  const flags = toFlags(options.flag || 'w');
  const mode = toMode(options.mode, 'mode', 0o666);
  path = isDescriptor ? toFd(path) : toPath(path);
  const done = abortable(options.signal, callback);
  if (!done) return;
  if (flush) {
    require('modules/fs/write_flushed').writeFlushed(path, data, options, done);
  } else if (isDescriptor) {
    if (typeof data === 'string') binding.writeAllText(path, data, done);
    else binding.writeAll(path, data, done);
  } else if (typeof data === 'string') {
    binding.writeTextFile(path, data, flags, mode, done);
  } else {
    binding.writeFile(path, data, flags, mode, done);
  }
}

function appendFile(path, data, options, callback) {
  callback ||= options;
  checkCallback(callback);
  options = toOptions(options, APPEND_OPTIONS);
  if (!options.flag || isFd(path)) options = { ...options, flag: 'a' };
  writeFile(path, data, options, callback);
}

module.exports = { abortable, abortError, appendFile, read, readFile, write, writeFile };

'use strict';

// readFile, writeFile and appendFile of node:fs/promises, for paths and for file handles. A path
// is opened, read or written, and closed in a single job of the pool.

const { Buffer } = require('node:buffer');
const { validateBoolean } = require('runtime/validators');
const {
  checkStringOrView,
  decode,
  isArrayBufferView,
  isUtf8,
  toFlags,
  toMode,
  toOptions,
  toPath,
} = require('modules/fs/arguments');
const { APPEND_OPTIONS, encode, WRITE_OPTIONS } = require('modules/fs/sync');
const { abortError } = require('modules/fs/callback_io');
const { FileHandle, useHandle } = require('modules/fs/file_handle');
const binding = native('fs');

/** `job`, or the abortion of `signal` if that comes first. The job itself runs to its end. */
function untilAborted(signal, start) {
  if (!signal) return start();
  if (signal.aborted) return Promise.reject(abortError(signal));
  signal = require('web/dom/abort').signalBehind(signal);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    start()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

async function readFile(path, options) {
  options = toOptions(options);
  if (path instanceof FileHandle)
    return useHandle(path, 'readFile', () => readHandle(path, options));
  const { encoding, signal } = options;
  if (options.buffer !== undefined) {
    const { checkBufferOption, readFileInto } = require('modules/fs/read_into');
    checkBufferOption(options.buffer);
    path = toPath(path);
    return untilAborted(signal, () => readFileInto(path, options));
  }
  path = toPath(path);
  const flags = toFlags(options.flag);
  if (encoding === 'utf8' || encoding === 'utf-8') {
    return untilAborted(signal, () => binding.readText(path, flags));
  }
  return decode(await untilAborted(signal, () => binding.readFile(path, flags)), encoding);
}

/** Reads from the handle's position to the end. */
async function readHandle(handle, options) {
  options = toOptions(options);
  const { encoding, signal } = options;
  if (options.buffer !== undefined) {
    const { checkBufferOption, readDescriptorInto } = require('modules/fs/read_into');
    checkBufferOption(options.buffer);
    return untilAborted(signal, () => readDescriptorInto(handle.fd, options));
  }
  const { fd } = handle;
  const isText = encoding === 'utf8' || encoding === 'utf-8';
  const read = () => (isText ? binding.readAllText(fd) : binding.readAll(fd));
  // A read takes more than one turn of the loop: what aborts it from the next one is in time.
  const start = signal ? () => binding.fstat(fd, false).then(read) : read;
  const content = await untilAborted(signal, start);
  return isText ? content : decode(content, encoding);
}

/** Whether data comes piece by piece. */
function isSequence(data) {
  return (
    typeof data === 'object' &&
    data !== null &&
    !isArrayBufferView(data) &&
    (typeof data[Symbol.asyncIterator] === 'function' ||
      typeof data[Symbol.iterator] === 'function')
  );
}

/** Writes at the handle's position; `data` is a string, bytes, or a sequence of these. */
async function writeHandle(handle, data, options) {
  options = toOptions(options, WRITE_OPTIONS);
  const { encoding, signal } = options;
  if (!isSequence(data)) {
    checkStringOrView(data, 'data');
    if (typeof data === 'string' && !isUtf8(encoding)) data = encode(data, encoding);
    await untilAborted(signal, () =>
      typeof data === 'string'
        ? binding.writeAllText(handle.fd, data)
        : binding.writeAll(handle.fd, data),
    );
    return;
  }
  if (signal?.aborted) throw abortError(signal);
  for await (const chunk of data) {
    if (signal?.aborted) throw abortError(signal);
    const bytes = isArrayBufferView(chunk) ? chunk : Buffer.from(chunk, encoding || 'utf8');
    await binding.writeAll(handle.fd, bytes);
  }
  if (signal?.aborted) throw abortError(signal);
}

async function writeFile(path, data, options) {
  options = toOptions(options, WRITE_OPTIONS);
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  if (path instanceof FileHandle) {
    await useHandle(path, 'writeFile', () => writeHandle(path, data, options));
    return;
  }
  const flags = toFlags(options.flag || 'w');
  const mode = toMode(options.mode, 'mode', 0o666);
  const sequence = isSequence(data);
  if (!sequence) {
    checkStringOrView(data, 'data');
    if (typeof data === 'string' && !isUtf8(options.encoding))
      data = encode(data, options.encoding);
  }
  path = toPath(path);
  if (!sequence && !flush) {
    await untilAborted(options.signal, () =>
      typeof data === 'string'
        ? binding.writeTextFile(path, data, flags, mode)
        : binding.writeFile(path, data, flags, mode),
    );
    return;
  }
  if (options.signal?.aborted) throw abortError(options.signal);
  const handle = new FileHandle(await binding.open(path, flags, mode));
  try {
    await writeHandle(handle, data, options);
    if (flush) await handle.sync();
  } finally {
    await handle.close();
  }
}

async function appendFile(path, data, options) {
  options = toOptions(options, APPEND_OPTIONS);
  if (!options.flag) options = { ...options, flag: 'a' };
  await writeFile(path, data, options);
}

module.exports = { appendFile, readFile, readHandle, writeFile, writeHandle };

'use strict';

// readFile into memory that the caller supplies: a view, or a function that is called with the
// size of the file and returns one.

const { Buffer } = require('node:buffer');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { isArrayBufferView, isFd, toFd, toFlags, toPath } = require('modules/fs/arguments');
const binding = native('fs');

function checkBufferOption(buffer) {
  if (typeof buffer !== 'function' && !isArrayBufferView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE(
      'options.buffer',
      ['function', 'Buffer', 'TypedArray', 'DataView'],
      buffer,
    );
  }
}

/** The caller's memory for a file of `size` bytes (0 when unknown), as bytes. */
function takeMemory(buffer, size) {
  if (typeof buffer === 'function') {
    buffer = buffer(size);
    if (!isArrayBufferView(buffer)) {
      throw new ERR_INVALID_ARG_TYPE(
        'options.buffer()',
        ['Buffer', 'TypedArray', 'DataView'],
        buffer,
      );
    }
  }
  if (buffer.byteLength < size) {
    throw new ERR_INVALID_ARG_VALUE(
      'options.buffer.byteLength',
      buffer.byteLength,
      `is smaller than the file size of ${size} bytes`,
    );
  }
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function tooSmall(memory) {
  return new ERR_INVALID_ARG_VALUE(
    'options.buffer.byteLength',
    memory.length,
    'is too small to contain the entire file',
  );
}

function toData(memory, length, encoding) {
  const bytes = memory.subarray(0, length);
  return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes;
}

const SIZE_FIELD = 8;
const MODE_FIELD = 1;

/** The size of a regular file, 0 for anything else. */
function sizeOf(fields) {
  return (fields[MODE_FIELD] & 0o170000) === 0o100000 ? fields[SIZE_FIELD] : 0;
}

function readFileIntoSync(path, options) {
  checkBufferOption(options.buffer);
  const owned = !isFd(path);
  const fd = owned ? binding.openSync(toPath(path), toFlags(options.flag), 0o666) : toFd(path);
  try {
    const memory = takeMemory(options.buffer, sizeOf(binding.fstatSync(fd, false)));
    let total = 0;
    while (total < memory.length) {
      const count = binding.readSync(fd, memory, total, memory.length - total, -1);
      if (count === 0) return toData(memory, total, options.encoding);
      total += count;
    }
    if (binding.readSync(fd, Buffer.allocUnsafe(1), 0, 1, -1) !== 0) throw tooSmall(memory);
    return toData(memory, total, options.encoding);
  } finally {
    if (owned) binding.closeSync(fd);
  }
}

/** Reads `fd` from its position on, in the pool. */
async function readDescriptorInto(fd, options) {
  const memory = takeMemory(options.buffer, sizeOf(await binding.fstat(fd, false)));
  let total = 0;
  while (total < memory.length) {
    options.signal?.throwIfAborted();
    const count = await binding.read(fd, memory, total, memory.length - total, -1);
    if (count === 0) return toData(memory, total, options.encoding);
    total += count;
  }
  if ((await binding.read(fd, Buffer.allocUnsafe(1), 0, 1, -1)) !== 0) throw tooSmall(memory);
  return toData(memory, total, options.encoding);
}

async function readFileInto(path, options) {
  if (isFd(path)) return readDescriptorInto(toFd(path), options);
  const fd = await binding.open(path, toFlags(options.flag), 0o666);
  try {
    return await readDescriptorInto(fd, options);
  } finally {
    await binding.close(fd);
  }
}

module.exports = { checkBufferOption, readDescriptorInto, readFileInto, readFileIntoSync };

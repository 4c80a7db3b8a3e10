'use strict';

// readFile as the chain of requests that async hooks know it to be: open, stat, read, close. While
// nobody listens to the hooks, a single job does all of that.

const { Buffer } = require('node:buffer');
const { ERR_FS_FILE_TOO_LARGE } = require('runtime/errors');
const { decode } = require('modules/fs/arguments');
const binding = native('fs');

const MODE_FIELD = 1;
const SIZE_FIELD = 8;
const CHUNK_SIZE = 64 * 1024;
const MAX_SIZE = 2 ** 31 - 1;

function readInSteps(path, isDescriptor, flags, encoding, callback) {
  const finish = (fd, error, chunks) => {
    const answer = (closeError) => {
      if (error ?? closeError) callback(error ?? closeError);
      else callback(null, decode(Buffer.concat(chunks), encoding));
    };
    if (isDescriptor) answer();
    else binding.close(fd, answer);
  };
  const read = (fd, size) => {
    const chunks = [];
    let total = 0;
    const next = () => {
      const chunk = Buffer.allocUnsafeSlow(size === 0 ? CHUNK_SIZE : size - total);
      binding.read(fd, chunk, 0, chunk.length, -1, (error, count) => {
        if (error) {
          finish(fd, error);
          return;
        }
        if (count > 0) chunks.push(chunk.subarray(0, count));
        total += count;
        if (count === 0 || (size > 0 && total >= size)) finish(fd, null, chunks);
        else next();
      });
    };
    next();
  };
  const stat = (fd) => {
    binding.fstat(fd, false, (error, fields) => {
      const isFile = !error && (fields[MODE_FIELD] & 0o170000) === 0o100000;
      const size = isFile ? fields[SIZE_FIELD] : 0;
      if (error) finish(fd, error);
      else if (size > MAX_SIZE) finish(fd, new ERR_FS_FILE_TOO_LARGE(size));
      else read(fd, size);
    });
  };
  if (isDescriptor) {
    stat(path);
    return;
  }
  binding.open(path, flags, 0o666, (error, fd) => {
    if (error) callback(error);
    else stat(fd);
  });
}

module.exports = { readInSteps };

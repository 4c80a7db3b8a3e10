'use strict';

// writeFile with `flush: true`. It goes through the public fs.fsync, where programs that watch or
// replace that function expect to see it.

const { isFd, toFd, toFlags, toMode, toPath } = require('modules/fs/arguments');
const { aggregateTwoErrors } = require('runtime/errors');
const binding = native('fs');

function writeFlushedSync(path, data, options) {
  const fs = require('node:fs');
  const owned = !isFd(path);
  const fd = owned ? fs.openSync(path, options.flag || 'w', options.mode ?? 0o666) : toFd(path);
  try {
    if (typeof data === 'string') binding.writeAllTextSync(fd, data);
    else binding.writeAllSync(fd, data);
    fs.fsyncSync(fd);
  } finally {
    if (owned) fs.closeSync(fd);
  }
}

function writeFlushed(path, data, options, callback) {
  const fs = require('node:fs');
  const owned = !isFd(path);
  const finish = (fd, error) => {
    if (!owned) {
      callback(error);
      return;
    }
    fs.close(fd, (closeError) => callback(aggregateTwoErrors(closeError, error) ?? null));
  };
  const write = (fd) => {
    const written = (error) => {
      if (error) finish(fd, error);
      else fs.fsync(fd, (syncError) => finish(fd, syncError ?? null));
    };
    if (typeof data === 'string') binding.writeAllText(fd, data, written);
    else binding.writeAll(fd, data, written);
  };
  if (!owned) {
    write(toFd(path));
    return;
  }
  const mode = toMode(options.mode, 'mode', 0o666);
  binding.open(toPath(path), toFlags(options.flag || 'w'), mode, (error, fd) => {
    if (error) callback(error);
    else write(fd);
  });
}

module.exports = { writeFlushed, writeFlushedSync };

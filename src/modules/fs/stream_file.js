'use strict';

// What file streams of both directions have in common: where their file comes from (a path, a
// descriptor, a FileHandle, the `fs` option), and how it is opened and closed.

const { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED } = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { isUrl, toFd, toMode, toPath } = require('modules/fs/arguments');

const kFs = Symbol('fs');
const kHandle = Symbol('handle');
const kBusy = Symbol('busy');
const kIdle = Symbol('idle');
const kDefaultOpen = Symbol('default open');

/** A FileHandle behind the functions of fs that streams use; `fd` arguments are not looked at. */
function handleOperations(handle) {
  const forward = (promise, callback, count, data) => {
    promise.then(
      (result) => callback(null, result?.[count], result?.[data]),
      (error) => callback(error, 0, undefined),
    );
  };
  const { FileHandle } = require('modules/fs/file_handle');
  return {
    open(_path, _flags, _mode, _callback) {
      throw new ERR_METHOD_NOT_IMPLEMENTED('open()');
    },
    close(_fd, callback) {
      handle[FileHandle.unref]();
      forward(handle.close(), callback);
    },
    fsync(_fd, callback) {
      forward(handle.sync(), callback);
    },
    read(_fd, buffer, offset, length, position, callback) {
      forward(handle.read(buffer, offset, length, position), callback, 'bytesRead', 'buffer');
    },
    write(_fd, buffer, offset, length, position, callback) {
      forward(handle.write(buffer, offset, length, position), callback, 'bytesWritten', 'buffer');
    },
    writev(_fd, buffers, position, callback) {
      forward(handle.writev(buffers, position), callback, 'bytesWritten', 'buffers');
    },
  };
}

/** Takes the file from the options: sets fd, path, flags, mode and the operations of the stream. */
function takeFile(stream, path, options, defaultFlags) {
  if (options.windowsHandle != null) {
    const { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM } = require('runtime/errors');
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('windowsHandle');
  }
  const { fd } = options;
  if (fd == null) {
    stream.fd = null;
    stream[kFs] = options.fs || require('node:fs');
    validateFunction(stream[kFs].open, 'options.fs.open');
    toPath(path);
    stream.path = isUrl(path) ? toPath(path) : path;
    stream.flags = options.flags === undefined ? defaultFlags : options.flags;
    stream.mode = options.mode === undefined ? 0o666 : options.mode;
    return;
  }
  if (typeof fd === 'number') {
    stream.fd = toFd(fd);
    stream[kFs] = options.fs || require('node:fs');
    return;
  }
  const { FileHandle } = require('modules/fs/file_handle');
  if (!(fd instanceof FileHandle)) {
    throw new ERR_INVALID_ARG_TYPE('options.fd', ['number', 'FileHandle'], fd);
  }
  if (options.fs) throw new ERR_METHOD_NOT_IMPLEMENTED('FileHandle with fs');
  stream.fd = toFd(fd.fd);
  stream[kHandle] = fd;
  stream[kFs] = handleOperations(fd);
  fd[FileHandle.ref]();
  fd.on('close', stream.close.bind(stream));
}

/** Opens through a replaced `open()` method, which programs of old used to intercept opening. */
function openThroughMethod(stream, callback) {
  const { emit } = stream;
  stream.emit = function (...event) {
    if (event[0] !== 'open' && event[0] !== 'error') return emit.apply(this, event);
    this.emit = emit;
    if (event[0] === 'error') {
      callback(event[1]);
      return true;
    }
    callback();
    return emit.apply(this, event);
  };
  stream.open();
}

/** The _construct of a file stream. */
function construct(callback) {
  if (typeof this.fd === 'number') {
    callback();
    return;
  }
  if (!this.open[kDefaultOpen]) {
    openThroughMethod(this, callback);
    return;
  }
  toMode(this.mode, 'mode', 0o666);
  this[kFs].open(this.path, this.flags, this.mode, (error, fd) => {
    if (error) {
      callback(error);
      return;
    }
    this.fd = fd;
    callback();
    this.emit('open', this.fd);
    this.emit('ready');
  });
}

/** The public open(), which has nothing to do any more and says so. */
function deprecatedOpen(className) {
  let warned = false;
  function open() {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `${className}.prototype.open() is deprecated`,
      'DeprecationWarning',
      'DEP0135',
    );
  }
  open[kDefaultOpen] = true;
  return open;
}

function closeFile(stream, error, callback) {
  stream[kFs].close(stream.fd, (closeError) => callback(closeError || error));
  stream.fd = null;
}

/** The _destroy of a file stream: the descriptor stays open while an operation uses it. */
function destroy(error, callback) {
  const close = (ioError) => {
    const reason = error || ioError;
    if (typeof this.fd !== 'number') {
      callback(reason);
    } else if (this.flush) {
      // What an operation of a stream with `flush` wrote must be on disk before 'close'.
      this[kFs].fsync(this.fd, (syncError) => closeFile(this, reason || syncError, callback));
    } else {
      closeFile(this, reason, callback);
    }
  };
  if (this[kBusy]) this.once(kIdle, close);
  else close();
}

module.exports = { construct, deprecatedOpen, destroy, kBusy, kFs, kIdle, takeFile };

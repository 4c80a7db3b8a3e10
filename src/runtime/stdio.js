'use strict';
// process.stdin, stdout and stderr. Writing to the latter two is synchronous, as on Node's Linux:
// files, pipes and terminals alike.

/** What a descriptor is: 'FILE', 'TTY', 'PIPE', 'TCP', 'UDP', 'UNKNOWN'. */
function kindOf(fd) {
  return native('stdio').guessHandleType(fd);
}

function makeWritable(fd) {
  const kind = kindOf(fd);
  let stream;
  if (kind === 'TTY') {
    const { WriteStream } = require('node:tty');
    stream = new WriteStream(fd);
    stream._type = 'tty';
    // SIGWINCH tells of a new size.
    process.on('SIGWINCH', () => stream._refreshSize());
  } else {
    const { SyncWriteStream } = require('runtime/sync_write_stream');
    stream = new SyncWriteStream(fd, { autoClose: false });
    stream._type = kind === 'FILE' ? 'fs' : 'pipe';
  }
  stream.fd = fd;
  stream._isStdio = true;
  // They end with the process: destroy() must not close the descriptor.
  stream.destroySoon = stream.destroy;
  stream._destroy = function (error, callback) {
    callback(error);
    this._undestroy?.();
    if (!this._writableState.emitClose) process.nextTick(() => this.emit('close'));
  };
  return stream;
}

function makeReadable() {
  const fd = 0;
  let stream;
  // The IPC channel may lie on descriptor 0: it is nothing to read from.
  switch (process.channel?.fd === fd ? 'CHANNEL' : kindOf(fd)) {
    case 'TTY': {
      const { ReadStream } = require('node:tty');
      stream = new ReadStream(fd);
      break;
    }
    case 'FILE': {
      const { ReadStream } = require('node:fs');
      stream = new ReadStream(null, { fd, autoClose: false });
      break;
    }
    case 'PIPE':
    case 'TCP': {
      const { Socket } = require('node:net');
      stream = new Socket({ fd, readable: true, writable: false, manualStart: true });
      stream._type = 'pipe';
      break;
    }
    default: {
      const { Readable } = require('node:stream');
      stream = new Readable({ read() {} });
      stream.push(null);
    }
  }
  stream.fd = fd;
  // A stream that nobody reads must not keep the loop open.
  if (stream._handle?.readStop) {
    stream._handle.reading = false;
    stream._readableState.reading = false;
    stream._handle.readStop();
  }
  stream.on('pause', () => {
    if (!stream._handle) return;
    if (stream._handle.reading) {
      // The read that was under way is off, too: else resume() waits for it, and nothing holds the loop.
      stream._handle.reading = false;
      stream._readableState.reading = false;
      stream._handle.readStop();
    }
  });
  return stream;
}

module.exports = { kindOf, open: (fd) => (fd === 0 ? makeReadable() : makeWritable(fd)) };

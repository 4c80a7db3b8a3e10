'use strict';
// A Writable whose writes have happened when write() returns.

const { Writable } = require('node:stream');
const { kOrderlyWrite } = require('runtime/symbols');
const { writeAll } = native('stdio');

class SyncWriteStream extends Writable {
  constructor(fd, options) {
    super({ autoDestroy: true, decodeStrings: false });
    this.fd = fd;
    this.readable = false;
    this.autoClose = options?.autoClose ?? true;
  }

  _write(chunk, encoding, callback) {
    if (typeof chunk === 'string' && encoding !== 'utf8' && encoding !== 'utf-8') {
      chunk = Buffer.from(chunk, encoding);
    }
    try {
      writeAll(this.fd, chunk);
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  _destroy(error, callback) {
    if (this.fd !== null && this.autoClose) require('node:fs').closeSync(this.fd);
    this.fd = null;
    callback(error);
  }
}

// A failure goes to the callback, and so reaches the stream's listeners in a later tick.
Object.defineProperty(SyncWriteStream.prototype, kOrderlyWrite, {
  value: SyncWriteStream.prototype._write,
});

module.exports = { SyncWriteStream };

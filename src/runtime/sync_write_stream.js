'use strict';
// A Writable whose writes have happened when write() returns.

const { Writable } = require('node:stream');
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

module.exports = { SyncWriteStream };

// node:tty
'use strict';
// https://nodejs.org/api/tty.html

const net = require('node:net');
const errors = require('runtime/errors');
const { TTY, isatty: nativeIsatty } = native('tty');

/** Whether a descriptor is a terminal. Anything that is no descriptor is not. */
function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && nativeIsatty(fd);
}

function open(fd) {
  if (fd >> 0 !== fd || fd < 0) throw new errors.ERR_INVALID_FD(fd);
  const handle = new TTY(fd);
  const err = handle.status();
  if (err) {
    const context = {
      errno: err,
      code: native('uv').errname(err),
      message: native('uv').errmessage(err),
      syscall: 'uv_tty_init',
    };
    throw new errors.ERR_TTY_INIT_FAILED(context);
  }
  return handle;
}

function ReadStream(fd, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(fd, options);
  const handle = open(fd);
  net.Socket.call(this, { highWaterMark: 0, handle, manualStart: true, ...options });
  this.isRaw = false;
  this.isTTY = true;
}
Object.setPrototypeOf(ReadStream.prototype, net.Socket.prototype);
Object.setPrototypeOf(ReadStream, net.Socket);

/** Raw: keys come one by one, unedited and unechoed. */
ReadStream.prototype.setRawMode = function setRawMode(flag) {
  flag = Boolean(flag);
  const err = this._handle?.setRawMode(flag);
  if (err) {
    this.emit('error', errors.errnoException(err, 'setRawMode'));
    return this;
  }
  this.isRaw = flag;
  return this;
};

function WriteStream(fd) {
  if (!(this instanceof WriteStream)) return new WriteStream(fd);
  const handle = open(fd);
  net.Socket.call(this, { highWaterMark: 0, handle, manualStart: true, readable: false });
  // A terminal takes what is written before the program goes on.
  handle.setBlocking(true);
  const size = handle.windowSize();
  if (Array.isArray(size)) {
    [this.columns, this.rows] = size;
  }
}
Object.setPrototypeOf(WriteStream.prototype, net.Socket.prototype);
Object.setPrototypeOf(WriteStream, net.Socket);
WriteStream.prototype.isTTY = true;

WriteStream.prototype._refreshSize = function _refreshSize() {
  const size = this._handle?.windowSize();
  if (!Array.isArray(size)) {
    if (size !== undefined) this.emit('error', errors.errnoException(size, 'getWindowSize'));
    return;
  }
  const [columns, rows] = size;
  if (columns !== this.columns || rows !== this.rows) {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
};

WriteStream.prototype.cursorTo = function cursorTo(x, y, callback) {
  return require('node:readline').cursorTo(this, x, y, callback);
};
WriteStream.prototype.moveCursor = function moveCursor(dx, dy, callback) {
  return require('node:readline').moveCursor(this, dx, dy, callback);
};
WriteStream.prototype.clearLine = function clearLine(direction, callback) {
  return require('node:readline').clearLine(this, direction, callback);
};
WriteStream.prototype.clearScreenDown = function clearScreenDown(callback) {
  return require('node:readline').clearScreenDown(this, callback);
};
WriteStream.prototype.getWindowSize = function getWindowSize() {
  return [this.columns, this.rows];
};
WriteStream.prototype.getColorDepth = function getColorDepth(env = process.env) {
  return require('modules/tty/colors').getColorDepth(env);
};
WriteStream.prototype.hasColors = function hasColors(count, env) {
  if (env === undefined && (count === undefined || (typeof count === 'object' && count !== null))) {
    env = count;
    count = 16;
  } else {
    require('runtime/validators').validateInteger(count, 'count', 2);
  }
  return count <= 2 ** this.getColorDepth(env);
};

module.exports = { isatty, ReadStream, WriteStream };

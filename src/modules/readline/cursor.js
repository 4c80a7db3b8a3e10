'use strict';

// Cursor movement as control sequences.
// https://nodejs.org/docs/latest-v24.x/api/readline.html#readlinecursortostream-x-y-callback

const { ERR_INVALID_ARG_VALUE, ERR_INVALID_CURSOR_POS } = require('runtime/errors');
const { validateFunction } = require('runtime/validators');

const sequences = {
  clearLine: '\x1b[2K',
  clearScreenDown: '\x1b[0J',
  clearToLineBeginning: '\x1b[1K',
  clearToLineEnd: '\x1b[0K',
  column: (x) => `\x1b[${x + 1}G`,
  position: (x, y) => `\x1b[${y + 1};${x + 1}H`,
};

/** The sequence that moves by dx columns and dy rows. */
function movement(dx, dy) {
  let data = '';
  if (dx < 0) data += `\x1b[${-dx}D`;
  else if (dx > 0) data += `\x1b[${dx}C`;
  if (dy < 0) data += `\x1b[${-dy}A`;
  else if (dy > 0) data += `\x1b[${dy}B`;
  return data;
}

/** The sequence that clears to the left (dir < 0), to the right (dir > 0) or the whole line. */
function lineClearing(dir) {
  if (dir < 0) return sequences.clearToLineBeginning;
  return dir > 0 ? sequences.clearToLineEnd : sequences.clearLine;
}

/** Writes a sequence; one that is empty, or goes nowhere, is done at once. */
function send(stream, data, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (stream == null || data === '') {
    if (typeof callback === 'function') process.nextTick(callback, null);
    return true;
  }
  return stream.write(data, callback);
}

function cursorTo(stream, x, y, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (typeof y === 'function') {
    callback = y;
    y = undefined;
  }
  if (Number.isNaN(x)) throw new ERR_INVALID_ARG_VALUE('x', x);
  if (Number.isNaN(y)) throw new ERR_INVALID_ARG_VALUE('y', y);
  if (stream == null || (typeof x !== 'number' && typeof y !== 'number'))
    return send(undefined, '', callback);
  if (typeof x !== 'number') throw new ERR_INVALID_CURSOR_POS();
  return send(
    stream,
    typeof y === 'number' ? sequences.position(x, y) : sequences.column(x),
    callback,
  );
}

function moveCursor(stream, dx, dy, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return send(stream, movement(dx, dy), callback);
}

function clearLine(stream, dir, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return send(stream, lineClearing(dir), callback);
}

function clearScreenDown(stream, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return send(stream, sequences.clearScreenDown, callback);
}

module.exports = {
  clearLine,
  clearScreenDown,
  cursorTo,
  lineClearing,
  moveCursor,
  movement,
  sequences,
};

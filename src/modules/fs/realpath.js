'use strict';

// fs.realpath resolves links itself, one lstat after the other, and reports which one failed. Only
// paths that are text are supported, and anything else is made text first.

const { Buffer } = require('node:buffer');
const { isUint8Array, isUrl, isUtf8, toPath } = require('modules/fs/arguments');

/** The absolute path, as text, that native code is to resolve. */
function toRealpathArgument(path) {
  if (isUrl(path)) path = toPath(path);
  else if (isUint8Array(path)) path = Buffer.prototype.toString.call(path);
  path = toPath(`${path}`);
  return require('node:path').resolve(path);
}

/** A resolved path in the encoding that was asked for. */
function encodePath(path, encoding) {
  if (isUtf8(encoding)) return path;
  const bytes = Buffer.from(path);
  return encoding === 'buffer' ? bytes : bytes.toString(encoding);
}

module.exports = { encodePath, toRealpathArgument };

// buffer.transcode(): from one of the character encodings to another.
'use strict';

const binding = native('buffer');
const { FastBuffer } = require('modules/buffer/allocate');
const { findEncoding } = require('modules/buffer/encodings');

// The numbers and names that ICU gives these failures; programs see them as errno and code.
const kIllegalArgument = 1;
const kInvalidCharacter = 10;
const failures = {
  [kIllegalArgument]: 'U_ILLEGAL_ARGUMENT_ERROR',
  [kInvalidCharacter]: 'U_INVALID_CHAR_FOUND',
};

function isCharacterEncoding(encoding) {
  return encoding !== undefined && ['utf8', 'utf16le', 'latin1', 'ascii'].includes(encoding.name);
}

function failure(errno) {
  const code = failures[errno];
  const error = new Error(`Unable to transcode Buffer [${code}]`);
  error.code = code;
  error.errno = errno;
  return error;
}

/** A new Buffer with the text of `source`; what the target cannot express becomes '?'. */
function transcode(source, fromName, toName) {
  if (source.length === 0) return new FastBuffer();
  const from = findEncoding((fromName ?? '') === '' ? 'utf8' : fromName);
  const to = findEncoding((toName ?? '') === '' ? 'utf8' : toName);
  if (!isCharacterEncoding(from) || !isCharacterEncoding(to)) throw failure(kIllegalArgument);
  const result = binding.transcode(source, from.id, to.id);
  if (result === undefined) throw failure(kInvalidCharacter);
  return new FastBuffer(result, 0, result.byteLength);
}

module.exports = { transcode };

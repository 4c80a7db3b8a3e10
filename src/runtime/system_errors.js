'use strict';

// Names and messages of system errors, from libuv's table, read when first asked for.

let names;

/** Map of libuv's negative error numbers to [name, message], as util.getSystemErrorMap() gives it. */
function errorMap() {
  names ??= native('uv').getErrorMap();
  return names;
}

/** { name, message } of a negative libuv error number, known or not. */
function describe(errno) {
  const entry = errorMap().get(errno);
  return entry === undefined
    ? { name: native('uv').errname(errno), message: 'unknown error' }
    : { name: entry[0], message: entry[1] };
}

module.exports = { describe, errorMap };

'use strict';

const binding = native('zlib');

/** zlib.constants */
const constants = { __proto__: null };
for (const name of Object.keys(binding)) {
  if (typeof binding[name] === 'number') {
    Object.defineProperty(constants, name, { enumerable: true, value: binding[name] });
  }
}

/** zlib.codes: zlib's results by name and by number. */
const codes = {};
for (const name of [
  'Z_OK',
  'Z_STREAM_END',
  'Z_NEED_DICT',
  'Z_ERRNO',
  'Z_STREAM_ERROR',
  'Z_DATA_ERROR',
  'Z_MEM_ERROR',
  'Z_BUF_ERROR',
  'Z_VERSION_ERROR',
]) {
  codes[name] = constants[name];
  codes[constants[name]] = name;
}

module.exports = { codes: Object.freeze(codes), constants };

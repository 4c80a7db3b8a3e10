'use strict';

const { Buffer } = require('node:buffer');
const { ERR_UNKNOWN_ENCODING } = require('runtime/errors');

/** Returns `encoding` if Buffers know it; throws ERR_UNKNOWN_ENCODING otherwise. */
function validateEncodingName(encoding) {
  if (!Buffer.isEncoding(encoding)) throw new ERR_UNKNOWN_ENCODING(encoding);
  return encoding;
}

module.exports = { validateEncodingName };

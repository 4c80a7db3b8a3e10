'use strict';

const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { validateInteger } = require('runtime/validators');

let byteDefault = process.platform === 'win32' ? 16 * 1024 : 64 * 1024;
let objectDefault = 16;

/** The highWaterMark of streams that are not given one. */
function getDefaultHighWaterMark(objectMode) {
  return objectMode ? objectDefault : byteDefault;
}

/** Changes the highWaterMark that streams made from now on start with. */
function setDefaultHighWaterMark(objectMode, value) {
  validateInteger(value, 'value', 0);
  if (objectMode) objectDefault = value;
  else byteDefault = value;
}

/**
 * Picks a side's highWaterMark: the common option wins, then (for a Duplex) the side's own, then
 * the default.
 */
function chooseHighWaterMark(options, objectMode, sideOption, isDuplex) {
  if (options) {
    const value = options.highWaterMark ?? (isDuplex ? options[sideOption] : null);
    if (value != null) {
      if (!Number.isInteger(value) || value < 0) {
        // Named after the side even where the common option is to blame, as in Node.
        const name = isDuplex ? sideOption : 'highWaterMark';
        throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value);
      }
      return value;
    }
  }
  return objectMode ? objectDefault : byteDefault;
}

module.exports = { getDefaultHighWaterMark, setDefaultHighWaterMark, chooseHighWaterMark };

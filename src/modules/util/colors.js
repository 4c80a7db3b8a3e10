'use strict';

// The terminal colours of what Gyre itself writes: assertion messages, test reports.

const plain = {
  blue: '',
  green: '',
  white: '',
  yellow: '',
  red: '',
  gray: '',
  bold: '',
  reset: '',
  clear: '',
};
const colored = {
  blue: '\u001b[34m',
  green: '\u001b[32m',
  white: '\u001b[39m',
  yellow: '\u001b[33m',
  red: '\u001b[31m',
  gray: '\u001b[90m',
  bold: '\u001b[1m',
  reset: '\u001b[0m',
  clear: '\u001bc',
};

/**
 * Whether a stream shows colours: FORCE_COLOR decides, then whether it is a terminal with colours.
 * @returns {boolean}
 */
function shouldColorize(stream) {
  if (process.env.FORCE_COLOR !== undefined) {
    return require('node:tty').WriteStream.prototype.getColorDepth() > 2;
  }
  return (
    Boolean(stream?.isTTY) &&
    (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true)
  );
}

/** The escape sequences for a stream; empty strings if it shows no colours. */
function colorsFor(stream) {
  return shouldColorize(stream) ? colored : plain;
}

module.exports = { colorsFor, shouldColorize };

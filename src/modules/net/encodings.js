'use strict';

// Text that a native stream takes as it is, by the number that the stream knows the encoding by.
const encodings = {
  utf8: 0,
  'utf-8': 0,
  latin1: 1,
  binary: 1,
  ascii: 1,
  ucs2: 2,
  'ucs-2': 2,
  utf16le: 2,
  'utf-16le': 2,
};

module.exports = { encodings };

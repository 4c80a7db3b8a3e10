'use strict';
// Errors that nghttp2 and the peer report.

const errors = require('runtime/errors');
const { errorNames } = require('modules/http2/constants');
const native_ = native('http2');

const kOutOfMemory = -901;
const kFlooded = -904;

/** An error of nghttp2, by its number. */
class NghttpError extends Error {
  constructor(number) {
    super(native_.errorText(number));
    Object.defineProperty(this, 'name', {
      value: 'Error',
      writable: true,
      enumerable: false,
      configurable: true,
    });
    this.code = 'ERR_HTTP2_ERROR';
    this.errno = number;
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}

/** What ended a session: nghttp2's error, or a limit of ours. */
function sessionFailure(number) {
  if (number === native_.TOO_MANY_INVALID_FRAMES) {
    return new errors.ERR_HTTP2_TOO_MANY_INVALID_FRAMES();
  }
  if (number === native_.TOO_MANY_REJECTED_STREAMS) {
    return new errors.ERR_HTTP2_SESSION_ERROR('NGHTTP2_ENHANCE_YOUR_CALM');
  }
  return new NghttpError(number);
}

/** The error of a stream that ended with a code. */
function streamFailure(code) {
  return new errors.ERR_HTTP2_STREAM_ERROR(errorNames[code] ?? code);
}

module.exports = { NghttpError, kFlooded, kOutOfMemory, sessionFailure, streamFailure };

'use strict';
// Errors that nghttp2 and the peer report.

const errors = require('runtime/errors');
const { errorNames } = require('modules/http2/constants');
const native_ = native('http2');

const kCallbackFailure = -902; // NGHTTP2_ERR_CALLBACK_FAILURE

/** The error for a number of nghttp2's. */
function nghttpError(number) {
  const error = new errors.ERR_HTTP2_ERROR(native_.errorText(number));
  error.errno = number;
  return error;
}

/** What ended a session: nghttp2's error, or a limit of ours. */
function sessionFailure(number) {
  if (number === native_.TOO_MANY_INVALID_FRAMES) {
    const error = new errors.ERR_HTTP2_TOO_MANY_INVALID_FRAMES();
    error.errno = kCallbackFailure;
    return error;
  }
  if (number === native_.TOO_MANY_REJECTED_STREAMS) {
    return new errors.ERR_HTTP2_SESSION_ERROR('NGHTTP2_ENHANCE_YOUR_CALM');
  }
  return nghttpError(number);
}

/** The error of a stream that ended with a code. */
function streamFailure(code) {
  return new errors.ERR_HTTP2_STREAM_ERROR(errorNames[code] ?? code);
}

module.exports = { nghttpError, sessionFailure, streamFailure };

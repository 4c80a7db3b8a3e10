'use strict';
// The compatibility API: what http.Server's listeners know, over a stream.
// https://nodejs.org/api/http2.html#compatibility-api

const { kOptions } = require('modules/http2/symbols');
const { Http2ServerRequest } = require('modules/http2/compat_request');
const { Http2ServerResponse } = require('modules/http2/compat_response');

const kExpectContinue = /^100-continue$/i;

/** Makes request and response of a stream and hands them to the server's listeners. */
function answer(server, stream, headers, _flags, rawHeaders) {
  const options = server[kOptions];
  const request = new options.Http2ServerRequest(stream, headers, undefined, rawHeaders);
  const response = new options.Http2ServerResponse(stream);
  response.req = request;
  // A tunnel is for who asks for it.
  if (headers[':method'] === 'CONNECT') {
    if (!server.emit('connect', request, response)) {
      response.statusCode = 405;
      response.end();
    }
    return;
  }
  const { expect } = headers;
  if (expect !== undefined) {
    if (kExpectContinue.test(expect)) {
      if (server.listenerCount('checkContinue') > 0) {
        server.emit('checkContinue', request, response);
      } else {
        response.writeContinue();
        server.emit('request', request, response);
      }
    } else if (server.listenerCount('checkExpectation') > 0) {
      server.emit('checkExpectation', request, response);
    } else {
      response.statusCode = 417;
      response.end();
    }
    return;
  }
  server.emit('request', request, response);
}

/** The listener of a request has rejected: 500, if it is not too late. */
function answerRejection(stream, error) {
  if (typeof stream.respond !== 'function') {
    stream.destroy?.(error);
    return;
  }
  if (stream.headersSent || stream.destroyed || stream.closed) {
    stream.destroy(error);
    return;
  }
  stream.respond({ ':status': 500 }, { endStream: true });
}

module.exports = { Http2ServerRequest, Http2ServerResponse, answer, answerRejection };

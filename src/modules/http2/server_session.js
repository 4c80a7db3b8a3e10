'use strict';
// ServerHttp2Session.
// https://nodejs.org/api/http2.html#class-serverhttp2session

const { constants } = require('modules/http2/constants');
const { Http2Session } = require('modules/http2/session');
const { ServerHttp2Stream } = require('modules/http2/server_stream');
const { publish } = require('modules/http2/diagnostics');
const { kServer } = require('modules/http2/symbols');

class ServerHttp2Session extends Http2Session {
  constructor(options, socket, server) {
    super(constants.NGHTTP2_SESSION_SERVER, options, socket);
    this[kServer] = server;
  }

  get server() {
    return this[kServer];
  }

  altsvc(alt, originOrStream) {
    require('modules/http2/origins').sendAltsvc(this, alt, originOrStream);
  }

  origin(...origins) {
    require('modules/http2/origins').sendOrigins(this, origins);
  }

  _opened(options) {
    if (this.encrypted && Array.isArray(options.origins)) this.origin(...options.origins);
  }

  _acceptStream(handle, headers) {
    const stream = new ServerHttp2Stream(this, handle, headers);
    publish(stream, 'created', () => ({ stream, headers }));
    publish(stream, 'start', () => ({ stream, headers }));
    return stream;
  }
}

module.exports = { ServerHttp2Session };

// node:http2
'use strict';
// https://nodejs.org/api/http2.html

const { constants } = require('modules/http2/constants');
const { sensitiveHeaders } = require('modules/http2/headers');
const { getDefaultSettings, getPackedSettings, getUnpackedSettings } =
  require('modules/http2/settings');
const { connect } = require('modules/http2/connect');
const { createSecureServer, createServer, performServerHandshake } =
  require('modules/http2/server');
const { Http2ServerRequest, Http2ServerResponse } = require('modules/http2/compat');

module.exports = {
  connect,
  constants,
  createServer,
  createSecureServer,
  getDefaultSettings,
  getPackedSettings,
  getUnpackedSettings,
  performServerHandshake,
  sensitiveHeaders,
  Http2ServerRequest,
  Http2ServerResponse,
};

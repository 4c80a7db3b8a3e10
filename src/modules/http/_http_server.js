// node:_http_server
'use strict';
// The public name from before modules were folders.

const { STATUS_CODES } = require('modules/http/common');
const { Server, ServerResponse, kChecker } = require('modules/http/server');

module.exports = { STATUS_CODES, Server, ServerResponse, kConnectionsCheckingInterval: kChecker };

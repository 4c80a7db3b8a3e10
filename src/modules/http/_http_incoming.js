// node:_http_incoming
'use strict';
// The public name from before modules were folders.

const { IncomingMessage } = require('modules/http/incoming');

module.exports = { IncomingMessage };

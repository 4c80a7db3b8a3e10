// node:_http_outgoing
'use strict';
// The public name from before modules were folders.

const {
  OutgoingMessage,
  validateHeaderName,
  validateHeaderValue,
} = require('modules/http/outgoing');

module.exports = { OutgoingMessage, validateHeaderName, validateHeaderValue };

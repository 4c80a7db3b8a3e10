// node:_http_common
'use strict';
// The public name from before modules were folders.

const common = require('modules/http/common');

module.exports = {
  _checkIsHttpToken: common.isToken,
  _checkInvalidHeaderChar: common.hasInvalidValue,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF: '\r\n',
  methods: common.METHODS,
  parsers: common.parsers,
};

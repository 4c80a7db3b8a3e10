// node:_http_common
'use strict';
// The public name from before modules were folders.

const common = require('modules/http/common');
const { defineLazy } = require('runtime/lazy_property');

module.exports = {
  _checkIsHttpToken: common.isToken,
  _checkInvalidHeaderChar: common.hasInvalidValue,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF: '\r\n',
  methods: common.METHODS,
  parsers: common.parsers,
};

defineLazy(module.exports, 'HTTPParser', () => require('modules/http/raw_parser').HTTPParser);

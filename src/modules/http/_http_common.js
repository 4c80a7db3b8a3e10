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
  freeParser(parser) {
    parser?.free();
  },
  methods: common.methods,
  parsers: Object.assign(common.parsers, {
    alloc: () => require('modules/http/http_parser').allocate(),
    free: (parser) => parser.free(),
  }),
};

defineLazy(module.exports, 'HTTPParser', () => require('modules/http/http_parser').HTTPParser);

// node:_stream_wrap
'use strict';

const { ERR_METHOD_NOT_IMPLEMENTED } = require('runtime/errors');

process.emitWarning('The _stream_wrap module is deprecated.', 'DeprecationWarning', 'DEP0125');

/** A socket over any Duplex; it needs a part of net that does not exist yet. */
class JSStreamSocket {
  constructor() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('JSStreamSocket');
  }
}

module.exports = JSStreamSocket;

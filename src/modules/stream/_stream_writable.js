// node:_stream_writable
'use strict';

module.exports = require('modules/stream/writable').Writable;

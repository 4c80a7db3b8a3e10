// node:_stream_duplex
'use strict';

module.exports = require('modules/stream/duplex');

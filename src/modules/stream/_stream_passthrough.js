// node:_stream_passthrough
'use strict';

module.exports = require('modules/stream/passthrough');

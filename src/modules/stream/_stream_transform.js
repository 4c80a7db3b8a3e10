// node:_stream_transform
'use strict';

module.exports = require('modules/stream/transform');

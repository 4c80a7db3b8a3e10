// node:_stream_readable
'use strict';

module.exports = require('modules/stream/readable').Readable;

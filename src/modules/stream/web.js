// node:stream/web
'use strict';

module.exports = { ...require('web/streams').interfaces };

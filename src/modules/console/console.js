// node:console
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/console.html
// The module is the global console itself, which has the class as a property.
module.exports = require('modules/console/global').console;

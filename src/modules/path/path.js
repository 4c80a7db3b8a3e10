// node:path
'use strict';

// Gyre runs on POSIX systems, so the module itself is the POSIX flavour.
module.exports = require('modules/path/posix');

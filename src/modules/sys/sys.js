// node:sys
'use strict';

// The old name of node:util.
process.emitWarning('sys is deprecated. Use `node:util` instead.', 'DeprecationWarning', 'DEP0025');
module.exports = require('node:util');

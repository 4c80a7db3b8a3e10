// node:constants
'use strict';
// The constants of node:os, node:fs and node:crypto in one object: deprecated (DEP0008), for old
// programs. https://nodejs.org/api/deprecations.html#dep0008-requirenodeconstants

const { constants: os } = require('node:os');
const { constants: fs } = require('node:fs');
const { constants: crypto } = require('node:crypto');

// An ordinary object, not a bare one: graceful-fs asks it for hasOwnProperty().
module.exports = Object.freeze({
  ...os.dlopen,
  ...os.errno,
  ...os.priority,
  ...os.signals,
  ...fs,
  ...crypto,
});

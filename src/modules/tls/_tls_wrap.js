// node:_tls_wrap
'use strict';
// The public name from before modules were folders.

const { TLSSocket, Server, createServer, connect } = require('node:tls');

module.exports = { TLSSocket, Server, createServer, connect };

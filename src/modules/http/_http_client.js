// node:_http_client
'use strict';
// The public name from before modules were folders.

module.exports = { ClientRequest: require('modules/http/client').ClientRequest };

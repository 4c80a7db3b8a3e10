'use strict';
// The Fetch, WebSocket and EventSource standards: undici's implementation, loaded at first use.
// https://fetch.spec.whatwg.org/ https://websockets.spec.whatwg.org/

module.exports = require('third_party/undici/index-fetch');

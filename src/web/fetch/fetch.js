'use strict';
// The Fetch, WebSocket and EventSource standards: undici's implementation, loaded at first use.
// https://fetch.spec.whatwg.org/ https://websockets.spec.whatwg.org/

const undici = require('third_party/undici/index-fetch');

const { getOptionValue } = require('runtime/options');

if (process.env.NODE_USE_ENV_PROXY === '1' || getOptionValue('--use-env-proxy')) {
  const { setFetchProxy, usesEnvironment } = require('modules/http/proxy');
  if (usesEnvironment()) setFetchProxy(undici, process.env);
}

module.exports = undici;

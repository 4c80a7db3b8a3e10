// node:https
'use strict';
// https://nodejs.org/api/https.html

const http = require('node:http');
const { Server, createServer } = require('modules/https/server');
const { Agent } = require('modules/https/agent');
const { defineLazy } = require('runtime/lazy_property');

/** A ClientRequest over TLS: request(url[, options][, callback]). */
function request(...args) {
  let options = {};
  if (typeof args[0] === 'string') {
    const { URL, urlToHttpOptions } = require('node:url');
    options = urlToHttpOptions(new URL(args.shift()));
  } else if (args[0] instanceof require('node:url').URL) {
    options = require('node:url').urlToHttpOptions(args.shift());
  }
  if (args[0] && typeof args[0] !== 'function') Object.assign(options, args.shift());
  options._defaultAgent = module.exports.globalAgent;
  return new http.ClientRequest(options, args[0]);
}

/** request() for GET, ended at once. */
function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

module.exports = { Agent, Server, createServer, get, request };

defineLazy(
  module.exports,
  'globalAgent',
  () => new Agent(require('modules/http/agent').globalOptions()),
);

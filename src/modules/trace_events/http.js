'use strict';
// Trace events of node.http: requests, from either side.

const { subscribe } = require('node:diagnostics_channel');
const { nextId, trace } = require('modules/trace_events/state');

const kGroup = 'node,node.http';
const ids = new WeakMap(); // of requests under way

function begin(name) {
  return ({ request }) => {
    ids.set(request, nextId());
    const { method, path, url } = request;
    trace('b', kGroup, name, ids.get(request), { method, url: path ?? url });
  };
}

function end(name) {
  return ({ request, response }) => {
    if (!ids.has(request)) return;
    trace('e', kGroup, name, ids.get(request), { statusCode: response.statusCode });
    ids.delete(request);
  };
}

let installed = false;
function install() {
  if (installed) return;
  installed = true;
  subscribe('http.client.request.start', begin('http.client.request'));
  subscribe('http.client.response.finish', end('http.client.request'));
  subscribe('http.server.request.start', begin('http.server.request'));
  subscribe('http.server.response.finish', end('http.server.request'));
}

module.exports = { install };

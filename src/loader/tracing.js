'use strict';
// Tells subscribers of node:diagnostics_channel which modules are loaded.
// https://nodejs.org/api/diagnostics_channel.html#modules

let channels;

function openChannels() {
  const { tracingChannel } = require('node:diagnostics_channel');
  channels = { require: tracingChannel('module.require'), import: tracingChannel('module.import') };
  return channels;
}

/** Runs `load`, a require() of `id` in the file `parentFilename`. */
function traceRequire(load, parentFilename, id) {
  const channel = (channels ?? openChannels()).require;
  if (!channel.hasSubscribers) return load();
  return channel.traceSync(load, { __proto__: null, parentFilename, id });
}

/** Runs `load`, an import() of `url` in the module `parentURL`; gives its promise. */
function traceImport(load, parentURL, url) {
  const channel = (channels ?? openChannels()).import;
  if (!channel.hasSubscribers) return load();
  return channel.tracePromise(load, { __proto__: null, parentURL, url });
}

module.exports = { traceRequire, traceImport };

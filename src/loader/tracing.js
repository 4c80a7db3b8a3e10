'use strict';
// Tells subscribers of node:diagnostics_channel which modules are loaded.
// https://nodejs.org/api/diagnostics_channel.html#modules

const { tracingChannel } = require('node:diagnostics_channel');

const requireChannel = tracingChannel('module.require');
const importChannel = tracingChannel('module.import');

/** Runs `load`, a require() of `id` in the file `parentFilename`. */
function traceRequire(load, parentFilename, id) {
  if (!requireChannel.hasSubscribers) return load();
  return requireChannel.traceSync(load, { __proto__: null, parentFilename, id });
}

/** Runs `load`, an import() of `url` in the module `parentURL`; gives its promise. */
function traceImport(load, parentURL, url) {
  if (!importChannel.hasSubscribers) return load();
  return importChannel.tracePromise(load, { __proto__: null, parentURL, url });
}

module.exports = { traceRequire, traceImport };

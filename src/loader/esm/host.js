'use strict';
// What V8 asks for import() and import.meta.

// Who handles import() in code that was compiled with a symbol of its own (vm's scripts and
// modules): symbol -> (specifier, attributes, phase, referrer name) => promise.
const importers = new WeakMap();
// import.meta of native modules that are not the default loader's: wrap -> (meta) => void.
const metaInitializers = new WeakMap();

/** Names the handler of import() in code compiled with the symbol `id`. */
function registerImporter(id, importer) {
  importers.set(id, importer);
}

/** Names the function that fills import.meta of a native module. */
function registerMetaInitializer(wrap, initialize) {
  metaInitializers.set(wrap, initialize);
}

function importDynamically(id, referrer, specifier, attributes, phase) {
  if (typeof id === 'symbol') {
    const importer = importers.get(id);
    if (importer !== undefined) return importer(specifier, attributes, phase, referrer);
  }
  return require('loader/esm/import').importFrom(specifier, referrer, attributes, phase);
}

// The id that code in a new ShadowRealm imports with: a module graph of its own.
function prepareShadowRealm(global) {
  return require('loader/esm/shadow_realm').prepare(global);
}

function initializeMeta(wrap, meta) {
  const initialize = metaInitializers.get(wrap);
  if (initialize !== undefined) return initialize(meta);
  require('loader/esm/import_meta').initialize(wrap, meta);
}

/** Tells V8 of us; once in each thread. */
function installHost() {
  native('loader').installHost(importDynamically, initializeMeta, prepareShadowRealm);
}

module.exports = { installHost, registerImporter, registerMetaInitializer };

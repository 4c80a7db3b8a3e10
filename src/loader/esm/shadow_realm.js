'use strict';
// --experimental-shadow-realm: what a ShadowRealm starts with, and its own module graph.
// https://github.com/tc39/proposal-shadowrealm

const { isolateStacks } = require('runtime/stack_traces');
const { registerImporter } = require('loader/esm/host');
const { importRecord } = require('loader/esm/graph');
const { workingDirectoryURL } = require('loader/esm/resolve');
const { URL } = require('web/url');

// Interfaces that the standards expose everywhere.
const EXPOSED = [
  'AbortController',
  'AbortSignal',
  'Event',
  'EventTarget',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
];

let count = 0;

/** Fills the global object of a new realm; gives the symbol that its code imports with. */
function prepare(global) {
  for (const name of EXPOSED) {
    Object.defineProperty(global, name, {
      __proto__: null,
      get: () => globalThis[name],
      configurable: true,
      enumerable: false,
    });
  }
  isolateStacks(global);
  const realm = {
    name: `shadow${++count}`,
    hostId: Symbol('shadow realm'),
    global,
    records: new Map(),
  };
  registerImporter(realm.hostId, async (specifier, attributes, _phase, referrer) => {
    const base =
      typeof referrer === 'string' && URL.canParse(referrer) ? referrer : workingDirectoryURL();
    // Customization hooks belong to the program and do not reach into the realm.
    const record = await importRecord(specifier, base, attributes, { realm, isDirect: true });
    return record.namespace;
  });
  return realm.hostId;
}

module.exports = { prepare };

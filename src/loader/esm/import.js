'use strict';
// import() through the default loader.

const { canBeTraced } = require('loader/builtins');
const { toURL } = require('loader/file_urls');
const { importRecord, importSource } = require('loader/esm/graph');
const { workingDirectoryURL } = require('loader/esm/resolve');
const { kSourcePhase } = native('module_wrap');
const { URL } = require('web/url');

// The URL that relative specifiers of code with this name start from.
function refererURL(name) {
  // Code without a script of its own, run from a microtask, goes by the name of what drains those.
  if (typeof name !== 'string' || name.startsWith('node:')) return workingDirectoryURL();
  if (name.startsWith('/')) return toURL(name);
  if (URL.canParse(name)) return name;
  // '[eval]', 'evalmachine.<anonymous>': code without a file lives in the working directory.
  return new URL(encodeURIComponent(name), workingDirectoryURL()).href;
}

/**
 * import() in code named `referrer` (a path or a URL): the promise of the namespace, or of what
 * `import.source` gives.
 */
function importFrom(specifier, referrer, attributes, phase) {
  const parentURL = refererURL(referrer);
  const load = () =>
    phase === kSourcePhase
      ? importSource(specifier, parentURL, attributes)
      : importNamespace(specifier, parentURL, attributes);
  if (!canBeTraced()) return load();
  return require('loader/tracing').traceImport(load, parentURL, specifier);
}

async function importNamespace(specifier, parentURL, attributes) {
  const record = await importRecord(specifier, parentURL, attributes);
  return record.namespace;
}

module.exports = { importFrom };

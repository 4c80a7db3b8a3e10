'use strict';
// Resolving and loading for import, with and without customization hooks.

const { importConditions } = require('loader/conditions');
const { hasHooks, loadHooks, resolveHooks } = require('loader/hooks_state');
const { defaultLoad, formatOfName } = require('loader/esm/load');
const { resolveURL } = require('loader/esm/resolve');

let asyncHooks;
let answersHooks = false;

/** Is this the thread that runs the hooks of module.register()? */
function isHooksThread() {
  return answersHooks;
}

/** It is. */
function becomeHooksThread() {
  answersHooks = true;
}

/** Are there hooks of module.register()? */
function hasAsyncHooks() {
  return asyncHooks !== undefined;
}

/** The hooks of module.register(), once there are any: see loader/esm/async_hooks.js. */
function setAsyncHooks(client) {
  asyncHooks = client;
}

function defaultResolve(specifier, context, isMain) {
  const { conditionsOf } = require('loader/hooks');
  const conditions = conditionsOf(context, importConditions());
  const url = resolveURL(specifier, context.parentURL ?? startURL(), conditions, isMain);
  return { __proto__: null, url, format: formatOfName(url), importAttributes: undefined };
}

function startURL() {
  return require('loader/esm/resolve').workingDirectoryURL();
}

const resolved = new Map();

// The same specifier means the same module for as long as the program runs, whatever happens to
// the file.
function resolveOnce(specifier, parentURL, isMain) {
  const key = `${parentURL} ${specifier}`;
  let url = resolved.get(key);
  if (url === undefined) {
    url = resolveURL(specifier, parentURL, importConditions(), isMain);
    resolved.set(key, url);
  }
  return url;
}

/** { url, format, importAttributes } of a specifier. `isDirect` leaves hooks out. */
function resolveSync(specifier, parentURL, attributes, { isMain, isDirect } = {}) {
  if (isDirect || (!hasHooks() && asyncHooks === undefined)) {
    return { url: resolveOnce(specifier, parentURL, isMain), format: undefined };
  }
  const last = (specifier_, context) =>
    asyncHooks === undefined
      ? defaultResolve(specifier_, context, isMain)
      : asyncHooks.resolveSync(specifier_, context);
  const { runResolve } = require('loader/hooks');
  // The entry point has no importer.
  const importer = isMain ? undefined : parentURL;
  return runResolve(specifier, importer, attributes, importConditions(), last);
}

/** { format, source } of a URL; isCustom when hooks were asked. */
function loadSync(url, format, attributes, { isDirect } = {}) {
  if (isDirect || (loadHooks.length === 0 && asyncHooks === undefined)) {
    return defaultLoad(url, { format, importAttributes: attributes });
  }
  const last = (url_, context) =>
    asyncHooks === undefined ? bytesLoad(url_, context) : asyncHooks.loadSync(url_, context);
  const { runLoad } = require('loader/hooks');
  const loaded = runLoad(url, format ?? formatOfName(url), attributes, importConditions(), last);
  return { ...loaded, isCustom: true };
}

// What hooks get from the default step: the source of a module as bytes.
function bytesLoad(url, context) {
  const loaded = defaultLoad(url, context);
  if (typeof loaded.source === 'string' && loaded.format !== 'commonjs') {
    const { Buffer } = require('node:buffer');
    loaded.source = Buffer.from(loaded.source);
  }
  return loaded;
}

/** resolveSync, for hooks that take time. */
async function resolveAsync(specifier, parentURL, attributes, { isMain, realm }) {
  if (resolveHooks.length > 0 || asyncHooks === undefined) {
    return resolveSync(specifier, parentURL, attributes, { isMain });
  }
  const context = {
    conditions: [...importConditions()],
    // A hook may change what it gets; the request stays as it was.
    importAttributes: { __proto__: null, ...attributes },
    parentURL: isMain ? undefined : parentURL,
  };
  return asyncHooks.resolve(specifier, context, realm);
}

/** loadSync, for hooks that take time. */
async function loadAsync(url, format, attributes, realm) {
  if (loadHooks.length > 0 || asyncHooks === undefined) return loadSync(url, format, attributes);
  const context = {
    conditions: [...importConditions()],
    format,
    importAttributes: { __proto__: null, ...attributes },
  };
  const loaded = await asyncHooks.load(url, context, realm);
  return { ...loaded, isCustom: loaded.source != null };
}

module.exports = {
  isHooksThread,
  becomeHooksThread,
  hasAsyncHooks,
  setAsyncHooks,
  defaultResolve,
  resolveSync,
  loadSync,
  resolveAsync,
  loadAsync,
};

'use strict';
// require() while synchronous hooks are registered.
// https://nodejs.org/api/module.html#synchronous-customization-hooks

const { builtinName } = require('loader/builtins');
const { requireConditions } = require('loader/conditions');
const { fileURLToPath, pathToFileURL, toURL } = require('loader/file_urls');
const { requireFormat } = require('loader/formats');
const { conditionsOf, runLoad, runResolve } = require('loader/hooks');
const { loadHooks, resolveHooks } = require('loader/hooks_state');
const { readSource, sourceText, stripBom } = require('loader/source');

/**
 * Resolves a request through the hooks.
 * @returns {{ url: string, filename: string, format: string | undefined }}
 */
function resolveHooked(Module, request, parent, isMain, options) {
  const last = (specifier, context) => {
    const conditions = conditionsOf(context, requireConditions());
    const filename = Module._resolveFilename(specifier, parent, isMain, { ...options, conditions });
    const name = builtinName(filename);
    const url = name === undefined ? pathToFileURL(filename).href : `node:${name}`;
    return { __proto__: null, url, format: undefined, importAttributes: undefined };
  };
  if (resolveHooks.length === 0) {
    const { url } = last(request, { __proto__: null });
    return { url, filename: filenameOf(url), format: undefined };
  }
  const parentURL = parent?.filename ? toURL(parent.filename) : undefined;
  const { url, format } = runResolve(request, parentURL, undefined, requireConditions(), last);
  return { url, filename: filenameOf(url), format: format ?? undefined };
}

function filenameOf(url) {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

// Loads through the hooks: { format, source }.
function load(url, format) {
  const last = (target, context) => {
    if (target.startsWith('node:')) return { source: null, format: 'builtin' };
    const filename = filenameOf(target);
    const { format: found } = context;
    const source = found === 'addon' || found === 'wasm' ? null : readSource(filename);
    return { source, format: found };
  };
  if (loadHooks.length === 0) return last(url, { __proto__: null, format });
  return runLoad(url, format, undefined, requireConditions(), last);
}

/** Module._load with hooks. */
function loadHooked(Module, request, parent, isMain) {
  const { loadFile, requireBuiltin } = require('loader/cjs/module');
  const { url, filename, format } = resolveHooked(Module, request, parent, isMain);
  if (url.startsWith('node:')) {
    const replaced = request.startsWith('node:') ? undefined : Module._cache[request];
    if (replaced !== undefined) return replaced.exports;
    load(url, 'builtin');
    return requireBuiltin(url);
  }
  return loadFile(filename, parent, isMain, undefined, request, (record) => {
    record.url = url;
    const loaded = load(url, format ?? requireFormat(filename));
    record.format = loaded.format ?? undefined;
    record.source = loaded.source == null ? undefined : stripBom(sourceText(loaded.source));
  });
}

module.exports = { loadHooked, resolveHooked };

'use strict';
// CommonJS modules that are imported: a synthetic module runs the CommonJS one and takes over its
// exports.
// https://nodejs.org/api/esm.html#commonjs-namespaces

const { builtinName, loadBuiltin } = require('loader/builtins');
const { fileURLToPath, toURL } = require('loader/file_urls');
const { hasAsyncHooks } = require('loader/esm/pipeline');
const { readSource, sourceText, stripBom } = require('loader/source');
const { recordOf } = require('loader/cjs/records');
const { ModuleRecord } = require('loader/esm/record');
const { findExports } = require('loader/esm/cjs_exports');
const wraps = native('module_wrap');

/**
 * The record of a CommonJS module.
 * @param {string | Uint8Array | null | undefined} source Its text, when it was loaded
 * @param {{ isMain: boolean, isCustom?: boolean, format: string }} loaded
 */
function makeCommonJS(url, source, { isMain, isCustom, format }) {
  const filename = url.startsWith('file:') ? fileURLToPath(url) : url;
  let text = source == null ? undefined : stripBom(sourceText(source));
  if (text === undefined && filename.startsWith('/')) text = readText(filename);
  const names = new Set(text === undefined ? [] : findExports(filename, text));
  // A module that has run says better than its text what it exports.
  const { Module } = require('loader/cjs/module');
  const ran = Module._cache[filename];
  if (ran?.loaded) addOwnNames(names, ran.exports);
  names.delete('default');
  names.add('module.exports');

  const wrap = wraps.createSynthetic(url, [...names, 'default'], function evaluate() {
    const exports = run(filename, isCustom ? text : undefined, format, isMain, url);
    for (const name of names) {
      if (name === 'module.exports') continue;
      this.setExport(name, readExport(exports, name));
    }
    this.setExport('default', exports);
    this.setExport('module.exports', exports);
  });
  const record = new ModuleRecord(url, 'commonjs', wrap);
  record.names = names;
  return record;
}

function readText(filename) {
  try {
    return readSource(filename);
  } catch {
    return undefined;
  }
}

function addOwnNames(names, exports) {
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return;
  for (const name of Object.keys(exports)) {
    if (typeof exports !== 'function' || names.has(name)) names.add(name);
  }
}

function readExport(exports, name) {
  if (exports === null || exports === undefined) return undefined;
  try {
    return Object.hasOwn(Object(exports), name) || name === '__esModule'
      ? exports[name]
      : undefined;
  } catch {
    return undefined;
  }
}

// Runs the module, unless it has run.
function run(filename, text, format, isMain, url) {
  const { Module, loadFile } = require('loader/cjs/module');
  if (text === undefined && filename.startsWith('/')) {
    const cached = Module._cache[filename];
    if (cached?.loaded && !isMain) return recordOf(cached).snapshot ?? cached.exports;
    if (cached !== undefined && !isMain) return cached.exports;
    return loadFile(filename, undefined, isMain, undefined, filename, (record) => {
      record.format ??= format === 'commonjs-typescript' ? format : undefined;
    });
  }
  // Hooks gave the text.
  return loadFile(filename, undefined, isMain, undefined, filename, (record, module) => {
    if (hasAsyncHooks()) module.require = requireThroughHooks(module, url);
    record.source = text;
    record.url = url;
    record.format = 'commonjs';
  });
}

// require() in a module whose text a hook of module.register() gave: what it asks for is loaded
// through the hooks too. They get the URL that the CommonJS resolution found.
function requireThroughHooks(module, parentURL) {
  const { Module } = require('loader/cjs/module');
  const { requireURL } = require('loader/cjs/require_esm');
  return (request) => {
    const filename = Module._resolveFilename(request, module, false);
    const name = builtinName(filename);
    if (name !== undefined) return loadBuiltin(name);
    return requireURL(toURL(filename), parentURL, module.filename);
  };
}

module.exports = { makeCommonJS };

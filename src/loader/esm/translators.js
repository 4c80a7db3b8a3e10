'use strict';
// From a loaded source to a native module, for each format.

const { ERR_INVALID_RETURN_PROPERTY_VALUE, ERR_UNKNOWN_MODULE_FORMAT } = require('runtime/errors');
const { fileURLToPath } = require('loader/file_urls');
const { isTypeScript, withoutTypes } = require('loader/formats');
const { sourceText, stripBom } = require('loader/source');
const { ModuleRecord } = require('loader/esm/record');
const wraps = native('module_wrap');

const TEXT_FORMATS = new Set([
  'module',
  'module-typescript',
  'commonjs-typescript',
  'json',
  'text',
]);

/**
 * Makes the record of a loaded module.
 * @param {string} url
 * @param {{ format: string, source: unknown, isCustom?: boolean }} loaded What load gave; isCustom
 *   when a hook had a part in it
 * @param {boolean} isMain
 * @param {{ name: string, hostId: symbol } | undefined} realm
 */
function translate(url, loaded, isMain, realm) {
  let { format } = loaded;
  const make = Object.hasOwn(TRANSLATORS, format) ? TRANSLATORS[format] : undefined;
  if (make === undefined) throw new ERR_UNKNOWN_MODULE_FORMAT(format, url);
  let { source } = loaded;
  if (TEXT_FORMATS.has(format)) source = textOf(url, format, source);
  if (isTypeScript(format)) {
    if (source != null) {
      const { stripModuleTypes } = require('loader/typescript');
      source = stripModuleTypes(stripBom(sourceText(source)), pathOf(url) ?? url, url);
    }
    format = withoutTypes(format);
  }
  const record = make(url, source, { ...loaded, isMain, realm });
  record.isMain = isMain;
  record.realm = realm;
  return record;
}

function pathOf(url) {
  return url.startsWith('file:') ? fileURLToPath(url) : undefined;
}

function isBytes(value) {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    Object.prototype.toString.call(value) === '[object SharedArrayBuffer]' ||
    Object.prototype.toString.call(value) === '[object ArrayBuffer]'
  );
}

function textOf(url, format, source) {
  if (typeof source === 'string') return source;
  if (isBytes(source)) return stripBom(sourceText(source));
  if (format === 'commonjs-typescript' && source == null) return source;
  throw new ERR_INVALID_RETURN_PROPERTY_VALUE(
    'string, array buffer, or typed array',
    'load',
    'source',
    source,
  );
}

function makeModule(url, source, { realm }) {
  const { currentCache } = require('loader/compile_cache_state');
  const { isEnabled } = require('loader/source_map/state');
  const cache = realm === undefined ? currentCache() : undefined;
  const wrap =
    cache === undefined
      ? wraps.compileModule(url, source, realm?.hostId, undefined, realm?.global)
      : cache.compileModule(url, source, wraps.compileModule);
  if (isEnabled()) require('loader/source_map/cache').remember(url, source, wrap);
  return new ModuleRecord(url, 'module', wrap);
}

// A module whose exports have fixed values, computed by `values` when it is evaluated.
function makeSynthetic(url, format, names, values) {
  const wrap = wraps.createSynthetic(url, names, function evaluate() {
    for (const [name, value] of values()) this.setExport(name, value);
  });
  return new ModuleRecord(url, format, wrap);
}

function makeBuiltin(url) {
  const { builtinFacade } = require('loader/esm/builtin_facades');
  return builtinFacade(url);
}

function makeJSON(url, source) {
  const path = pathOf(url);
  // The same file gives the same object to require().
  const isPlain = path !== undefined && !/[?#]/.test(url);
  const evaluate = () => {
    const { Module, setOwn } = require('loader/cjs/module');
    const cached = isPlain ? Module._cache[path] : undefined;
    if (cached?.loaded) return [['default', cached.exports]];
    let value;
    try {
      value = JSON.parse(source);
    } catch (error) {
      const place = path ?? url;
      error.message = `${place}: ${error.message}`;
      throw error;
    }
    if (isPlain) {
      const module = new Module(path);
      module.filename = path;
      setOwn(module, 'exports', value);
      module.loaded = true;
      Module._cache[path] = module;
    }
    return [['default', value]];
  };
  return makeSynthetic(url, 'json', ['default'], evaluate);
}

function makeText(url, source) {
  return makeSynthetic(url, 'text', ['default'], () => [['default', source]]);
}

function makeCommonJS(url, source, loaded) {
  return require('loader/esm/commonjs').makeCommonJS(url, source, loaded);
}

function makeWasm(url, source) {
  if (!isBytes(source)) {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE(
      'array buffer, or typed array',
      'load',
      'source',
      source,
    );
  }
  return require('loader/esm/wasm').makeWasm(url, source);
}

function makeAddon(url) {
  const path = fileURLToPath(url);
  process.emitWarning(
    'Importing addons is an experimental feature and might change at any time',
    'ExperimentalWarning',
  );
  return makeSynthetic(url, 'addon', ['default', 'module.exports'], () => {
    const { Module } = require('loader/cjs/module');
    const exports = Module._load(path, undefined, false);
    return [
      ['default', exports],
      ['module.exports', exports],
    ];
  });
}

const TRANSLATORS = {
  __proto__: null,
  module: makeModule,
  'module-typescript': makeModule,
  commonjs: makeCommonJS,
  'commonjs-typescript': makeCommonJS,
  json: makeJSON,
  text: makeText,
  builtin: makeBuiltin,
  wasm: makeWasm,
  addon: makeAddon,
};

module.exports = { translate, makeSynthetic };

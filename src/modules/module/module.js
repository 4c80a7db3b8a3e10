// node:module
'use strict';
// The Module class with the functions that the module documents.
// https://nodejs.org/api/module.html

const { Module } = require('loader/cjs/module');
const { defineLazy } = require('runtime/lazy_property');
const { builtinName, listBuiltins } = require('loader/builtins');
const { createRequire } = require('loader/cjs/require_function');

/** Does Gyre provide a module of this name? */
function isBuiltin(moduleName) {
  return typeof moduleName === 'string' && builtinName(moduleName) !== undefined;
}

/** Makes the ES module faces of built-in modules follow their CommonJS exports. */
function syncBuiltinESMExports() {
  require('loader/esm/builtin_facades').syncBuiltinESMExports();
}

/** The package.json of a package or of a file; undefined when there is none. */
function findPackageJSON(specifier, base) {
  return require('modules/module/find_package_json').findPackageJSON(
    specifier,
    base,
    arguments.length,
  );
}

/** Registers hooks that run in this thread. */
function registerHooks(hooks) {
  return require('loader/hooks').registerHooks(hooks);
}

/** Registers a module of hooks that run in a thread of their own. */
function register(specifier, parentURL = undefined, options = undefined) {
  return require('loader/esm/async_hooks').register(specifier, parentURL, options);
}

function enableCompileCache(options) {
  return require('loader/compile_cache').enableCompileCache(options);
}

function flushCompileCache() {
  require('loader/compile_cache').flushCompileCache();
}

function getCompileCacheDir() {
  return require('loader/compile_cache').getCompileCacheDir();
}

/** JavaScript from TypeScript. */
function stripTypeScriptTypes(code, options) {
  return require('loader/typescript').stripTypeScriptTypes(code, options);
}

function findSourceMap(path) {
  return require('loader/source_map/cache').findSourceMap(path);
}

function getSourceMapsSupport() {
  return require('loader/source_map/support').getSourceMapsSupport();
}

function setSourceMapsSupport(enabled, options) {
  require('loader/source_map/support').setSourceMapsSupport(enabled, options);
}

/** Whether the text of the nearest package.json says something: deprecated, for old tools. */
function readPackage(folder) {
  const { readPackage: read } = require('loader/package_json');
  return read(`${folder}/package.json`);
}

const constants = {
  __proto__: null,
  compileCacheStatus: Object.freeze({
    __proto__: null,
    FAILED: 0,
    ENABLED: 1,
    ALREADY_ENABLED: 2,
    DISABLED: 3,
  }),
};
Object.freeze(constants);

Object.assign(Module, {
  isBuiltin,
  createRequire,
  syncBuiltinESMExports,
  registerHooks,
  builtinModules: Object.freeze(listBuiltins()),
  register,
  constants,
  enableCompileCache,
  findPackageJSON,
  flushCompileCache,
  getCompileCacheDir,
  stripTypeScriptTypes,
  findSourceMap,
  getSourceMapsSupport,
  setSourceMapsSupport,
});

Object.defineProperty(Module, '_readPackage', {
  __proto__: null,
  configurable: true,
  get: () => readPackage,
});

defineLazy(Module, 'SourceMap', () => require('loader/source_map').SourceMap);

module.exports = Module;

'use strict';
// ES modules that are required.
// https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require

const { toURL } = require('loader/file_urls');
const { getOptionValue } = require('runtime/options');
const wraps = native('module_wrap');

/** Runs an ES module whose text a CommonJS loader found, and gives `module` its exports. */
function loadEsm(module, record, source, filename) {
  const url = record.url ?? toURL(filename);
  if (record.isMain) return runAsMain(module, url, filename);

  traceRequireOfModule(module, record, filename);
  const { recordForRequire, runSync } = require('loader/esm/graph');
  const esm = recordForRequire(url, source, false);
  record.esm = esm;
  record.isExecuting = true;
  try {
    runSync(esm, record.parent?.filename ?? undefined);
  } finally {
    record.isExecuting = false;
  }
  require('loader/cjs/module').setOwn(module, 'exports', exportsOf(esm));
}

// The program's file turned out to be an ES module: there is no CommonJS main module.
function runAsMain(module, url, filename) {
  const { Module, setOwn } = require('loader/cjs/module');
  setOwn(process, 'mainModule', undefined);
  setOwn(module.require, 'main', undefined);
  delete Module._cache[filename];
  require('loader/main').runMainModule(url);
}

// What require() gives: the namespace, unless the module says otherwise.
function exportsOf(esm) {
  const { namespace } = esm;
  if (Object.hasOwn(namespace, 'module.exports')) return namespace['module.exports'];
  if (Object.hasOwn(namespace, 'default') && !Object.hasOwn(namespace, '__esModule')) {
    esm.facade ??= makeFacade(esm);
    return esm.facade;
  }
  return namespace;
}

// The namespace with __esModule added, which tells code made by a compiler that this was an ES
// module. Its bindings are those of the original.
function makeFacade(esm) {
  const wrap = wraps.compileModule(
    esm.url,
    "export * from 'original'; export { default } from 'original'; export const __esModule = true;",
  );
  wrap.link(wrap.requests().map(() => esm.wrap));
  wrap.instantiate();
  wrap.evaluate();
  return wrap.getNamespace();
}

/** Loads a URL through the hooks of import, runs it at once, and gives what require() gives. */
function requireURL(url, parentURL, requirer) {
  const { requireRecord } = require('loader/esm/graph');
  const record = requireRecord(url, parentURL, requirer);
  return record.format === 'module' ? exportsOf(record) : record.namespace.default;
}

// --trace-require-module
function traceRequireOfModule(module, record, filename) {
  const mode = getOptionValue('--trace-require-module');
  if (!mode) return;
  const from = record.parent?.filename;
  if (mode === 'no-node-modules' && from?.includes('/node_modules/')) return;
  const requirer = from === undefined ? 'A CommonJS module' : `CommonJS module ${from}`;
  const warning = new Error(
    `${requirer} is loading ES Module ${filename} using require().\nSupport for loading ES Module ` +
      'in require() is an experimental feature and might change at any time',
  );
  warning.name = 'ExperimentalWarning';
  Error.captureStackTrace(warning, module.require);
  process.emitWarning(warning);
}

module.exports = { loadEsm, requireURL };

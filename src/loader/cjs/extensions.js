'use strict';
// What require() does with a file, by its extension: Module._extensions.

const { requiresModules } = require('loader/flags');
const { extname } = require('loader/paths');
const { readSource } = require('loader/source');
const { requireFormat } = require('loader/formats');
const { recordOf } = require('loader/cjs/records');

// The text of the module: what a load hook gave, or the file's.
function textOf(module, filename) {
  const { source } = recordOf(module);
  if (source !== undefined && source !== null) return source;
  return readSource(filename);
}

function loadJavaScript(module, filename) {
  const record = recordOf(module);
  const isHooked = record.source !== undefined;
  if (isHooked && record.format === 'json') return parseJSON(module, filename);
  const format = isHooked ? record.format : (record.format ?? scriptFormat(filename));
  record.format = format;
  const isModule = format === 'module' || format === 'module-typescript';
  if (isModule && !requiresModules() && !record.isMain) {
    throw requireRefused(module, filename, record);
  }
  module._compile(textOf(module, filename), filename, format);
}

// A program may have put this handler in place of the one for JSON, say: then it is JavaScript.
function scriptFormat(filename) {
  const format = requireFormat(filename);
  return format === 'json' || format === 'wasm' || format === 'addon' ? undefined : format;
}

// ERR_REQUIRE_ESM, with advice that depends on why the file is an ES module.
function requireRefused(module, filename, { parent }) {
  const { ERR_REQUIRE_ESM } = require('runtime/errors');
  const { packageScope } = require('loader/package_json');
  const pkg = extname(filename) === '.js' ? packageScope(filename) : undefined;
  const { containsModuleSyntax } = native('loader');
  const isModule = pkg === undefined || containsModuleSyntax(textOf(module, filename), filename);
  return new ERR_REQUIRE_ESM(filename, isModule, parent?.filename, isModule ? undefined : pkg.path);
}

function loadJSON(module, filename) {
  const { source, format } = recordOf(module);
  if (source !== undefined && format !== 'json') return loadJavaScript(module, filename);
  parseJSON(module, filename);
}

function parseJSON(module, filename) {
  const text = textOf(module, filename);
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    error.message = `${filename}: ${error.message}`;
    throw error;
  }
  require('loader/cjs/module').setOwn(module, 'exports', value);
}

function loadAddon(module, filename) {
  process.dlopen(module, filename);
}

/** Puts the handlers into place. */
function install(Module) {
  Module._extensions['.js'] = loadJavaScript;
  Module._extensions['.json'] = loadJSON;
  Module._extensions['.node'] = loadAddon;
  for (const handler of [loadJavaScript, loadJSON, loadAddon]) {
    Object.defineProperty(handler, 'name', { __proto__: null, value: '', configurable: true });
  }
}

module.exports = { install };

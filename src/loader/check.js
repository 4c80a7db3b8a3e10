'use strict';
// --check: does the program parse?

const { getOptionValue } = require('runtime/options');
const { extname } = require('loader/paths');
const { packageType } = require('loader/package_json');
const { readSource } = require('loader/source');
const compiler = native('loader');

function check(source, name, type) {
  if (type === 'none' && compiler.containsModuleSyntax(source, name)) type = 'module';
  compiler.checkScript(source, name, type === 'module');
}

/** Checks the file that `path` means, as require() finds it. Throws its syntax error. */
function checkFile(path) {
  const { Module } = require('loader/cjs/module');
  const preloads = getOptionValue('--require');
  if (preloads.length > 0) Module._preloadModules(preloads);
  const filename = Module._resolveFilename(path, undefined, true);
  const extension = extname(filename);
  const type =
    extension === '.mjs' ? 'module' : extension === '.cjs' ? 'commonjs' : packageType(filename);
  check(readSource(filename), filename, type);
}

/** Checks a text that has no file. */
function checkText(source, name) {
  const type = getOptionValue('--input-type');
  check(source, name, type === '' ? 'none' : type);
}

module.exports = { checkFile, checkText };

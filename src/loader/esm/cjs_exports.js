'use strict';
// The names that a CommonJS module will probably export, found by reading its text.
// https://nodejs.org/api/esm.html#commonjs-namespaces

const { dirname, extname } = require('loader/paths');
const { requireFormat, isTypeScript } = require('loader/formats');
const { readSource } = require('loader/source');

const known = new Map();

/**
 * The export names of the CommonJS module `filename` with this text, as a Set. What it re-exports
 * from other CommonJS modules counts too.
 */
function findExports(filename, text) {
  const found = known.get(filename);
  if (found !== undefined) return found;
  const names = new Set();
  // Before the re-exports are followed, because they may lead back here.
  known.set(filename, names);
  const { parse } = require('third_party/cjs-module-lexer/lexer');
  let result;
  try {
    result = parse(text);
  } catch {
    // A text that cannot be read has no names that we know of.
    return names;
  }
  for (const name of result.exports) names.add(name);
  for (const request of result.reexports) addReexports(names, filename, request);
  return names;
}

function addReexports(names, filename, request) {
  const { Module } = require('loader/cjs/module');
  const parent = new Module(filename);
  parent.filename = filename;
  parent.paths = Module._nodeModulePaths(dirname(filename));
  let target;
  try {
    target = Module._resolveFilename(request, parent, false);
  } catch {
    return;
  }
  if (!target.startsWith('/')) {
    // Of a built-in module everything is known.
    const { builtinName, loadBuiltin } = require('loader/builtins');
    const exports = loadBuiltin(builtinName(target));
    for (const name of Object.keys(exports)) names.add(name);
    return;
  }
  const extension = extname(target);
  if (extension === '.json' || extension === '.node' || extension === '.mjs') return;
  const format = requireFormat(target);
  if (format === 'module' || format === 'module-typescript') return;
  let text;
  try {
    text = readSource(target);
    if (isTypeScript(format)) text = require('loader/typescript').stripModuleTypes(text, target);
  } catch {
    return;
  }
  for (const name of findExports(target, text)) names.add(name);
}

module.exports = { findExports };

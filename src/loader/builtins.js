'use strict';
// The names by which a program can load our own modules.
// https://nodejs.org/api/modules.html#built-in-modules

const { publicIds } = require('runtime/builtins');

// Loaded with the node: prefix only, so that packages of the same names keep working.
const SCHEME_ONLY = new Set([
  'ffi',
  'quic',
  'sea',
  'sqlite',
  'stream/iter',
  'test',
  'test/reporters',
  'zlib/iter',
]);

let usable;

// A flag can take a module away (--no-experimental-sqlite).
function available() {
  if (usable === undefined) {
    const { getOptionValue } = require('runtime/options');
    usable = new Set(publicIds.keys());
    if (getOptionValue('--experimental-sqlite') === false) usable.delete('sqlite');
  }
  return usable;
}

/** Is there a built-in module of this name (without prefix)? */
function exists(name) {
  return available().has(name);
}

/** The name of the built-in that `request` means (with or without 'node:'), or undefined. */
function builtinName(request) {
  if (request.startsWith('node:')) {
    const name = request.slice(5);
    return exists(name) ? name : undefined;
  }
  return exists(request) && !SCHEME_ONLY.has(request) ? request : undefined;
}

/** Must this built-in be asked for with its prefix? */
function isSchemeOnly(name) {
  return SCHEME_ONLY.has(name);
}

let traced = false;

/** Can a program have subscribed to the channels that tell of loading? */
function canBeTraced() {
  return traced;
}

/** The exports of the built-in module `name`, for a program. */
function loadBuiltin(name) {
  if (name === 'diagnostics_channel') traced = true;
  if (name === 'fs') require('loader/source').watchFs(require('node:fs'));
  return require(`node:${name}`);
}

/** module.builtinModules */
function listBuiltins() {
  const names = [...available()].sort();
  return [
    ...names.filter((name) => !SCHEME_ONLY.has(name)),
    ...names.filter((name) => SCHEME_ONLY.has(name)).map((name) => `node:${name}`),
  ];
}

module.exports = { exists, builtinName, canBeTraced, isSchemeOnly, loadBuiltin, listBuiltins };

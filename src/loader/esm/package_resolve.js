'use strict';
// Bare specifiers of import: which file of which package?
// https://nodejs.org/api/esm.html#resolution-algorithm-specification

const { ERR_INVALID_MODULE_SPECIFIER, ERR_MODULE_NOT_FOUND } = require('runtime/errors');
const { builtinName } = require('loader/builtins');
const { dirname, resolve } = require('loader/paths');
const { packageScope, readPackage } = require('loader/package_json');
const { resolveExports } = require('loader/package_exports');
const { moduleStat } = native('loader');
const { URL } = require('web/url');

/**
 * PACKAGE_RESOLVE: the file (a path, or a URL where it needs one) that `specifier` means in the
 * file at the path `base`.
 */
function packageResolve(specifier, base, conditions) {
  // 3.
  if (builtinName(specifier) !== undefined) return new URL(`node:${specifier}`);
  // 1-2, 4-7.
  const [name, subpath] = splitSpecifier(specifier, base);
  // 8-9. PACKAGE_SELF_RESOLVE
  const own = packageScope(base);
  if (own?.name === name && own.hasExports) return resolveExports(own, subpath, base, conditions);
  // 10.
  // An importer may be given by its folder.
  const start = base.endsWith('/') ? resolve('/', base) : dirname(base);
  for (let folder = start; ; folder = dirname(folder)) {
    const root = folder === '/' ? '' : folder;
    // A package is not looked for in node_modules/node_modules.
    const packageFolder = `${root}/node_modules/${name}`;
    if (!folder.endsWith('/node_modules') && moduleStat(packageFolder) === 1) {
      return resolveInPackage(packageFolder, specifier, subpath, base, conditions);
    }
    if (folder === '/') break;
  }
  // 11. DIFFERS: the message names the package without the subpath.
  throw new ERR_MODULE_NOT_FOUND(name, base, undefined);
}

// Steps 10.4 to 10.7.
function resolveInPackage(folder, specifier, subpath, base, conditions) {
  const pkg = readPackage(`${folder}/package.json`, { specifier, base });
  if (pkg?.hasExports) return resolveExports(pkg, subpath, base, conditions);
  if (subpath === '.') return resolveMain(folder, pkg, base);
  return pathOrURL(folder, subpath);
}

// A file of a package, the way that URL resolution finds it.
function pathOrURL(folder, subpath) {
  if (!/[%?#\\\t\n\r]/.test(subpath))
    return resolve(folder, subpath) + (subpath.endsWith('/') ? '/' : '');
  const { pathToFileURL } = require('loader/file_urls');
  return new URL(subpath, pathToFileURL(`${folder}/`));
}

// Splits into the name and './sub/path' or '.'.
function splitSpecifier(specifier, base) {
  let end = specifier.indexOf('/');
  let isValid = specifier.length > 0 || end !== -1;
  if (specifier.startsWith('@')) {
    if (end === -1) isValid = false;
    else end = specifier.indexOf('/', end + 1);
  }
  const name = end === -1 ? specifier : specifier.slice(0, end);
  // 6.
  if (name.startsWith('.') || /[\\%]/.test(name)) isValid = false;
  // DIFFERS: the empty specifier goes on, to fail as a file that is missing.
  if (!isValid && specifier !== '') {
    throw new ERR_INVALID_MODULE_SPECIFIER(specifier, 'is not a valid package name', base);
  }
  return [name, end === -1 ? '.' : `.${specifier.slice(end)}`];
}

const MAIN_ENDINGS = ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'];
const INDEX_NAMES = ['index.js', 'index.json', 'index.node'];

// DIFFERS from 10.6: "main" may lack an extension or name a folder, and index.js is the fallback.
function resolveMain(folder, pkg, base) {
  const main = pkg?.main;
  if (main) {
    for (const ending of MAIN_ENDINGS) {
      const path = resolve(folder, main) + ending;
      if (moduleStat(path) !== 0) continue;
      if (ending !== '') warnOfLegacyMain(folder, path, main, base);
      return path;
    }
  }
  for (const index of INDEX_NAMES) {
    const path = `${folder}/${index}`;
    if (moduleStat(path) !== 0) continue;
    warnOfLegacyMain(folder, path, main, base);
    return path;
  }
  throw new ERR_MODULE_NOT_FOUND(resolve(folder, main || 'index.js'), base, undefined);
}

function warnOfLegacyMain(folder, path, main, base) {
  const { packageType } = require('loader/package_json');
  const isModule =
    path.endsWith('.mjs') || (path.endsWith('.js') && packageType(path) === 'module');
  if (!isModule || process.noDeprecation) return;
  const file = path.slice(folder.length + 1);
  const message = main
    ? `Package ${folder}/ has a "main" field set to "${main}", excluding the full filename and ` +
      `extension to the resolved file at "${file}", imported from ${base}.\n ` +
      'Automatic extension resolution of the "main" field is deprecated for ES modules.'
    : `No "main" or "exports" field defined in the package.json for ${folder}/ resolving the main ` +
      `entry point "${file}", imported from ${base}.\n` +
      'Default "index" lookups for the main are deprecated for ES modules.';
  process.emitWarning(message, 'DeprecationWarning', 'DEP0151');
}

module.exports = { packageResolve };

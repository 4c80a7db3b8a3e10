'use strict';
// Where require() looks for files: folders, extensions, package.json.
// https://nodejs.org/api/modules.html#all-together

const { getOptionValue } = require('runtime/options');
const { basename, dirname, resolve } = require('loader/paths');
const { packageScope, readPackage } = require('loader/package_json');
const { requireConditions } = require('loader/conditions');
const { resolveLinks } = require('loader/source');
const files = native('loader');

let searchedAlways = [];

/** The folders of NODE_PATH and of the user: GLOBAL_FOLDERS. */
function globalFolders() {
  return searchedAlways;
}

/** Reads NODE_PATH and HOME, and gives a copy of the folders that follow from them. */
function initGlobalFolders() {
  const { HOME, NODE_PATH } = process.env;
  searchedAlways = NODE_PATH ? NODE_PATH.split(':').filter((folder) => folder !== '') : [];
  if (HOME) searchedAlways.push(resolve(HOME, '.node_modules'), resolve(HOME, '.node_libraries'));
  const prefix = dirname(dirname(process.execPath));
  searchedAlways.push(resolve(prefix, 'lib/node'));
  return searchedAlways.slice();
}

/** NODE_MODULES_PATHS: the node_modules folders from the folder `from` up to the root. */
function nodeModulesFolders(from) {
  let folder = resolve('', from);
  const folders = [];
  while (folder !== '/') {
    if (basename(folder) !== 'node_modules') folders.push(`${folder}/node_modules`);
    folder = dirname(folder);
  }
  folders.push('/node_modules');
  return folders;
}

// While a require() runs, nothing is asked twice. The answers; null before the first.
let remembering = false;
let statCache = null;

/** Runs `load` with answers about files remembered until the outermost such call ends. */
function withStatCache(load) {
  if (remembering) return load();
  remembering = true;
  try {
    return load();
  } finally {
    remembering = false;
    statCache = null;
  }
}

/** 0 for a file, 1 for a folder, negative for neither. A program may replace it: Module._stat. */
let statFile = files.moduleStat;

function getStat() {
  return statFile;
}

function setStat(replacement) {
  statFile = replacement;
}

function stat(path) {
  const known = statCache?.get(path);
  if (known !== undefined) return known;
  const kind = statFile(path);
  // What is missing may be made by a module that is loading.
  if (kind >= 0 && remembering) (statCache ??= new Map()).set(path, kind);
  return kind;
}

const realPaths = new Map();

/** The path with symbolic links resolved. */
function realPath(path) {
  let real = realPaths.get(path);
  if (real === undefined) realPaths.set(path, (real = resolveLinks(path)));
  return real;
}

function finalPath(path, isMain) {
  const flag = isMain ? '--preserve-symlinks-main' : '--preserve-symlinks';
  return getOptionValue(flag) ? resolve('', path) : realPath(path);
}

function tryFile(path, isMain) {
  return stat(path) === 0 && finalPath(path, isMain);
}

function tryExtensions(path, extensions, isMain) {
  for (const extension of extensions) {
    const found = tryFile(path + extension, isMain);
    if (found) return found;
  }
  return false;
}

// LOAD_AS_DIRECTORY
function tryFolder(folder, extensions, isMain, request) {
  const pkg = readPackage(`${folder}/package.json`);
  const index = resolve(folder, 'index');
  if (!pkg?.main) return tryExtensions(index, extensions, isMain);

  const main = resolve(folder, pkg.main);
  const found =
    tryFile(main, isMain) ||
    tryExtensions(main, extensions, isMain) ||
    tryExtensions(resolve(main, 'index'), extensions, isMain);
  if (found) return found;

  const fallback = tryExtensions(index, extensions, isMain);
  if (!fallback) {
    const error = new Error(
      `Cannot find module '${main}'. Please verify that the package.json has a valid "main" entry`,
    );
    error.code = 'MODULE_NOT_FOUND';
    error.path = pkg.path;
    error.requestPath = request;
    throw error;
  }
  process.emitWarning(
    `Invalid 'main' field in '${pkg.path}' of '${pkg.main}'. ` +
      'Please either fix that or report it to the module author',
    'DeprecationWarning',
    'DEP0128',
  );
  return fallback;
}

/**
 * Splits 'name/sub/path' or '@scope/name/sub/path' into [name, './sub/path'] (or '.'). undefined
 * when the request does not begin with a package name.
 */
function splitPackageRequest(request) {
  let end = request.indexOf('/');
  if (request.startsWith('@')) {
    if (end <= 1) return undefined;
    end = request.indexOf('/', end + 1);
  }
  const name = end === -1 ? request : request.slice(0, end);
  const bare = name.startsWith('@') ? name.slice(name.indexOf('/') + 1) : name;
  if (bare === '' || bare.startsWith('.') || /[\\%]/.test(name)) return undefined;
  return [name, end === -1 ? '.' : `.${request.slice(end)}`];
}

// RESOLVE_ESM_MATCH
function existingTarget(target, pkg, base) {
  let path = target;
  if (typeof target !== 'string') {
    if (target.protocol === 'node:') return target.href;
    if (/%2f|%5c/i.test(target.pathname)) {
      const { ERR_INVALID_MODULE_SPECIFIER } = require('runtime/errors');
      const reason = 'must not include encoded "/" or "\\" characters';
      throw new ERR_INVALID_MODULE_SPECIFIER(target.href, reason, base);
    }
    path = require('loader/file_urls').fileURLToPath(target);
  }
  const found = tryFile(path, false);
  if (found) return found;
  const error = new Error(`Cannot find module '${path}'`);
  error.code = 'MODULE_NOT_FOUND';
  error.path = pkg?.path;
  throw error;
}

// LOAD_PACKAGE_EXPORTS for `request` as seen from a node_modules folder.
function tryPackageExports(folder, request, conditions) {
  const split = splitPackageRequest(request);
  if (split === undefined) return false;
  const [name, subpath] = split;
  const pkg = readPackage(resolve(folder, `${name}/package.json`));
  if (!pkg?.hasExports) return false;
  const { resolveExports } = require('loader/package_exports');
  return existingTarget(resolveExports(pkg, subpath, undefined, conditions), pkg);
}

/** LOAD_PACKAGE_SELF: a package that requires itself by name. false when it does not. */
function trySelf(from, request, conditions) {
  // Only the name of a package can be the own one.
  const split = splitPackageRequest(request);
  if (split === undefined) return false;
  const pkg = packageScope(from);
  if (pkg === undefined || !pkg.hasExports || pkg.name !== split[0]) return false;
  const { resolveExports } = require('loader/package_exports');
  return existingTarget(resolveExports(pkg, split[1], from, conditions), pkg, from);
}

/** LOAD_PACKAGE_IMPORTS. false when the package of `from` has no imports. */
function tryImports(from, request, conditions) {
  const pkg = packageScope(from);
  if (pkg?.imports === undefined) return false;
  const { resolveImports } = require('loader/package_exports');
  return existingTarget(resolveImports(request, from, from, conditions), pkg, from);
}

const foundPaths = { __proto__: null };

/**
 * The file that `request` means in one of `folders`, or false. `extensions` are tried in their
 * order.
 */
function findPath(request, folders, isMain, extensions, conditions = requireConditions()) {
  const isAbsolute = request.startsWith('/');
  if (isAbsolute) folders = [''];
  else if (!folders || folders.length === 0) return false;

  const key = `${request}\0${folders.length === 1 ? folders[0] : folders.join('\0')}`;
  const cacheable = conditions === requireConditions();
  if (cacheable) {
    const known = foundPaths[key];
    if (known) return known;
  }

  // 'x/', 'x/.' and 'x/..' can only be folders. (No pattern: a start would have to compile it.)
  const last = request.slice(request.lastIndexOf('/') + 1);
  const wantsFolder = last === '' || last === '.' || last === '..';
  const isInside = request !== '..' && !request.startsWith('../');
  let names;
  for (const folder of folders) {
    if (isInside && folder !== '' && stat(folder) < 1) continue;
    if (!isAbsolute) {
      const exported = tryPackageExports(folder, request, conditions);
      if (exported) return exported;
    }
    const path = isAbsolute ? resolve('/', request) : resolve(folder, request);
    const kind = stat(path);
    let found = false;
    if (!wantsFolder) {
      if (kind === 0) found = finalPath(path, isMain);
      if (!found) found = tryExtensions(path, (names ??= extensions()), isMain);
    }
    if (!found && kind === 1) found = tryFolder(path, (names ??= extensions()), isMain, request);
    if (found) {
      if (cacheable) foundPaths[key] = found;
      return found;
    }
  }
  return false;
}

module.exports = {
  globalFolders,
  initGlobalFolders,
  nodeModulesFolders,
  withStatCache,
  getStat,
  setStat,
  stat,
  realPath,
  splitPackageRequest,
  trySelf,
  tryImports,
  findPath,
  foundPaths,
};

'use strict';
// ESM_RESOLVE: from a specifier and the URL of the importer to the URL of a module.
// https://nodejs.org/api/esm.html#resolution-algorithm-specification

const {
  ERR_INVALID_MODULE_SPECIFIER,
  ERR_MODULE_NOT_FOUND,
  ERR_UNSUPPORTED_DIR_IMPORT,
  ERR_UNSUPPORTED_ESM_URL_SCHEME,
  ERR_UNSUPPORTED_RESOLVE_REQUEST,
} = require('runtime/errors');
const { getOptionValue } = require('runtime/options');
const { fileURLToPath, pathToFileURL } = require('loader/file_urls');
const { dirname, workingDirectory } = require('loader/paths');
const { resolveImports } = require('loader/package_exports');
const { packageResolve } = require('loader/esm/package_resolve');
const { importConditions } = require('loader/conditions');
const files = native('loader');
const { URL } = require('web/url');

/** Is the specifier a path that is resolved against the importer's URL? */
function isPathLike(specifier) {
  return /^(?:\/|\.\.?(?:\/|$))/.test(specifier);
}

// How an importer appears in messages.
function importerName(parentURL) {
  return parentURL.startsWith('file:') ? fileURLToPath(parentURL) : parentURL;
}

/**
 * Steps 1 to 8 without the format. Gives the href of the resolved URL.
 * @param {string} parentURL
 * @param {Set<string>} conditions
 * @param {boolean} isMain Is it the program's entry point?
 */
function resolveURL(specifier, parentURL, conditions = importConditions(), isMain = false) {
  let resolved;
  if (isPathLike(specifier)) {
    // 3.
    try {
      resolved = new URL(specifier, parentURL);
    } catch (cause) {
      const error = new ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, parentURL);
      error.cause = cause;
      throw error;
    }
  } else if (specifier.startsWith('#')) {
    // 4.
    resolved = importsResolve(specifier, parentURL, conditions);
  } else {
    // 2.
    resolved = URL.parse(specifier);
    // 5.
    if (resolved === null) resolved = bareResolve(specifier, parentURL, conditions);
  }
  // 7.
  if (typeof resolved === 'string') return finalizePath(resolved, parentURL, isMain);
  if (resolved.protocol !== 'file:') return resolved.href;
  return finalizeURL(resolved, parentURL, isMain);
}

function importsResolve(specifier, parentURL, conditions) {
  const base = importerName(parentURL);
  return resolveImports(specifier, base, base, conditions);
}

function bareResolve(specifier, parentURL, conditions) {
  if (!parentURL.startsWith('file:')) {
    // Without folders above the importer there are only built-in modules to find.
    const { builtinName } = require('loader/builtins');
    if (builtinName(specifier) !== undefined) return new URL(`node:${specifier}`);
    if (!parentURL.startsWith('data:')) return new URL(specifier);
    throw new ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, parentURL);
  }
  return packageResolve(specifier, fileURLToPath(parentURL), conditions);
}

// 7.1-7.4 for a URL.
function finalizeURL(url, parentURL, isMain) {
  if (/%2f|%5c/i.test(url.pathname)) {
    throw new ERR_INVALID_MODULE_SPECIFIER(
      url.pathname,
      'must not include encoded "/" or "\\" characters',
      importerName(parentURL),
    );
  }
  const path = fileURLToPath(url);
  return finalizePath(path, parentURL, isMain, url);
}

function finalizePath(path, parentURL, isMain, url) {
  // 7.2-7.3.
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  const kind = files.moduleStat(bare);
  // A slash at the end names a folder, whether there is one or not.
  if (kind === 1 || path.endsWith('/')) throw directoryError(path, parentURL, url);
  if (kind !== 0) throw notFoundError(path, parentURL, url);
  // 7.4.
  const flag = isMain ? '--preserve-symlinks-main' : '--preserve-symlinks';
  if (getOptionValue(flag)) return url === undefined ? pathToFileURL(path).href : url.href;
  const real = files.realpath(path);
  if (url !== undefined && real === path && !url.pathname.includes('%')) return url.href;
  const final = pathToFileURL(real);
  if (url !== undefined) {
    final.search = url.search;
    final.hash = url.hash;
  }
  return final.href;
}

function directoryError(path, parentURL, url) {
  const href = (url ?? pathToFileURL(path)).href;
  const error = new ERR_UNSUPPORTED_DIR_IMPORT(path, importerName(parentURL), href);
  return withHint(error, path, parentURL);
}

function notFoundError(path, parentURL, url) {
  require('loader/source').noteMissing(path);
  const href = (url ?? pathToFileURL(path)).href;
  const error = new ERR_MODULE_NOT_FOUND(path, importerName(parentURL), href);
  return withHint(error, path, parentURL);
}

// Would require() have found something? Then that is probably what was meant.
function withHint(error, path, parentURL) {
  const found = requireWouldFind(path);
  if (found !== undefined) {
    const hint = hintFor(found, parentURL);
    const { message } = error;
    const stack = String(error.stack);
    error.message = `${message}\nDid you mean to import ${JSON.stringify(hint)}?`;
    error.stack = stack.replace(message, () => error.message);
  }
  return error;
}

function requireWouldFind(path) {
  const { Module } = require('loader/cjs/module');
  try {
    return Module._findPath(path, [''], false) || undefined;
  } catch {
    return undefined;
  }
}

function hintFor(found, parentURL) {
  if (!parentURL.startsWith('file:')) return pathToFileURL(found).href;
  const modules = '/node_modules/';
  const at = found.lastIndexOf(modules);
  if (at !== -1) return found.slice(at + modules.length);
  const from = dirname(fileURLToPath(parentURL)).split('/');
  const to = found.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  const up = from.slice(same).map(() => '..');
  const relative = [...up, ...to.slice(same)].join('/');
  return up.length > 0 ? relative : `./${relative}`;
}

/**
 * Refuses URLs that the default loader cannot load.
 */
function checkScheme(href) {
  if (/^(?:file|data|node):/.test(href)) return;
  const url = new URL(href);
  const supported = ['file', 'data'];
  if (url.protocol !== 'https:' && url.protocol !== 'http:') supported.push('node');
  throw new ERR_UNSUPPORTED_ESM_URL_SCHEME(url, supported);
}

/** The URL that names the working directory, for code that has no file. */
function workingDirectoryURL() {
  return pathToFileURL(`${workingDirectory()}/`).href;
}

module.exports = {
  resolveURL,
  checkScheme,
  importerName,
  isPathLike,
  workingDirectoryURL,
};

'use strict';
// module.findPackageJSON. https://nodejs.org/api/module.html#modulefindpackagejsonspecifier-base

const { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, ERR_MODULE_NOT_FOUND } = require('runtime/errors');
const { fileURLToPath, toURL } = require('loader/file_urls');
const { dirname, isRelative, resolve } = require('loader/paths');
const { packageScope } = require('loader/package_json');
const { splitPackageRequest } = require('loader/cjs/lookup');
const { moduleStat } = native('loader');
const { URL } = require('web/url');

function isURL(value) {
  return typeof value === 'object' && value !== null && typeof value.href === 'string';
}

// The path of an argument that is a path, a file: URL or the text of one.
function toPath(value) {
  if (isURL(value)) return fileURLToPath(value);
  return value.startsWith('file:') ? fileURLToPath(value) : value;
}

function findPackageJSON(specifier, base, argumentCount) {
  if (argumentCount === 0) throw new ERR_MISSING_ARGS('specifier');
  if (typeof specifier !== 'string' && !isURL(specifier)) {
    throw new ERR_INVALID_ARG_TYPE('specifier', ['string', 'URL'], specifier);
  }
  const text = typeof specifier === 'string' ? specifier : specifier.href;
  if (base === undefined) {
    if (!text.startsWith('/') && !text.startsWith('file:')) {
      throw new ERR_INVALID_ARG_TYPE('base', ['string', 'URL'], base);
    }
  } else if (typeof base !== 'string' && !isURL(base)) {
    throw new ERR_INVALID_ARG_TYPE('base', ['string', 'URL'], base);
  }
  if (text.startsWith('/') || text.startsWith('file:')) return scopeOf(toPath(text));

  const from = toPath(base);
  if (isRelative(text)) {
    const parentURL = toURL(from);
    return scopeOf(fileURLToPath(new URL(text, parentURL)));
  }
  return packageOf(text, from);
}

// The package.json that a file, or a folder, belongs to.
function scopeOf(path) {
  const place = path.endsWith('/') || moduleStat(path) === 1 ? resolve(path, 'x') : path;
  return packageScope(place)?.path;
}

// The package.json of a package that a file at `from` would import.
function packageOf(specifier, from) {
  const split = splitPackageRequest(specifier);
  if (split === undefined) return undefined;
  const [name] = split;
  const own = packageScope(from);
  if (own?.name === name) return own.path;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const file = `${folder === '/' ? '' : folder}/node_modules/${name}/package.json`;
    if (moduleStat(file) === 0) return file;
    if (folder === '/') throw new ERR_MODULE_NOT_FOUND(name, from, undefined);
  }
}

module.exports = { findPackageJSON };

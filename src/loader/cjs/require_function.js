'use strict';
// The require function that a module gets.
// https://nodejs.org/api/modules.html#requireid

const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { validateString } = require('runtime/validators');

/** require, bound to `module`. */
function makeRequire(module) {
  const { Module, setOwn } = require('loader/cjs/module');

  const require_ = function require(path) {
    return module.require(path);
  };

  function resolve(request, options) {
    validateString(request, 'request');
    return resolveRequest(Module, request, module, options);
  }

  function paths(request) {
    validateString(request, 'request');
    return Module._resolveLookupPaths(request, module);
  }

  resolve.paths = paths;
  require_.resolve = resolve;
  // Defined, not assigned: Object.prototype may carry a setter of this name.
  setOwn(require_, 'main', process.mainModule);
  require_.extensions = Module._extensions;
  require_.cache = Module._cache;
  return require_;
}

function resolveRequest(Module, request, module, options) {
  const { hasHooks } = require('loader/hooks_state');
  if (hasHooks()) {
    return require('loader/cjs/hooked').resolveHooked(Module, request, module, false, options)
      .filename;
  }
  return Module._resolveFilename(request, module, false, options);
}

const BAD_FILENAME = 'must be a file URL object, file URL string, or absolute path string';

/** module.createRequire */
function createRequire(filename) {
  let path = filename;
  if (typeof filename === 'object' && filename !== null && typeof filename.href === 'string') {
    path = fromFileURL(filename, filename);
  } else if (typeof filename !== 'string') {
    throw new ERR_INVALID_ARG_VALUE('filename', filename, BAD_FILENAME);
  } else if (!filename.startsWith('/')) {
    path = fromFileURL(filename, filename);
  }
  return requireFrom(path);
}

function fromFileURL(url, given) {
  const { fileURLToPath } = require('loader/file_urls');
  try {
    return fileURLToPath(url);
  } catch {
    throw new ERR_INVALID_ARG_VALUE('filename', given, BAD_FILENAME);
  }
}

// A path with a trailing slash is a folder: relative requests start in it.
function requireFrom(path) {
  const { Module } = require('loader/cjs/module');
  const place = path.endsWith('/') ? `${path}noop.js` : path;
  const module = new Module(place);
  module.filename = place;
  module.paths = Module._nodeModulePaths(module.path);
  return makeRequire(module);
}

module.exports = { makeRequire, createRequire };

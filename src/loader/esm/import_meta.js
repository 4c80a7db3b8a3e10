'use strict';
// import.meta. https://nodejs.org/api/esm.html#importmeta

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { getOptionValue } = require('runtime/options');
const { fileURLToPath } = require('loader/file_urls');
const { dirname } = require('loader/paths');
const { URL } = require('web/url');

let mainWrap;

/** Names the module that import.meta.main is true in. */
function setMain(wrap) {
  mainWrap = wrap;
}

/** Fills the import.meta object of a module. */
function initialize(wrap, meta) {
  const { url } = wrap;
  // The order of the properties is what programs see.
  if (url.startsWith('file:')) {
    const filename = fileURLToPath(url);
    meta.dirname = dirname(filename);
    meta.filename = filename;
  }
  meta.main = wrap === mainWrap;
  meta.resolve = makeResolve(url);
  meta.url = url;
  // What the evaluation of a WebAssembly module calls; see loader/esm/wasm.js.
  if (wrap.wasmExports !== undefined) meta.instantiate = wrap.wasmExports;
}

function makeResolve(url) {
  const takesParent = getOptionValue('--experimental-import-meta-resolve');
  return function resolve(specifier, parentURL) {
    let parent = url;
    if (takesParent && parentURL !== undefined) {
      const isURL = typeof parentURL === 'object' && typeof parentURL?.href === 'string';
      if (typeof parentURL !== 'string' && !isURL) {
        throw new ERR_INVALID_ARG_TYPE('parentURL', ['string', 'URL'], parentURL);
      }
      parent = new URL(parentURL).href;
    }
    return resolveFor(String(specifier), parent);
  };
}

// A file that does not exist still has a URL.
function resolveFor(specifier, parentURL) {
  const { resolveSync } = require('loader/esm/pipeline');
  try {
    return resolveSync(specifier, parentURL, { __proto__: null }).url;
  } catch (error) {
    const isMissing =
      error?.code === 'ERR_UNSUPPORTED_DIR_IMPORT' || error?.code === 'ERR_MODULE_NOT_FOUND';
    if (isMissing && Object.hasOwn(error, 'url')) return error.url;
    throw error;
  }
}

module.exports = { initialize, setMain };

'use strict';
// node:url's conversions between paths and file: URLs, loaded when first needed.

/** The file: URL (a URL object) of a path. */
function pathToFileURL(path) {
  return require('node:url').pathToFileURL(path);
}

/** The path of a file: URL (an object or a string). */
function fileURLToPath(url) {
  return require('node:url').fileURLToPath(url);
}

/** The URL (a string) that a file name or URL stands for in messages and as an importer. */
function toURL(name) {
  return name.startsWith('/') ? pathToFileURL(name).href : name;
}

module.exports = { pathToFileURL, fileURLToPath, toURL };

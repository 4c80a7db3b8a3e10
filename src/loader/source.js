'use strict';
// The text of source files.

const files = native('loader');

let publicFs;
let ownReadFile;

/** A program gets node:fs: from now on it may replace readFileSync. */
function watchReadFile(fs) {
  if (publicFs !== undefined) return;
  publicFs = fs;
  ownReadFile = fs.readFileSync;
}

/**
 * The text of the file at `path`, without byte order mark. A program that replaced fs.readFileSync
 * (to serve files from an archive, say) is asked instead of the system.
 */
function readSource(path) {
  if (publicFs !== undefined && publicFs.readFileSync !== ownReadFile) {
    return stripBom(String(publicFs.readFileSync(path, 'utf8')));
  }
  return files.readSource(path);
}

/** The text without a byte order mark in front. */
function stripBom(text) {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The text that a source given by hooks (a string or bytes) stands for. */
function sourceText(source) {
  if (typeof source === 'string') return source;
  return new TextDecoder().decode(source);
}

module.exports = { readSource, sourceText, stripBom, watchReadFile };

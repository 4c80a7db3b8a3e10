'use strict';
// Source files as the system, or a program that stands in for it, has them.

const files = native('loader');

let publicFs;
let ownReadFile;
let ownRealpath;
let fileListener;

/** A program gets node:fs: from now on it may replace readFileSync and realpathSync. */
function watchFs(fs) {
  if (publicFs !== undefined) return;
  publicFs = fs;
  ownReadFile = fs.readFileSync;
  ownRealpath = fs.realpathSync;
}

/** `listener(path)` hears of each file that is read, or looked for and missing. For --watch. */
function noteFiles(listener) {
  fileListener = listener;
}

/** A file that a module asked for does not exist; require() would take it with an extension, too. */
function noteMissing(path) {
  fileListener?.(path);
  fileListener?.(`${path}.js`);
}

/**
 * The text of the file at `path`, without byte order mark. A program that replaced fs.readFileSync
 * (to serve files from an archive, say) is asked instead of the system.
 */
function readSource(path) {
  fileListener?.(path);
  if (publicFs !== undefined && publicFs.readFileSync !== ownReadFile) {
    return stripBom(String(publicFs.readFileSync(path, 'utf8')));
  }
  return files.readSource(path);
}

/** The path of a file with symbolic links resolved, by the same rule. */
function resolveLinks(path) {
  if (publicFs !== undefined && publicFs.realpathSync !== ownRealpath) {
    return String(publicFs.realpathSync(path));
  }
  return files.realpath(path);
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

module.exports = {
  noteFiles,
  noteMissing,
  readSource,
  resolveLinks,
  sourceText,
  stripBom,
  watchFs,
};

'use strict';

// Temporary directories, plain and disposable.

let warned = false;

/** Some systems put their random characters in place of trailing X's; say so once. */
function warnAboutPrefix(prefix) {
  if (warned) return;
  const last =
    typeof prefix === 'string' ? prefix.endsWith('X') : prefix[prefix.length - 1] === 0x58;
  if (!last) return;
  warned = true;
  process.emitWarning(
    'mkdtemp() templates ending with X are not portable. ' +
      'For details see: https://nodejs.org/api/fs.html',
  );
}

const REMOVE_OPTIONS = { maxRetries: 0, recursive: true, force: true, retryDelay: 100 };

function mkdtempDisposableSync(prefix, options) {
  const fs = require('node:fs');
  const path = fs.mkdtempSync(prefix, options);
  // A later chdir must not make dispose remove another directory.
  const fullPath = toAbsolute(path, options);
  const remove = () => {
    require('modules/fs/rm').removeTreeSync(fullPath, REMOVE_OPTIONS);
  };
  return {
    path,
    remove,
    [Symbol.dispose]() {
      remove();
    },
  };
}

async function mkdtempDisposable(prefix, options) {
  const promises = require('node:fs/promises');
  const path = await promises.mkdtemp(prefix, options);
  const fullPath = toAbsolute(path, options);
  const remove = async () => {
    await require('modules/fs/rm').removeTree(fullPath, REMOVE_OPTIONS);
  };
  return {
    __proto__: null,
    path,
    remove,
    async [Symbol.asyncDispose]() {
      await remove();
    },
  };
}

/** The absolute form of a path that mkdtemp returned in the encoding that the caller asked for. */
function toAbsolute(path, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  const { Buffer } = require('node:buffer');
  const bytes =
    typeof path === 'string' && encoding && encoding !== 'buffer'
      ? Buffer.from(path, encoding)
      : path;
  return require('node:path').resolve(process.cwd(), bytes.toString());
}

module.exports = { mkdtempDisposable, mkdtempDisposableSync, warnAboutPrefix };

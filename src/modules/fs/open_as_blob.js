'use strict';

// fs.openAsBlob: a Blob whose bytes stay in the file until they are read.

const { validateObject, validateString } = require('runtime/validators');
const { toPath } = require('modules/fs/arguments');

function openAsBlob(path, options = {}) {
  // Unlike all else that is wrong, this is told at once.
  if (process.permission !== undefined) {
    require('runtime/permission').checkPermission('fs.read', toPath(path));
  }
  return open(path, options);
}

async function open(path, options) {
  validateObject(options, 'options');
  const type = options.type ?? '';
  validateString(type, 'options.type');
  path = toPath(path);
  return require('web/blob').openAsBlob(path, type);
}

module.exports = { openAsBlob };

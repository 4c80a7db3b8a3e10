'use strict';

// fs.openAsBlob: a Blob whose bytes stay in the file until they are read.

const { validateObject, validateString } = require('runtime/validators');
const { toPath } = require('modules/fs/arguments');

function openAsBlob(path, options = {}) {
  // Wrong arguments are told at once and not by the promise.
  validateObject(options, 'options');
  const type = options.type || '';
  validateString(type, 'options.type');
  path = toPath(path);
  if (process.permission !== undefined) {
    require('runtime/permission').checkPermission('fs.read', path);
  }
  return require('web/blob').openAsBlob(path, type);
}

module.exports = { openAsBlob };

'use strict';

// fs.openAsBlob: a Blob whose bytes stay in the file until they are read.

const { validateObject, validateString } = require('runtime/validators');
const { toPath } = require('modules/fs/arguments');

async function openAsBlob(path, options = {}) {
  validateObject(options, 'options');
  const type = options.type ?? '';
  validateString(type, 'options.type');
  path = toPath(path);
  return require('web/blob').openAsBlob(path, type);
}

module.exports = { openAsBlob };

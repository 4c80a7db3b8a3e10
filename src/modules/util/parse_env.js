'use strict';

const { validateString } = require('runtime/validators');

/**
 * The variables in the text of a .env file.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilparseenvcontent
 */
function parseEnv(content) {
  validateString(content, 'content');
  const result = {};
  const flat = native('env_file').parse(content);
  for (let i = 0; i < flat.length; i += 2) result[flat[i]] = flat[i + 1];
  return result;
}

module.exports = { parseEnv };

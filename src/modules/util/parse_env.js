'use strict';

const { validateString } = require('runtime/validators');

// One assignment: `export`, the name, then a value in quotes, which may span lines, or the rest of
// the line up to a comment.
const assignment =
  /^[^\S\n]*(?:export\s+)?([^\s=#][^=\n]*?)[^\S\n]*=[^\S\n]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\n]*))[^\n]*$/gm;

/**
 * The variables in the text of a .env file.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilparseenvcontent
 */
function parseEnv(content) {
  validateString(content, 'content');
  const result = {};
  for (const match of content.replaceAll('\r\n', '\n').matchAll(assignment)) {
    const [, name, double, single, backtick, bare] = match;
    if (double !== undefined) result[name] = double.replaceAll('\\n', '\n');
    else result[name] = single ?? backtick ?? bare.split('#', 1)[0].trim();
  }
  return result;
}

module.exports = { parseEnv };

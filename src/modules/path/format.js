'use strict';

const { validateObject } = require('runtime/validators');

/**
 * Puts the parts that `parse` gives together again; both flavours of path bind their separator to
 * it. `dir` wins over `root`, `base` over `name` and `ext`.
 */
function formatWith(separator, pathObject) {
  validateObject(pathObject, 'pathObject');
  const { root, name = '', ext } = pathObject;
  const dir = pathObject.dir || root;
  const dottedExt = ext ? `${ext[0] === '.' ? '' : '.'}${ext}` : '';
  const base = pathObject.base || `${name || ''}${dottedExt}`;
  if (!dir) return base;
  return dir === root ? `${dir}${base}` : `${dir}${separator}${base}`;
}

module.exports = { formatWith };

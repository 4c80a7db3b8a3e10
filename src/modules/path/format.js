'use strict';

const { validateObject } = require('runtime/validators');

/**
 * Puts the parts that `parse` gives together again, with the separator of either flavour. `dir` wins
 * over `root`, `base` over `name` and `ext`.
 */
function formatWith(separator, pathObject) {
  validateObject(pathObject, 'pathObject');
  const { root } = pathObject;
  const dir = pathObject.dir || root;
  const base = pathObject.base || baseOf(pathObject);
  if (!dir) return base;
  return dir === root ? dir + base : dir + separator + base;
}

function baseOf({ name, ext }) {
  const dottedExt = ext ? `${ext[0] === '.' ? '' : '.'}${ext}` : '';
  return `${name || ''}${dottedExt}`;
}

module.exports = { formatWith };

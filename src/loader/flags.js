'use strict';
// Options that have more than one name.

const { getOptionValue } = require('runtime/options');

/** May require() load ES modules? */
function requiresModules() {
  return getOptionValue('--require-module') && getOptionValue('--experimental-require-module');
}

/** Is a text without marks of its format looked at for ES module syntax? */
function detectsModules() {
  return getOptionValue('--experimental-detect-module');
}

/** Are the types of TypeScript files stripped? */
function stripsTypes() {
  return getOptionValue('--strip-types') && getOptionValue('--experimental-strip-types');
}

/** Is TypeScript that has to be transformed (enums ...) transformed? */
function transformsTypes() {
  return getOptionValue('--experimental-transform-types');
}

/** process.features.typescript: 'strip', 'transform' or false. */
function typeScriptMode() {
  if (transformsTypes()) return 'transform';
  return stripsTypes() ? 'strip' : false;
}

/** May shared libraries of native code be loaded? */
function allowsAddons() {
  if (getOptionValue('--addons') === false) return false;
  return process.permission === undefined || process.permission.has('addon');
}

module.exports = {
  allowsAddons,
  requiresModules,
  detectsModules,
  stripsTypes,
  transformsTypes,
  typeScriptMode,
};

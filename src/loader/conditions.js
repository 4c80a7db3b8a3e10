'use strict';
// The names that hold when "exports" and "imports" are resolved.
// https://nodejs.org/api/packages.html#conditional-exports

const { getOptionValue } = require('runtime/options');
const { allowsAddons, requiresModules } = require('loader/flags');

let sets;

function make() {
  const addons = allowsAddons() ? ['node-addons'] : [];
  const synchronous = requiresModules() ? ['module-sync'] : [];
  const user = getOptionValue('--conditions') ?? [];
  return {
    require: new Set(['require', 'node', ...addons, ...synchronous, ...user]),
    import: new Set(['node', 'import', ...synchronous, ...addons, ...user]),
  };
}

/** The conditions of require(). */
function requireConditions() {
  return (sets ??= make()).require;
}

/** The conditions of import. */
function importConditions() {
  return (sets ??= make()).import;
}

module.exports = { requireConditions, importConditions };

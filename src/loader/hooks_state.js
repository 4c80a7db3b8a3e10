'use strict';
// The hooks that module.registerHooks() added, the last one called first. They are kept apart from
// the code that runs them, which only programs with hooks load.
// https://nodejs.org/api/module.html#synchronous-customization-hooks

const resolveHooks = [];
const loadHooks = [];

/** Is any hook registered? */
function hasHooks() {
  return resolveHooks.length > 0 || loadHooks.length > 0;
}

module.exports = { hasHooks, resolveHooks, loadHooks };

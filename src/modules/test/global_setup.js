'use strict';

// --test-global-setup: a module that is there before all tests and after them.

/** Loads the module and calls its globalSetup(); undefined without a module. */
async function setUp(path, cwd) {
  if (!path) return undefined;
  const { pathToFileURL } = require('node:url');
  const { importFrom } = require('loader/esm/import');
  const url = pathToFileURL(require('node:path').resolve(cwd, path)).href;
  const namespace = await importFrom(url, undefined, { __proto__: null }, undefined);
  const setup = namespace.globalSetup ?? namespace.default?.globalSetup;
  if (typeof setup === 'function') await setup();
  return namespace;
}

/** Calls the module's globalTeardown(). */
async function tearDown(namespace) {
  const teardown = namespace?.globalTeardown ?? namespace?.default?.globalTeardown;
  if (typeof teardown === 'function') await teardown();
}

module.exports = { setUp, tearDown };

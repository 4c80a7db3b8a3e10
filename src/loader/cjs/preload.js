'use strict';
// Modules of --require and --import, which run before the program.

let preloading = false;

/** module.isPreloading */
function isPreloading() {
  return preloading;
}

/** Runs `requests` as require() from the working directory would. Module._preloadModules */
function preloadModules(requests) {
  if (!Array.isArray(requests)) return;
  const { Module } = require('loader/cjs/module');
  preloading = true;
  const parent = new Module('internal/preload', null);
  try {
    parent.paths = Module._nodeModulePaths(process.cwd());
  } catch (error) {
    if (error.code !== 'ENOENT') {
      preloading = false;
      throw error;
    }
  }
  try {
    for (const request of requests) parent.require(request);
  } finally {
    preloading = false;
  }
}

module.exports = { isPreloading, preloadModules };

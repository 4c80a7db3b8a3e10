'use strict';
// The module compile cache in use, if any. See loader/compile_cache.js.

let cache;

/** The CompileCache, or undefined when none is enabled. */
function currentCache() {
  return cache;
}

function setCurrentCache(enabled) {
  cache = enabled;
}

module.exports = { currentCache, setCurrentCache };

'use strict';
// Whether source maps are read. https://nodejs.org/api/module.html#source-map-support

const state = { enabled: false, nodeModules: false, generatedCode: false };

/** Are source maps of loaded files remembered and stack traces mapped? */
function isEnabled() {
  return state.enabled;
}

module.exports = { state, isEnabled };

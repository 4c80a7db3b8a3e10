'use strict';
// Turning source maps on and off. https://nodejs.org/api/module.html#source-map-support

const { validateBoolean, validateObject } = require('runtime/validators');
const { setSiteMapper } = require('runtime/stack_traces');
const { state } = require('loader/source_map/state');

let isWatching = false;

function apply(enabled, nodeModules, generatedCode) {
  Object.assign(state, { enabled, nodeModules, generatedCode });
  if (!enabled) {
    setSiteMapper(undefined, undefined);
    return;
  }
  const { mapExcerpt, mapStack } = require('loader/source_map/stack');
  setSiteMapper(mapStack, mapExcerpt);
  if (generatedCode && !isWatching) {
    isWatching = true;
    const { rememberGenerated } = require('loader/source_map/cache');
    native('loader').watchGeneratedCode((text) => {
      if (state.generatedCode) rememberGenerated(text);
    });
  }
}

/** --enable-source-maps */
function enableFromCommandLine() {
  apply(true, true, true);
}

/** module.setSourceMapsSupport */
function setSourceMapsSupport(enabled, options = { __proto__: null }) {
  validateBoolean(enabled, 'enabled');
  validateObject(options, 'options');
  const { nodeModules = false, generatedCode = false } = options;
  validateBoolean(nodeModules, 'options.nodeModules');
  validateBoolean(generatedCode, 'options.generatedCode');
  apply(enabled, nodeModules, generatedCode);
}

/** module.getSourceMapsSupport */
function getSourceMapsSupport() {
  const { enabled, nodeModules, generatedCode } = state;
  return Object.freeze({ __proto__: null, enabled, nodeModules, generatedCode });
}

module.exports = { enableFromCommandLine, setSourceMapsSupport, getSourceMapsSupport };

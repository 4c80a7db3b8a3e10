'use strict';
// Commands of the domains that are not V8's and that C++ leaves to script.

const { CommandError, commands: network } = require('modules/inspector/network');
const { getOptionValue } = require('runtime/options');

function domains() {
  const all = { Network: network };
  if (getOptionValue('--experimental-inspector-network-resource')) {
    const { io, loadNetworkResource } = require('modules/inspector/network_resources');
    all.Network = { ...network, loadNetworkResource };
    all.IO = io;
  }
  return all;
}

let known;

/**
 * Answers a command: `"result":{...}` or `"error":{...}` of the answer, or undefined where it is none
 * of ours.
 */
function answer(method, parameters) {
  known ??= domains();
  const [domain, name] = method.split('.');
  if (known[domain] === undefined || !Object.hasOwn(known[domain], name)) return undefined;
  try {
    return `"result":${JSON.stringify(known[domain][name](parameters ?? {}))}`;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `"error":${JSON.stringify({ code: -32000, message: error.message })}`;
  }
}

module.exports = { answer };

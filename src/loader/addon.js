'use strict';
// process.dlopen(): opens a shared library as the system does. There is no Node-API yet, so that no
// library can register itself as an addon.

const { ERR_DLOPEN_DISABLED } = require('runtime/errors');
const { allowsAddons } = require('loader/flags');
const { openLibrary } = native('loader');
const { RTLD_LAZY } = native('os').dlopen;

function dlopen(module, filename, flags = RTLD_LAZY) {
  if (!allowsAddons()) throw new ERR_DLOPEN_DISABLED();
  if (arguments.length < 2)
    throw refusal(TypeError, 'ERR_MISSING_ARGS', 'process.dlopen needs at least 2 arguments');
  if (
    module === null ||
    typeof module !== 'object' ||
    module.exports === undefined ||
    module.exports === null
  ) {
    throw new TypeError('Cannot convert undefined or null to object');
  }
  const path = `${filename}`;
  const problem = openLibrary(path, Number(flags) | 0);
  throw refusal(Error, 'ERR_DLOPEN_FAILED', problem ?? `Module did not self-register: '${path}'.`);
}

// An error whose stack does not show the code.
function refusal(Base, code, message) {
  return Object.assign(new Base(message), { code });
}

module.exports = { dlopen };

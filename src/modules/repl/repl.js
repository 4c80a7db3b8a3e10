// node:repl
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/repl.html

const { deprecate } = require('modules/util/deprecate');
const { REPL_MODE_SLOPPY, REPL_MODE_STRICT, Recoverable } = require('modules/repl/modes');
const { REPLServer, writer } = require('modules/repl/server');

/** Makes and starts a REPLServer. */
function start(prompt, source, eval_, useGlobal, ignoreUndefined, replMode) {
  return new REPLServer(prompt, source, eval_, useGlobal, ignoreUndefined, replMode);
}

/** Whether code is a script, which may await at its top level. */
function isValidSyntax(code) {
  return require('modules/repl/recoverable').parses(code);
}

module.exports = {
  start,
  writer,
  REPLServer,
  REPL_MODE_SLOPPY,
  REPL_MODE_STRICT,
  Recoverable,
  isValidSyntax,
};

const { builtinNames } = require('modules/repl/context');

for (const [name, code] of [
  ['builtinModules', 'DEP0191'],
  ['_builtinLibs', 'DEP0142'],
]) {
  const message = `repl.${name} is deprecated. Check module.builtinModules instead`;
  Object.defineProperty(module.exports, name, {
    get: deprecate(() => builtinNames(), message, code),
    set: deprecate(() => {}, message, code),
    enumerable: false,
    configurable: true,
  });
}

'use strict';
// The ES module face of built-in modules: named exports that follow the properties of the CommonJS
// exports only when syncBuiltinESMExports() says so.
// https://nodejs.org/api/esm.html#built-in-modules

const { ERR_UNKNOWN_BUILTIN_MODULE } = require('runtime/errors');
const { exists, loadBuiltin } = require('loader/builtins');
const { ModuleRecord } = require('loader/esm/record');
const wraps = native('module_wrap');

// { wrap, names, exports } of each facade, by module name.
const facades = new Map();

/** The record of node:<name>. */
function builtinFacade(url) {
  const name = url.slice('node:'.length);
  if (!exists(name)) throw new ERR_UNKNOWN_BUILTIN_MODULE(url);
  let facade = facades.get(name);
  if (facade === undefined) {
    const exports = loadBuiltin(name);
    const names = exportNames(exports);
    facade = { exports, names, isEvaluated: false, wrap: undefined };
    facade.wrap = wraps.createSynthetic(url, [...names, 'default'], function () {
      facade.isEvaluated = true;
      update(facade);
      this.setExport('default', exports);
    });
    facades.set(name, facade);
  }
  return new ModuleRecord(url, 'builtin', facade.wrap);
}

function exportNames(exports) {
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return [];
  return Object.keys(exports).filter((name) => name !== 'default');
}

function update({ wrap, names, exports }) {
  for (const name of names) wrap.setExport(name, readProperty(exports, name));
}

// A getter that throws, or that only warns when it is read, must not run because of an import.
function readProperty(exports, name) {
  const descriptor = Object.getOwnPropertyDescriptor(exports, name);
  if (descriptor === undefined) return undefined;
  if ('value' in descriptor) return descriptor.value;
  try {
    return exports[name];
  } catch {
    return undefined;
  }
}

/** module.syncBuiltinESMExports */
function syncBuiltinESMExports() {
  for (const facade of facades.values()) {
    if (facade.isEvaluated) update(facade);
  }
}

module.exports = { builtinFacade, syncBuiltinESMExports };

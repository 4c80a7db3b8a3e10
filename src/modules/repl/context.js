'use strict';

// The global object that code of a REPL sees.

const Module = require('node:module');
const { workingDirectory } = require('loader/paths');

let names;
/** The built-in modules that are there by name. A program may add to the list. */
function builtinNames() {
  names ??= Module.builtinModules.filter(
    (name) => !name.startsWith('_') && !name.startsWith('node:'),
  );
  return names;
}

let withScheme;
/** The same with the scheme node:, and those that exist only with it. */
function schemeNames() {
  withScheme ??= Module.builtinModules
    .filter((name) => !name.startsWith('_'))
    .map((name) => (name.startsWith('node:') ? name : `node:${name}`));
  return withScheme;
}

/** Makes each built-in module a global that loads it when it is first named. */
function addBuiltinModules(context) {
  for (const name of builtinNames()) {
    // A subpath cannot be an identifier; a global of the same name, such as console, goes first.
    if (name.includes('/') || Object.hasOwn(context, name)) continue;
    const define = (value) =>
      Object.defineProperty(context, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    Object.defineProperty(context, name, {
      get() {
        const value = require(`node:${name}`);
        delete context[name];
        Object.defineProperty(context, name, {
          value,
          writable: true,
          enumerable: false,
          configurable: true,
        });
        return value;
      },
      set(value) {
        delete context[name];
        define(value);
      },
      enumerable: false,
      configurable: true,
    });
  }
}

/** A context of its own with what this one's global object has beside the language. */
function newContext(output) {
  const vm = require('node:vm');
  const context = vm.createContext();
  const language = new Set(vm.runInContext('Object.getOwnPropertyNames(globalThis)', context));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (language.has(name)) continue;
    Object.defineProperty(context, name, {
      __proto__: null,
      ...Object.getOwnPropertyDescriptor(globalThis, name),
    });
  }
  context.global = context;
  const { Console } = require('node:console');
  Object.defineProperty(context, 'console', {
    value: new Console(output),
    writable: true,
    configurable: true,
  });
  return context;
}

/** module and require of the code that is typed, as if it were a file in the working folder. */
function addModule(context) {
  const path = require('node:path');
  const module_ = new Module('<repl>');
  module_.paths = Module._nodeModulePaths?.(workingDirectory()) ?? [];
  module_.paths.push(...(Module.globalPaths ?? []));
  const resolver = Module.createRequire(path.join(workingDirectory(), '<repl>'));
  const require_ = (id) => module_.require(id);
  Object.assign(require_, resolver);
  Object.defineProperty(require_, 'name', { value: 'require' });
  for (const [name, value] of [
    ['module', module_],
    ['require', require_],
  ]) {
    Object.defineProperty(context, name, { value, writable: true, configurable: true });
  }
}

/** The context for a REPL's code. */
function createContext(useGlobal, output) {
  const context = useGlobal ? globalThis : newContext(output);
  addModule(context);
  addBuiltinModules(context);
  return context;
}

module.exports = { builtinNames, createContext, schemeNames };

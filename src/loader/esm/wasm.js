'use strict';
// WebAssembly modules that are imported.
// https://nodejs.org/api/esm.html#wasm-modules

const { ModuleRecord } = require('loader/esm/record');
const wraps = native('module_wrap');

const BUILTINS = { builtins: ['js-string'], importedStringConstants: 'wasm:js/string-constants' };

let warned = false;

function warnOnce() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'Importing WebAssembly module instances is an experimental feature and might change at any time',
    'ExperimentalWarning',
  );
}

function refuse(what, name) {
  throw new WebAssembly.LinkError(`Invalid Wasm ${what} name '${name}'`);
}

// Names that are kept for the engine.
function checkNames(imports, exports) {
  for (const { module, name } of imports) {
    if (module.startsWith('wasm-js:')) refuse('module import', module);
    if (name.startsWith('wasm:') || name.startsWith('wasm-js:')) refuse('import', name);
  }
  for (const { name } of exports) {
    if (name.startsWith('wasm:') || name.startsWith('wasm-js:')) refuse('export', name);
  }
}

/**
 * The record of a WebAssembly module. It takes part in the graph as a module of text that imports
 * what the WebAssembly module imports, and has the same exports.
 */
function makeWasm(url, source) {
  let compiled;
  try {
    compiled = new WebAssembly.Module(source, BUILTINS);
  } catch (error) {
    error.message = `${url}: ${error.message}`;
    throw error;
  }
  const imports = WebAssembly.Module.imports(compiled);
  const exports = WebAssembly.Module.exports(compiled);
  checkNames(imports, exports);
  const modules = [...new Set(imports.map(({ module }) => module))];

  const lines = modules.map(
    (module, i) => `import * as import${i} from ${JSON.stringify(module)};`,
  );
  const namespaces = modules.map((module, i) => `[${JSON.stringify(module)}]: import${i}`);
  lines.push(`const exported = import.meta.instantiate({ ${namespaces.join(', ')} });`);
  exports.forEach(({ name }, i) => {
    lines.push(`let export${i} = exported[${JSON.stringify(name)}];`);
    lines.push(`export { export${i} as ${JSON.stringify(name)} };`);
  });
  const wrap = wraps.compileModule(url, lines.join('\n'));
  wrap.setSource(compiled);
  wrap.wasmExports = (namespaces_) => {
    warnOnce();
    return instantiate(compiled, exports, { __proto__: null, ...namespaces_ });
  };
  const record = new ModuleRecord(url, 'wasm', wrap);
  record.sourceObject = compiled;
  return record;
}

// Globals are exported by their value, as other modules see variables.
function instantiate(compiled, exports, imports) {
  const instance = new WebAssembly.Instance(compiled, imports);
  const values = { __proto__: null };
  for (const { name, kind } of exports) {
    const value = instance.exports[name];
    values[name] = kind === 'global' ? globalValue(value) : value;
  }
  return values;
}

// The value of a v128 global cannot be read.
function globalValue(global) {
  try {
    return global.value;
  } catch {
    return undefined;
  }
}

module.exports = { makeWasm };

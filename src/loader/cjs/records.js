'use strict';
// What the loader knows of a CommonJS module beyond the public properties of its `module` object.

const records = new WeakMap();

/** The record of a `module` object, made when there is none. */
function recordOf(module) {
  let record = records.get(module);
  if (record === undefined) {
    record = {
      // The module that required it first; null for a main module, undefined when unknown.
      parent: undefined,
      isMain: false,
      // 'commonjs', 'module', 'json' ...; undefined until known.
      format: undefined,
      // Given by hooks; undefined when the file itself is read.
      url: undefined,
      source: undefined,
      // Is its code running right now?
      isExecuting: false,
      // The exports as they were when the module had run: what import sees.
      snapshot: undefined,
      // The ES module record behind it, when require() loaded an ES module.
      esm: undefined,
    };
    records.set(module, record);
  }
  return record;
}

/** The files that led to `parent` requiring something, the nearest first. */
function requireStack(parent) {
  const files = [];
  for (let module = parent; module; module = recordOf(module).parent) {
    files.push(module.filename || module.id);
    if (files.length > 200) break;
  }
  return files;
}

module.exports = { recordOf, requireStack };

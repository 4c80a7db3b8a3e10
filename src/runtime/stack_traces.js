'use strict';
// The text of error.stack. V8 asks for it when the property is first read, so that the text shows
// the message as it is then.

const { coded } = require('runtime/symbols');

const { toString } = Error.prototype;

// Turns positions in generated code into those of the sources: set while source maps are enabled.
let mapSites;
let mapPlace;

/**
 * `sites(error, header, callSites)` gives the whole text of a stack, `place(name, line, column)` the
 * excerpt of a source; both give undefined to leave it as it is.
 */
function setSiteMapper(sites, place) {
  mapSites = sites;
  mapPlace = place;
}

/** Called by C++ for the excerpt above an uncaught error. */
function formatExcerpt(name, line, column) {
  return mapPlace?.(name, line, column);
}

function headerOf(error) {
  try {
    if (error[coded]) return `${error.name} [${error.code}]: ${error.message}`;
    return Reflect.apply(toString, error, []);
  } catch {
    return '<error>';
  }
}

/** Error.prepareStackTrace, unless a program replaces it. */
function prepareStackTrace(error, sites) {
  const header = headerOf(error);
  if (sites.length === 0) return header;
  const mapped = mapSites?.(error, header, sites);
  if (mapped !== undefined) return mapped;
  return `${header}\n    at ${sites.join('\n    at ')}`;
}

// Errors whose stack someone wants without some of its frames.
const filters = new WeakMap();

/** Makes the stack of an error, where it has not been read yet, of the sites that `filter` returns. */
function overrideStack(error, filter) {
  filters.set(error, filter);
}

// Global objects whose errors are not the main context's business.
const isolated = new WeakSet();

/** Keeps the main context's Error.prepareStackTrace from formatting errors of another context. */
function isolateStacks(global) {
  isolated.add(global);
}

/** Called by V8, with the global object of the context that the error comes from. */
function formatStack(global, error, sites) {
  const filter = filters.get(error);
  if (filter !== undefined) sites = filter(sites);
  // A context of its own may have none: then the main one's counts.
  const globals = isolated.has(global) ? [global] : [global, globalThis];
  for (const { Error: Class } of globals) {
    const replaced = Class?.prepareStackTrace;
    if (typeof replaced === 'function' && replaced !== prepareStackTrace) {
      return Reflect.apply(replaced, Class, [error, sites]);
    }
  }
  return prepareStackTrace(error, sites);
}

/** Makes Error.prepareStackTrace ours. */
function install() {
  Object.defineProperty(Error, 'prepareStackTrace', {
    __proto__: null,
    value: prepareStackTrace,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

module.exports = {
  formatStack,
  formatExcerpt,
  install,
  isolateStacks,
  overrideStack,
  setSiteMapper,
};

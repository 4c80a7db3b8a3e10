'use strict';

// Where tests are declared.

/** { line, column, file } of the program's call of `fn`; an empty object where there is none. */
function callerLocation(fn) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, fn);
  const [site] = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return site === undefined ? {} : locationOf(site);
}

function locationOf(site) {
  let file = site.getFileName();
  if (!file) return {};
  if (file.startsWith('file://')) file = require('node:url').fileURLToPath(file);
  return { line: site.getLineNumber(), column: site.getColumnNumber(), file };
}

module.exports = { callerLocation };

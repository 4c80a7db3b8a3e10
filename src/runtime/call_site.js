'use strict';

/** The file names of the frames above the caller, the innermost first. */
function callerFiles() {
  if (Object.isFrozen(Error)) return [];
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder = {};
  Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFileName() ?? '');
  Error.stackTraceLimit = 100;
  Error.captureStackTrace(holder, callerFiles);
  const files = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return files;
}

/**
 * Whether the innermost frame that is not the runtime's own lies in a node_modules folder: some
 * deprecations are for those who can change the code, not for those who installed it.
 */
function isCalledFromNodeModules() {
  const user = callerFiles().find((file) => /^(?:file:\/\/|\/|[A-Za-z]:)/.test(file));
  return user !== undefined && /[\\/]node_modules[\\/]/.test(user);
}

module.exports = { isCalledFromNodeModules };

'use strict';

// What util knows of the system: error numbers, signals, the call stack.

const errors = require('runtime/errors');
const { describe, errorMap } = require('runtime/system_errors');
const {
  validateBoolean,
  validateNumber,
  validateObject,
  validateOneOf,
} = require('runtime/validators');

const { ERR_OUT_OF_RANGE, ERR_WORKER_UNSUPPORTED_OPERATION } = errors;

function validateErrno(err) {
  validateNumber(err, 'err');
  if (err >= 0 || !Number.isSafeInteger(err)) {
    throw new ERR_OUT_OF_RANGE('err', 'a negative integer', err);
  }
}

/** The name of a system error: 'ENOENT' for -2. */
function getSystemErrorName(err) {
  validateErrno(err);
  return describe(err).name;
}

/** The message of a system error: 'no such file or directory' for -2. */
function getSystemErrorMessage(err) {
  validateErrno(err);
  const entry = errorMap().get(err);
  return entry === undefined ? `Unknown system error ${err}` : entry[1];
}

/** A new Map of all system errors: number to [name, message]. */
function getSystemErrorMap() {
  return new Map(errorMap());
}

function _errnoException(...args) {
  validateErrno(args[0]);
  return errors.hideFrames(errors.errnoException(...args), _errnoException);
}

function _exceptionWithHostPort(...args) {
  validateErrno(args[0]);
  return errors.hideFrames(errors.exceptionWithHostPort(...args), _exceptionWithHostPort);
}

/** The exit code that a shell reports for a program that a signal ended. */
function convertProcessSignalToExitCode(signalCode) {
  const { signals } = require('node:os').constants;
  validateOneOf(signalCode, 'signalCode', Object.keys(signals));
  return 128 + signals[signalCode];
}

const kDefaultFrames = 10;
const kMostFrames = 200;

/**
 * The frames of the caller and above.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilgetcallsitesframecount-options
 */
function getCallSites(frameCount = kDefaultFrames, options = undefined) {
  if (options === undefined && typeof frameCount === 'object') {
    options = frameCount;
    frameCount = kDefaultFrames;
  }
  if (options !== undefined) {
    validateObject(options, 'options');
    if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap');
  }
  validateNumber(frameCount, 'frameCount', 1, kMostFrames);
  const sites = native('util').getCallSites(frameCount, 1);
  if (options?.sourceMap ?? process.sourceMapsEnabled) {
    return sites.map(originalSite);
  }
  return sites;
}

/** A call site as the source map of its script has it, or itself without one. */
function originalSite(site) {
  const { findSourceMap } = require('node:module');
  const entry = findSourceMap(site.scriptName)?.findEntry(
    site.lineNumber - 1,
    site.columnNumber - 1,
  );
  if (entry?.originalSource === undefined) return site;
  return {
    __proto__: null,
    functionName: site.functionName,
    scriptId: site.scriptId,
    scriptName: entry.originalSource,
    lineNumber: entry.originalLine + 1,
    columnNumber: entry.originalColumn + 1,
    column: entry.originalColumn + 1,
  };
}

/** Prints the stack when SIGINT ends the program. */
function setTraceSigInt(enable) {
  if (!require('node:worker_threads').isMainThread) {
    throw new ERR_WORKER_UNSUPPORTED_OPERATION('Calling util.setTraceSigInt');
  }
  native('trace_sigint').set(Boolean(enable));
}

module.exports = {
  _errnoException,
  _exceptionWithHostPort,
  convertProcessSignalToExitCode,
  getCallSites,
  getSystemErrorMap,
  getSystemErrorMessage,
  getSystemErrorName,
  setTraceSigInt,
};

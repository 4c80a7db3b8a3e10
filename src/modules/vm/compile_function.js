'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const {
  validateArray,
  validateObject,
  validateString,
  validateStringArray,
} = require('runtime/validators');

/** Compiles the body of a function with the given parameters. */
function compileFunction(code, params, options = {}) {
  validateString(code, 'code');
  validateObject(options, 'options');
  if (params !== undefined) validateStringArray(params, 'params');
  const { parsingContext, contextExtensions = [], importModuleDynamically } = options;
  const { compileOptions } = require('modules/vm/script');
  const given = compileOptions(options, '');
  if (parsingContext !== undefined) {
    const isFine =
      typeof parsingContext === 'object' &&
      parsingContext !== null &&
      native('vm').isContext(parsingContext);
    if (!isFine)
      throw new ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext);
  }
  validateArray(contextExtensions, 'options.contextExtensions');
  for (const [i, extension] of contextExtensions.entries()) {
    validateObject(extension, `options.contextExtensions[${i}]`, { nullable: true });
  }

  const { hostIdFor, setReferrer } = require('modules/vm/dynamic_import');
  const hostId = hostIdFor(importModuleDynamically, given.filename);
  const [compiled, sourceMapURL, rejected, cache] = native('vm').compileFunction(
    code,
    given.filename,
    given.lineOffset,
    given.columnOffset,
    given.cachedData,
    hostId,
    parsingContext,
    contextExtensions,
    params ?? [],
    given.produceCachedData,
  );
  setReferrer(hostId, compiled);
  if (given.produceCachedData) {
    compiled.cachedDataProduced = cache !== undefined;
    if (cache !== undefined) compiled.cachedData = cache;
  }
  if (rejected !== undefined) compiled.cachedDataRejected = rejected;
  if (sourceMapURL !== undefined) compiled.sourceMapURL = sourceMapURL;
  return compiled;
}

module.exports = { compileFunction };

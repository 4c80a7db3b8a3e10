'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const {
  validateBoolean,
  validateInt32,
  validateObject,
  validateString,
  validateUint32,
} = require('runtime/validators');
const { hostIdFor, setReferrer } = require('modules/vm/dynamic_import');
const { requireContext } = require('modules/vm/context');
const { compileScript, createCachedData, runScript } = native('vm');

/** The checked options that scripts and functions have in common, in the compilers' order. */
function compileOptions(options, defaultFilename) {
  const {
    filename = defaultFilename,
    lineOffset = 0,
    columnOffset = 0,
    cachedData,
    produceCachedData = false,
  } = options;
  validateString(filename, 'options.filename');
  validateInt32(lineOffset, 'options.lineOffset');
  validateInt32(columnOffset, 'options.columnOffset');
  if (cachedData !== undefined && !ArrayBuffer.isView(cachedData)) {
    throw new ERR_INVALID_ARG_TYPE(
      'options.cachedData',
      ['Buffer', 'TypedArray', 'DataView'],
      cachedData,
    );
  }
  validateBoolean(produceCachedData, 'options.produceCachedData');
  return { filename, lineOffset, columnOffset, cachedData, produceCachedData };
}

const kDefaultRunOptions = { timeout: -1, displayErrors: true, breakOnSigint: false };

/** The checked options of running a script: timeout (-1: none), displayErrors, breakOnSigint. */
function runOptions(options) {
  if (options === undefined) return kDefaultRunOptions;
  validateObject(options, 'options');
  const { timeout, displayErrors = true, breakOnSigint = false } = options;
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true);
  validateBoolean(displayErrors, 'options.displayErrors');
  validateBoolean(breakOnSigint, 'options.breakOnSigint');
  return { timeout: timeout ?? -1, displayErrors, breakOnSigint };
}

/** Code that is compiled once and run in any context, any number of times. */
class Script {
  #native;

  constructor(code, options = {}) {
    const text = `${code}`;
    if (typeof options === 'string') options = { filename: options };
    else validateObject(options, 'options');
    const given = compileOptions(options, 'evalmachine.<anonymous>');
    const hostId = hostIdFor(options.importModuleDynamically, given.filename);
    const compiled = compileScript(
      text,
      given.filename,
      given.lineOffset,
      given.columnOffset,
      given.cachedData,
      hostId,
      undefined,
    );
    const isAlone = !Array.isArray(compiled);
    const script = isAlone ? compiled : compiled[0];
    const sourceMapURL = isAlone ? undefined : compiled[1];
    const rejected = isAlone ? undefined : compiled[2];
    const sourceURL = isAlone ? undefined : compiled[3];
    this.#native = script;
    setReferrer(hostId, this);
    if (rejected !== undefined) this.cachedDataRejected = rejected;
    if (given.produceCachedData && given.cachedData === undefined) {
      this.cachedData = createCachedData(script);
      this.cachedDataProduced = this.cachedData !== undefined;
    }
    this.sourceURL = sourceURL;
    this.sourceMapURL = sourceMapURL;
  }

  /** V8's code cache of the script, for the option cachedData. */
  createCachedData() {
    return createCachedData(this.#native);
  }

  /** Runs the script in the context of the program. */
  runInThisContext(options) {
    const { timeout, displayErrors, breakOnSigint } = runOptions(options);
    return runScript(this.#native, null, timeout, displayErrors, breakOnSigint);
  }

  /** Runs the script in the context of a contextified object. */
  runInContext(contextifiedObject, options) {
    requireContext(contextifiedObject);
    const { timeout, displayErrors, breakOnSigint } = runOptions(options);
    return runScript(this.#native, contextifiedObject, timeout, displayErrors, breakOnSigint);
  }

  /** Runs the script in a new context. */
  runInNewContext(contextObject, options) {
    const { contextOptions, createContext } = require('modules/vm/context');
    const context = createContext(contextObject, contextOptions(options));
    return this.runInContext(context, options);
  }
}

module.exports = { Script, compileOptions, runOptions };

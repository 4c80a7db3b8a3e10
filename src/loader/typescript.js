'use strict';
// TypeScript: taking the types out, or transforming what has no place in JavaScript.
// https://nodejs.org/api/typescript.html

const {
  ERR_INVALID_TYPESCRIPT_SYNTAX,
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING,
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX,
} = require('runtime/errors');
const {
  validateBoolean,
  validateObject,
  validateOneOf,
  validateString,
} = require('runtime/validators');
const { transformsTypes } = require('loader/flags');
const { isUnderNodeModules } = require('loader/paths');

// Errors of amaro are plain objects: { code, message, snippet, startLine, ... }.
function transform(source, options) {
  const { transformSync } = require('third_party/amaro/internal');
  try {
    return transformSync(source, options);
  } catch (failure) {
    if (failure?.code === undefined) throw failure;
    const Coded =
      failure.code === 'UnsupportedSyntax'
        ? ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX
        : ERR_INVALID_TYPESCRIPT_SYNTAX;
    const error = new Coded(failure.message);
    const place = `${options.filename ?? ''}:${failure.startLine}\n${failure.snippet}\n`;
    native('loader').decorateText(error, place);
    throw error;
  }
}

function withMap(code, map) {
  const { Buffer } = require('node:buffer');
  const text = Buffer.from(map).toString('base64');
  return `${code}\n\n//# sourceMappingURL=data:application/json;base64,${text}`;
}

/**
 * The JavaScript of a module of TypeScript. Refuses files of packages.
 * @param {string} [name] what the script will be called: debuggers see by it that it was generated
 */
function stripModuleTypes(source, filename, name) {
  if (isUnderNodeModules(filename)) {
    throw new ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING(filename);
  }
  const { currentCache } = require('loader/compile_cache_state');
  const cache = currentCache();
  const code =
    cache === undefined ? strip(source, filename) : cache.stripTypes(source, filename, strip);
  return name === undefined || transformsTypes() ? code : `${code}\n\n//# sourceURL=${name}`;
}

function strip(source, filename) {
  const isTransform = transformsTypes();
  const { code, map } = transform(source, {
    mode: isTransform ? 'transform' : 'strip-only',
    sourceMap: isTransform,
    filename,
  });
  return isTransform && map ? withMap(code, map) : code;
}

/** module.stripTypeScriptTypes */
function stripTypeScriptTypes(code, options = {}) {
  warnOnce();
  validateString(code, 'code');
  validateObject(options, 'options');
  const { sourceMap = false, sourceUrl = '' } = options;
  let { mode = 'strip' } = options;
  validateOneOf(mode, 'options.mode', ['strip', 'transform']);
  validateString(sourceUrl, 'options.sourceUrl');
  validateBoolean(sourceMap, 'options.sourceMap');
  if (mode === 'strip') {
    validateOneOf(sourceMap, 'options.sourceMap', [false, undefined]);
    mode = 'strip-only';
  }
  const result = transform(code, { mode, sourceMap, filename: sourceUrl });
  if (sourceMap) return withMap(result.code, result.map);
  return sourceUrl === '' ? result.code : `${result.code}\n\n//# sourceURL=${sourceUrl}`;
}

let warned = false;

function warnOnce() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'stripTypeScriptTypes is an experimental feature and might change at any time',
    'ExperimentalWarning',
  );
}

module.exports = { stripModuleTypes, stripTypeScriptTypes };

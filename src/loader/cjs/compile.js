'use strict';
// From the text of a CommonJS module to its running: types, wrapper, and the turn to the ES module
// loader when the text turns out to be an ES module.

const { detectsModules, requiresModules } = require('loader/flags');
const { dirname } = require('loader/paths');
const { isTypeScript, withoutTypes } = require('loader/formats');
const { currentCache } = require('loader/compile_cache_state');
const { isEnabled } = require('loader/source_map/state');
const { makeRequire } = require('loader/cjs/require_function');
const { recordOf } = require('loader/cjs/records');
const compiler = native('loader');

const WRAPPER = [
  '(function (exports, require, module, __filename, __dirname) { ',
  '\n});',
];

// The public copy, which a program may change.
let wrapper = WRAPPER.slice();

const wrap = (script) => wrapper[0] + script + wrapper[1];

/** Adds Module.wrap and Module.wrapper. */
function installWrapper(Module) {
  Object.defineProperty(Module, 'wrap', {
    __proto__: null,
    value: wrap,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(Module, 'wrapper', {
    __proto__: null,
    configurable: true,
    get: () => wrapper,
    set(parts) {
      wrapper = parts;
    },
  });
}

// With the wrapper as it was, V8 compiles the body of a function and needs no text around it.
function isWrapperChanged(Module) {
  return Module.wrap !== wrap || wrapper[0] !== WRAPPER[0] || wrapper[1] !== WRAPPER[1];
}

/** Module.prototype._compile */
function compileAndRun(Module, module, content, filename, format) {
  const record = recordOf(module);
  if (isTypeScript(format)) {
    const { stripModuleTypes } = require('loader/typescript');
    content = stripModuleTypes(content, filename);
    format = withoutTypes(format);
  }
  if (format === 'module') return loadAsModule(module, record, content, filename);

  let body;
  if (isWrapperChanged(Module)) {
    body = compiler.runScript(Module.wrap(content), filename);
  } else {
    body = compileBody(content, filename);
    if (typeof body !== 'function') {
      const [error, isModule] = body;
      if (!isModule) throw error;
      if (format === undefined && canDetect(record)) {
        return loadAsModule(module, record, content, filename);
      }
      warnOfModuleSyntax(filename);
      throw error;
    }
  }
  record.format ??= 'commonjs';
  if (isEnabled()) {
    require('loader/source_map/cache').remember(filename, content, module);
  }

  const { exports } = module;
  record.isExecuting = true;
  try {
    return body.call(exports, exports, makeRequire(module), module, filename, dirname(filename));
  } finally {
    record.isExecuting = false;
  }
}

// The wrapper function, or [error, isModule].
function compileBody(content, filename) {
  const cache = currentCache();
  if (cache === undefined) return compiler.compileCommonJS(content, filename);
  return cache.compileCommonJS(content, filename);
}

function canDetect(record) {
  return detectsModules() && (record.isMain || requiresModules());
}

function loadAsModule(module, record, content, filename) {
  record.format = 'module';
  return require('loader/cjs/require_esm').loadEsm(module, record, content, filename);
}

// At once, because the error that follows may end the process.
function warnOfModuleSyntax(filename) {
  const warning = new Error(
    `Failed to load the ES module: ${filename}. Make sure to set "type": "module" in the nearest ` +
      'package.json file or use the .mjs extension.',
  );
  warning.name = 'Warning';
  process.emit('warning', warning);
}

module.exports = { compileAndRun, installWrapper };

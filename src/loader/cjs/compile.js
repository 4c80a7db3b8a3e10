'use strict';
// From the text of a CommonJS module to its running: types, wrapper, and the turn to the ES module
// loader when the text turns out to be an ES module.

const { callPaused, stopsAtStart } = require('loader/break_on_start');
const { detectsModules, requiresModules } = require('loader/flags');
const { dirname } = require('loader/paths');
const { isTypeScript, withoutTypes } = require('loader/formats');
const { currentCache } = require('loader/compile_cache_state');
const { isEnabled } = require('loader/source_map/state');
const { makeRequire } = require('loader/cjs/require_function');
const { recordOf } = require('loader/cjs/records');
const compiler = native('loader');

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];

// The public copy, which a program may change.
let wrapper = WRAPPER.slice();

const wrap = (script) => wrapper[0] + script + wrapper[1];

/** Adds Module.wrap, Module.wrapper and Module.prototype._compile. */
function install(Module) {
  Module.prototype._compile = compile;
  Object.defineProperty(compile, 'name', { __proto__: null, value: '', configurable: true });
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

// Compiles `content` as the body of the module and runs it.
function compile(content, filename, format) {
  const { Module } = require('loader/cjs/module');
  const record = recordOf(this);
  if (isTypeScript(format)) {
    const { stripModuleTypes } = require('loader/typescript');
    content = stripModuleTypes(content, filename, filename);
    format = withoutTypes(format);
  }
  if (format === 'module') return loadAsModule(this, record, content, filename);

  let body;
  if (isWrapperChanged(Module)) {
    body = compiler.runScript(Module.wrap(content), filename);
  } else {
    body = compileBody(content, filename);
    if (typeof body !== 'function') {
      const [error, isModule] = body;
      if (!isModule) throw error;
      if (format === undefined && canDetect(record)) {
        return loadAsModule(this, record, content, filename);
      }
      warnOfModuleSyntax(filename);
      throw error;
    }
  }
  record.format ??= 'commonjs';
  if (isEnabled()) {
    require('loader/source_map/cache').remember(filename, content, this);
  }

  const { exports } = this;
  record.isExecuting = true;
  try {
    const require_ = makeRequire(this);
    const folder = dirname(filename);
    if (record.isMain && stopsAtStart()) {
      return callPaused(body, exports, exports, require_, this, filename, folder);
    }
    return body.call(exports, exports, require_, this, filename, folder);
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

module.exports = { install };

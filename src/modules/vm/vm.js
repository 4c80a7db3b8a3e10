// node:vm
'use strict';

const { compileFunction } = require('modules/vm/compile_function');
const {
  DONT_CONTEXTIFY,
  USE_MAIN_CONTEXT_DEFAULT_LOADER,
  contextOptions,
  createContext,
  isContext,
  requireContext,
} = require('modules/vm/context');
const { Script } = require('modules/vm/script');
const { validateObject, validateOneOf } = require('runtime/validators');
const { clearInterval, setInterval } = require('runtime/timers');

function scriptOptions(options) {
  if (options === undefined) return undefined;
  return typeof options === 'string' ? { filename: options } : { ...options };
}

/** Compiles and runs code in the context of a contextified object. */
function runInContext(code, contextifiedObject, options) {
  requireContext(contextifiedObject);
  const given = scriptOptions(options);
  return new Script(code, given).runInContext(contextifiedObject, given);
}

/** Compiles and runs code in a new context. */
function runInNewContext(code, contextObject, options) {
  options = scriptOptions(options);
  const context = createContext(contextObject, contextOptions(options));
  return runInContext(code, context, options);
}

/** Compiles and runs code in the context of the program. */
function runInThisContext(code, options) {
  if (typeof options === 'string') options = { filename: options };
  return new Script(code, options).runInThisContext(options);
}

/** Measures the memory that V8 knows to belong to contexts. */
function measureMemory(options = {}) {
  require('modules/vm/experimental').warnOnce('vm.measureMemory');
  validateObject(options, 'options');
  const { mode = 'summary', execution = 'default' } = options;
  validateOneOf(mode, 'options.mode', ['summary', 'detailed']);
  validateOneOf(execution, 'options.execution', ['default', 'eager']);
  const measured = native('vm').measureMemory(mode === 'detailed', execution === 'eager');
  if (execution === 'eager') {
    // V8 measures in tasks of its own, which do not keep a program alive that waits for them.
    const hold = setInterval(() => {}, 2 ** 30);
    const release = () => clearInterval(hold);
    measured.then(release, release);
  }
  return measured;
}

const constants = Object.freeze({
  __proto__: null,
  USE_MAIN_CONTEXT_DEFAULT_LOADER,
  DONT_CONTEXTIFY,
});

module.exports = {
  Script,
  createContext,
  createScript: (code, options) => new Script(code, options),
  runInContext,
  runInNewContext,
  runInThisContext,
  isContext,
  compileFunction,
  measureMemory,
  constants,
};

// ES modules by hand are there when they are asked for.
const { getOptionValue } = require('runtime/options');
if (getOptionValue('--experimental-vm-modules')) {
  const { Module, SourceTextModule, SyntheticModule } = require('modules/vm/module');
  Object.assign(module.exports, { Module, SourceTextModule, SyntheticModule });
}

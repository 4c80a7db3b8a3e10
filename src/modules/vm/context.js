'use strict';

// Contexts: objects that are the global of code which runs in them.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const {
  validateBoolean,
  validateObject,
  validateOneOf,
  validateString,
} = require('runtime/validators');

const {
  USE_MAIN_CONTEXT_DEFAULT_LOADER,
  hostIdFor,
  setReferrer,
} = require('modules/vm/dynamic_import');
const binding = native('vm');

const DONT_CONTEXTIFY = Symbol('vm_context_no_contextify');

let contexts = 0;

/** Whether an object stands for a context. */
function isContext(object) {
  validateObject(object, 'object', { allowArray: true });
  return binding.isContext(object);
}

/** Throws unless `object` stands for a context. */
function requireContext(object) {
  validateObject(object, 'object', { allowArray: true });
  if (binding.isContext(object)) return;
  throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', object);
}

/** Makes a context for an object, or a plain one; see the API page. */
function createContext(contextObject = {}, options = {}) {
  const isVanilla = contextObject === DONT_CONTEXTIFY;
  if (!isVanilla) {
    validateObject(contextObject, 'object', { allowArray: true, allowFunction: false });
    if (binding.isContext(contextObject)) return contextObject;
  }
  validateObject(options, 'options');
  const {
    name = `VM Context ${++contexts}`,
    origin,
    codeGeneration,
    microtaskMode,
    importModuleDynamically,
  } = options;
  validateString(name, 'options.name');
  if (origin !== undefined) validateString(origin, 'options.origin');
  if (codeGeneration !== undefined) validateObject(codeGeneration, 'options.codeGeneration');
  let strings = true;
  let wasm = true;
  if (codeGeneration !== undefined) {
    ({ strings = true, wasm = true } = codeGeneration);
    validateBoolean(strings, 'options.codeGeneration.strings');
    validateBoolean(wasm, 'options.codeGeneration.wasm');
  }
  if (microtaskMode !== undefined) {
    validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined]);
  }
  const hostId = hostIdFor(importModuleDynamically, 'createContext');
  const context = binding.makeContext(
    isVanilla ? undefined : contextObject,
    strings,
    wasm,
    microtaskMode === 'afterEvaluate',
    hostId,
    name,
    origin ?? '',
  );
  setReferrer(hostId, context);
  return context;
}

/** The options of createContext() among those of runInNewContext(). */
function contextOptions(options) {
  if (options === undefined) return {};
  validateObject(options, 'options');
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = options;
  if (contextName !== undefined) validateString(contextName, 'options.contextName');
  if (contextOrigin !== undefined) validateString(contextOrigin, 'options.contextOrigin');
  if (contextCodeGeneration !== undefined) {
    validateObject(contextCodeGeneration, 'options.contextCodeGeneration');
    const { strings, wasm } = contextCodeGeneration;
    if (strings !== undefined) validateBoolean(strings, 'options.contextCodeGeneration.strings');
    if (wasm !== undefined) validateBoolean(wasm, 'options.contextCodeGeneration.wasm');
  }
  if (microtaskMode !== undefined) validateString(microtaskMode, 'options.microtaskMode');
  return {
    ...(contextName === undefined ? undefined : { name: contextName }),
    origin: contextOrigin,
    codeGeneration: contextCodeGeneration,
    microtaskMode,
  };
}

module.exports = {
  DONT_CONTEXTIFY,
  USE_MAIN_CONTEXT_DEFAULT_LOADER,
  contextOptions,
  createContext,
  isContext,
  requireContext,
};

'use strict';

// import() in code that node:vm compiles: whose business it is.

const {
  ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING,
  ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG,
} = require('runtime/errors');
const { validateFunction } = require('runtime/validators');

// Of a callback that is not given, or not allowed, no code needs an identity of its own.
const kMissing = Symbol('import callback missing');
const kMissingFlag = Symbol('import callback without its flag');
let registered = false;

const referrers = new WeakMap();

function registerRefusals() {
  if (registered) return;
  registered = true;
  const { registerImporter } = require('loader/esm/host');
  registerImporter(kMissing, async () => {
    throw new ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING();
  });
  registerImporter(kMissingFlag, async () => {
    throw new ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG();
  });
}

function phaseName(phase) {
  return phase === native('module_wrap').kSourcePhase ? 'source' : 'evaluation';
}

const USE_MAIN_CONTEXT_DEFAULT_LOADER = Symbol('vm_dynamic_import_main_context_default');

// What the runtime's own users of vm.Script ask for: the default loader, without the warning that
// the public way to ask for it gives.
const kDefaultLoader = Symbol('defaultLoader');

/**
 * What code is compiled with, for the option importModuleDynamically: a symbol, or undefined for the
 * default loader.
 */
function hostIdFor(importModuleDynamically, name) {
  if (importModuleDynamically === undefined) {
    registerRefusals();
    return kMissing;
  }
  if (importModuleDynamically === kDefaultLoader) return undefined;
  if (importModuleDynamically === USE_MAIN_CONTEXT_DEFAULT_LOADER) {
    require('modules/vm/experimental').warnOnce('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER');
    return undefined;
  }
  registerRefusals();
  validateFunction(importModuleDynamically, 'options.importModuleDynamically');
  if (!require('runtime/options').getOptionValue('--experimental-vm-modules')) return kMissingFlag;

  const id = Symbol(name);
  const { registerImporter } = require('loader/esm/host');
  registerImporter(id, async (specifier, attributes, phase) => {
    const module = await importModuleDynamically(
      specifier,
      referrers.get(id),
      attributes,
      phaseName(phase),
    );
    if (require('node:util/types').isModuleNamespaceObject(module)) return module;
    const { namespaceForImport, sourceForImport } = require('modules/vm/module');
    return phaseName(phase) === 'source' ? sourceForImport(module) : namespaceForImport(module);
  });
  return id;
}

/** Names what a callback gets as its referrer, once it is there. */
function setReferrer(id, referrer) {
  if (typeof id === 'symbol' && id !== kMissing && id !== kMissingFlag) referrers.set(id, referrer);
}

module.exports = { USE_MAIN_CONTEXT_DEFAULT_LOADER, hostIdFor, kDefaultLoader, setReferrer };

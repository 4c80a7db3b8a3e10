'use strict';

// ES modules that the program compiles, links and evaluates itself.

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
  ERR_MODULE_LINK_MISMATCH,
  ERR_VM_MODULE_ALREADY_LINKED,
  ERR_VM_MODULE_CACHED_DATA_REJECTED,
  ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA,
  ERR_VM_MODULE_DIFFERENT_CONTEXT,
  ERR_VM_MODULE_LINK_FAILURE,
  ERR_VM_MODULE_NOT_MODULE,
  ERR_VM_MODULE_STATUS,
} = require('runtime/errors');
const {
  validateArray,
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
  validateUint32,
  validateBoolean,
} = require('runtime/validators');

const { kEvaluated, kEvaluating, kErrored, kInstantiated, kSourcePhase, kUninstantiated } =
  native('module_wrap');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const statusNames = {
  [kUninstantiated]: 'unlinked',
  [kInstantiated]: 'linked',
  [kEvaluating]: 'evaluating',
  [kEvaluated]: 'evaluated',
  [kErrored]: 'errored',
};

const kDefaultIdentifier = 'vm:module';
const lastIndex = new WeakMap();
const mainIndexOwner = {};

function nextIdentifier(context) {
  const owner = context ?? mainIndexOwner;
  const index = lastIndex.get(owner) ?? 0;
  lastIndex.set(owner, index + 1);
  return `${kDefaultIdentifier}(${index})`;
}

const internals = Symbol('internals');

/** What source text and synthetic modules have in common. */
class Module {
  #wrap;
  #context;
  #identifier;
  // Of a module that is being linked by linker functions: the promise, and whether it failed.
  #linking;
  #linkError;

  constructor(key, identifier, context, makeWrap) {
    if (key !== internals) throw new TypeError('Module is not a constructor');
    this.#identifier = identifier;
    this.#context = context;
    this.#wrap = makeWrap(this);
  }

  static wrapOf(module) {
    return module.#wrap;
  }

  static contextOf(module) {
    return module.#context;
  }

  static isModule(value) {
    return typeof value === 'object' && value !== null && #wrap in value;
  }

  get identifier() {
    requireModule(this);
    return this.#identifier;
  }

  get context() {
    requireModule(this);
    return this.#context;
  }

  /** What can be imported from the module. */
  get namespace() {
    requireModule(this);
    if (this.#wrap.status() < kInstantiated) {
      throw new ERR_VM_MODULE_STATUS('must not be unlinked or linking');
    }
    return this.#wrap.getNamespace();
  }

  get status() {
    requireModule(this);
    if (this.#linkError !== undefined) return 'errored';
    const status = this.#wrap.status();
    if (status < kInstantiated && this.#linking !== undefined) return 'linking';
    return statusNames[status] ?? 'unlinked';
  }

  /** What evaluating the module threw. */
  get error() {
    requireModule(this);
    if (this.#linkError !== undefined) return this.#linkError.error;
    if (this.#wrap.status() !== kErrored) throw new ERR_VM_MODULE_STATUS('must be errored');
    return this.#wrap.error();
  }

  /** Lets `linker` find the modules that this one and those that it finds import. */
  async link(linker) {
    requireModule(this);
    validateFunction(linker, 'linker');
    if (this.status === 'linked') throw new ERR_VM_MODULE_ALREADY_LINKED();
    if (this.status !== 'unlinked') throw new ERR_VM_MODULE_STATUS('must be unlinked');
    await this.#link(linker);
    this.#wrap.instantiate();
  }

  #link(linker) {
    this.#linking ??= this.#linkRequests(linker);
    return this.#linking;
  }

  async #linkRequests(linker) {
    const requests = this.#wrap.requests();
    try {
      // All are asked for at once, in order; what comes back is linked in turn.
      const found = await Promise.all(
        requests.map(async ([specifier, , attributes]) => {
          const module = await linker(specifier, this, { attributes, assert: attributes });
          requireLinkable(module, this, specifier);
          return module;
        }),
      );
      if (found.length > 0) this.#wrap.link(found.map((module) => module.#wrap));
      linked.add(this);
      await Promise.all(
        found.map((module) => (module.status === 'unlinked' ? module.#link(linker) : undefined)),
      );
    } catch (error) {
      this.#linkError = { error };
      throw error;
    }
  }

  /** Runs the module and those that it imports; the promise settles when they are done. */
  evaluate(options = {}) {
    try {
      return evaluate(this, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  [kInspect](depth, options) {
    requireModule(this);
    if (typeof depth === 'number' && depth < 0) return this;
    const { constructor } = this;
    const object = {
      __proto__: constructor === Object ? null : { constructor },
      status: this.status,
      identifier: this.#identifier,
      context: this.#context,
    };
    return require('node:util').inspect(object, { ...options, customInspect: false });
  }
}

// Modules that were given those that they import.
const linked = new WeakSet();

const { contextOf, isModule, wrapOf } = Module;
delete Module.contextOf;
delete Module.isModule;
delete Module.wrapOf;

function requireModule(value, Class = Module) {
  if (!isModule(value)) throw new ERR_INVALID_THIS(Class.name);
}

function requireLinkable(module, referrer, specifier) {
  if (!isModule(module)) throw new ERR_VM_MODULE_NOT_MODULE();
  if (contextOf(module) !== contextOf(referrer)) throw new ERR_VM_MODULE_DIFFERENT_CONTEXT();
  if (module.status === 'errored') {
    throw new ERR_VM_MODULE_LINK_FAILURE(
      `request for '${specifier}' resolved to an errored module`,
      module.error,
    );
  }
}

function evaluateOptions(options) {
  validateObject(options, 'options');
  const { timeout, breakOnSigint = false } = options;
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true);
  validateBoolean(breakOnSigint, 'options.breakOnSigint');
  return { timeout: timeout ?? -1, breakOnSigint };
}

function evaluate(module, options) {
  requireModule(module);
  const { timeout, breakOnSigint } = evaluateOptions(options);
  const { status } = module;
  if (status !== 'linked' && status !== 'evaluated' && status !== 'errored') {
    throw new ERR_VM_MODULE_STATUS('must be one of linked, evaluated, or errored');
  }
  return native('vm').evaluateModule(wrapOf(module), timeout, breakOnSigint, contextOf(module));
}

function readContext(context) {
  if (context === undefined) return undefined;
  const isFine = typeof context === 'object' && context !== null && native('vm').isContext(context);
  if (!isFine) throw new ERR_INVALID_ARG_TYPE('options.context', 'vm.Context', context);
  return context;
}

/** A module of JavaScript source. */
class SourceTextModule extends Module {
  #requests;
  #specifiers;

  constructor(code, options = {}) {
    validateString(code, 'code');
    validateObject(options, 'options');
    const {
      lineOffset = 0,
      columnOffset = 0,
      initializeImportMeta,
      importModuleDynamically,
      identifier,
      cachedData,
    } = options;
    const context = readContext(options.context);
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    if (initializeImportMeta !== undefined) {
      validateFunction(initializeImportMeta, 'options.initializeImportMeta');
    }
    if (importModuleDynamically !== undefined) {
      validateFunction(importModuleDynamically, 'options.importModuleDynamically');
    }
    if (cachedData !== undefined && !ArrayBuffer.isView(cachedData)) {
      throw new ERR_INVALID_ARG_TYPE(
        'options.cachedData',
        ['Buffer', 'TypedArray', 'DataView'],
        cachedData,
      );
    }
    if (identifier !== undefined) validateString(identifier, 'options.identifier');
    const name = identifier ?? nextIdentifier(context);

    super(internals, name, context, (self) => {
      const { hostIdFor, setReferrer } = require('modules/vm/dynamic_import');
      const hostId = hostIdFor(importModuleDynamically, name);
      const wrap = native('vm').compileModule(
        code,
        name,
        lineOffset,
        columnOffset,
        cachedData,
        hostId,
        context,
      );
      if (wrap.cachedDataRejected) throw new ERR_VM_MODULE_CACHED_DATA_REJECTED();
      setReferrer(hostId, self);
      const { registerMetaInitializer } = require('loader/esm/host');
      registerMetaInitializer(wrap, (meta) => initializeImportMeta?.(meta, self));
      return wrap;
    });
  }

  /** What the module imports, in order. */
  get moduleRequests() {
    requireModule(this, SourceTextModule);
    this.#requests ??= Object.freeze(
      wrapOf(this)
        .requests()
        .map(([specifier, phase, attributes]) =>
          Object.freeze({
            __proto__: null,
            specifier,
            attributes: Object.freeze(attributes),
            phase: phase === kSourcePhase ? 'source' : 'evaluation',
          }),
        ),
    );
    return this.#requests;
  }

  get dependencySpecifiers() {
    this.#specifiers ??= Object.freeze(this.moduleRequests.map(({ specifier }) => specifier));
    return this.#specifiers;
  }

  /** Gives the module those that it imports, in the order of moduleRequests. */
  linkRequests(modules) {
    requireModule(this, SourceTextModule);
    if (this.status !== 'unlinked') throw new ERR_VM_MODULE_STATUS('must be unlinked');
    validateArray(modules, 'modules');
    const requests = this.moduleRequests;
    if (modules.length !== requests.length) {
      throw new ERR_MODULE_LINK_MISMATCH(
        `Expected ${requests.length} modules, got ${modules.length}`,
      );
    }
    const seen = new Map();
    for (const [i, module] of modules.entries()) {
      const { attributes, specifier } = requests[i];
      if (!isModule(module)) throw new ERR_VM_MODULE_NOT_MODULE();
      if (contextOf(module) !== contextOf(this)) throw new ERR_VM_MODULE_DIFFERENT_CONTEXT();
      const key = JSON.stringify([specifier, Object.entries(attributes)]);
      if (seen.has(key) && seen.get(key) !== module) {
        throw new ERR_MODULE_LINK_MISMATCH(
          `Module request '${key}' at index ${i} must be linked to the same module requested at ` +
            `index ${[...seen.keys()].indexOf(key)}`,
        );
      }
      seen.set(key, module);
    }
    wrapOf(this).link(modules.map(wrapOf));
    linked.add(this);
  }

  /** Resolves the names that the module imports. */
  instantiate() {
    requireModule(this, SourceTextModule);
    if (!linked.has(this)) throw new ERR_VM_MODULE_LINK_FAILURE('module is not linked');
    wrapOf(this).instantiate();
  }

  hasTopLevelAwait() {
    requireModule(this, SourceTextModule);
    return wrapOf(this).hasTopLevelAwait();
  }

  hasAsyncGraph() {
    requireModule(this, SourceTextModule);
    if (wrapOf(this).status() < kInstantiated) {
      throw new ERR_VM_MODULE_STATUS('must be instantiated');
    }
    return wrapOf(this).isGraphAsync();
  }

  /** V8's code cache of the module, which must not have run yet. */
  createCachedData() {
    requireModule(this, SourceTextModule);
    const { status } = this;
    if (status === 'evaluating' || status === 'evaluated' || status === 'errored') {
      throw new ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA();
    }
    return wrapOf(this).createCachedData();
  }
}

// What gives synthetic modules their values. The native module holds on to its function, so that this
// one, for all modules, must not lead to any of them.
const steps = new WeakMap();

function runSteps() {
  const { module, evaluateCallback } = steps.get(this);
  Reflect.apply(evaluateCallback, module, []);
}

/** A module whose exports a function sets. */
class SyntheticModule extends Module {
  constructor(exportNames, evaluateCallback, options = {}) {
    if (!Array.isArray(exportNames) || exportNames.some((name) => typeof name !== 'string')) {
      throw new ERR_INVALID_ARG_TYPE('exportNames', 'Array of unique strings', exportNames);
    }
    for (const [i, name] of exportNames.entries()) {
      if (exportNames.indexOf(name, i + 1) !== -1) {
        throw new ERR_INVALID_ARG_VALUE(`exportNames.${name}`, name, 'is duplicated');
      }
    }
    validateFunction(evaluateCallback, 'evaluateCallback');
    validateObject(options, 'options');
    const context = readContext(options.context);
    const { identifier } = options;
    if (identifier !== undefined) validateString(identifier, 'options.identifier');
    const name = identifier ?? nextIdentifier(context);
    super(internals, name, context, (self) => {
      const wrap = native('vm').createSynthetic(name, exportNames, runSteps, context);
      steps.set(wrap, { module: self, evaluateCallback });
      return wrap;
    });
    // There is nothing to link.
    wrapOf(this).instantiate();
  }

  /** There is nothing to link: does nothing. */
  async link(linker) {
    requireModule(this, SyntheticModule);
    if (linker !== undefined) validateFunction(linker, 'linker');
  }

  setExport(name, value) {
    requireModule(this, SyntheticModule);
    validateString(name, 'name');
    wrapOf(this).setExport(name, value);
  }
}

/** The namespace for a module that a dynamic import found; evaluates it if need be. */
async function namespaceForImport(module) {
  if (!isModule(module)) throw new ERR_VM_MODULE_NOT_MODULE();
  if (module.status === 'errored') throw module.error;
  await evaluate(module, {});
  return module.namespace;
}

/** What `import.source()` gives for a module that it found: no module of vm has a source object. */
function sourceForImport(module) {
  if (!isModule(module)) throw new ERR_VM_MODULE_NOT_MODULE();
  const { ERR_SOURCE_PHASE_NOT_DEFINED } = require('runtime/errors');
  throw new ERR_SOURCE_PHASE_NOT_DEFINED(module.identifier);
}

module.exports = {
  Module,
  SourceTextModule,
  SyntheticModule,
  isModule,
  namespaceForImport,
  sourceForImport,
};

'use strict';
// CommonJS modules: the Module class and the way of one require().
// https://nodejs.org/api/modules.html
//
// Programs replace parts of it (Module._load, _resolveFilename, _extensions, prototype._compile),
// so these parts call each other through the class and not directly.

const {
  ERR_INVALID_ARG_VALUE,
  ERR_REQUIRE_CYCLE_MODULE,
  ERR_UNKNOWN_BUILTIN_MODULE,
} = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { basename, dirname, isRelative, resolve } = require('loader/paths');
const { builtinName, canBeTraced, exists, loadBuiltin } = require('loader/builtins');
const { requireConditions } = require('loader/conditions');
const { hasHooks } = require('loader/hooks_state');
const lookup = require('loader/cjs/lookup');
const { circularExports, settleCircularExports } = require('loader/cjs/circular');
const { recordOf, requireStack } = require('loader/cjs/records');

function Module(id = '', parent) {
  this.id = id;
  this.path = dirname(id);
  setOwn(this, 'exports', {});
  addChild(parent, this, false);
  this.filename = null;
  this.loaded = false;
  this.children = [];
  const record = recordOf(this);
  record.parent = parent;
}

// Defines, and does not assign: Object.prototype may carry a setter.
function setOwn(object, key, value) {
  Object.defineProperty(object, key, {
    __proto__: null,
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function addChild(parent, child, isKnown) {
  const children = parent?.children;
  if (children && !(isKnown && children.includes(child))) children.push(child);
}

let isStatWarned = false;

function warnOfStat() {
  if (isStatWarned) return;
  isStatWarned = true;
  process.emitWarning(
    'Module._stat is an experimental feature and might change at any time',
    'ExperimentalWarning',
  );
}

Module._cache = { __proto__: null };
Module._pathCache = lookup.foundPaths;
Module._extensions = { __proto__: null };
Module.globalPaths = [];
Module.Module = Module;

Object.defineProperty(Module, '_stat', {
  __proto__: null,
  configurable: true,
  get: lookup.getStat,
  set(replacement) {
    warnOfStat();
    lookup.setStat(replacement);
    return true;
  },
});

// Which file a request of a module meant: folder -> request -> file name. It spares the whole resolution
// when a module requires the same thing again.
const resolved = new Map();

/**
 * Loads `request` as seen from the module `parent` and gives its exports. With `isMain` the module
 * becomes process.mainModule.
 */
Module._load = function _load(request, parent, isMain) {
  if (hasHooks()) return require('loader/cjs/hooked').loadHooked(Module, request, parent, isMain);

  let known;
  if (parent) {
    known = resolved.get(parent.path);
    if (known === undefined) resolved.set(parent.path, (known = new Map()));
    const filename = known.get(request);
    if (filename !== undefined) {
      const cached = Module._cache[filename];
      if (cached !== undefined) return useCached(cached, parent);
      known.delete(request);
    }
  }
  if (request.startsWith('node:')) return requireBuiltin(request);

  const filename = Module._resolveFilename(request, parent, isMain);
  return loadFile(filename, parent, isMain, known, request);
};

function requireBuiltin(request) {
  const name = request.slice(5);
  if (!exists(name)) throw new ERR_UNKNOWN_BUILTIN_MODULE(request);
  return loadBuiltin(name);
}

// Loads a resolved file. `known` is where the request's file is remembered, if anywhere.
function loadFile(filename, parent, isMain, known, request, prepare) {
  const cached = Module._cache[filename];
  if (cached !== undefined) return useCached(cached, parent);
  // The name of a built-in may have been put into require.cache; with the prefix it is not asked.
  if (filename.startsWith('node:')) return requireBuiltin(filename);
  if (!filename.startsWith('/')) {
    const name = builtinName(filename);
    if (name !== undefined) return loadBuiltin(name);
  }

  const module = new Module(filename, parent);
  const record = recordOf(module);
  prepare?.(record, module);
  if (isMain) {
    setOwn(process, 'mainModule', module);
    setOwn(module.require, 'main', module);
    module.id = '.';
    record.isMain = true;
    record.parent = null;
  }
  Module._cache[filename] = module;
  known?.set(request, filename);
  let failed = true;
  try {
    module.load(filename);
    failed = false;
  } finally {
    if (failed) {
      forget(filename, module, known, request, parent);
    } else {
      settleCircularExports(module);
    }
  }
  return module.exports;
}

// Another require() of a module that failed runs it again.
function forget(filename, module, known, request, parent) {
  delete Module._cache[filename];
  if (known === undefined) return;
  known.delete(request);
  const children = parent?.children;
  if (Array.isArray(children)) {
    const index = children.indexOf(module);
    if (index !== -1) children.splice(index, 1);
  }
}

function useCached(module, parent) {
  addChild(parent, module, true);
  if (module.loaded) return module.exports;
  const record = recordOf(module);
  if (record.format === 'module' || record.format === 'module-typescript') {
    if (record.esm !== undefined || record.isExecuting) {
      throw new ERR_REQUIRE_CYCLE_MODULE(cycleMessage(module, record.parent ?? parent));
    }
  }
  return circularExports(module);
}

function cycleMessage(module, parent) {
  const from = parent ? ` in a cycle. (from ${parent.filename ?? parent.id})` : ' in a cycle.';
  return `Cannot require() ES Module ${module.filename}${from}`;
}

/** The file that `request` means for the module `parent`. Throws MODULE_NOT_FOUND. */
Module._resolveFilename = function (request, parent, isMain, options) {
  if (builtinName(request) !== undefined) return request;
  const conditions = options?.conditions ?? requireConditions();

  const paths = options?.paths;
  let folders;
  if (typeof options === 'object' && options !== null && paths !== undefined) {
    if (!Array.isArray(paths)) throw new ERR_INVALID_ARG_VALUE('options.paths', paths);
    folders = foldersFrom(request, paths);
  } else {
    folders = Module._resolveLookupPaths(request, parent);
  }

  const from = requirerPath(parent);
  if (from !== undefined) {
    if (request.startsWith('#')) {
      const target = lookup.tryImports(from, request, conditions);
      if (target) return target;
    }
    const target = !isRelative(request) && lookup.trySelf(from, request, conditions);
    if (target) {
      Module._pathCache[`${request}\0${folders.length === 1 ? folders[0] : folders.join('\0')}`] =
        target;
      return target;
    }
  }

  const filename = Module._findPath(request, folders, isMain, conditions);
  if (filename) return filename;

  if (isRelative(request)) {
    const folder = from === undefined ? '' : dirname(from);
    require('loader/source').noteMissing(resolve(folder, request));
  }
  const stack = requireStack(parent);
  let message = `Cannot find module '${request}'`;
  if (stack.length > 0) message += `\nRequire stack:\n- ${stack.join('\n- ')}`;
  const error = new Error(message);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = stack;
  throw error;
};

// require.resolve()'s `paths`: each is a place to start from.
function foldersFrom(request, paths) {
  if (isRelative(request)) {
    for (let i = 0; i < paths.length; i++) validateString(paths[i], `paths[${i}]`);
    return paths;
  }
  const starter = new Module('', null);
  const folders = [];
  for (let i = 0; i < paths.length; i++) {
    validateString(paths[i], `paths[${i}]`);
    starter.paths = Module._nodeModulePaths(paths[i]);
    for (const folder of Module._resolveLookupPaths(request, starter)) {
      if (!folders.includes(folder)) folders.push(folder);
    }
  }
  return folders;
}

// The path by which the package of the requiring module is found.
function requirerPath(parent) {
  if (!parent) return undefined;
  if (parent.filename) return parent.filename;
  if (parent.id === '<repl>' || parent.id === 'internal/preload') return `${process.cwd()}/`;
  return undefined;
}

/** The folders to search for `request`, or null when it names a built-in module. */
Module._resolveLookupPaths = function (request, parent) {
  if (builtinName(request) !== undefined) return null;
  if (!isRelative(request)) {
    const own = parent?.paths;
    const folders = lookup.globalFolders();
    return own?.length ? own.concat(folders) : folders.slice();
  }
  // In -e and the REPL, './x' is searched in the working directory and in its node_modules.
  if (!parent?.id || !parent.filename) {
    return ['.', ...Module._nodeModulePaths('.'), ...lookup.globalFolders()];
  }
  return [dirname(parent.filename)];
};

Module._findPath = function (request, folders, isMain, conditions = requireConditions()) {
  const extensions = () => Object.keys(Module._extensions);
  return lookup.findPath(request, folders, isMain, extensions, conditions);
};

Module._nodeModulePaths = function (from) {
  return lookup.nodeModulesFolders(from);
};

/** Reads NODE_PATH again. */
Module._initPaths = function () {
  Module.globalPaths = lookup.initGlobalFolders();
};

/** Runs the module's file: the handler of its extension does. */
Module.prototype.load = function (filename) {
  this.filename = filename;
  this.paths ??= Module._nodeModulePaths(dirname(filename));
  Module._extensions[handledExtension(filename)](this, filename);
  this.loaded = true;
  const record = recordOf(this);
  record.source = undefined;
  record.snapshot = this.exports;
};

// The longest part of 'name.a.b' that has a handler: '.a.b', then '.b'; else '.js'.
function handledExtension(filename) {
  const name = basename(filename);
  let dot = name.indexOf('.', 1);
  while (dot !== -1) {
    const extension = name.slice(dot);
    if (extension !== '.' && Module._extensions[extension]) return extension;
    dot = name.indexOf('.', dot + 1);
  }
  return '.js';
}

/** require(), as seen from this module. */
Module.prototype.require = function (id) {
  validateString(id, 'id');
  if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
  const load = () => lookup.withStatCache(() => Module._load(id, this, false));
  if (!canBeTraced()) return load();
  return require('loader/tracing').traceRequire(load, this.filename, id);
};

Object.defineProperties(Module.prototype, {
  // A getter, so that console.log(module) shows a plain object.
  constructor: {
    __proto__: null,
    configurable: false,
    get() {
      return Module;
    },
  },
  isPreloading: {
    __proto__: null,
    configurable: false,
    get() {
      return require('loader/cjs/preload').isPreloading();
    },
  },
  parent: {
    __proto__: null,
    configurable: false,
    get() {
      warnParent();
      return recordOf(this).parent;
    },
    set(parent) {
      warnParent();
      recordOf(this).parent = parent;
    },
  },
});

let warnedOfParent = false;

function warnParent() {
  const { getOptionValue } = require('runtime/options');
  if (warnedOfParent || !getOptionValue('--pending-deprecation')) return;
  warnedOfParent = true;
  process.emitWarning(
    'module.parent is deprecated due to accuracy issues. Please use ' +
      'require.main to find program entry point instead.',
    'DeprecationWarning',
    'DEP0144',
  );
}

module.exports = { Module, loadFile, requireBuiltin, setOwn };

require('loader/cjs/extensions').install(Module);
require('loader/cjs/compile').install(Module);

'use strict';

// Modules that others get instead of the real ones. https://nodejs.org/docs/latest-v24.x/api/test.html

const { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } = require('runtime/errors');
const { validateBoolean, validateObject, validateString } = require('runtime/validators');

const kScheme = 'gyre-mock:';
const kValues = Symbol.for('gyre.test.mocks');
const kNotApplicable =
  'Cannot create mock because named exports cannot be applied to the provided default export.';

// By the URL of the module that is mocked, and by the number in the URL of its mock.
const mocks = new Map();
const byId = new Map();
let lastId = 0;
let hooks;

/** What mock.module() returns: one module that is mocked until restore(). */
class MockModuleContext {
  #mock;

  constructor(mock) {
    this.#mock = mock;
  }

  restore() {
    const mock = this.#mock;
    if (mock === undefined) return;
    this.#mock = undefined;
    mocks.delete(mock.url);
    for (const url of mock.urls) delete require('loader/cjs/module').Module._cache[url];
    byId.delete(mock.id);
    if (mocks.size > 0) return;
    hooks.deregister();
    hooks = undefined;
  }
}

function readExports(options) {
  const { cache = false, exports, namedExports } = options;
  validateBoolean(cache, 'options.cache');
  if (exports !== undefined) {
    validateObject(exports, 'options.exports');
    for (const name of ['defaultExport', 'namedExports']) {
      if (options[name] === undefined) continue;
      throw new ERR_INVALID_ARG_VALUE(
        'options.exports',
        exports,
        `cannot be used with 'options.${name}'`,
      );
    }
    const { default: value, ...named } = exports;
    return { cache, named, hasDefault: Object.hasOwn(exports, 'default'), defaultExport: value };
  }
  if (namedExports !== undefined) validateObject(namedExports, 'options.namedExports');
  const hasDefault = Object.hasOwn(options, 'defaultExport');
  if (namedExports !== undefined) warnOfOldOption('namedExports', 'exports');
  if (hasDefault) warnOfOldOption('defaultExport', 'exports.default');
  return { cache, named: { ...namedExports }, hasDefault, defaultExport: options.defaultExport };
}

const warned = new Set();

function warnOfOldOption(name, replacement) {
  if (warned.has(name)) return;
  warned.add(name);
  process.emitWarning(
    `mock.module(): options.${name} is deprecated. Use options.${replacement} instead.`,
    'DeprecationWarning',
  );
}

// The URL that the module has for the file that mocks it.
function resolve(specifier, file) {
  const { builtinName } = require('loader/builtins');
  const name = builtinName(specifier);
  if (name !== undefined) return `node:${name}`;
  const { pathToFileURL } = require('node:url');
  const { resolveURL } = require('loader/esm/resolve');
  const parent =
    file === undefined ? `${pathToFileURL(process.cwd()).href}/` : pathToFileURL(file).href;
  const resolved = resolveURL(specifier, parent);
  return resolved.href ?? resolved.url ?? resolved;
}

/** Whether the real module is an ES module, whose default export is apart from the named ones. */
function formatOf(url) {
  if (url.startsWith('node:')) return 'builtin';
  if (!url.startsWith('file:')) return 'module';
  const { requireFormat } = require('loader/formats');
  const path = require('node:url').fileURLToPath(url);
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.mjs') || path.endsWith('.mts')) return 'module';
  return requireFormat(path)?.startsWith('module') ? 'module' : 'commonjs';
}

// What require() returns: the named exports are properties of the default one.
function commonjsExports({ named, hasDefault, defaultExport }) {
  const exports = hasDefault ? defaultExport : {};
  const names = Object.keys(named);
  const isObject =
    exports !== null && (typeof exports === 'object' || typeof exports === 'function');
  if (names.length > 0 && !isObject) throw new Error(kNotApplicable);
  for (const name of names) exports[name] = named[name];
  return exports;
}

/** The source of the mock as an ES module, and as a CommonJS one. */
function esmSource(mock) {
  const { id, named, format } = mock;
  const lines = [`const mock = process[Symbol.for('gyre.test.mocks')](${id});`];
  Object.keys(named).forEach((name, i) => {
    if (name === 'default') return;
    lines.push(`const value${i} = mock.named[${JSON.stringify(name)}];`);
    lines.push(`export { value${i} as ${JSON.stringify(name)} };`);
  });
  if (format !== 'module') lines.push('export default mock.exports();');
  else if (mock.hasDefault) lines.push('export default mock.defaultExport;');
  return lines.join('\n');
}

function commonjsSource({ id }) {
  const value = `process[Symbol.for('gyre.test.mocks')](${id})`;
  return `module.exports = ${value}.exports();`;
}

function start() {
  const { registerHooks } = require('node:module');
  Object.defineProperty(process, kValues, { configurable: true, value: (id) => byId.get(id) });
  hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const result = nextResolve(specifier, context);
      const mock = mocks.get(result.url);
      if (mock === undefined) return result;
      const url = mock.cache ? `${kScheme}${mock.id}` : `${kScheme}${mock.id}/${++mock.uses}`;
      mock.urls.add(url);
      const isRequired = [...(context.conditions ?? [])].includes('require');
      const format = isRequired ? 'commonjs' : mock.format === 'json' ? 'json' : 'module';
      return { __proto__: null, ...result, url, format, shortCircuit: true };
    },
    load(url, context, nextLoad) {
      if (!url.startsWith(kScheme)) return nextLoad(url, context);
      const mock = byId.get(Number.parseInt(url.slice(kScheme.length), 10));
      const { format } = context;
      if (format === 'json') {
        const { checkAttributes } = require('loader/esm/attributes');
        checkAttributes(mock.url, format, context.importAttributes ?? { __proto__: null });
      }
      const source = sourceOf(mock, format);
      return { __proto__: null, format, source, shortCircuit: true };
    },
  });
}

function sourceOf(mock, format) {
  if (format === 'json') return JSON.stringify(mock.defaultExport);
  return format === 'commonjs' ? commonjsSource(mock) : esmSource(mock);
}

/** Puts other exports in the place of a module's, for the file that calls. */
function mockModule(specifier, options, file) {
  require('modules/vm/experimental').warnOnce('Module mocking');
  const request = specifier instanceof URL ? specifier.href : specifier;
  validateString(request, 'specifier');
  validateObject(options, 'options');
  const exports = readExports(options);
  const url = resolve(request, file);
  if (mocks.has(url))
    throw new ERR_INVALID_STATE(`Cannot mock '${request}'. The module is already mocked.`);
  const mock = { ...exports, id: ++lastId, uses: 0, urls: new Set(), url, format: formatOf(url) };
  mock.exports = () => commonjsExports(mock);
  mocks.set(url, mock);
  byId.set(mock.id, mock);
  if (hooks === undefined) start();
  return new MockModuleContext(mock);
}

module.exports = { mockModule };

'use strict';
// The chains of the hooks that module.register() added, in the thread where the hooks run.
// https://nodejs.org/api/module.html#asynchronous-customization-hooks

const {
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_RETURN_PROPERTY_VALUE,
  ERR_INVALID_RETURN_VALUE,
  ERR_LOADER_CHAIN_INCOMPLETE,
} = require('runtime/errors');
const { validateObject, validateString } = require('runtime/validators');
const { defaultLoad } = require('loader/esm/load');
const { importRecord } = require('loader/esm/graph');
const { defaultResolve, setAsyncHooks } = require('loader/esm/pipeline');
const { registerImporter } = require('loader/esm/host');
const { URL } = require('web/url');

const resolveChain = [
  { url: 'node:internal', hook: async (specifier, context) => defaultResolve(specifier, context) },
];
const loadChain = [{ url: 'node:internal', hook: loadDefault }];

// The source of CommonJS modules is left to their own loader.
async function loadDefault(url, context) {
  const loaded = defaultLoad(url, context);
  if (loaded.format === 'commonjs') loaded.source = null;
  if (typeof loaded.source === 'string') {
    const { Buffer } = require('node:buffer');
    loaded.source = Buffer.from(loaded.source);
  }
  return loaded;
}

// A hook module and what it imports are loaded by the hooks that were there before it.
function makeRealm() {
  const realm = {
    name: 'hooks',
    hostId: Symbol('hooks'),
    resolvers: resolveChain.length,
    loaders: loadChain.length,
  };
  registerImporter(realm.hostId, async (specifier, attributes, _phase, referrer) => {
    const record = await importRecord(specifier, referrer, attributes, { realm });
    return record.namespace;
  });
  return realm;
}

const isObject = (value) => typeof value === 'object' && value !== null;

// Runs a chain: each hook gets a function that calls the one registered before it.
async function runChain(name, nextName, chain, input, context, check) {
  const call = async (index, input_, context_) => {
    const { hook, url } = chain[index];
    let isContinued = index === 0;
    const next = {
      async [nextName](nextInput, nextContext) {
        const place = `${url} '${name}' hook's ${nextName}()`;
        validateString(nextInput, `${place} ${name === 'resolve' ? 'specifier' : 'url'}`);
        if (nextContext !== undefined) validateObject(nextContext, `${place} context`);
        if (name === 'load' && !URL.canParse(nextInput)) {
          throw new ERR_INVALID_ARG_VALUE(`${place} url`, nextInput, 'should be a URL string');
        }
        isContinued = true;
        const merged = { ...context_, ...attributesOf(nextContext) };
        return call(index - 1, nextInput, withAssertions(merged));
      },
    }[nextName];
    const result = index === 0 ? await hook(input_, context_) : await hook(input_, context_, next);
    const place = `${url} '${name}' hook's ${nextName}()`;
    if (!isObject(result)) throw new ERR_INVALID_RETURN_VALUE('an object', place, result);
    if (!isContinued && !result.shortCircuit) {
      throw new ERR_LOADER_CHAIN_INCOMPLETE(`${url} '${name}'`);
    }
    const final = attributesOf(result);
    check(final, place);
    return final;
  };
  return call(chain.length - 1, input, withAssertions(context));
}

// The name of import attributes in older versions still works, with a warning.
function attributesOf(object) {
  if (object === undefined || !Object.hasOwn(object, 'importAssertions')) return object;
  const descriptor = Object.getOwnPropertyDescriptor(object, 'importAssertions');
  if (!('value' in descriptor)) return object;
  warnOfAssertions();
  const { importAssertions, ...rest } = object;
  return { importAttributes: importAssertions, ...rest };
}

function withAssertions(context) {
  return Object.defineProperty(context, 'importAssertions', {
    __proto__: null,
    configurable: true,
    enumerable: false,
    get() {
      warnOfAssertions();
      return this.importAttributes;
    },
    set(value) {
      warnOfAssertions();
      this.importAttributes = value;
    },
  });
}

let warned = false;

function warnOfAssertions() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'Use `importAttributes` instead of `importAssertions`',
    'ExperimentalWarning',
  );
}

function checkFormat(format, place) {
  if (format != null && typeof format !== 'string') {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a string', place, 'format', format);
  }
}

function checkResolved({ url, format, importAttributes }, place) {
  if (typeof url !== 'string' || !URL.canParse(url)) {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a URL string', place, 'url', url);
  }
  if (importAttributes !== undefined && !isObject(importAttributes)) {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE(
      'an object',
      place,
      'importAttributes',
      importAttributes,
    );
  }
  checkFormat(format, place);
}

function checkLoaded({ format, source, responseURL }, place) {
  checkFormat(format, place);
  if (responseURL !== undefined && typeof responseURL !== 'string') {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a string', place, 'responseURL', responseURL);
  }
  const isBytes =
    ArrayBuffer.isView(source) ||
    /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(source));
  if (source != null && typeof source !== 'string' && !isBytes) {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE(
      'a string, an ArrayBuffer, or a TypedArray',
      place,
      'source',
      source,
    );
  }
}

/** Resolves through the hooks; for a hook module (`realm`) through those that came before it. */
async function resolve(specifier, context, realm) {
  const chain = realm === undefined ? resolveChain : resolveChain.slice(0, realm.resolvers);
  return runChain('resolve', 'nextResolve', chain, specifier, context, checkResolved);
}

/** Loads through the hooks. */
async function load(url, context, realm) {
  const chain = realm === undefined ? loadChain : loadChain.slice(0, realm.loaders);
  return runChain('load', 'nextLoad', chain, url, context, checkLoaded);
}

/** Loads a module of hooks and adds them to the chains. */
async function addModule(specifier, parentURL, data) {
  setAsyncHooks({ resolve, load });
  const context = { realm: makeRealm() };
  const record = await importRecord(specifier, parentURL, { __proto__: null }, context);
  const { url } = record;
  const hooks = record.namespace;
  // The hooks take part from here on, also in what initialize() loads.
  if (typeof hooks.resolve === 'function') resolveChain.push({ url, hook: hooks.resolve });
  if (typeof hooks.load === 'function') loadChain.push({ url, hook: hooks.load });
  await hooks.initialize?.(data);
}

module.exports = { addModule, resolve, load };

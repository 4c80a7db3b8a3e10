'use strict';

// https://url.spec.whatwg.org/#interface-urlsearchparams

const {
  ERR_ARG_NOT_ITERABLE,
  ERR_INVALID_THIS,
  ERR_INVALID_TUPLE,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { kClone } = require('runtime/symbols');
const { validateFunction } = require('runtime/validators');
const { parseForm, serializeForm } = require('web/url/form');
const { inspectCustom } = require('web/url/inspect_symbol');
const { makeEnumerable, toUSVString } = require('web/url/webidl');

const { isProxy } = native('types');

// Names and values alternate in one array: what a serialization reads and a parse writes in order.
const STEP = 2;

let connect;
let reload;
let listOf;
let rawList;

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function pairsFromIterable(init) {
  const list = [];
  for (const pair of init) {
    // A string is iterable, but no pair.
    if (!isObject(pair) || typeof pair[Symbol.iterator] !== 'function') {
      throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    }
    const members = Array.from(pair, toUSVString);
    if (members.length !== STEP) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    list.push(members[0], members[1]);
  }
  return list;
}

function pairsFromRecord(init) {
  // What a program has in a Proxy sees every step.
  const keys = isProxy(init) ? Reflect.ownKeys(init) : enumerableKeys(init);
  const list = [];
  let isWellFormed = true;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (!Object.prototype.propertyIsEnumerable.call(init, key)) continue;
    const name = toUSVString(key);
    isWellFormed &&= name === key;
    list.push(name, toUSVString(init[key]));
  }
  return isWellFormed ? list : withoutDuplicates(list);
}

function enumerableKeys(object) {
  const keys = Object.keys(object);
  const symbols = Object.getOwnPropertySymbols(object);
  return symbols.length === 0 ? keys : keys.concat(symbols);
}

// Different keys can be the same string once lone surrogates are replaced: the last value counts.
function withoutDuplicates(list) {
  const record = new Map();
  for (let i = 0; i < list.length; i += STEP) record.set(list[i], list[i + 1]);
  return Array.from(record).flat();
}

/** The parameters of a query: https://url.spec.whatwg.org/#interface-urlsearchparams */
class URLSearchParams {
  #list;
  // The serialization of the list, as long as it stays the same.
  #text;
  #url = null;
  #update = null;

  static {
    connect = (url, search, update) => {
      const params = new URLSearchParams();
      params.#list = parseForm(search.slice(1));
      params.#url = url;
      params.#update = update;
      return params;
    };
    reload = (params, search) => {
      params.#list = parseForm(search.slice(1));
      params.#text = undefined;
    };
    rawList = (params) => params.#list;
    listOf = (params) => {
      if (!isObject(params) || !(#list in params)) throw new ERR_INVALID_THIS('URLSearchParams');
      return params.#list;
    };
  }

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    return null;
  }

  constructor(init = undefined) {
    if (init === undefined || init === null) {
      this.#list = [];
    } else if (isObject(init)) {
      const method = init[Symbol.iterator];
      if (method === URLSearchParams.prototype.entries && #list in init) {
        this.#list = init.#list.slice();
      } else if (method === undefined || method === null) {
        this.#list = pairsFromRecord(init);
      } else {
        if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE('Query pairs');
        this.#list = pairsFromIterable(init);
      }
    } else {
      const text = toUSVString(init);
      this.#list = parseForm(text[0] === '?' ? text.slice(1) : text);
    }
  }

  #serialize() {
    const text = serializeForm(this.#list);
    this.#text = text;
    return text;
  }

  // https://url.spec.whatwg.org/#concept-urlsearchparams-update
  #changed() {
    this.#text = undefined;
    if (this.#url !== null) this.#update(this.#url, serializeForm(this.#list));
  }

  [inspectCustom](depth, options, inspect) {
    const list = listOf(this);
    return require('web/url/inspect').inspectSearchParams(list, depth, options, inspect);
  }

  get size() {
    return listOf(this).length / STEP;
  }

  append(name, value) {
    const list = listOf(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = toUSVString(name);
    list.push(name, toUSVString(value));
    this.#changed();
  }

  delete(name, value = undefined) {
    listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    if (value !== undefined) value = toUSVString(value);
    // In place: an iteration in progress goes on with the same list.
    const list = this.#list;
    let end = 0;
    for (let i = 0; i < list.length; i += STEP) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue;
      if (end !== i) {
        list[end] = list[i];
        list[end + 1] = list[i + 1];
      }
      end += STEP;
    }
    while (list.length > end) list.pop();
    this.#changed();
  }

  get(name) {
    const list = listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    for (let i = 0; i < list.length; i += STEP) {
      if (list[i] === name) return list[i + 1];
    }
    return null;
  }

  getAll(name) {
    const list = listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    return list.filter((_, index) => index % STEP === 1 && list[index - 1] === name);
  }

  has(name, value = undefined) {
    const list = listOf(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    if (value !== undefined) value = toUSVString(value);
    for (let i = 0; i < list.length; i += STEP) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    }
    return false;
  }

  set(name, value) {
    listOf(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = toUSVString(name);
    value = toUSVString(value);
    const list = this.#list;
    // The first pair of this name takes the value, the others go.
    let end = 0;
    let found = false;
    for (let i = 0; i < list.length; i += STEP) {
      if (list[i] === name) {
        if (found) continue;
        found = true;
        list[i + 1] = value;
      }
      if (end !== i) {
        list[end] = list[i];
        list[end + 1] = list[i + 1];
      }
      end += STEP;
    }
    while (list.length > end) list.pop();
    if (!found) list.push(name, value);
    this.#changed();
  }

  sort() {
    const list = listOf(this);
    const pairs = [];
    for (let i = 0; i < list.length; i += STEP) pairs.push([list[i], list[i + 1]]);
    // By code units, and stable.
    pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const [index, pair] of pairs.entries())
      [list[index * STEP], list[index * STEP + 1]] = pair;
    this.#changed();
  }

  entries() {
    listOf(this);
    return makeIterator(this, 'entries');
  }

  forEach(callback, thisArg = undefined) {
    listOf(this);
    validateFunction(callback, 'callback');
    for (let i = 0; i < this.#list.length; i += STEP) {
      callback.call(thisArg, this.#list[i + 1], this.#list[i], this);
    }
  }

  keys() {
    listOf(this);
    return makeIterator(this, 'keys');
  }

  values() {
    listOf(this);
    return makeIterator(this, 'values');
  }

  toString() {
    if (!isObject(this) || !(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams');
    const text = this.#text;
    return text === undefined ? this.#serialize() : text;
  }
}

makeEnumerable(URLSearchParams.prototype, [
  'size',
  'append',
  'delete',
  'get',
  'getAll',
  'has',
  'set',
  'sort',
  'entries',
  'forEach',
  'keys',
  'values',
  'toString',
]);
Object.defineProperties(URLSearchParams.prototype, {
  [Symbol.toStringTag]: { value: 'URLSearchParams', configurable: true },
  [Symbol.iterator]: {
    value: URLSearchParams.prototype.entries,
    writable: true,
    configurable: true,
  },
});

let makeIterator;

// https://webidl.spec.whatwg.org/#es-default-iterator-object: live, by index.
class SearchParamsIterator {
  #params;
  #kind;
  #index = 0;

  static {
    makeIterator = (params, kind) => new SearchParamsIterator(params, kind);
  }

  constructor(params, kind) {
    this.#params = params;
    this.#kind = kind;
  }

  #take(list) {
    const name = list[this.#index];
    const value = list[this.#index + 1];
    this.#index += STEP;
    if (this.#kind === 'entries') return [name, value];
    return this.#kind === 'keys' ? name : value;
  }

  next() {
    if (!isObject(this) || !(#params in this)) {
      throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    }
    const list = rawList(this.#params);
    if (this.#index >= list.length) return { value: undefined, done: true };
    return { value: this.#take(list), done: false };
  }

  [inspectCustom](depth, options, inspect) {
    if (!isObject(this) || !(#params in this)) {
      throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    }
    const remaining = new SearchParamsIterator(this.#params, this.#kind);
    remaining.#index = this.#index;
    const members = [];
    const list = rawList(this.#params);
    while (remaining.#index < list.length) members.push(remaining.#take(list));
    return require('web/url/inspect').inspectIterator(members, depth, options, inspect);
  }
}

delete SearchParamsIterator.prototype.constructor;
Object.setPrototypeOf(
  SearchParamsIterator.prototype,
  Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
);
makeEnumerable(SearchParamsIterator.prototype, ['next']);
Object.defineProperty(SearchParamsIterator.prototype, Symbol.toStringTag, {
  value: 'URLSearchParams Iterator',
  configurable: true,
});

module.exports = { URLSearchParams, connect, reload };

'use strict';

// https://url.spec.whatwg.org/#url-class. A URL is its serialization and the offsets of its
// components, both from the parser in C++; getters cut slices.

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_URL, ERR_MISSING_ARGS } = require('runtime/errors');
const { kClone } = require('runtime/symbols');
const { URLSearchParams, connect, reload } = require('web/url/search_params');
const { makeEnumerable } = require('web/url/webidl');
const { inspectCustom } = require('web/url/inspect_symbol');

const parser = native('url');
// Where the parser says how the URL that it returns divides. With memory of its own: the engine would
// move a small array, and copy it for each call.
const offsets = new Uint32Array(new ArrayBuffer(28));

// Without a base, most URLs are given as they are serialized: then the string in hand will do.
function parse(input, base) {
  if (base === undefined && parser.isSerialized(input, offsets)) return input;
  return parser.parse(input, base, offsets, false);
}

// The order of the parser's enum class Attribute.
const PROTOCOL = 0;
const USERNAME = 1;
const PASSWORD = 2;
const HOST = 3;
const HOSTNAME = 4;
const PORT = 5;
const PATHNAME = 6;
const SEARCH = 7;
const HASH = 8;

// In place of the constructor's first argument: the parser has just succeeded, take its result.
const kParsed = Symbol('kParsed');

// The constructor's error has the code, but not in its text as other coded errors have it.
function invalidURL(input, base) {
  const error = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input });
  if (base !== undefined) error.base = base;
  return error;
}

/** The path that a file URL names on this machine, if it is written as it is serialized. */
function localPathname(text) {
  if (!text.startsWith('file:///') || !parser.isSerialized(text, offsets)) return undefined;
  return text.slice(offsets[4], offsets[5]);
}

let updateSearch;
let isURL;
let isUnchangedURL;
let partsOf;
let toString;

/** A parsed URL: https://url.spec.whatwg.org/#url-class */
class URL {
  #href;
  #protocolEnd;
  #usernameEnd;
  #hostStart;
  #hostEnd;
  #pathStart;
  #searchStart;
  #hashStart;
  #searchParams;

  static {
    updateSearch = (url, query) => url.#set(SEARCH, query);
    isURL = (value) => typeof value === 'object' && value !== null && #href in value;
    // A URL whose conversion to a string is its href: nobody has put something else in its way.
    isUnchangedURL = (value) =>
      typeof value === 'object' &&
      value !== null &&
      #href in value &&
      value.toString === toString &&
      value[Symbol.toPrimitive] === undefined;
    partsOf = (url) => ({
      href: url.#href,
      protocolEnd: url.#protocolEnd,
      usernameEnd: url.#usernameEnd,
      hostStart: url.#hostStart,
      hostEnd: url.#hostEnd,
      pathStart: url.#pathStart,
      searchStart: url.#searchStart,
      hashStart: url.#hashStart,
    });
  }

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    return null;
  }

  constructor(input, base = undefined) {
    if (input === kParsed) {
      this.#adopt(base);
      return;
    }
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    if (typeof input !== 'string') input = `${input}`;
    let href;
    if (base === undefined) {
      href = parse(input, undefined);
    } else if (isUnchangedURL(base)) {
      base.#tell();
      base = base.#href;
      href = parser.parse(input, base, offsets, true);
    } else {
      base = `${base}`;
      href = parse(input, base);
    }
    if (href === undefined) throw invalidURL(input, base);
    this.#adopt(href);
  }

  // Tells the parser how this URL divides.
  #tell() {
    offsets[0] = this.#protocolEnd;
    offsets[1] = this.#usernameEnd;
    offsets[2] = this.#hostStart;
    offsets[3] = this.#hostEnd;
    offsets[4] = this.#pathStart;
    offsets[5] = this.#searchStart;
    offsets[6] = this.#hashStart;
  }

  #adopt(href) {
    this.#href = href;
    this.#protocolEnd = offsets[0];
    this.#usernameEnd = offsets[1];
    this.#hostStart = offsets[2];
    this.#hostEnd = offsets[3];
    this.#pathStart = offsets[4];
    this.#searchStart = offsets[5];
    this.#hashStart = offsets[6];
  }

  #set(attribute, value) {
    this.#tell();
    this.#adopt(parser.set(this.#href, attribute, value, offsets));
  }

  [inspectCustom](depth, options, inspect) {
    if (typeof depth === 'number' && depth < 0) return this;
    return require('web/url/inspect').inspectURL(this, partsOf, options, inspect);
  }

  toString() {
    return this.#href;
  }

  get href() {
    return this.#href;
  }

  set href(value) {
    value = `${value}`;
    const href = parse(value, undefined);
    if (href === undefined) throw new ERR_INVALID_URL(value);
    this.#adopt(href);
    if (this.#searchParams !== undefined) reload(this.#searchParams, this.search);
  }

  // https://url.spec.whatwg.org/#concept-url-origin
  get origin() {
    const href = this.#href;
    const protocolEnd = this.#protocolEnd;
    const hostStart = this.#hostStart;
    const isSecure = protocolEnd === 6 && href[4] === 's';
    if ((isSecure || protocolEnd === 5) && href.startsWith('http')) {
      // Without credentials, it is what stands before the path.
      if (hostStart === protocolEnd + 2) return href.slice(0, this.#pathStart);
      return `${isSecure ? 'https://' : 'http://'}${href.slice(hostStart, this.#pathStart)}`;
    }
    switch (href.slice(0, protocolEnd)) {
      case 'ws:':
      case 'wss:':
      case 'ftp:':
        return `${this.protocol}//${this.host}`;
      case 'blob:': {
        const inner = URL.parse(this.pathname);
        const isHttp =
          inner !== null && (inner.protocol === 'http:' || inner.protocol === 'https:');
        return isHttp ? inner.origin : 'null';
      }
      default:
        return 'null';
    }
  }

  get protocol() {
    return this.#href.slice(0, this.#protocolEnd);
  }

  set protocol(value) {
    this.#set(PROTOCOL, `${value}`);
  }

  get username() {
    if (this.#hostStart <= this.#protocolEnd + 2) return '';
    return this.#href.slice(this.#protocolEnd + 2, this.#usernameEnd);
  }

  set username(value) {
    this.#set(USERNAME, `${value}`);
  }

  get password() {
    // Without credentials, username and host start at the same place.
    if (this.#hostStart - this.#usernameEnd < 2) return '';
    return this.#href.slice(this.#usernameEnd + 1, this.#hostStart - 1);
  }

  set password(value) {
    this.#set(PASSWORD, `${value}`);
  }

  get host() {
    const start = this.#hostStart;
    return start > this.#protocolEnd ? this.#href.slice(start, this.#pathStart) : '';
  }

  set host(value) {
    this.#set(HOST, `${value}`);
  }

  get hostname() {
    return this.#href.slice(this.#hostStart, this.#hostEnd);
  }

  set hostname(value) {
    this.#set(HOSTNAME, `${value}`);
  }

  get port() {
    if (this.#hostStart <= this.#protocolEnd) return '';
    return this.#href.slice(this.#hostEnd + 1, this.#pathStart);
  }

  set port(value) {
    this.#set(PORT, `${value}`);
  }

  get pathname() {
    return this.#href.slice(this.#pathStart, this.#searchStart);
  }

  set pathname(value) {
    this.#set(PATHNAME, `${value}`);
  }

  get search() {
    if (this.#hashStart - this.#searchStart <= 1) return '';
    return this.#href.slice(this.#searchStart, this.#hashStart);
  }

  set search(value) {
    this.#set(SEARCH, `${value}`);
    if (this.#searchParams !== undefined) reload(this.#searchParams, this.search);
  }

  get searchParams() {
    if (this.#searchParams === undefined) {
      this.#searchParams = connect(this, this.search, updateSearch);
    }
    return this.#searchParams;
  }

  get hash() {
    if (this.#href.length - this.#hashStart <= 1) return '';
    return this.#href.slice(this.#hashStart);
  }

  set hash(value) {
    this.#set(HASH, `${value}`);
  }

  toJSON() {
    return this.#href;
  }

  /** The URL, or null where the constructor would throw. */
  static parse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    if (base !== undefined) base = `${base}`;
    const href = parse(`${input}`, base);
    return href === undefined ? null : new URL(kParsed, href);
  }

  /** Whether the constructor would not throw. */
  static canParse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    if (base !== undefined) base = `${base}`;
    input = `${input}`;
    return (
      (base === undefined && parser.isSerialized(input, offsets)) || parser.canParse(input, base)
    );
  }

  /** https://w3c.github.io/FileAPI/#dfn-createObjectURL */
  static createObjectURL(blob) {
    const { Blob, createObjectURL } = require('web/blob');
    if (!(blob instanceof Blob)) throw new ERR_INVALID_ARG_TYPE('obj', 'Blob', blob);
    return createObjectURL(blob);
  }

  /** https://w3c.github.io/FileAPI/#dfn-revokeObjectURL */
  static revokeObjectURL(url) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    require('web/blob').revokeObjectURL(`${url}`);
  }
}

({ toString } = URL.prototype);

makeEnumerable(URL.prototype, [
  'toString',
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'searchParams',
  'hash',
  'toJSON',
]);
makeEnumerable(URL, ['parse', 'canParse', 'createObjectURL', 'revokeObjectURL']);
Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true });

module.exports = {
  URL,
  URLSearchParams,
  // Lazily: few programs use it.
  get URLPattern() {
    return require('web/url/pattern').URLPattern;
  },
  isURL,
  localPathname,
};

'use strict';

// https://urlpattern.spec.whatwg.org/#urlpattern-class

const { kClone } = require('runtime/symbols');
const { URL } = require('web/url');
const canonical = require('web/url/pattern_canonical');
const { compileComponent, matchResult } = require('web/url/pattern_component');
const { COMPONENTS, processInit, readInit } = require('web/url/pattern_init');
const { matchesSpecialScheme, parsePatternString } = require('web/url/pattern_string');

const DEFAULT_OPTIONS = { delimiter: '', prefix: '' };
const HOSTNAME_OPTIONS = { delimiter: '.', prefix: '' };
const PATHNAME_OPTIONS = { delimiter: '/', prefix: '/' };

function coded(code, message) {
  return Object.assign(new TypeError(message), { code });
}

function invalidArgument(message) {
  return coded('ERR_INVALID_ARG_TYPE', message);
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** https://urlpattern.spec.whatwg.org/#hostname-pattern-is-an-ipv6-address */
function isIPv6Pattern(hostname) {
  return hostname.length > 1 && /^(?:\[|\{\[|\\\[)/.test(hostname);
}

/** https://urlpattern.spec.whatwg.org/#url-pattern-create: the compiled components. */
function createComponents(input, baseURL, ignoreCase) {
  // 1-5.
  let init = input;
  if (typeof input === 'string') {
    init = parsePatternString(input);
    if (baseURL === undefined && init.protocol === undefined) throw new TypeError('No protocol');
    if (baseURL !== undefined) init.baseURL = baseURL;
  } else if (baseURL !== undefined) {
    throw new TypeError('A base URL goes into the object');
  }
  // 6-7.
  const processed = processInit(init, true);
  for (const name of COMPONENTS) processed[name] ??= '*';
  // 8. A default port is never part of a URL.
  const defaultPort = canonical.DEFAULT_PORTS.get(processed.protocol);
  if (defaultPort !== undefined && processed.port === defaultPort) processed.port = '';
  // 9-22.
  const compile = (name, encode, options = DEFAULT_OPTIONS) =>
    compileComponent(processed[name], encode, options);
  const caseOptions = { ...DEFAULT_OPTIONS, ignoreCase };
  const protocol = compile('protocol', canonical.canonicalProtocol);
  const isSpecial = matchesSpecialScheme(protocol);
  const encodeHostname = isIPv6Pattern(processed.hostname)
    ? canonical.canonicalIPv6Hostname
    : canonical.canonicalHostname;
  return {
    protocol,
    username: compile('username', canonical.canonicalUsername),
    password: compile('password', canonical.canonicalPassword),
    hostname: compile('hostname', encodeHostname, HOSTNAME_OPTIONS),
    port: compile('port', canonical.canonicalPort),
    pathname: isSpecial
      ? compile('pathname', canonical.canonicalPathname, { ...PATHNAME_OPTIONS, ignoreCase })
      : compile('pathname', canonical.canonicalOpaquePathname, caseOptions),
    search: compile('search', canonical.canonicalSearch, caseOptions),
    hash: compile('hash', canonical.canonicalHash, caseOptions),
  };
}

const NOTHING = Object.fromEntries(COMPONENTS.map((name) => [name, '']));

/** The parts of what is matched; null when it is no URL. */
function partsOf(input, baseURL) {
  if (typeof input !== 'string') {
    try {
      return processInit(readInit(input), false, NOTHING);
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }
  const url = URL.parse(input, baseURL);
  if (url === null) return null;
  const { username, password, hostname, port, pathname } = url;
  return {
    protocol: url.protocol.slice(0, -1),
    username,
    password,
    hostname,
    port,
    pathname,
    search: url.search.slice(1),
    hash: url.hash.slice(1),
  };
}

function readIgnoreCase(options) {
  if (!isObject(options)) throw invalidArgument('options must be an object');
  const { ignoreCase } = options;
  if (ignoreCase === undefined) return false;
  if (typeof ignoreCase !== 'boolean')
    throw invalidArgument('options.ignoreCase must be a boolean');
  return ignoreCase;
}

// The arguments (input, baseURL, options) and (input, options).
function readArguments(input, second, third) {
  if (input !== undefined && typeof input !== 'string' && !isObject(input)) {
    throw invalidArgument('Input must be an object or a string');
  }
  let baseURL;
  let options = third;
  if (typeof second === 'string') {
    baseURL = second;
  } else if (second !== undefined) {
    if (!isObject(second)) throw invalidArgument('second argument must be a string or object');
    options ??= second;
  }
  const ignoreCase = options === undefined ? false : readIgnoreCase(options);
  const init = typeof input === 'string' ? input : readInit(input ?? {});
  return { init, baseURL, ignoreCase };
}

let componentsOf;

class Pattern {
  #components;

  static {
    componentsOf = (pattern) => {
      if (!isObject(pattern) || !(#components in pattern))
        throw new TypeError('Illegal invocation');
      return pattern.#components;
    };
  }

  constructor(input, second, third) {
    const { init, baseURL, ignoreCase } = readArguments(input, second, third);
    try {
      this.#components = createComponents(init, baseURL, ignoreCase);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw coded('ERR_INVALID_URL_PATTERN', 'Failed to construct URLPattern');
    }
  }

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    return null;
  }

  get protocol() {
    return componentsOf(this).protocol.pattern;
  }

  get username() {
    return componentsOf(this).username.pattern;
  }

  get password() {
    return componentsOf(this).password.pattern;
  }

  get hostname() {
    return componentsOf(this).hostname.pattern;
  }

  get port() {
    return componentsOf(this).port.pattern;
  }

  get pathname() {
    return componentsOf(this).pathname.pattern;
  }

  get search() {
    return componentsOf(this).search.pattern;
  }

  get hash() {
    return componentsOf(this).hash.pattern;
  }

  get hasRegExpGroups() {
    return Object.values(componentsOf(this)).some((component) => component.hasRegExpGroups);
  }

  exec(input, baseURL) {
    const components = componentsOf(this);
    const parts = readInput(input, baseURL, 'exec');
    if (parts === null) return null;
    const result = { __proto__: null, inputs: parts.inputs };
    for (const name of COMPONENTS) {
      const match = components[name].regexp.exec(parts.values[name]);
      if (match === null) return null;
      result[name] = matchResult(components[name], parts.values[name], match);
    }
    return result;
  }

  test(input, baseURL) {
    const components = componentsOf(this);
    const parts = readInput(input, baseURL, 'test');
    if (parts === null) return false;
    return COMPONENTS.every((name) => components[name].regexp.test(parts.values[name]));
  }
}

// https://urlpattern.spec.whatwg.org/#url-pattern-match, steps 1 to 14.
function readInput(input = {}, baseURL = undefined, method = 'exec') {
  if (typeof input !== 'string' && !isObject(input)) {
    throw invalidArgument('URLPattern input needs to be a string or an object');
  }
  if (baseURL !== undefined) {
    if (typeof baseURL !== 'string') throw invalidArgument('baseURL must be a string');
    if (typeof input !== 'string') {
      throw coded('ERR_OPERATION_FAILED', `Failed to ${method} URLPattern`);
    }
  }
  const values = partsOf(input, baseURL);
  if (values === null) return null;
  return { values, inputs: baseURL === undefined ? [input] : [input, baseURL] };
}

for (const name of [...COMPONENTS, 'hasRegExpGroups', 'exec', 'test']) {
  Object.defineProperty(Pattern.prototype, name, { enumerable: true });
}

/** https://urlpattern.spec.whatwg.org/#urlpattern: a call without `new` has an error of its own. */
function URLPattern(...args) {
  if (new.target === undefined) {
    throw coded('ERR_CONSTRUCT_CALL_REQUIRED', 'Cannot call constructor without `new`');
  }
  return Reflect.construct(Pattern, args, new.target);
}
Object.defineProperty(URLPattern, 'prototype', { value: Pattern.prototype, writable: false });
URLPattern.prototype.constructor = URLPattern;

module.exports = { URLPattern };

// node:url
'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } = require('runtime/errors');
const { defineLazy } = require('runtime/lazy_property');
const { validateObject } = require('runtime/validators');
const { URL, URLSearchParams, isURL } = require('web/url');
const { fileURLToPath, fileURLToPathBuffer, pathToFileURL } = require('web/url/file_url');
const { Url, parseLegacy } = require('modules/url/legacy');
const parser = native('url');

/** The legacy Url of a string. */
function parse(url, parseQueryString, slashesDenoteHost) {
  return parseLegacy(url, parseQueryString, slashesDenoteHost);
}

/** Resolves one URL relative to another, as an anchor tag would. */
function resolve(from, to) {
  return parseLegacy(from, false, true).resolve(to);
}

/** The same for legacy Url objects. */
function resolveObject(source, relative) {
  if (!source) return relative;
  return parseLegacy(source, false, true).resolveObject(relative);
}

/** Whether URLs of a scheme have domains, which have a Unicode form. */
function isSpecial(protocol) {
  return /^(?:https?|wss?|ftp|file):$/.test(protocol);
}

function formatURL(url, options) {
  // The separator of an empty query or fragment stays; hash and search don't tell of it.
  let { hash, href, search } = url;
  hash ||= href.endsWith('#') ? '#' : '';
  search ||= /^[^?#]*\?/.test(href) ? '?' : '';
  let credentials = url.username;
  if (url.password !== '') credentials += `:${url.password}`;
  let { hostname } = url;
  if (options) {
    validateObject(options, 'options');
    const { auth = true, fragment = true, search: withSearch = true, unicode = false } = options;
    if (!auth) credentials = '';
    if (!fragment) hash = '';
    if (!withSearch) search = '';
    if (unicode && isSpecial(url.protocol)) hostname = domainToUnicode(hostname) || hostname;
  }
  const { protocol } = url;
  const hasHost = href.startsWith('//', protocol.length);
  if (!hasHost) return `${protocol}${url.pathname}${search}${hash}`;
  const port = url.port === '' ? '' : `:${url.port}`;
  const at = credentials === '' ? '' : `${credentials}@`;
  return `${protocol}//${at}${hostname}${port}${url.pathname}${search}${hash}`;
}

/** The string of a URL, of a legacy Url or an object like it, or of a string that is parsed first. */
function format(urlObject, options) {
  if (typeof urlObject === 'string') {
    urlObject = parseLegacy(urlObject);
  } else if (typeof urlObject !== 'object' || urlObject === null) {
    throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], urlObject);
  } else if (isURL(urlObject)) {
    return formatURL(urlObject, options);
  }
  return Url.prototype.format.call(urlObject);
}

/** The ASCII form of a domain, '' when it is not valid. */
function domainToASCII(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return parser.domainToASCII(`${domain}`);
}

/** The Unicode form of a domain, '' when it is not valid. */
function domainToUnicode(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return parser.domainToUnicode(`${domain}`);
}

// Most user names and passwords need no decoding.
function decodeCredential(text) {
  return text.includes('%') ? decodeURIComponent(text) : text;
}

/** The options that http.request() takes for a URL. */
function urlToHttpOptions(url) {
  validateObject(url, 'url', { allowArray: true, allowFunction: true });
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  // Written out, and filled later: the engine copies such an object instead of building it.
  let options = {
    __proto__: null,
    protocol: '',
    hostname: '',
    hash: '',
    search: '',
    pathname: '',
    path: '',
    href: '',
  };
  // An object that only looks like a URL may carry more, and a URL may have been given more.
  if (!isURL(url) || Reflect.ownKeys(url).length > 0) {
    options = Object.assign(Object.create(null), url);
  }
  const isBracketed = typeof hostname === 'string' && hostname[0] === '[';
  options.protocol = protocol;
  options.hostname = isBracketed ? hostname.slice(1, -1) : hostname;
  options.hash = hash;
  options.search = search;
  options.pathname = pathname;
  options.path = `${pathname || ''}${search || ''}`;
  options.href = href;
  if (port !== '') options.port = Number(port);
  if (username || password) {
    options.auth = `${decodeCredential(username)}:${decodeCredential(password)}`;
  }
  return options;
}

module.exports = {
  Url,
  parse,
  resolve,
  resolveObject,
  format,
  URL,
  URLPattern: undefined,
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  fileURLToPathBuffer,
  urlToHttpOptions,
};

defineLazy(module.exports, 'URLPattern', () => require('web/url/pattern').URLPattern);

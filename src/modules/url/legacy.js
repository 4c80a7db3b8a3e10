'use strict';

// url.parse() and its Url: the lenient parser from before the URL standard. What it makes of odd
// input is documented by tests alone; the comments say what each step is for.

const { ERR_INVALID_URL } = require('runtime/errors');
const { validateString } = require('runtime/validators');
const querystring = require('node:querystring');

// Programs may replace it on the module.
const { escape } = querystring;

// Schemes whose URLs have a host behind '//', and a path that is never empty.
const SLASHED = new Set();
for (const scheme of ['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss']) {
  SLASHED.add(scheme).add(`${scheme}:`);
}

const SCHEME = /^[a-z0-9.+-]+:/i;
const USER_AT_HOST = /^\/\/[^@/]+@[^@/]+/;
const PLAIN_PATH = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/;
const PORT = /:[0-9]*$/;

// Characters that are encoded wherever they stand behind the host.
const UNWISE_SOMEWHERE = /[\t\n\r "'<>\\^`{|}]/;
const UNWISE = /[\t\n\r "'<>\\^`{|}]/g;
// What ASCII characters mean behind the scheme: a host cannot contain some, others separate.
const SEPARATOR = 1;
const AT_SIGN = 2;
const NOT_IN_HOST = 3;
const KINDS = new Uint8Array(128);
for (const character of ' "%\';<>\\^`{|}') KINDS[character.charCodeAt(0)] = NOT_IN_HOST;
for (const character of '/?#') KINDS[character.charCodeAt(0)] = SEPARATOR;
KINDS['@'.charCodeAt(0)] = AT_SIGN;
const FORBIDDEN_HOST = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
const FORBIDDEN_IPV6_HOST = /[\0\t\n\r #%/<>?@\\^|]/;
const LONGEST_HOSTNAME = 255;

let hasWarned = false;
let hasWarnedOfPort = false;

function warnOnce() {
  if (hasWarned || require('runtime/call_site').isCalledFromNodeModules()) return;
  hasWarned = true;
  process.emitWarning(
    '`url.parse()` behavior is not standardized and prone to errors that have security ' +
      'implications. Use the WHATWG URL API instead. CVEs are not issued for `url.parse()` ' +
      'vulnerabilities.',
    'DeprecationWarning',
    'DEP0169',
  );
}

function isSlashed(protocol) {
  if (typeof protocol !== 'string' || protocol === '') return false;
  if (protocol === 'http:' || protocol === 'https:') return true;
  return SLASHED.has(protocol) || SLASHED.has(protocol.toLowerCase());
}

function isScript(protocol) {
  return typeof protocol === 'string' && /^javascript:?$/i.test(protocol);
}

function percentEncode(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Without white space around it; backslashes are slashes as long as no query or hash has begun. */
function prepare(text) {
  let start = 0;
  let end = text.length;
  const isSpace = (code) => code <= 32 || code === 0xa0 || code === 0xfeff;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  if (start > 0 || end < text.length) text = text.slice(start, end);
  if (!text.includes('\\')) return text;
  const tail = text.search(/[?#]/);
  const head = tail === -1 ? text : text.slice(0, tail);
  return head.replaceAll('\\', '/') + text.slice(head.length);
}

/**
 * Where the host ends in text that begins with user and host, and where it begins. The last '@' in
 * front of a separator ends the user; the first character that no host can have ends the host.
 */
function scanAuthority(text) {
  let at = -1;
  let end = -1;
  for (let i = 0; i < text.length; i++) {
    switch (KINDS[text.charCodeAt(i)]) {
      case SEPARATOR:
        return { at, end: end === -1 ? i : end };
      case AT_SIGN:
        at = i;
        end = -1;
        break;
      case NOT_IN_HOST:
        if (end === -1) end = i;
        break;
    }
  }
  return { at, end: end === -1 ? text.length : end };
}

/**
 * The name of a host in the form that it has on the network, and what of it was none after all:
 * everything from a colon on that no port follows.
 */
function checkHostname(hostname, url) {
  if (hostname.length > LONGEST_HOSTNAME) return { hostname: '', rejected: '' };
  if (hostname.startsWith('[') && hostname.endsWith(']')) {
    if (FORBIDDEN_IPV6_HOST.test(hostname)) throw new ERR_INVALID_URL(url);
    return { hostname: hostname.toLowerCase(), rejected: '' };
  }
  let rejected = '';
  const colon = hostname.indexOf(':');
  if (colon !== -1 && !hostname.startsWith('[')) {
    rejected = hostname.slice(colon);
    hostname = hostname.slice(0, colon);
    if (!hasWarnedOfPort) {
      hasWarnedOfPort = true;
      process.emitWarning(
        `The URL ${url} is invalid. Future versions of Node.js will throw an error.`,
        'DeprecationWarning',
        'DEP0170',
      );
    }
  }
  if (hostname !== '') {
    hostname = hostname.toLowerCase();
    // An internationalized name can have separators in its ASCII form, or none that is valid.
    if (/[^\0-\x7f]/.test(hostname)) hostname = native('url').idnaToASCII(hostname);
    if (hostname === '' || FORBIDDEN_HOST.test(hostname)) throw new ERR_INVALID_URL(url);
  }
  return { hostname, rejected };
}

/** What url.parse() returns. */
function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

function setQuery(url, search, parseQueryString) {
  url.search = search;
  url.query = search === null ? null : search.slice(1);
  if (parseQueryString) url.query = querystring.parse(url.query ?? '');
}

/** Takes user, host and port from the front of `text`; what is left of it is returned. */
function setAuthority(url, text, whole) {
  // Tabs and line breaks do not count up to the first separator.
  if (/[\t\n\r]/.test(text)) {
    text = text.replace(/^[^/?#]+/, (authority) => authority.replace(/[\t\n\r]/g, ''));
  }
  const { at, end } = scanAuthority(text);
  if (at !== -1) url.auth = decodeURIComponent(text.slice(0, at));
  let host = text.slice(at + 1, end);
  let rest = text.slice(end);

  const port = PORT.exec(host);
  if (port !== null) {
    if (port[0] !== ':') url.port = port[0].slice(1);
    host = host.slice(0, port.index);
  }
  const { hostname, rejected } = checkHostname(host, whole);
  if (rejected !== '') rest = `/${rejected}${rest}`;
  url.host = url.port === null ? hostname : `${hostname}:${url.port}`;
  if (!hostname.startsWith('[')) {
    url.hostname = hostname;
    return rest;
  }
  url.hostname = hostname.slice(1, -1);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

Url.prototype.parse = function parse(text, parseQueryString, slashesDenoteHost) {
  validateString(text, 'url');
  let rest = prepare(text);

  // A path with a query at most is what servers parse: nothing to look for, nothing to encode.
  if (!slashesDenoteHost && !rest.includes('#')) {
    const plain = PLAIN_PATH.exec(rest);
    if (plain !== null && !plain[1].includes('@')) {
      this.path = rest;
      this.href = rest;
      this.pathname = plain[1];
      setQuery(this, plain[2] ?? null, parseQueryString);
      return this;
    }
  }

  const scheme = SCHEME.exec(rest);
  if (scheme !== null) {
    this.protocol = scheme[0].toLowerCase();
    rest = rest.slice(scheme[0].length);
  }
  const isOpaque = isScript(this.protocol);
  const mayHaveHost = slashesDenoteHost || scheme !== null || USER_AT_HOST.test(rest);
  if (!isOpaque && mayHaveHost) {
    const slashes = rest.startsWith('//');
    if (slashes) {
      this.slashes = true;
      rest = rest.slice(2);
    }
    // Only as it is written: behind 'HTTP:', a host needs no slashes.
    if (slashes || (scheme !== null && !SLASHED.has(scheme[0]))) {
      rest = setAuthority(this, rest, text);
    }
  }

  if (!isOpaque && UNWISE_SOMEWHERE.test(rest)) rest = rest.replace(UNWISE, percentEncode);
  const hash = rest.indexOf('#');
  if (hash !== -1) {
    this.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const question = rest.indexOf('?');
  setQuery(this, question === -1 ? null : rest.slice(question), parseQueryString);
  if (question !== -1) rest = rest.slice(0, question);
  if (rest !== '') this.pathname = rest;
  else if (isSlashed(this.protocol) && this.hostname) this.pathname = '/';

  if (this.pathname !== null || this.search !== null) {
    this.path = `${this.pathname ?? ''}${this.search ?? ''}`;
  }
  this.href = this.format();
  return this;
};

function hostOf(url) {
  const auth = url.auth ? `${escape(url.auth).replace(/%3A/gi, ':')}@` : '';
  if (url.host) return `${auth}${url.host}`;
  if (!url.hostname) return '';
  const isBareIpv6 = url.hostname.includes(':') && !/^\[.*\]$/.test(url.hostname);
  const hostname = isBareIpv6 ? `[${url.hostname}]` : url.hostname;
  return `${auth}${hostname}${url.port ? `:${url.port}` : ''}`;
}

function withPrefix(text, prefix) {
  return text !== '' && text[0] !== prefix ? `${prefix}${text}` : text;
}

Url.prototype.format = function format() {
  let protocol = this.protocol || '';
  if (protocol) {
    protocol = `${protocol}`;
    if (protocol[protocol.length - 1] !== ':') protocol += ':';
  }
  let host = hostOf(this);
  let pathname = `${this.pathname || ''}`;
  if (pathname.includes('?') || pathname.includes('#')) {
    pathname = pathname.replace(/[?#]/g, percentEncode);
  }
  let query = '';
  if (this.query !== null && typeof this.query === 'object') {
    query = querystring.stringify(this.query);
  }
  let search = withPrefix(`${this.search || query}`, '?');
  if (search.includes('#')) search = search.replaceAll('#', '%23');

  if (this.slashes || isSlashed(protocol)) {
    if (this.slashes || host) {
      pathname = withPrefix(pathname, '/');
      host = `//${host}`;
    } else if (protocol.startsWith('file')) {
      host = '//';
    }
  }
  return `${protocol}${host}${pathname}${search}${withPrefix(`${this.hash || ''}`, '#')}`;
};

Url.prototype.resolve = function resolve(relative) {
  return this.resolveObject(new Url().parse(relative, false, true)).href;
};

Url.prototype.resolveObject = function resolveObject(relative) {
  if (typeof relative === 'string') relative = new Url().parse(relative, false, true);
  return require('modules/url/resolve').resolveUrl(this, relative);
};

/** Sets hostname and port from `host`. */
Url.prototype.parseHost = function parseHost() {
  let { host } = this;
  const port = PORT.exec(host);
  if (port !== null) {
    if (port[0] !== ':') this.port = port[0].slice(1);
    host = host.slice(0, port.index);
  }
  if (host) this.hostname = host;
};

/** url.parse(): a Url is returned as it is. */
function parseLegacy(url, parseQueryString, slashesDenoteHost) {
  if (!hasWarned) warnOnce();
  if (url instanceof Url) return url;
  return new Url().parse(url, parseQueryString, slashesDenoteHost);
}

module.exports = { Url, isScript, isSlashed, parseLegacy };

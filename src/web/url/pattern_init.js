'use strict';

// https://urlpattern.spec.whatwg.org/#urlpatterninit-processing

const { URL } = require('web/url');
const canonical = require('web/url/pattern_canonical');
const { escapePattern } = require('web/url/pattern_component');

const COMPONENTS = [
  'protocol',
  'username',
  'password',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
];

function without(text, character, atEnd = false) {
  if (atEnd) return text.endsWith(character) ? text.slice(0, -1) : text;
  return text.startsWith(character) ? text.slice(1) : text;
}

/** https://urlpattern.spec.whatwg.org/#is-an-absolute-pathname */
function isAbsolutePathname(pathname, isPattern) {
  if (pathname.startsWith('/')) return true;
  return isPattern && (pathname.startsWith('\\/') || pathname.startsWith('{/'));
}

function hasOpaquePath(url) {
  return !url.pathname.startsWith('/') && url.host === '';
}

// What a base gives to the components behind the first that `init` brings itself.
function inherit(init, result, base, isPattern) {
  const take = (value) => (isPattern ? escapePattern(value) : value);
  const has = (...names) => names.some((name) => init[name] !== undefined);
  if (!has('protocol')) result.protocol = take(base.protocol.slice(0, -1));
  if (!isPattern && !has('protocol', 'hostname', 'port', 'username')) {
    result.username = base.username;
    if (!has('password')) result.password = base.password;
  }
  if (has('protocol', 'hostname')) return;
  result.hostname = take(base.hostname);
  if (has('port')) return;
  result.port = take(base.port);
  if (has('pathname')) return;
  result.pathname = take(base.pathname);
  if (has('search')) return;
  result.search = take(base.search.slice(1));
  if (!has('hash')) result.hash = take(base.hash.slice(1));
}

/**
 * https://urlpattern.spec.whatwg.org/#process-a-urlpatterninit: the components of a pattern, or of
 * something to match (`defaults` are what is missing then).
 */
function processInit(init, isPattern, defaults = {}) {
  const result = { ...defaults };
  let base = null;
  if (init.baseURL !== undefined) {
    base = URL.parse(init.baseURL);
    if (base === null) throw new TypeError(`Invalid base URL ${JSON.stringify(init.baseURL)}`);
    inherit(init, result, base, isPattern);
  }
  const set = (name, value, canonicalize) => {
    result[name] = isPattern ? value : canonicalize(value);
  };
  if (init.protocol !== undefined) {
    set('protocol', without(init.protocol, ':', true), canonical.canonicalProtocol);
  }
  if (init.username !== undefined) set('username', init.username, canonical.canonicalUsername);
  if (init.password !== undefined) set('password', init.password, canonical.canonicalPassword);
  if (init.hostname !== undefined) set('hostname', init.hostname, canonical.canonicalHostname);
  const protocol = result.protocol ?? '';
  if (init.port !== undefined) {
    set('port', init.port, (value) => canonical.canonicalPort(value, protocol));
  }
  if (init.pathname !== undefined) {
    let { pathname } = init;
    if (base !== null && !hasOpaquePath(base) && !isAbsolutePathname(pathname, isPattern)) {
      const basePath = isPattern ? escapePattern(base.pathname) : base.pathname;
      pathname = basePath.slice(0, basePath.lastIndexOf('/') + 1) + pathname;
    }
    const isSpecial = protocol === '' || canonical.DEFAULT_PORTS.has(protocol);
    const { canonicalOpaquePathname, canonicalPathname } = canonical;
    set('pathname', pathname, isSpecial ? canonicalPathname : canonicalOpaquePathname);
  }
  if (init.search !== undefined)
    set('search', without(init.search, '?'), canonical.canonicalSearch);
  if (init.hash !== undefined) set('hash', without(init.hash, '#'), canonical.canonicalHash);
  return result;
}

/** The dictionary URLPatternInit of an object. */
function readInit(object) {
  const init = {};
  for (const name of [...COMPONENTS, 'baseURL']) {
    const value = object[name];
    if (value !== undefined) init[name] = `${value}`.toWellFormed();
  }
  return init;
}

module.exports = { COMPONENTS, processInit, readInit };

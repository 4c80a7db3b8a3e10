'use strict';

// url.resolve(): RFC 3986, section 5.2, with the liberties that the tests of the legacy API fix.

const { Url, isScript, isSlashed } = require('modules/url/legacy');

function joinPath(pathname, search) {
  return pathname !== null || search !== null ? `${pathname || ''}${search || ''}` : null;
}

function finish(url) {
  // Without path and search, `path` stays what it was.
  if (url.pathname || url.search) url.path = joinPath(url.pathname, url.search);
  url.href = url.format();
  return url;
}

function copyOf(url) {
  return Object.assign(new Url(), url);
}

function segmentsOf(pathname) {
  return pathname ? pathname.split('/') : [];
}

/** Another protocol, with slashes or a host of its own: all but the protocol comes from `relative`. */
function withOtherProtocol(base, relative) {
  const result = copyOf(base);
  result.hash = relative.hash;
  result.protocol = relative.protocol;
  if (!isSlashed(relative.protocol)) return finish(Object.assign(result, copyOf(relative)));

  let { host, hostname, pathname } = relative;
  if (!host && relative.protocol !== 'file:' && !isScript(relative.protocol)) {
    // 'https:/host/path': the first name of the path must be meant.
    const segments = (pathname || '').split('/');
    while (segments.length > 0 && !host) host = segments.shift();
    host ||= '';
    hostname ||= '';
    if (segments[0] !== '') segments.unshift('');
    if (segments.length < 2) segments.unshift('');
    pathname = segments.join('/');
  }
  result.pathname = pathname;
  result.search = relative.search;
  result.query = relative.query;
  result.host = host || '';
  result.auth = relative.auth;
  result.hostname = hostname || host;
  result.port = relative.port;
  result.slashes = base.slashes || relative.slashes;
  return finish(result);
}

/**
 * Without '.' and '..' segments. `keepUp` keeps the '..' that lead out of the path, which an absolute
 * one cannot have.
 */
function removeDots(segments, keepUp) {
  const last = segments[segments.length - 1];
  const isFolder = last === '.' || last === '..';
  if (!isFolder && !segments.includes('.') && !segments.includes('..')) {
    return { kept: segments, isFolder: last === '' };
  }
  const kept = [];
  let above = 0;
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = segments[i];
    if (segment === '.') continue;
    if (segment === '..') above++;
    else if (above > 0) above--;
    else kept.unshift(segment);
  }
  if (keepUp) for (; above > 0; above--) kept.unshift('..');
  return { kept, isFolder: isFolder || last === '' };
}

/** The URL that `relative` leads to from `base`; both are legacy Urls. */
function resolveUrl(base, relative) {
  if (relative.href === '') {
    const result = copyOf(base);
    result.hash = relative.hash;
    result.href = result.format();
    return result;
  }
  // '//host/path': only the protocol is the base's.
  if (relative.slashes && !relative.protocol) {
    const result = Object.assign(new Url(), relative, { protocol: base.protocol });
    if (isSlashed(result.protocol) && result.hostname && !result.pathname) {
      result.path = result.pathname = '/';
    }
    result.href = result.format();
    return result;
  }
  if (relative.protocol && relative.protocol !== base.protocol) {
    return withOtherProtocol(base, relative);
  }
  return withSameProtocol(base, relative);
}

function withSameProtocol(base, relative) {
  const result = copyOf(base);
  result.hash = relative.hash;
  // Where no '//' announces a host ('mailto:a@b'), host and path are one path.
  const isFlat = Boolean(base.protocol) && !isSlashed(base.protocol);
  let source = segmentsOf(base.pathname);
  const target = segmentsOf(relative.pathname);

  const isAbsoluteTarget = Boolean(relative.host) || relative.pathname?.[0] === '/';
  let mustBeAbsolute =
    isAbsoluteTarget || base.pathname?.[0] === '/' || Boolean(base.host && relative.pathname);
  const dropUp = mustBeAbsolute;
  let targetHost = relative.host;
  let targetHostname = relative.hostname;

  const fold = (segments, host) => {
    if (!host) return;
    if (segments[0] === '') segments[0] = host;
    else segments.unshift(host);
  };
  if (isFlat) {
    fold(source, base.host);
    result.host = '';
    result.hostname = '';
    if (relative.protocol) {
      fold(target, relative.host);
      if (relative.host) result.auth = null;
      targetHost = null;
      targetHostname = null;
    }
    mustBeAbsolute &&= target[0] === '' || source[0] === '';
  }

  if (isAbsoluteTarget) {
    if (targetHost || targetHost === '') {
      if (result.host !== targetHost) result.auth = null;
      result.host = targetHost;
      result.port = relative.port;
    }
    if (targetHostname || targetHostname === '') {
      if (result.hostname !== targetHostname) result.auth = null;
      result.hostname = targetHostname;
    }
    result.search = relative.search;
    result.query = relative.query;
    source = target;
  } else if (target.length > 0) {
    source.pop();
    for (let i = 0; i < target.length; i++) source.push(target[i]);
    result.search = relative.search;
    result.query = relative.query;
  } else if (relative.search !== null && relative.search !== undefined) {
    if (isFlat) unfold(result, source);
    result.search = relative.search;
    result.query = relative.query;
    return finish(result);
  }

  if (source.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    result.href = result.format();
    return result;
  }

  const { kept, isFolder } = removeDots(source, !dropUp);
  const endsInFolder = isFolder && (result.host || relative.host || source.length > 1);
  if (mustBeAbsolute && kept[0] !== '' && kept[0]?.[0] !== '/') kept.unshift('');
  if (endsInFolder && !kept.join('/').endsWith('/')) kept.push('');

  const isAbsolute = kept[0] === '' || kept[0]?.[0] === '/';
  if (isFlat) unfold(result, kept, isAbsolute);
  mustBeAbsolute ||= Boolean(result.host && kept.length > 0);
  if (mustBeAbsolute && !isAbsolute) kept.unshift('');

  result.pathname = kept.join('/') || null;
  result.path = joinPath(result.pathname, result.search);
  result.auth = relative.auth || result.auth;
  result.slashes = result.slashes || relative.slashes;
  result.href = result.format();
  return result;
}

/** Takes the host back out of a path that was folded, and the user out of that. */
function unfold(result, segments, isAbsolute = false) {
  const host = isAbsolute ? '' : segments.length > 0 ? segments.shift() : '';
  result.host = host;
  result.hostname = host;
  const at = host ? host.indexOf('@') : -1;
  if (at > 0) {
    result.auth = host.slice(0, at);
    result.host = host.slice(at + 1);
    result.hostname = result.host;
  }
}

module.exports = { resolveUrl };

'use strict';

// Paths as file: URLs and back, in the flavour of either kind of system.

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_FILE_URL_HOST,
  ERR_INVALID_FILE_URL_PATH,
  ERR_INVALID_URL_SCHEME,
} = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { URL, localPathname } = require('web/url');

// What the parser would not keep as it is in a path, or would not encode although others do.
// It drops control characters and spaces at the end.
const POSIX_SPECIALS = /[\0- %\\?#[\]~^|]/g;
const WINDOWS_SPECIALS = /[\0- %?#[\]~^|]/g;

function percentEncode(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Anything that could be a URL: programs bring URL classes of their own. */
function looksLikeURL(value) {
  return Boolean(
    value?.href && value.protocol && value.auth === undefined && value.path === undefined,
  );
}

/** The URL behind an argument that may be a string. */
function requireFileURL(path) {
  if (typeof path === 'string') path = new URL(path);
  else if (!looksLikeURL(path)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path);
  if (path.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file');
  return path;
}

/** Refuses what would decode to a separator: it would make another path of this one. */
function checkPath(url, isWindows) {
  const { pathname } = url;
  if (isWindows && /%2f|%5c/i.test(pathname)) {
    throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url);
  }
  if (!isWindows) {
    if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
    if (pathname.includes('%') && /%2f/i.test(pathname)) {
      throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
    }
  }
}

/** The path of a Windows file URL whose `pathname` is decoded, or null without drive and host. */
function windowsPath(url, pathname) {
  if (url.hostname !== '') {
    return `\\\\${native('url').domainToUnicode(url.hostname)}${pathname}`;
  }
  return /^.[A-Za-z]:/.test(pathname) ? pathname.slice(1) : null;
}

function notAbsolute(url) {
  return new ERR_INVALID_FILE_URL_PATH('must be absolute', url);
}

/** The path that a file URL stands for. */
function fileURLToPath(path, options) {
  const isWindows = options?.windows ?? false;
  if (typeof path === 'string' && !isWindows) {
    const pathname = localPathname(path);
    if (pathname !== undefined && !pathname.includes('%')) return pathname;
  }
  const url = requireFileURL(path);
  checkPath(url, isWindows);
  if (!isWindows) {
    const { pathname } = url;
    return pathname.includes('%') ? decodeURIComponent(pathname) : pathname;
  }
  const result = windowsPath(url, decodeURIComponent(url.pathname.replaceAll('/', '\\')));
  if (result === null) throw notAbsolute(url);
  return result;
}

/** The same in bytes, for names that are not UTF-8. */
function fileURLToPathBuffer(path, options) {
  const url = requireFileURL(path);
  const isWindows = options?.windows ?? false;
  const { Buffer } = require('node:buffer');
  const { unescapeBuffer } = require('node:querystring');
  if (!isWindows) {
    if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
    return unescapeBuffer(url.pathname);
  }
  checkPath(url, isWindows);
  const decoded = unescapeBuffer(url.pathname.replaceAll('/', '\\')).latin1Slice();
  const result = windowsPath(url, decoded);
  if (result === null) throw notAbsolute(url);
  return Buffer.from(result, 'latin1');
}

/** Server and path behind '\\\\', of which there must be both. */
function splitServer(path, whole) {
  const end = path.indexOf('\\', 2);
  if (end === -1) throw new ERR_INVALID_ARG_VALUE('path', whole, 'Missing UNC resource path');
  if (end === 2) throw new ERR_INVALID_ARG_VALUE('path', whole, 'Empty UNC servername');
  return { server: path.slice(2, end), rest: path.slice(end) };
}

function windowsURL(path) {
  let text = path;
  let server = '';
  if (path.startsWith('\\\\?\\UNC\\')) {
    ({ server, rest: text } = splitServer(`\\\\${path.slice(8)}`, path));
  } else if (path.startsWith('\\\\?\\')) {
    text = path.slice(4);
  } else if (path.startsWith('\\\\')) {
    ({ server, rest: text } = splitServer(path, path));
  }
  const { win32 } = require('node:path');
  const resolved = withTrailingSlash(server === '' ? win32.resolve(text) : text, text, '\\');
  const pathname = resolved.replace(WINDOWS_SPECIALS, percentEncode).replaceAll('\\', '/');
  return new URL(`file://${server}${pathname.startsWith('/') ? '' : '/'}${pathname}`);
}

/** `resolve` drops the slash that makes a URL a folder's. */
function withTrailingSlash(resolved, path, separator) {
  const last = path[path.length - 1];
  const isFolder = last === '/' || last === separator;
  return isFolder && !resolved.endsWith(separator) ? `${resolved}${separator}` : resolved;
}

/** The file URL of a path, which is resolved first. */
function pathToFileURL(path, options) {
  validateString(path, 'path');
  if (options?.windows) return windowsURL(path);
  const { resolve } = require('node:path');
  const resolved = withTrailingSlash(resolve(path), path, '/');
  return new URL(`file://${resolved.replace(POSIX_SPECIALS, percentEncode)}`);
}

/** The path of an argument that may be a file URL; other values as they are. */
function toPathIfFileURL(value) {
  return looksLikeURL(value) ? fileURLToPath(value) : value;
}

module.exports = {
  fileURLToPath,
  fileURLToPathBuffer,
  looksLikeURL,
  pathToFileURL,
  toPathIfFileURL,
};

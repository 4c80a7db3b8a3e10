// node:path/posix
'use strict';

const { validateString } = require('runtime/validators');
const { formatWith } = require('modules/path/format');

const SLASH = 47;
const DOT = 46;

// An empty, '.' or '..' segment somewhere: everything else is normal already.
const ODD_SEGMENT = /\/\/|(?:^|\/)\.\.?(?:\/|$)/;

/**
 * Drops empty and '.' segments and lets each '..' swallow the segment before it. Relative paths
 * keep the '..' that have nothing to swallow; absolute ones lose them.
 */
function reduceSegments(path, isRelative) {
  let reduced = '';
  // Names at the end of `reduced` that a '..' can take away.
  let names = 0;
  let start = 0;
  for (let i = 0; i <= path.length; i++) {
    if (i < path.length && path.charCodeAt(i) !== SLASH) continue;
    const length = i - start;
    const isDot = length > 0 && path.charCodeAt(start) === DOT;
    if (length === 2 && isDot && path.charCodeAt(start + 1) === DOT) {
      if (names > 0) {
        reduced = reduced.slice(0, Math.max(reduced.lastIndexOf('/'), 0));
        names--;
      } else if (isRelative) {
        reduced += reduced === '' ? '..' : '/..';
      }
    } else if (length > 1 || (length === 1 && !isDot)) {
      const segment = path.slice(start, i);
      reduced = reduced === '' ? segment : `${reduced}/${segment}`;
      names++;
    }
    start = i + 1;
  }
  return reduced;
}

function endOfName(path) {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--;
  return end;
}

function lastName(path) {
  const end = endOfName(path);
  return path.slice(end === 0 ? 0 : path.lastIndexOf('/', end - 1) + 1, end);
}

/** Where the extension of a file name starts; its length when there is none. */
function extensionStart(name) {
  const dot = name.lastIndexOf('.');
  return dot <= 0 || name === '..' ? name.length : dot;
}

/** The absolute path that the arguments, read from right to left, lead to. */
function resolve(...paths) {
  let resolved = '';
  let isAbsolute = false;
  for (let i = paths.length - 1; i >= 0 && !isAbsolute; i--) {
    const path = paths[i];
    validateString(path, `paths[${i}]`);
    if (path.length === 0) continue;
    resolved = resolved === '' ? path : `${path}/${resolved}`;
    isAbsolute = path.charCodeAt(0) === SLASH;
  }
  if (!isAbsolute) {
    const cwd = process.cwd();
    resolved = resolved === '' ? cwd : `${cwd}/${resolved}`;
    isAbsolute = cwd.charCodeAt(0) === SLASH;
  }
  if (!ODD_SEGMENT.test(resolved)) {
    const end = endOfName(resolved);
    if (end > 0) return end === resolved.length ? resolved : resolved.slice(0, end);
  }
  const reduced = reduceSegments(resolved, !isAbsolute);
  return isAbsolute ? `/${reduced}` : reduced || '.';
}

/** The path without empty, '.' and '..' segments; a trailing slash stays. */
function normalize(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  if (!ODD_SEGMENT.test(path)) return path;

  const isAbsolute = path.charCodeAt(0) === SLASH;
  const endsInSlash = path.charCodeAt(path.length - 1) === SLASH;
  const reduced = reduceSegments(path, !isAbsolute);
  if (reduced === '') {
    if (isAbsolute) return '/';
    return endsInSlash ? './' : '.';
  }
  return `${isAbsolute ? '/' : ''}${reduced}${endsInSlash ? '/' : ''}`;
}

/** Whether the path starts at the root. */
function isAbsolute(path) {
  validateString(path, 'path');
  return path.charCodeAt(0) === SLASH;
}

/** All segments with slashes between them, normalized. */
function join(...segments) {
  let joined = '';
  for (const segment of segments) {
    validateString(segment, 'path');
    if (segment !== '') joined = joined === '' ? segment : `${joined}/${segment}`;
  }
  return joined === '' ? '.' : normalize(joined);
}

/** The way from one path to another; '' when both resolve to the same. */
function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  from = resolve(from);
  to = resolve(to);
  if (from === to) return '';

  // Past the last slash up to which both are the same; a path's end counts as one.
  let common = 0;
  for (let i = 0; i <= from.length && i <= to.length; i++) {
    const a = i < from.length ? from.charCodeAt(i) : SLASH;
    const b = i < to.length ? to.charCodeAt(i) : SLASH;
    if (a !== b) break;
    if (a === SLASH) common = i;
  }
  let up = '';
  for (let i = common; i < from.length; i++) {
    // The root has a slash, but no name behind it.
    if (from.charCodeAt(i) === SLASH && from.length > 1) up += up === '' ? '..' : '/..';
  }
  const down = to.length > 1 ? to.slice(common + 1) : '';
  return up === '' || down === '' ? up + down : `${up}/${down}`;
}

/** Windows has namespaced paths; here every value is returned as it is. */
function toNamespacedPath(path) {
  return path;
}

/** Everything before the last name, '.' when there is nothing. */
function dirname(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  const slash = path.lastIndexOf('/', Math.max(endOfName(path) - 1, 0));
  if (slash === -1) return '.';
  if (slash === 0) return '/';
  // The two slashes that POSIX lets a system give a meaning to stay together.
  return slash === 1 && path.charCodeAt(0) === SLASH ? '//' : path.slice(0, slash);
}

/** The last name of the path, without `suffix` if it ends in that. */
function basename(path, suffix) {
  if (suffix !== undefined) validateString(suffix, 'suffix');
  validateString(path, 'path');
  if (suffix === path) return '';
  const name = lastName(path);
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** The extension of the last name with its dot, '' when it has none. */
function extname(path) {
  validateString(path, 'path');
  const end = endOfName(path);
  if (end === 0) return '';
  const dot = path.lastIndexOf('.', end - 1);
  if (dot <= 0 || path.charCodeAt(dot - 1) === SLASH) return '';
  // A slash behind the dot: it is another name's.
  const slash = path.indexOf('/', dot);
  if (slash !== -1 && slash < end) return '';
  const isDotDot = path.charCodeAt(dot - 1) === DOT && dot === end - 1;
  if (isDotDot && (dot === 1 || path.charCodeAt(dot - 2) === SLASH)) return '';
  return path.slice(dot, end);
}

/** The parts of a path; `format` puts them together again. */
function parse(path) {
  validateString(path, 'path');
  const root = path.charCodeAt(0) === SLASH ? '/' : '';
  const end = endOfName(path);
  const start = end === 0 ? 0 : path.lastIndexOf('/', end - 1) + 1;
  const base = path.slice(start, end);
  const dot = extensionStart(base);
  return {
    root,
    dir: start > 1 ? path.slice(0, start - 1) : root,
    base,
    ext: base.slice(dot),
    name: base.slice(0, dot),
  };
}

/** Whether the path matches a glob pattern. */
function matchesGlob(path, pattern) {
  return require('modules/path/glob').matchesGlob(path, pattern, false);
}

const posix = {
  resolve,
  normalize,
  isAbsolute,
  join,
  relative,
  toNamespacedPath,
  dirname,
  basename,
  extname,
  format: formatWith.bind(null, '/'),
  parse,
  matchesGlob,
  sep: '/',
  delimiter: ':',
  // The Windows flavour is loaded by those who ask for it: a start-up does not pay for it. What
  // they find afterwards is an ordinary property.
  get win32() {
    const value = require('modules/path/win32');
    Object.defineProperty(posix, 'win32', { value, writable: true });
    return value;
  },
  posix: null,
  _makeLong: toNamespacedPath,
};
posix.posix = posix;

module.exports = posix;

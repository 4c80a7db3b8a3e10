// node:path/posix
'use strict';

const { defineLazy } = require('runtime/lazy_property');
const { validateString } = require('runtime/validators');
const { formatWith } = require('modules/path/format');

const SLASH = 47;
const DOT = 46;

/**
 * Drops empty and '.' segments and lets each '..' swallow the segment before it. Relative paths
 * keep the '..' that have nothing to swallow; absolute ones lose them. A trailing slash is lost;
 * nothing is left of a relative path that leads nowhere.
 */
function reduceSegments(path, isAbsolute) {
  // The result so far is `reduced`, and behind it a run of segments as it stands in the path: most
  // paths are one run, so that nothing needs to be put together.
  let reduced = '';
  let from = 0;
  let to = 0;
  // Names at the end of the result that a '..' can take away.
  let names = 0;
  let start = 0;
  const end = path.length;
  for (let i = 0; i <= end; i++) {
    while (i < end && path.charCodeAt(i) !== SLASH) i++;
    const length = i - start;
    const isDot = length > 0 && path.charCodeAt(start) === DOT;
    const isParent = length === 2 && isDot && path.charCodeAt(start + 1) === DOT;
    if (isParent && names > 0) {
      names--;
      if (to > from) {
        do to--;
        while (to > from && path.charCodeAt(to) !== SLASH);
      } else {
        reduced = reduced.slice(0, Math.max(reduced.lastIndexOf('/'), 0));
      }
    } else if (isParent ? !isAbsolute : length > 1 || (length === 1 && !isDot)) {
      if (to === from) {
        from = start;
      } else if (start !== to + 1) {
        reduced = joinRun(reduced, path, from, to, isAbsolute);
        from = start;
      }
      to = i;
      if (!isParent) names++;
    }
    start = i + 1;
  }
  if (to === from && reduced === '') return isAbsolute ? '/' : '';
  return joinRun(reduced, path, from, to, isAbsolute);
}

function joinRun(reduced, path, from, to, isAbsolute) {
  if (to === from) return reduced;
  // The slash before the run is part of the result wherever something else is before that.
  if (reduced !== '') return reduced + path.slice(from - 1, to);
  return path.slice(isAbsolute ? from - 1 : from, to);
}

function endOfName(path) {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--;
  return end;
}

// Where the name that ends at `end` starts. A loop, because paths are shorter than what searching
// natively takes to begin with.
function startOfName(path, end) {
  let start = end;
  while (start > 0 && path.charCodeAt(start - 1) !== SLASH) start--;
  return start;
}

/** Where the extension of a file name starts; its length when there is none. */
function extensionStart(name) {
  let dot = name.length - 1;
  while (dot > 0 && name.charCodeAt(dot) !== DOT) dot--;
  return dot <= 0 || name === '..' ? name.length : dot;
}

/** The absolute path that the arguments, read from right to left, lead to. */
function resolve(...paths) {
  let resolved = '';
  let isAbsolute = false;
  for (let i = paths.length - 1; i >= 0 && !isAbsolute; i--) {
    const path = paths[i];
    if (typeof path !== 'string') validateString(path, `paths[${i}]`);
    if (path.length === 0) continue;
    resolved = resolved === '' ? path : `${path}/${resolved}`;
    isAbsolute = path.charCodeAt(0) === SLASH;
  }
  if (!isAbsolute) {
    const cwd = process.cwd();
    resolved = resolved === '' ? cwd : `${cwd}/${resolved}`;
    isAbsolute = cwd.charCodeAt(0) === SLASH;
  }
  return reduceSegments(resolved, isAbsolute) || '.';
}

function resolveOne(path) {
  return path.charCodeAt(0) === SLASH ? reduceSegments(path, true) : resolve(path);
}

/** The path without empty, '.' and '..' segments; a trailing slash stays. */
function normalize(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';

  const endsInSlash = path.charCodeAt(path.length - 1) === SLASH;
  const reduced = reduceSegments(path, path.charCodeAt(0) === SLASH);
  if (reduced === '') return endsInSlash ? './' : '.';
  if (!endsInSlash || reduced === '/') return reduced;
  // What lost only the slash at its end was normal before.
  return reduced.length === path.length - 1 ? path : `${reduced}/`;
}

/** Whether the path starts at the root. */
function isAbsolute(path) {
  validateString(path, 'path');
  return path.charCodeAt(0) === SLASH;
}

/** All segments with slashes between them, normalized. */
function join(...segments) {
  let joined = '';
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (typeof segment !== 'string') validateString(segment, 'path');
    if (segment !== '') joined = joined === '' ? segment : `${joined}/${segment}`;
  }
  return joined === '' ? '.' : normalize(joined);
}

/** The way from one path to another; '' when both resolve to the same. */
function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  from = resolveOne(from);
  to = resolveOne(to);
  if (from === to) return '';

  // Past the last slash up to which both are the same; a path's end counts as one.
  let common = 0;
  let same = 0;
  const shorter = Math.min(from.length, to.length);
  for (; same < shorter; same++) {
    const unit = from.charCodeAt(same);
    if (unit !== to.charCodeAt(same)) break;
    if (unit === SLASH) common = same;
  }
  if (same === shorter) {
    const longer = from.length > shorter ? from : to;
    if (longer.charCodeAt(shorter) === SLASH) common = shorter;
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
  const slash = startOfName(path, endOfName(path)) - 1;
  if (slash <= 0) return path.charCodeAt(0) === SLASH ? '/' : '.';
  // The two slashes that POSIX lets a system give a meaning to stay together.
  return slash === 1 && path.charCodeAt(0) === SLASH ? '//' : path.slice(0, slash);
}

/** The last name of the path, without `suffix` if it ends in that. */
function basename(path, suffix) {
  if (suffix !== undefined) validateString(suffix, 'suffix');
  validateString(path, 'path');
  const end = endOfName(path);
  const start = startOfName(path, end);
  if (suffix !== undefined && suffix.length >= end - start) {
    // A suffix that is the whole path leaves nothing, one that is the whole name is none.
    if (suffix === path) return '';
    if (keepsSlashes(path, start, end, suffix)) return path.slice(start);
  } else if (suffix !== undefined && endsAt(path, end, suffix)) {
    return path.slice(start, end - suffix.length);
  }
  return start === 0 && end === path.length ? path : path.slice(start, end);
}

/**
 * Where a suffix is longer than the name but ends in it, the slashes behind the name stay: what the
 * function has always done.
 */
function keepsSlashes(path, start, end, suffix) {
  const { length } = suffix;
  return length > end - start && length <= path.length && suffix.endsWith(path.slice(start, end));
}

function endsAt(path, end, suffix) {
  for (let i = 1; i <= suffix.length; i++) {
    if (path.charCodeAt(end - i) !== suffix.charCodeAt(suffix.length - i)) return false;
  }
  return true;
}

/** The extension of the last name with its dot, '' when it has none. */
function extname(path) {
  validateString(path, 'path');
  const end = endOfName(path);
  let dot = end - 1;
  for (; dot > 0; dot--) {
    const code = path.charCodeAt(dot);
    if (code === SLASH) return '';
    if (code === DOT) break;
  }
  if (dot <= 0 || path.charCodeAt(dot - 1) === SLASH) return '';
  const isDotDot = path.charCodeAt(dot - 1) === DOT && dot === end - 1;
  if (isDotDot && (dot === 1 || path.charCodeAt(dot - 2) === SLASH)) return '';
  return path.slice(dot, end);
}

/** The parts of a path; `format` puts them together again. */
function parse(path) {
  validateString(path, 'path');
  const root = path.charCodeAt(0) === SLASH ? '/' : '';
  const end = endOfName(path);
  const start = startOfName(path, end);
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

/** The path that the parts make. */
function format(pathObject) {
  return formatWith('/', pathObject);
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
  format,
  parse,
  matchesGlob,
  sep: '/',
  delimiter: ':',
};
// The Windows flavour is loaded by those who ask for it: a start-up does not pay for it. What they
// find afterwards is an ordinary property. (A getter in the literal would make all properties slow.)
defineLazy(posix, 'win32', () => require('modules/path/win32'));
posix.posix = posix;
posix._makeLong = toNamespacedPath;

module.exports = posix;

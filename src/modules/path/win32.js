// node:path/win32
'use strict';

const { validateString } = require('runtime/validators');
const { formatWith } = require('modules/path/format');

const SLASH = 47;
const BACKSLASH = 92;
const COLON = 58;

// CON: and its like are devices wherever they stand, so '..' must not reach through them.
const RESERVED_DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[1-9¹²³])$/i;

function isSeparator(code) {
  return code === SLASH || code === BACKSLASH;
}

function startsWithDrive(path) {
  return path.length >= 2 && path.charCodeAt(1) === COLON && /^[A-Za-z]/.test(path);
}

function skipSeparators(path, index) {
  while (index < path.length && isSeparator(path.charCodeAt(index))) index++;
  return index;
}

function skipName(path, index) {
  while (index < path.length && !isSeparator(path.charCodeAt(index))) index++;
  return index;
}

/**
 * Server and share of a path that starts with two separators: where the server's name, the share's
 * name and the whole end. Null when it is not such a path.
 */
function scanShare(path) {
  if (!isSeparator(path.charCodeAt(0)) || !isSeparator(path.charCodeAt(1))) return null;
  const serverEnd = skipName(path, 2);
  if (serverEnd === 2 || serverEnd === path.length) return null;
  const shareStart = skipSeparators(path, serverEnd);
  const shareEnd = skipName(path, shareStart);
  if (shareStart === shareEnd) return null;
  return { server: path.slice(2, serverEnd), share: path.slice(shareStart, shareEnd), shareEnd };
}

/**
 * The root as `resolve` and `normalize` see it: the device ('C:', '\\\\server\\share', '\\\\?'),
 * the length of the root in the path and whether the path is absolute.
 */
function scanRoot(path) {
  if (startsWithDrive(path)) {
    const isAbsolute = isSeparator(path.charCodeAt(2));
    return { device: path.slice(0, 2), length: isAbsolute ? 3 : 2, isAbsolute };
  }
  if (!isSeparator(path.charCodeAt(0))) return { device: '', length: 0, isAbsolute: false };
  const unc = scanShare(path);
  if (unc === null) return { device: '', length: 1, isAbsolute: true };
  if (unc.server === '.' || unc.server === '?') {
    return { device: `\\\\${unc.server}`, length: 4, isAbsolute: true };
  }
  return { device: `\\\\${unc.server}\\${unc.share}`, length: unc.shareEnd, isAbsolute: true };
}

/** The length of the root as `parse` and `dirname` see it, the separator behind it included. */
function rootLength(path) {
  if (startsWithDrive(path)) return isSeparator(path.charCodeAt(2)) ? 3 : 2;
  if (!isSeparator(path.charCodeAt(0))) return 0;
  const unc = scanShare(path);
  if (unc === null) return 1;
  return unc.shareEnd < path.length ? unc.shareEnd + 1 : unc.shareEnd;
}

/** As in POSIX, for both separators. */
function reduceSegments(path, isRelative) {
  const kept = [];
  for (const segment of path.split(/[\\/]/)) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop();
    else if (isRelative) kept.push('..');
  }
  return kept.join('\\');
}

function endOfName(path, from) {
  let end = path.length;
  while (end > from && isSeparator(path.charCodeAt(end - 1))) end--;
  return end;
}

function startOfName(path, from, end) {
  let start = end;
  while (start > from && !isSeparator(path.charCodeAt(start - 1))) start--;
  return start;
}

function lastName(path) {
  const from = startsWithDrive(path) ? 2 : 0;
  const end = endOfName(path, from);
  return path.slice(startOfName(path, from, end), end);
}

function extensionStart(name) {
  const dot = name.lastIndexOf('.');
  return dot <= 0 || name === '..' ? name.length : dot;
}

/** Windows keeps a working directory for each drive, in hidden environment variables. */
function workingDirectory(device) {
  const path = (device && process.env[`=${device}`]) || process.cwd();
  if (!device) return path;
  const isElsewhere = path.slice(0, 2).toLowerCase() !== device.toLowerCase();
  return isElsewhere && path.charCodeAt(2) === BACKSLASH ? `${device}\\` : path;
}

/** The absolute path that the arguments, read from right to left, lead to. */
function resolve(...paths) {
  let device = '';
  let tail = '';
  let isAbsolute = false;
  for (let i = paths.length - 1; i >= -1; i--) {
    let path;
    if (i >= 0) {
      path = paths[i];
      validateString(path, `paths[${i}]`);
      if (path.length === 0) continue;
    } else {
      path = workingDirectory(device);
    }
    const root = scanRoot(path);
    if (root.device !== '') {
      if (device === '') device = root.device;
      else if (device.toLowerCase() !== root.device.toLowerCase()) continue;
    }
    if (!isAbsolute) {
      tail = `${path.slice(root.length)}\\${tail}`;
      isAbsolute = root.isAbsolute;
    }
    if (isAbsolute && device !== '') break;
  }
  tail = reduceSegments(tail, !isAbsolute);
  return isAbsolute ? `${device}\\${tail}` : `${device}${tail}` || '.';
}

/** The path without empty, '.' and '..' segments; a trailing separator stays. */
function normalize(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  if (path.length === 1) return isSeparator(path.charCodeAt(0)) ? '\\' : path;

  const root = scanRoot(path);
  // A share alone is that share's root.
  if (root.isAbsolute && root.device.length > 2 && root.length === path.length) {
    return `${root.device}\\`;
  }
  let { device } = root;
  let start = root.length;
  const colon = path.indexOf(':');
  // Without a colon, one more character behind the reserved name ('COM9.') makes it a device too.
  if (root.length === 0 && RESERVED_DEVICE.test(path.slice(0, colon))) {
    start = colon + 1;
    device = `.\\${path.slice(0, start)}`;
  }

  const endsInSeparator = isSeparator(path.charCodeAt(path.length - 1));
  let tail = start < path.length ? reduceSegments(path.slice(start), !root.isAbsolute) : '';
  if (tail === '' && !root.isAbsolute) tail = '.';
  if (tail !== '' && endsInSeparator) tail += '\\';
  if (root.isAbsolute) return `${device}\\${tail}`;
  if (device !== '') return `${device}${tail}`;

  // What is left of a relative path must not turn into a drive or a device path.
  return looksRooted(tail, path) ? `.\\${tail}` : tail;
}

/**
 * Whether a relative path would be read as something else once its leading segments are gone: with
 * a drive in front, or any name that a colon ends, which could be a device.
 */
function looksRooted(tail, original) {
  if (!original.includes(':')) return false;
  if (startsWithDrive(tail)) return true;
  for (let colon = original.indexOf(':'); colon !== -1; colon = original.indexOf(':', colon + 1)) {
    if (colon === original.length - 1 || isSeparator(original.charCodeAt(colon + 1))) return true;
  }
  return false;
}

/** Whether the path starts at a root. A drive alone ('C:foo') is not one. */
function isAbsolute(path) {
  validateString(path, 'path');
  if (isSeparator(path.charCodeAt(0))) return true;
  return startsWithDrive(path) && isSeparator(path.charCodeAt(2));
}

/** All segments with separators between them, normalized. */
function join(...segments) {
  const present = [];
  for (const segment of segments) {
    validateString(segment, 'path');
    if (segment !== '') present.push(segment);
  }
  if (present.length === 0) return '.';
  let joined = present.join('\\');

  // Two leading separators name a server only when the first argument says so itself: exactly two
  // of them, with the server's name behind.
  const [first] = present;
  const leading = skipSeparators(joined, 0);
  const namesServer = skipSeparators(first, 0) === 2 && first.length > 2;
  if (leading > 1 && !namesServer) joined = `\\${joined.slice(leading)}`;

  // Normalizing a path that passes through a device could take it out of its directory.
  const names = joined.split('\\');
  if (names.some((name) => name.includes(':') && RESERVED_DEVICE.test(name.split(':')[0]))) {
    return joined.replaceAll('/', '\\');
  }
  return normalize(joined);
}

/** The way from one path to another, or all of `to` where they share no root. */
function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  from = resolve(from);
  to = resolve(to);
  if (from.toLowerCase() === to.toLowerCase()) return '';

  const source = from.split('\\').filter((name) => name !== '');
  const target = to.split('\\').filter((name) => name !== '');
  let shared = 0;
  while (
    shared < source.length &&
    shared < target.length &&
    source[shared].toLowerCase() === target[shared].toLowerCase()
  ) {
    shared++;
  }
  if (shared === 0 && source.length > 0 && target.length > 0) return to;
  const up = new Array(source.length - shared).fill('..');
  return up.concat(target.slice(shared)).join('\\');
}

/** The path in the namespace that has no length limit, where it has one. */
function toNamespacedPath(path) {
  if (typeof path !== 'string' || path.length === 0) return path;
  const resolved = resolve(path);
  if (resolved.length <= 2) return path;
  if (resolved.startsWith('\\\\')) {
    if (resolved[2] === '?' || resolved[2] === '.') return resolved;
    return `\\\\?\\UNC\\${resolved.slice(2)}`;
  }
  return startsWithDrive(resolved) && resolved[2] === '\\' ? `\\\\?\\${resolved}` : resolved;
}

/** Everything before the last name, '.' when there is nothing. */
function dirname(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  const root = rootLength(path);
  const nameStart = startOfName(path, root, endOfName(path, root));
  if (nameStart <= root) return root === 0 ? '.' : path.slice(0, root);
  return path.slice(0, nameStart - 1);
}

/** The last name of the path, without `suffix` if it ends in that. */
function basename(path, suffix) {
  if (suffix !== undefined) validateString(suffix, 'suffix');
  validateString(path, 'path');
  if (suffix === path) return '';
  const name = lastName(path);
  if (
    suffix &&
    suffix.length > name.length &&
    suffix.length <= path.length &&
    suffix.endsWith(name)
  ) {
    // See the other flavour.
    const from = startsWithDrive(path) ? 2 : 0;
    return path.slice(startOfName(path, from, endOfName(path, from)));
  }
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** The extension of the last name with its dot, '' when it has none. */
function extname(path) {
  validateString(path, 'path');
  const name = lastName(path);
  return name.slice(extensionStart(name));
}

/** The parts of a path; `format` puts them together again. */
function parse(path) {
  validateString(path, 'path');
  const rootEnd = rootLength(path);
  const root = path.slice(0, rootEnd);
  const end = endOfName(path, rootEnd);
  const start = startOfName(path, rootEnd, end);
  const base = path.slice(start, end);
  const dot = extensionStart(base);
  return {
    root,
    dir: start > rootEnd ? path.slice(0, start - 1) : root,
    base,
    ext: base.slice(dot),
    name: base.slice(0, dot),
  };
}

/** The path that the parts make. */
function format(pathObject) {
  return formatWith('\\', pathObject);
}

/** Whether the path matches a glob pattern. */
function matchesGlob(path, pattern) {
  return require('modules/path/glob').matchesGlob(path, pattern, true);
}

const win32 = {
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
  sep: '\\',
  delimiter: ';',
  win32: null,
  posix: null,
  _makeLong: toNamespacedPath,
};
win32.win32 = win32;
win32.posix = require('modules/path/posix');

module.exports = win32;

'use strict';
// The few path operations that loading needs. They are our own copy and not node:path, because
// loading must keep working when a program patches that module, and because this code runs before
// any program does. See https://nodejs.org/api/path.html for what each of them means.

// OPTIMIZATION: nearly every path that arrives is already in order. No pattern, as compiling one costs a start more
// than all of this.
function isNormal(path) {
  return !(
    path.includes('//') ||
    path.includes('/./') ||
    path.includes('/../') ||
    path.endsWith('/.') ||
    path.endsWith('/..') ||
    (path.endsWith('/') && path.length > 1)
  );
}

// Folds '.', '..' and repeated separators of an absolute path, and drops a trailing separator.
function normalize(path) {
  if (isNormal(path)) return path;
  const kept = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment);
  }
  return `/${kept.join('/')}`;
}

/** The working directory; when that was removed, a folder that surely exists. */
function workingDirectory() {
  try {
    return process.cwd();
  } catch {
    return dirname(process.execPath);
  }
}

/** The absolute form of `path`, as seen from the folder `base` (default: the working directory). */
function resolve(base, path) {
  if (path.charCodeAt(0) === 0x2f) return normalize(path);
  if (base.charCodeAt(0) !== 0x2f) base = `${process.cwd()}/${base}`;
  return normalize(path === '' ? base : `${base}/${path}`);
}

/** Everything before the last separator; '.' when there is none. */
function dirname(path) {
  let end = path.length;
  while (end > 1 && path.charCodeAt(end - 1) === 0x2f) end--;
  const slash = path.lastIndexOf('/', end - 1);
  if (slash === -1) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}

/** Everything after the last separator. */
function basename(path) {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The last dot of the file's name and what follows it; '' when there is none but the first. */
function extname(path) {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(dot) : '';
}

/** Is the request a path ('/x', './x', '../x', '.', '..') and not the name of a package? */
function isRelative(request) {
  if (request.charCodeAt(0) !== 0x2e) return false;
  if (request.length === 1) return true;
  const second = request.charCodeAt(1);
  if (second === 0x2f) return true;
  if (second !== 0x2e) return false;
  return request.length === 2 || request.charCodeAt(2) === 0x2f;
}

/** Is the file inside some node_modules folder? */
function isUnderNodeModules(path) {
  return path.includes('/node_modules/');
}

module.exports = {
  resolve,
  normalize,
  dirname,
  basename,
  extname,
  isRelative,
  isUnderNodeModules,
  workingDirectory,
};

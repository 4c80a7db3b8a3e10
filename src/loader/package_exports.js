'use strict';
// The "exports" and "imports" fields of package.json: which file does a subpath stand for? Both
// loaders ask here. The steps are those of the ESM resolver:
// https://nodejs.org/api/esm.html#resolution-algorithm-specification
//
// A resolution is an absolute path (a string) where the target is an ordinary file name, and a URL
// object where it needs URL parsing (percent encodings) or is not a file (node:fs).

const {
  ERR_INVALID_MODULE_SPECIFIER,
  ERR_INVALID_PACKAGE_CONFIG,
  ERR_INVALID_PACKAGE_TARGET,
  ERR_PACKAGE_IMPORT_NOT_DEFINED,
  ERR_PACKAGE_PATH_NOT_EXPORTED,
} = require('runtime/errors');
const { packageScope } = require('loader/package_json');
const { URL } = require('web/url');

// What a caller looks for: everything that the steps below pass on unchanged.
//   pkg         the package whose package.json is read
//   base        the importer (a path), for error messages; undefined for require()
//   conditions  a Set of names
//   isImports   is it the "imports" field?
//   request     the specifier or subpath as the program wrote it

/** PACKAGE_EXPORTS_RESOLVE. Throws when the package does not export `subpath` ('.' or './x'). */
function resolveExports(pkg, subpath, base, conditions) {
  const search = { pkg, base, conditions, isImports: false, request: subpath };
  const { exports } = pkg;
  // 1. Subpaths and conditions cannot be mixed.
  const isMap = pkg.derived('exports', () => ({ value: hasSubpaths(search, exports) })).value;
  let resolved;
  // 2. The main export.
  if (subpath === '.') {
    const main = isMap ? exports['.'] : exports;
    if (main !== undefined) resolved = resolveTarget(search, main, '.', null);
  } else if (isMap) {
    // 3. A subpath.
    resolved = resolveMatch(search, exports);
  }
  // 4.
  if (resolved == null) throw new ERR_PACKAGE_PATH_NOT_EXPORTED(`${pkg.dir}/`, subpath, base);
  return resolved;
}

/** PACKAGE_IMPORTS_RESOLVE for `specifier` ('#x') in the file at the path `from`. */
function resolveImports(specifier, from, base, conditions) {
  // 1-2. DIFFERS: a trailing slash is refused here, before the package is looked up.
  if (specifier === '#' || specifier.endsWith('/')) {
    throw new ERR_INVALID_MODULE_SPECIFIER(
      specifier,
      'is not a valid internal imports specifier name',
      base,
    );
  }
  // 3-4.
  const pkg = packageScope(from);
  const imports = pkg?.imports;
  if (imports !== undefined) {
    const search = { pkg, base, conditions, isImports: true, request: specifier };
    const resolved = resolveMatch(search, imports);
    if (resolved != null) return resolved;
  }
  // 5.
  throw new ERR_PACKAGE_IMPORT_NOT_DEFINED(specifier, pkg && `${pkg.dir}/`, base);
}

// Is the "exports" value a map from subpaths ('.', './x') to targets?
function hasSubpaths(search, exports) {
  if (typeof exports !== 'object' || exports === null || Array.isArray(exports)) return false;
  let dotted = 0;
  let plain = 0;
  for (const key of Object.keys(exports)) {
    if (key.startsWith('.')) dotted++;
    else plain++;
  }
  if (dotted > 0 && plain > 0) {
    throw configError(
      search,
      '"exports" cannot contain some keys starting with \'.\' and some not. The exports object ' +
        'must either be an object of package subpath keys or an object of main entry condition ' +
        'name keys only.',
    );
  }
  return dotted > 0;
}

// PACKAGE_IMPORTS_EXPORTS_RESOLVE
function resolveMatch(search, map) {
  const { request, pkg, isImports } = search;
  // 1-2. DIFFERS: a key without a star that ends in '/' never matches, and a request that ends in
  // '/' may match a pattern, with a warning.
  if (Object.hasOwn(map, request) && !request.includes('*') && !request.endsWith('/')) {
    return resolveTarget(search, map[request], request, null);
  }
  // 3. The most specific pattern comes first.
  const field = isImports ? 'importPatterns' : 'exportPatterns';
  const patterns = pkg.derived(field, () => sortedPatterns(map));
  // 4.
  for (const { key, prefix, suffix } of patterns) {
    if (!request.startsWith(prefix) || request.length <= prefix.length) continue;
    if (suffix !== '' && (!request.endsWith(suffix) || request.length < key.length)) continue;
    if (request.endsWith('/')) warnTrailingSlash(search);
    const match = request.slice(prefix.length, request.length - suffix.length);
    return resolveTarget(search, map[key], key, match);
  }
  // 5.
  return null;
}

// The keys with one star, in the order of PATTERN_KEY_COMPARE.
function sortedPatterns(map) {
  const patterns = [];
  for (const key of Object.keys(map)) {
    const star = key.indexOf('*');
    if (star === -1 || key.includes('*', star + 1)) continue;
    patterns.push({ key, prefix: key.slice(0, star), suffix: key.slice(star + 1) });
  }
  return patterns.sort((a, b) => {
    return b.prefix.length - a.prefix.length || b.key.length - a.key.length;
  });
}

// PACKAGE_TARGET_RESOLVE. `key` is the key in the map that led to `target`, `match` what its star
// stands for. Gives undefined for "no condition holds" and null for "excluded".
function resolveTarget(search, target, key, match) {
  if (typeof target === 'string') return resolveTargetString(search, target, key, match);
  // 3.
  if (Array.isArray(target)) return resolveFallbacks(search, target, key, match);
  // 2.
  if (typeof target === 'object' && target !== null) {
    const names = Object.keys(target);
    if (names.some(isArrayIndex)) {
      throw configError(search, '"exports" cannot contain numeric property keys.');
    }
    for (const name of names) {
      if (name !== 'default' && !search.conditions.has(name)) continue;
      const resolved = resolveTarget(search, target[name], key, match);
      if (resolved !== undefined) return resolved;
    }
    return undefined;
  }
  // 4.
  if (target === null) return null;
  // 5.
  throw targetError(search, target, key);
}

// Step 3: the first of the alternatives that is usable. A wrong target counts only at the end.
function resolveFallbacks(search, targets, key, match) {
  let failure = null;
  let resolved = targets.length === 0 ? null : undefined;
  for (const target of targets) {
    try {
      resolved = resolveTarget(search, target, key, match);
      failure = null;
    } catch (error) {
      if (error.code !== 'ERR_INVALID_PACKAGE_TARGET') throw error;
      failure = error;
      continue;
    }
    if (resolved != null) return resolved;
  }
  if (failure !== null) throw failure;
  return resolved;
}

// Step 1.
function resolveTargetString(search, target, key, match) {
  const { pkg, isImports, conditions } = search;
  if (!target.startsWith('./')) {
    // 1.1. Another package, which only "imports" may name.
    if (!isImports || /^(?:\.\.)?\//.test(target) || URL.canParse(target)) {
      throw targetError(search, target, key);
    }
    const specifier = match === null ? target : target.replaceAll('*', () => match);
    const { packageResolve } = require('loader/esm/package_resolve');
    return packageResolve(specifier, `${pkg.dir}/package.json`, conditions);
  }
  // 1.2.
  const segments = target.slice(2);
  if (!isPlainSubpath(segments)) {
    const verdict = judgeSegments(segments);
    if (verdict === 'forbidden') throw targetError(search, target, key);
    if (verdict === 'empty') warnDoubleSlash(search, target, key, match === null ? null : target);
  }
  // 1.3-1.5.
  if (match === null) return locate(pkg, target);
  // 1.6.
  const file = target.replaceAll('*', () => match);
  if (!isPlainSubpath(match)) {
    const verdict = judgeSegments(match);
    if (verdict === 'forbidden') throw matchError(search, key);
    if (verdict === 'empty') warnDoubleSlash(search, file, key, target);
  }
  // 1.7.
  return locate(pkg, file);
}

// OPTIMIZATION: nothing in such a string can be a forbidden segment.
function isPlainSubpath(text) {
  return (
    /^[\w@$~+-][\w@$~+.-]*(?:\/[\w@$~+-][\w@$~+.-]*)*$/.test(text) && !/node_modules/i.test(text)
  );
}

function judgeSegments(text) {
  let verdict = 'allowed';
  for (const segment of text.split(/[\\/]/)) {
    // An encoded separator is refused later, where the whole path is looked at.
    const plain = segment
      .replace(/%2e/gi, '.')
      .replace(/%([4-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/%5f/gi, '_')
      .toLowerCase();
    if (plain === '.' || plain === '..' || plain === 'node_modules') return 'forbidden';
    if (plain === '') verdict = 'empty';
  }
  return verdict;
}

// The file that './x' means in the package.
function locate(pkg, file) {
  const path = `${pkg.dir === '/' ? '' : pkg.dir}/${file.slice(2)}`;
  // What a URL parser would leave as it is needs none.
  if (/^[\w@$~+.\-/ ]+$/.test(path)) return path;
  const { pathToFileURL } = require('loader/file_urls');
  return new URL(file, pathToFileURL(`${pkg.dir}/`));
}

function isArrayIndex(name) {
  return String(name >>> 0) === name && name >>> 0 !== 0xffffffff;
}

function configError({ pkg, base }, message) {
  const { pathToFileURL } = require('loader/file_urls');
  const importer = base === undefined ? undefined : String(pathToFileURL(base));
  return new ERR_INVALID_PACKAGE_CONFIG(pkg.path, importer, message);
}

function targetError({ pkg, base, isImports }, target, key) {
  const shown = typeof target === 'object' ? JSON.stringify(target) : String(target);
  return new ERR_INVALID_PACKAGE_TARGET(`${pkg.dir}/`, key, shown, isImports, base);
}

function matchError({ pkg, base, isImports, request }, key) {
  const field = isImports ? 'imports' : 'exports';
  const reason = `request is not a valid match in pattern "${key}" for the "${field}" resolution of ${pkg.path}`;
  return new ERR_INVALID_MODULE_SPECIFIER(request, reason, base);
}

const warned = new Set();

function warnOnce(message, code) {
  if (process.noDeprecation || warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, 'DeprecationWarning', code);
}

function warnDoubleSlash({ pkg, base, isImports, request }, target, key, pattern) {
  const matched = pattern === null || request === key ? '' : ` matched to "${key}"`;
  const importer = base === undefined ? '' : ` imported from ${base}`;
  warnOnce(
    `Use of deprecated double slash resolving "${target}" for module request "${request}"` +
      `${matched} in the "${isImports ? 'imports' : 'exports'}" field module resolution of the ` +
      `package at ${pkg.path}${importer}.`,
    'DEP0166',
  );
}

function warnTrailingSlash({ pkg, base, request }) {
  const importer = base === undefined ? '.' : ` imported from ${base}.`;
  warnOnce(
    `Use of deprecated trailing slash pattern mapping "${request}" in the "exports" field module ` +
      `resolution of the package at ${pkg.path}${importer} Mapping specifiers ending in "/" is ` +
      'no longer supported.',
    'DEP0155',
  );
}

module.exports = { resolveExports, resolveImports };

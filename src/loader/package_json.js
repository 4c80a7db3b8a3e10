'use strict';
// package.json files, as far as the loaders read them.
// https://nodejs.org/api/packages.html#nodejs-packagejson-field-definitions

const { ERR_INVALID_PACKAGE_CONFIG } = require('runtime/errors');
const { dirname } = require('loader/paths');
const files = native('loader');

/**
 * One package.json. `path` is that file and `dir` its folder; fields of the wrong type are
 * undefined, except `type`, which is then 'none'. `exports` and `imports` are parsed when asked for.
 */
class Package {
  // Declared, so that setters that a program put on Object.prototype are not called.
  path;
  dir;
  name;
  main;
  type;
  #exportsText;
  #importsText;
  #exports;
  #imports;
  #patterns = new Map();

  constructor(path, [name, main, type, exportsText, importsText]) {
    this.path = path;
    this.dir = dirname(path);
    this.name = name;
    this.main = main;
    this.type = type === 'module' || type === 'commonjs' ? type : 'none';
    this.#exportsText = exportsText;
    this.#importsText = importsText;
  }

  get hasExports() {
    return this.#exportsText !== undefined;
  }

  get exports() {
    if (this.#exportsText === undefined) return undefined;
    return (this.#exports ??= parseField(this, this.#exportsText));
  }

  get imports() {
    if (this.#importsText === undefined) return undefined;
    return (this.#imports ??= parseField(this, this.#importsText));
  }

  /** What `make` returned for `key` before: a place for what is derived from the fields. */
  derived(key, make) {
    let value = this.#patterns.get(key);
    if (value === undefined) this.#patterns.set(key, (value = make()));
    return value;
  }
}

// JSON.parse gives ordinary objects, whose prototype a program may have put anything on.
function withoutPrototype(key, value) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    Object.setPrototypeOf(value, null);
  }
  return value;
}

function parseField(pkg, text) {
  try {
    return JSON.parse(text, withoutPrototype);
  } catch {
    throw new ERR_INVALID_PACKAGE_CONFIG(pkg.path);
  }
}

const known = new Map();

/**
 * The package.json at `path`, or undefined where there is no such file. `importing` ({ specifier,
 * base }) is named in the error when the file is not JSON.
 */
function readPackage(path, importing) {
  let pkg = known.get(path);
  if (pkg !== undefined) return pkg;
  const fields = files.readPackage(path);
  if (fields === undefined) return undefined;
  if (fields === false) {
    const base = importing && `"${importing.specifier}" from ${importing.base}`;
    throw new ERR_INVALID_PACKAGE_CONFIG(path, base);
  }
  pkg = new Package(path, fields);
  known.set(path, pkg);
  return pkg;
}

/** The package that the file at `path` belongs to: LOOKUP_PACKAGE_SCOPE of the ESM resolver. */
function packageScope(path) {
  const found = files.nearestPackage(path);
  return found === undefined ? undefined : readPackage(found);
}

/** The `type` ('module', 'commonjs' or 'none') that the file at `path` gets from its package. */
function packageType(path) {
  return packageScope(path)?.type ?? 'none';
}

module.exports = {
  /** For a program that goes on in another process: the files may have changed. */
  forgetAll: () => known.clear(),
  readPackage,
  packageScope,
  packageType,
};

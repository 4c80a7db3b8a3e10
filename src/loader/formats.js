'use strict';
// Which format a file has, by its name and its package: ESM_FILE_FORMAT without looking inside.
// https://nodejs.org/api/packages.html#determining-module-system

const { stripsTypes } = require('loader/flags');
const { extname } = require('loader/paths');
const { packageType } = require('loader/package_json');

const FIXED = {
  __proto__: null,
  '.mjs': 'module',
  '.cjs': 'commonjs',
  '.json': 'json',
  '.wasm': 'wasm',
  '.node': 'addon',
};

const TYPESCRIPT = {
  __proto__: null,
  '.mts': 'module-typescript',
  '.cts': 'commonjs-typescript',
};

/**
 * The format of a file for require(): undefined when only its content tells ('.js' without a
 * package type), 'typescript' when that holds for a '.ts' file.
 */
function requireFormat(filename) {
  const extension = extname(filename);
  if (extension === '.js') return packageFormat(filename);
  const fixed = FIXED[extension];
  if (fixed !== undefined) return fixed;
  if (!stripsTypes()) return undefined;
  if (extension === '.ts') {
    const format = packageFormat(filename);
    return format === undefined ? 'typescript' : `${format}-typescript`;
  }
  return TYPESCRIPT[extension];
}

function packageFormat(filename) {
  const type = packageType(filename);
  return type === 'none' ? undefined : type;
}

/** Does the format have types to strip? */
function isTypeScript(format) {
  return format !== undefined && format !== null && format.endsWith('typescript');
}

/** The format that is left when the types are stripped. */
function withoutTypes(format) {
  return format === 'typescript' ? undefined : format.slice(0, -'-typescript'.length);
}

module.exports = { requireFormat, isTypeScript, withoutTypes, FIXED, TYPESCRIPT };

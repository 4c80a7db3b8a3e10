'use strict';
// What the loader adds to errors of V8, so that a reader sees what to do.

const { fileURLToPath } = require('loader/file_urls');

const MISSING_EXPORT = /^The requested module '([^]*)' does not provide an export named '([^]*)'$/;

/**
 * An error of linking. When a CommonJS module lacks a named export, the message says how to get at
 * it.
 */
function explainLinkError(error, root) {
  const match = error instanceof SyntaxError ? MISSING_EXPORT.exec(error.message) : null;
  if (match === null) return error;
  const [, specifier, name] = match;
  if (!findsCommonJS(root, specifier, name)) return error;

  const { message } = error;
  const stack = String(error.stack);
  const statement = importStatement(stack, specifier);
  error.message =
    `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, ` +
    'which may not support all module.exports as named exports.\nCommonJS modules can always be ' +
    'imported via the default export, for example using:' +
    `\n\nimport pkg from '${specifier}';\n${statement ?? ''}`;
  error.stack = stack.replace(message, () => error.message);
  return error;
}

// Does a module of the graph import `specifier`, and is that a CommonJS module without `name`?
function findsCommonJS(root, specifier, name) {
  const seen = new Set([root]);
  for (const record of seen) {
    for (let i = 0; i < record.dependencies.length; i++) {
      const dependency = record.dependencies[i];
      if (
        record.requests[i][0] === specifier &&
        dependency.format === 'commonjs' &&
        !dependency.names?.has(name)
      ) {
        return true;
      }
      seen.add(dependency);
    }
  }
  return false;
}

// The import of one line in the decorated stack, turned into a destructuring of the default export.
function importStatement(stack, specifier) {
  const line = stack.split('\n', 2)[1] ?? '';
  const names = /^\s*import\s*(?:[\w$]+\s*,\s*)?(\{[^}]*\})\s*from\s*(['"])([^'"]*)\2/.exec(line);
  if (names === null || names[3] !== specifier) return undefined;
  return `const ${names[1].replace(/\s+as\s+/g, ': ')} = pkg;\n`;
}

const COMMONJS_GLOBAL = /^(require|exports|module|__filename|__dirname) is not defined$/;

/** An error of running. In an ES module there are none of CommonJS's variables. */
function explainRunError(error, record) {
  if (!(error instanceof ReferenceError)) return error;
  const match = COMMONJS_GLOBAL.exec(error.message);
  if (match === null) return error;
  native('loader').keepExcerpt(error);
  const { message } = error;
  const stack = String(error.stack);
  const isAwaiting = match[1] === 'require' && record.wrap.hasTopLevelAwait();
  if (isAwaiting && isAmbiguous(record)) {
    error.message =
      "Cannot determine intended module format because both 'require' and top-level await are " +
      'present. If the code is intended to be CommonJS, wrap await in an async function. If the ' +
      'code is intended to be an ES module, replace require() with import.';
    error.code = 'ERR_AMBIGUOUS_MODULE_SYNTAX';
  } else {
    error.message += ' in ES module scope';
    if (match[1] === 'require') error.message += ', you can use import instead';
    error.message += packageHint(record);
  }
  error.stack = stack.replace(message, () => error.message);
  return error;
}

function isAmbiguous(record) {
  if (!record.url.startsWith('file:')) return true;
  const { extname } = require('loader/paths');
  const { packageType } = require('loader/package_json');
  const path = fileURLToPath(record.url);
  return extname(path) !== '.mjs' && packageType(path) === 'none';
}

function packageHint(record) {
  if (!record.url.startsWith('file:')) return '';
  const path = fileURLToPath(record.url);
  if (!path.endsWith('.js')) return '';
  const { packageScope } = require('loader/package_json');
  const pkg = packageScope(path);
  if (pkg?.type !== 'module') return '';
  return (
    "\nThis file is being treated as an ES module because it has a '.js' file extension and " +
    `'${pkg.path}' contains "type": "module". To treat it as a CommonJS script, rename it to use ` +
    "the '.cjs' file extension."
  );
}

module.exports = { explainLinkError, explainRunError };

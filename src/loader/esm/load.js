'use strict';
// The default loading of a resolved URL: its format and its source.
// https://nodejs.org/api/esm.html#resolution-and-loading-algorithm

const {
  ERR_INVALID_URL,
  ERR_UNKNOWN_FILE_EXTENSION,
  ERR_UNKNOWN_MODULE_FORMAT,
} = require('runtime/errors');
const { getOptionValue } = require('runtime/options');
const { fileURLToPath } = require('loader/file_urls');
const { detectsModules, stripsTypes } = require('loader/flags');
const { FIXED, TYPESCRIPT } = require('loader/formats');
const { extname } = require('loader/paths');
const { packageType } = require('loader/package_json');
const { readSource, stripBom } = require('loader/source');
const { checkAttributes } = require('loader/esm/attributes');
const { checkScheme } = require('loader/esm/resolve');
const files = native('loader');

const MIME_FORMATS = {
  __proto__: null,
  'text/javascript': 'module',
  'application/json': 'json',
  'application/wasm': 'wasm',
};

function mimeFormat(mime) {
  const type = mime.toLowerCase();
  if (/^(?:text|application)\/(?:x-)?javascript$/.test(type)) return 'module';
  return MIME_FORMATS[type];
}

// The parts of data:<type>;<parameters>,<body>.
function parseDataURL(href) {
  const match = /^data:([^/,;]+\/[^;,]+|[^,;]*)((?:[^,])*?)(;base64)?,([^]*?)(?:#[^]*)?$/.exec(
    href,
  );
  if (match === null) throw new ERR_INVALID_URL(href);
  const [, type, , base64, body] = match;
  return { type, base64: base64 !== undefined, body };
}

function dataBytes(href) {
  const { Buffer } = require('node:buffer');
  const { base64, body } = parseDataURL(href);
  return Buffer.from(decodeURIComponent(body), base64 ? 'base64' : 'utf8');
}

/**
 * The format of a URL as far as its name tells: undefined when the source has to be looked at, or
 * when it is none that we know.
 */
function formatOfName(href) {
  if (href.startsWith('node:')) return 'builtin';
  if (href.startsWith('data:')) return mimeFormat(/^data:([^;,]*)/.exec(href)[1]);
  if (!href.startsWith('file:')) return undefined;
  const path = fileURLToPath(href);
  const extension = extname(path);
  const fixed = FIXED[extension];
  if (fixed === 'addon') return getOptionValue('--experimental-addon-modules') ? fixed : undefined;
  if (fixed !== undefined) return fixed;
  if (extension === '.js' || extension === '' || (extension === '.ts' && stripsTypes())) {
    const type = packageType(path);
    // An extensionless file of a "module" package may be WebAssembly.
    if (type === 'none' || (extension === '' && type === 'module')) return undefined;
    return extension === '.ts' ? `${type}-typescript` : type;
  }
  return stripsTypes() ? TYPESCRIPT[extension] : undefined;
}

// Steps 11-12 of ESM_FILE_FORMAT: the source decides. Gives [format, source].
function formatOfSource(href, path, extension) {
  if (extension === '' && packageType(path) === 'module') {
    return [startsAsWasm(path) ? 'wasm' : 'module', undefined];
  }
  const source = readSource(path);
  if (extension === '.ts') {
    const { stripModuleTypes } = require('loader/typescript');
    const plain = stripModuleTypes(source, path);
    return [detect(plain, href) ? 'module-typescript' : 'commonjs-typescript', source];
  }
  return [detect(source, href) ? 'module' : 'commonjs', source];
}

function detect(source, href) {
  return detectsModules() && files.containsModuleSyntax(source, href);
}

// The magic number \0asm.
function startsAsWasm(path) {
  const fs = require('node:fs');
  const fd = fs.openSync(path);
  try {
    const head = new Uint8Array(4);
    return fs.readSync(fd, head, 0, 4, 0) === 4 && head.join() === '0,97,115,109';
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Loads a URL. `context.format` is a hint of the resolution; it is kept when it is given, so that
 * a hook can ask for files of formats that are not ours.
 * @returns {{ format: string, source: string | Uint8Array | null, responseURL: string }}
 */
function defaultLoad(href, context) {
  checkScheme(href);
  let { format } = context;
  let source;
  if (format == null) format = formatOfName(href);
  if (format == null && href.startsWith('file:')) {
    const path = fileURLToPath(href);
    const extension = extname(path);
    if (extension !== '.js' && extension !== '' && !(extension === '.ts' && stripsTypes())) {
      throw new ERR_UNKNOWN_FILE_EXTENSION(extension, path);
    }
    [format, source] = formatOfSource(href, path, extension);
  }
  if (format == null && href.startsWith('data:')) {
    throw new ERR_UNKNOWN_MODULE_FORMAT(parseDataURL(href).type, href);
  }
  checkAttributes(href, format, context.importAttributes ?? { __proto__: null });
  if (format === 'builtin') return { __proto__: null, format, responseURL: href, source: null };
  source ??= readBytes(href, format);
  return { __proto__: null, format, responseURL: href, source };
}

function readBytes(href, format) {
  if (href.startsWith('data:')) {
    const bytes = dataBytes(href);
    return format === 'wasm' ? bytes : stripBom(bytes.toString());
  }
  const path = fileURLToPath(href);
  if (format === 'addon') return null;
  if (format === 'wasm') return require('node:fs').readFileSync(path);
  return readSource(path);
}

module.exports = { defaultLoad, formatOfName };

'use strict';
// Any package.json, read and resolved through: exports, imports, main. The first line names what is asked
// for. What `exports` leads to lies in the package.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');

const EXPECTED = new Set([
  'ENAMETOOLONG',
  'ERR_INVALID_FILE_URL_HOST',
  'ERR_INVALID_FILE_URL_PATH',
  'ERR_INVALID_MODULE_SPECIFIER',
  'ERR_INVALID_PACKAGE_CONFIG',
  'ERR_INVALID_PACKAGE_TARGET',
  'ERR_INVALID_URL',
  'ERR_INVALID_URL_SCHEME',
  'ERR_MODULE_NOT_FOUND',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME',
  'ERR_UNSUPPORTED_RESOLVE_REQUEST',
  'MODULE_NOT_FOUND',
]);

const root = fs.mkdtempSync(
  path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'gyre-fuzz-'),
);
process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));
fs.writeFileSync(
  path.join(root, 'ask.mjs'),
  'export const resolve = (name) => import.meta.resolve(name);',
);
let ask;
const ready = import(pathToFileURL(path.join(root, 'ask.mjs'))).then(
  (module) => (ask = module.resolve),
);
let count = 0;

function attempt(resolve) {
  try {
    return resolve();
  } catch (error) {
    // A name whose percent signs escape nothing is a URIError in Node, too.
    if (!EXPECTED.has(error.code) && error.name !== 'URIError') throw error;
    return undefined;
  }
}

module.exports = (bytes) => {
  const end = bytes.indexOf(10);
  if (end < 0 || !ask) return;
  const line = bytes.toString('latin1', 0, Math.min(end, 100));
  const name = `p${count++}`;
  const folder = path.join(root, 'node_modules', name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'index.js'), '');
  fs.writeFileSync(path.join(folder, 'package.json'), bytes.subarray(end + 1));
  try {
    const require_ = createRequire(path.join(root, 'main.js'));
    const inside = createRequire(path.join(folder, 'index.js'));
    for (const specifier of [name, `${name}/${line}`]) {
      attempt(() => require_.resolve(specifier));
      const url = attempt(() => ask(specifier));
      if (url !== undefined && !/(^|[/\\]|%2e|\.)\.|%2f|%5c/i.test(line)) {
        assert.ok(url.startsWith(pathToFileURL(folder).href), `${specifier} is ${url}`);
      }
    }
    attempt(() => inside.resolve(`#${line}`));
    attempt(() => inside.resolve(name));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};
module.exports.ready = ready;

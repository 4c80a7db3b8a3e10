'use strict';

const { after, describe, test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-esm-')));
after(() => fs.rmSync(root, { recursive: true }));

function write(name, files) {
  const folder = path.join(root, name);
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, typeof text === 'string' ? text : JSON.stringify(text));
  }
  return (file) => pathToFileURL(path.join(folder, file)).href;
}

function run(...args) {
  const cwd = path.dirname(args.at(-1));
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('resolution', () => {
  test('a slash at the end names a folder, even if there is none', async () => {
    const base = write('slash', { 'file.mjs': '' });
    for (const name of ['missing/', 'file.mjs/']) {
      await assert.rejects(import(base(name)), { code: 'ERR_UNSUPPORTED_DIR_IMPORT' });
    }
  });

  test('a file that is missing is named by its path and its importer', async () => {
    const at = write('missing', { 'a.mjs': 'import "./b.mjs"' });
    await assert.rejects(import(at('a.mjs')), (error) => {
      assert.strictEqual(error.code, 'ERR_MODULE_NOT_FOUND');
      assert.strictEqual(error.url, at('b.mjs'));
      assert.match(error.message, /^Cannot find module '.*b\.mjs' imported from .*a\.mjs$/);
      return true;
    });
  });

  test('where require() would find something, the error says what', () => {
    const at = write('advice', {
      'a.mjs': 'import "./b"\n',
      'b.js': '1',
      'c.mjs': 'import "./d"\n',
      'd/index.js': '1',
    });
    const file = run(fileURLToPath(at('a.mjs')));
    assert.match(file.stderr, /\[ERR_MODULE_NOT_FOUND\].*\nDid you mean to import "\.\/b\.js"\?\n/);
    const folder = run(fileURLToPath(at('c.mjs')));
    assert.match(
      folder.stderr,
      /\[ERR_UNSUPPORTED_DIR_IMPORT\].*\nDid you mean to import "\.\/d\/index\.js"\?\n/,
    );
  });

  test('specifiers that cannot be resolved', async () => {
    const at = write('bad', { 'none.txt': '' });
    const cases = [
      ['@scope', 'ERR_INVALID_MODULE_SPECIFIER'],
      ['#nothing', 'ERR_PACKAGE_IMPORT_NOT_DEFINED'],
      ['node:nothing', 'ERR_UNKNOWN_BUILTIN_MODULE'],
      ['https://example.com/x.js', 'ERR_UNSUPPORTED_ESM_URL_SCHEME'],
      [at('none.txt'), 'ERR_UNKNOWN_FILE_EXTENSION'],
      ['./a%2fb.mjs', 'ERR_INVALID_MODULE_SPECIFIER'],
      ['data:text/plain,x', 'ERR_UNKNOWN_MODULE_FORMAT'],
      ['data:text/javascript,import "./x"', 'ERR_UNSUPPORTED_RESOLVE_REQUEST'],
    ];
    for (const [specifier, code] of cases)
      await assert.rejects(import(specifier), { code }, specifier);
  });

  test('the query is part of what a module is', async () => {
    const at = write('query', { 'm.mjs': 'export const token = {};' });
    const one = await import(at('m.mjs'));
    assert.strictEqual(await import(at('m.mjs')), one);
    assert.notStrictEqual((await import(`${at('m.mjs')}?1`)).token, one.token);
  });
});

describe('formats', () => {
  test('CommonJS gives the names that its text shows, and the whole as default', async () => {
    const at = write('cjs', {
      'm.cjs': 'exports.a = 1; exports[`b${""}`] = 2; module.exports.c = require("./n.cjs").d;',
      'n.cjs': 'exports.d = 3;',
      'r.cjs': 'module.exports = require("./n.cjs");',
    });
    const ns = await import(at('m.cjs'));
    assert.deepStrictEqual(Object.keys(ns), ['a', 'c', 'default', 'module.exports']);
    assert.deepStrictEqual(ns.default, { a: 1, b: 2, c: 3 });
    assert.strictEqual((await import(at('r.cjs'))).d, 3);
  });

  test('a name that CommonJS does not show is refused with advice', () => {
    const at = write('named', {
      'a.mjs': "import { x } from './b.cjs';",
      'b.cjs': 'exports.y = 1',
    });
    const { status, stderr } = run(fileURLToPath(at('a.mjs')));
    assert.strictEqual(status, 1);
    assert.match(stderr, /a\.mjs:1\nimport \{ x \} from '\.\/b\.cjs';\n {9}\^\n/);
    assert.match(
      stderr,
      /Named export 'x' not found\. The requested module '\.\/b\.cjs' is a CommonJS module/,
    );
    assert.match(stderr, /import pkg from '\.\/b\.cjs';\nconst \{ x \} = pkg;/);
  });

  test('JSON wants its attribute, and no other format takes it', async () => {
    const at = write('json', { 'd.json': '{"a":1}', 'm.mjs': '' });
    const { default: value } = await import(at('d.json'), { with: { type: 'json' } });
    assert.deepStrictEqual(value, { a: 1 });
    assert.strictEqual(require(fileURLToPath(at('d.json'))), value);
    await assert.rejects(import(`${at('d.json')}?x`), { code: 'ERR_IMPORT_ATTRIBUTE_MISSING' });
    await assert.rejects(import(at('m.mjs'), { with: { type: 'json' } }), {
      code: 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
    });
    await assert.rejects(import(`${at('m.mjs')}?x`, { with: { other: 'json' } }), {
      code: 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED',
    });
  });

  test('data: URLs are modules', async () => {
    const { default: value } = await import('data:text/javascript;base64,ZXhwb3J0IGRlZmF1bHQgNDI7');
    assert.strictEqual(value, 42);
  });

  test('a .js file is what its package says, and else what its syntax says', async () => {
    const at = write('type', {
      'module/package.json': { type: 'module' },
      'module/m.js': 'export default typeof require;',
      'none/package.json': {},
      'none/esm.js': 'export default typeof require;',
      'none/cjs.js': 'module.exports = typeof require;',
      'none/await.js': 'const require = await "mine"; export { require };',
    });
    assert.strictEqual((await import(at('module/m.js'))).default, 'undefined');
    assert.strictEqual((await import(at('none/esm.js'))).default, 'undefined');
    assert.strictEqual((await import(at('none/cjs.js'))).default, 'function');
    assert.strictEqual((await import(at('none/await.js'))).require, 'mine');
  });

  test('built-in modules have named exports that follow when asked to', async () => {
    const { syncBuiltinESMExports } = require('node:module');
    const punycode = require('node:punycode');
    const ns = await import('node:punycode');
    const { toASCII } = punycode;
    punycode.toASCII = () => 'changed';
    try {
      assert.strictEqual(ns.toASCII, toASCII);
      syncBuiltinESMExports();
      assert.strictEqual(ns.toASCII(), 'changed');
    } finally {
      punycode.toASCII = toASCII;
      syncBuiltinESMExports();
    }
  });
});

describe('running', () => {
  test('import.meta tells where the module is', async () => {
    const at = write('meta', { 'm.mjs': 'export const meta = import.meta;' });
    const { meta } = await import(at('m.mjs'));
    assert.deepStrictEqual(Object.keys(meta), ['dirname', 'filename', 'main', 'resolve', 'url']);
    assert.strictEqual(meta.url, at('m.mjs'));
    assert.strictEqual(meta.filename, path.join(root, 'meta', 'm.mjs'));
    assert.strictEqual(meta.main, false);
    assert.strictEqual(meta.resolve('./other.mjs'), at('other.mjs'));
    assert.strictEqual(meta.resolve('fs'), 'node:fs');
  });

  test('modules in a cycle share live bindings', async () => {
    const at = write('cycle', {
      'a.mjs':
        'import { b } from "./b.mjs"; export let a = 1; export const seen = () => b(); export const grow = () => a++;',
      'b.mjs': 'import { a } from "./a.mjs"; export const b = () => a;',
    });
    const { seen, grow } = await import(at('a.mjs'));
    grow();
    assert.strictEqual(seen(), 2);
  });

  test('import() runs the module after the code that called it', async () => {
    const at = write('later', { 'm.mjs': 'globalThis.order.push("module");' });
    globalThis.order = [];
    const imported = import(at('m.mjs'));
    globalThis.order.push('caller');
    await imported;
    assert.deepStrictEqual(globalThis.order, ['caller', 'module']);
    delete globalThis.order;
  });

  test('an await that never comes back ends the program with code 13', () => {
    const at = write('stalled', { 'm.mjs': 'const x = 1;\nawait new Promise(() => {});' });
    const { status, stderr } = run(fileURLToPath(at('m.mjs')));
    assert.strictEqual(status, 13);
    assert.match(
      stderr,
      /^Warning: Detected unsettled top-level await at .*m\.mjs:2\nawait new Promise/,
    );
  });

  test('what CommonJS has and modules have not is named in the error', async () => {
    await assert.rejects(import('data:text/javascript,require("fs")'), {
      name: 'ReferenceError',
      message: 'require is not defined in ES module scope, you can use import instead',
    });
  });

  test('an error is shown with the line that threw it', () => {
    const at = write('throws', { 'm.mjs': 'const a = 1;\nthrow new Error("from here");' });
    const { status, stderr } = run(fileURLToPath(at('m.mjs')));
    assert.strictEqual(status, 1);
    assert.match(
      stderr,
      /^file:.*m\.mjs:2\nthrow new Error\("from here"\);\n {6}\^\n\nError: from here\n/,
    );
  });

  test('--import runs before the program', () => {
    const at = write('preload', {
      'first.mjs': 'console.log("first")',
      'main.cjs': 'console.log("main", require.main === module)',
    });
    const { stdout } = run('--import', at('first.mjs'), fileURLToPath(at('main.cjs')));
    assert.strictEqual(stdout, 'first\nmain true\n');
  });
});

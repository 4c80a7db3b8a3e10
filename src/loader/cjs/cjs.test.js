'use strict';

const { after, describe, test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-cjs-')));
after(() => fs.rmSync(root, { recursive: true }));

// Writes files given as { 'path/in/root': text } and gives a require() that starts in the root.
function project(name, files) {
  const folder = path.join(root, name);
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, typeof text === 'string' ? text : JSON.stringify(text));
  }
  const require_ = Module.createRequire(path.join(folder, 'start.js'));
  return { folder, require: require_, at: (file) => path.join(folder, file) };
}

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('resolution', () => {
  test('a file wins over a folder, and extensions are tried in their order', () => {
    const p = project('order', {
      'x.js': 'module.exports = "js"',
      'x.json': '1',
      'x/index.js': '',
    });
    assert.strictEqual(p.require('./x'), 'js');
    assert.strictEqual(p.require.resolve('./x/'), p.at('x/index.js'));
  });

  test('a folder is its "main", or its index.js with a warning when "main" is missing', () => {
    const p = project('main', {
      'node_modules/a/package.json': { main: 'lib' },
      'node_modules/a/lib/index.js': 'module.exports = "a"',
    });
    assert.strictEqual(p.require('a'), 'a');
  });

  test('exports of a package hide its other files', () => {
    const p = project('exports', {
      'node_modules/e/package.json': {
        exports: {
          '.': { import: './no.mjs', require: './main.js' },
          './sub/*': './lib/*.js',
          './sub/private': null,
        },
      },
      'node_modules/e/main.js': 'module.exports = "main"',
      'node_modules/e/lib/one.js': 'module.exports = 1',
    });
    assert.strictEqual(p.require('e'), 'main');
    assert.strictEqual(p.require('e/sub/one'), 1);
    assert.throws(() => p.require('e/sub/private'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
    assert.throws(() => p.require('e/lib/one.js'), {
      code: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
      message: `Package subpath './lib/one.js' is not defined by "exports" in ${p.at('node_modules/e/package.json')}`,
    });
  });

  test('a package finds itself by its name, and its imports by their #names', () => {
    const p = project('self', {
      'package.json': { name: 'own', exports: { './x': './x.js' }, imports: { '#dep': './x.js' } },
      'x.js': 'module.exports = "x"',
    });
    assert.strictEqual(p.require('own/x'), 'x');
    assert.strictEqual(p.require('#dep'), 'x');
  });

  test('what is not found is named with the files that asked for it', () => {
    const p = project('missing', { 'a.js': 'require("./b")', 'b.js': 'require("nothing")' });
    assert.throws(
      () => p.require('./a'),
      (error) => {
        assert.strictEqual(error.code, 'MODULE_NOT_FOUND');
        assert.deepStrictEqual(error.requireStack.slice(0, 2), [p.at('b.js'), p.at('a.js')]);
        assert.match(error.message, /^Cannot find module 'nothing'\nRequire stack:\n- .*b\.js\n- /);
        return true;
      },
    );
  });

  test('a .node file that is no library is an error of the system that names it', () => {
    const p = project('addon', { 'a.node': 'text' });
    assert.throws(() => p.require('./a'), {
      code: 'ERR_DLOPEN_FAILED',
      message: `${p.at('a.node')}: file too short`,
    });
    assert.throws(() => process.dlopen({ exports: {} }), { code: 'ERR_MISSING_ARGS' });
  });

  test('a package.json that is not JSON is an error that names it', () => {
    const p = project('broken', { 'node_modules/b/package.json': '{ "main": ' });
    assert.throws(() => p.require('b'), {
      code: 'ERR_INVALID_PACKAGE_CONFIG',
      message: `Invalid package config ${p.at('node_modules/b/package.json')}.`,
    });
  });

  test('a module reached through a link is the module that the link leads to', () => {
    const p = project('links', { 'real/m.js': 'module.exports = __filename' });
    fs.symlinkSync(p.at('real'), p.at('link'));
    assert.strictEqual(p.require('./link/m'), p.at('real/m.js'));
    assert.strictEqual(p.require('./link/m'), p.require('./real/m'));
  });
});

describe('loading', () => {
  test('modules in a cycle see what is exported so far', () => {
    const p = project('cycle', {
      'a.js': 'exports.early = 1; exports.b = require("./b"); exports.late = 2;',
      'b.js': 'const a = require("./a"); exports.seen = Object.keys(a);',
    });
    assert.deepStrictEqual(p.require('./a').b.seen, ['early']);
  });

  test('a module that throws is run again by the next require', () => {
    const p = project('again', {
      'm.js':
        'globalThis.attempts = (globalThis.attempts ?? 0) + 1; if (attempts < 2) throw new Error("no"); module.exports = attempts;',
    });
    assert.throws(() => p.require('./m'), { message: 'no' });
    assert.strictEqual(p.require('./m'), 2);
    delete globalThis.attempts;
  });

  test('JSON errors name the file', () => {
    const p = project('json', { 'bad.json': '{oops' });
    assert.throws(
      () => p.require('./bad.json'),
      (error) => {
        return error instanceof SyntaxError && error.message.startsWith(`${p.at('bad.json')}: `);
      },
    );
  });

  test('require.cache can stand in for a built-in module, but not with its prefix', () => {
    const fake = { exports: { fake: true }, loaded: true };
    require.cache.punycode = fake;
    try {
      assert.strictEqual(require('punycode'), fake.exports);
      assert.notStrictEqual(require('node:punycode'), fake.exports);
    } finally {
      delete require.cache.punycode;
    }
  });

  test('the wrapper that a program sets is used', () => {
    const p = project('wrapper', { 'm.js': 'module.exports = added' });
    const { wrapper } = Module;
    Module.wrapper = [`${wrapper[0]} const added = 7;`, wrapper[1]];
    try {
      assert.strictEqual(p.require('./m'), 7);
    } finally {
      Module.wrapper = wrapper;
    }
  });

  test('an ES module gives its namespace, or what it calls module.exports', () => {
    const p = project('esm', {
      'named.mjs': 'export const a = 1;',
      'default.mjs': 'export default 2; export const b = 3;',
      'marked.mjs': 'export default 4; const value = 5; export { value as "module.exports" };',
    });
    assert.deepStrictEqual({ ...p.require('./named.mjs') }, { a: 1 });
    assert.deepStrictEqual(
      { ...p.require('./default.mjs') },
      { __esModule: true, b: 3, default: 2 },
    );
    assert.strictEqual(p.require('./marked.mjs'), 5);
  });

  test('an ES module that awaits cannot be required', () => {
    const p = project('tla', { 'm.mjs': 'export const a = await 1;' });
    assert.throws(() => p.require('./m.mjs'), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
  });
});

describe('programs', () => {
  test('a missing file ends with code 1 and says what is missing', () => {
    const { status, stderr } = run(path.join(root, 'nothing.js'));
    assert.strictEqual(status, 1);
    assert.match(stderr, /Error: Cannot find module '.*nothing\.js'/);
    assert.match(stderr, /code: 'MODULE_NOT_FOUND'/);
  });

  test('a syntax error is shown with its line and a caret', () => {
    const p = project('syntax', { 'm.js': 'const ok = 1;\nlet x = ;\n' });
    const { status, stderr } = run(p.at('m.js'));
    assert.strictEqual(status, 1);
    assert.ok(
      stderr.startsWith(`${p.at('m.js')}:2\nlet x = ;\n        ^\n\nSyntaxError: `),
      stderr,
    );
  });

  test('a folder runs its index.js', () => {
    const p = project('folder', { 'index.js': 'console.log(require.main === module, __filename)' });
    assert.strictEqual(run(p.folder).stdout, `true ${p.at('index.js')}\n`);
  });

  test('--check parses and does not run', () => {
    const p = project('check', { 'ok.js': 'console.log("ran")', 'bad.js': 'var foo bar;' });
    assert.deepStrictEqual(run('--check', p.at('ok.js')), { status: 0, stdout: '', stderr: '' });
    const bad = run('--check', p.at('bad.js'));
    assert.strictEqual(bad.status, 1);
    assert.match(bad.stderr, /bad\.js:1\nvar foo bar;\n/);
  });

  test('--require runs before the program, and knows that it does', () => {
    const p = project('preload', {
      'first.js': 'console.log("first", module.isPreloading)',
      'main.js': 'console.log("main", module.isPreloading)',
    });
    assert.strictEqual(
      run('-r', p.at('first.js'), p.at('main.js')).stdout,
      'first true\nmain false\n',
    );
  });

  test('-p prints, and built-in modules are there by name', () => {
    assert.strictEqual(run('-p', 'path.basename("/a/b") + __filename').stdout, 'b[eval]\n');
  });

  test('text with ES module syntax runs as a module', () => {
    const { stdout } = run(
      '-e',
      'import { sep } from "node:path"; console.log(sep, typeof require)',
    );
    assert.strictEqual(stdout, '/ undefined\n');
  });
});

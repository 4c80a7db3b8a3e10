'use strict';

const { after, describe, test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-module-')));
after(() => fs.rmSync(root, { recursive: true }));

describe('built-in modules', () => {
  test('isBuiltin knows names with and without the prefix, where both are names', () => {
    assert.strictEqual(Module.isBuiltin('fs'), true);
    assert.strictEqual(Module.isBuiltin('node:fs'), true);
    assert.strictEqual(Module.isBuiltin('node:test'), true);
    assert.strictEqual(Module.isBuiltin('test'), false);
    assert.strictEqual(Module.isBuiltin('nothing'), false);
    assert.strictEqual(Module.isBuiltin(undefined), false);
  });

  test('builtinModules lists them, those with a mandatory prefix with it', () => {
    assert.ok(Module.builtinModules.includes('fs/promises'));
    assert.ok(Module.builtinModules.includes('node:test'));
    assert.ok(!Module.builtinModules.includes('test'));
    assert.ok(Module.builtinModules.every((name) => Module.isBuiltin(name)));
  });
});

describe('createRequire', () => {
  test('takes a path, a URL and the text of one', () => {
    const file = path.join(root, 'm.json');
    fs.writeFileSync(file, '7');
    const start = path.join(root, 'start.js');
    for (const from of [start, pathToFileURL(start), pathToFileURL(start).href, `${root}/`]) {
      assert.strictEqual(Module.createRequire(from)('./m.json'), 7);
    }
  });

  test('refuses what names no place', () => {
    for (const wrong of ['relative', 'https://example.com', 5, undefined]) {
      assert.throws(() => Module.createRequire(wrong), { code: 'ERR_INVALID_ARG_VALUE' });
    }
  });
});

describe('findPackageJSON', () => {
  test('gives the package.json of a package that the base can import', () => {
    const write = (file, text) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), text);
    };
    write('package.json', '{"name":"outer"}');
    write('deep/er/file.js', '');
    write('node_modules/dep/package.json', '{}');
    const base = pathToFileURL(path.join(root, 'deep/er/file.js'));
    assert.strictEqual(
      Module.findPackageJSON('dep', base),
      path.join(root, 'node_modules/dep/package.json'),
    );
  });

  test('checks its arguments', () => {
    assert.throws(() => Module.findPackageJSON(), { code: 'ERR_MISSING_ARGS' });
    assert.throws(() => Module.findPackageJSON('x', 1), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});

describe('the old interface', () => {
  test('node_modules folders are searched upwards, but not in node_modules', () => {
    assert.deepStrictEqual(Module._nodeModulePaths('/a/node_modules/b'), [
      '/a/node_modules/b/node_modules',
      '/a/node_modules',
      '/node_modules',
    ]);
  });

  test('_resolveLookupPaths says where a request is searched', () => {
    assert.strictEqual(Module._resolveLookupPaths('fs', module), null);
    assert.deepStrictEqual(Module._resolveLookupPaths('./x', module), [__dirname]);
    assert.strictEqual(
      Module._resolveLookupPaths('x', module)[0],
      path.join(__dirname, 'node_modules'),
    );
  });

  test('an extension that a program adds is used, also for a longer name', () => {
    const file = path.join(root, 'data.x.y');
    fs.writeFileSync(file, 'text');
    Module._extensions['.x.y'] = (module_, filename) => {
      module_.exports = fs.readFileSync(filename, 'utf8');
    };
    try {
      assert.strictEqual(require(file), 'text');
    } finally {
      delete Module._extensions['.x.y'];
    }
  });

  test('_compile runs a text as a module', () => {
    const made = new Module('made', module);
    made._compile('exports.name = __filename; exports.id = module.id;', '/made/up.js');
    assert.deepStrictEqual(made.exports, { name: '/made/up.js', id: 'made' });
  });

  test('wrap puts the function around a text', () => {
    assert.strictEqual(
      Module.wrap('x'),
      '(function (exports, require, module, __filename, __dirname) { x\n});',
    );
  });
});

test('findPackageJSON() of a package that is not there throws', () => {
  const { findPackageJSON } = require('node:module');
  assert.throws(() => findPackageJSON('no-such-package/x', __filename), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
});

test('a module is shown as a plain object', () => {
  const { inspect } = require('node:util');
  assert.ok(inspect(module).startsWith('{\n  id: '));
  assert.strictEqual(module.constructor, Module);
});

test('findSourceMap() and stripTypeScriptTypes() look at the types of their arguments', () => {
  assert.strictEqual(Module.findSourceMap(5), undefined);
  assert.throws(() => Module.stripTypeScriptTypes('', { sourceMap: null }), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
});

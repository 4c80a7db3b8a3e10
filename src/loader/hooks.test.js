'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const { registerHooks } = require('node:module');

describe('registerHooks', () => {
  test('the last hook is asked first, and each decides whether to go on', () => {
    const order = [];
    const make = (name) =>
      registerHooks({
        resolve(specifier, context, next) {
          order.push(name);
          return next(specifier, context);
        },
      });
    const hooks = [make('one'), make('two')];
    try {
      require('node:path');
    } finally {
      for (const hook of hooks) hook.deregister();
    }
    assert.deepStrictEqual(order, ['two', 'one']);
  });

  test('load may give the source of a module that is no file, to require() and to import()', async () => {
    const hook = registerHooks({
      resolve(specifier, context, next) {
        if (!specifier.startsWith('virtual:')) return next(specifier, context);
        return { url: specifier, shortCircuit: true };
      },
      load(url, context, next) {
        if (!url.startsWith('virtual:')) return next(url, context);
        const format = url.endsWith('esm') ? 'module' : 'commonjs';
        const source = format === 'module' ? 'export default "m";' : 'module.exports = "c";';
        return { format, source, shortCircuit: true };
      },
    });
    try {
      assert.strictEqual(require('virtual:cjs'), 'c');
      assert.strictEqual((await import('virtual:esm')).default, 'm');
      assert.strictEqual((await import('virtual:cjs')).default, 'c');
    } finally {
      hook.deregister();
    }
  });

  test('a hook that neither goes on nor says that it ends the chain is refused', () => {
    const hook = registerHooks({ resolve: () => ({ url: 'node:path' }) });
    try {
      assert.throws(() => require('anything'), {
        code: 'ERR_INVALID_RETURN_PROPERTY_VALUE',
        message: /^Expected true to be returned for the "shortCircuit" from the "resolve" hook/,
      });
    } finally {
      hook.deregister();
    }
  });

  test('a source of a wrong type is refused', () => {
    const hook = registerHooks({
      resolve(specifier, context, next) {
        if (specifier !== 'virtual:wrong') return next(specifier, context);
        return { url: specifier, shortCircuit: true };
      },
      load(url, context, next) {
        if (url !== 'virtual:wrong') return next(url, context);
        return { format: 'commonjs', source: 5, shortCircuit: true };
      },
    });
    try {
      assert.throws(() => require('virtual:wrong'), {
        code: 'ERR_INVALID_RETURN_PROPERTY_VALUE',
        message: /"source" from the "load" hook but got type number \(5\)\.$/,
      });
    } finally {
      hook.deregister();
    }
  });

  test('deregistered hooks are asked no more', () => {
    let calls = 0;
    const hook = registerHooks({
      resolve(specifier, context, next) {
        calls++;
        return next(specifier, context);
      },
    });
    require('node:os');
    hook.deregister();
    require('node:os');
    assert.strictEqual(calls, 1);
  });

  test('hooks must be functions', () => {
    assert.throws(() => registerHooks({ load: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => registerHooks({ resolve: {} }), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});

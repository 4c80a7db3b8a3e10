'use strict';

const { test, describe } = require('node:test');
const assert = require('node:assert');
const vm = require('node:vm');

describe('contexts', () => {
  test('what code sets is found on the contextified object, and the other way round', () => {
    const sandbox = vm.createContext({ x: 1 });
    assert.equal(vm.runInContext('x += 1; y = x * 10; this.z = globalThis.x; y', sandbox), 20);
    assert.deepEqual(Object.entries(sandbox), [
      ['x', 2],
      ['y', 20],
      ['z', 2],
    ]);
    sandbox.w = 5;
    assert.equal(vm.runInContext('typeof w + w', sandbox), 'number5');
  });

  test('declared functions become properties, let and const do not', () => {
    const sandbox = vm.createContext({});
    vm.runInContext('function f() {} let a = 1; const b = 2; var c = 3;', sandbox);
    assert.deepEqual(Object.keys(sandbox).sort(), ['c', 'f']);
    assert.equal(vm.runInContext('a + b', sandbox), 3);
  });

  test('strict code may only assign to variables that exist and can be written', () => {
    const sandbox = vm.createContext({});
    assert.throws(() => vm.runInContext('"use strict"; nobody = 1', sandbox), {
      name: 'ReferenceError',
    });
    vm.runInContext('Object.defineProperty(this, "fixed", { value: 1 })', sandbox);
    assert.throws(() => vm.runInContext('"use strict"; fixed = 2', sandbox), { name: 'TypeError' });
    assert.equal(vm.runInContext('fixed = 2; fixed', sandbox), 1);
  });

  test('getters and setters of the object run', () => {
    const seen = [];
    const sandbox = vm.createContext({
      get got() {
        return 'got';
      },
      set put(value) {
        seen.push(value);
      },
    });
    assert.equal(vm.runInContext('put = 7; got', sandbox), 'got');
    assert.deepEqual(seen, [7]);
  });

  test('each context has built-ins of its own', () => {
    const sandbox = vm.createContext();
    assert.equal(vm.runInContext('[] instanceof Array', sandbox), true);
    assert.notEqual(vm.runInContext('Array', sandbox), Array);
  });

  test('a context that is not contextified has an ordinary global', () => {
    const global = vm.createContext(vm.constants.DONT_CONTEXTIFY);
    assert.equal(vm.runInContext('globalThis', global), global);
    vm.runInContext('Object.freeze(globalThis)', global);
    assert.throws(() => vm.runInContext('"use strict"; late = 1', global));
    assert.equal(vm.isContext(global), true);
  });

  test('generating code can be forbidden', () => {
    const sandbox = vm.createContext({}, { codeGeneration: { strings: false } });
    assert.throws(
      () => vm.runInContext('eval("1")', sandbox),
      (error) => error.name === 'EvalError',
    );
  });
});

describe('scripts', () => {
  test('run in any context', () => {
    const script = new vm.Script('value *= 2');
    assert.deepEqual(
      [1, 2, 3].map((value) => script.runInNewContext({ value })),
      [2, 4, 6],
    );
  });

  test('an endless one is ended after its time, and the program goes on', () => {
    assert.throws(() => vm.runInNewContext('for (;;);', {}, { timeout: 5 }), {
      code: 'ERR_SCRIPT_EXECUTION_TIMEOUT',
      message: 'Script execution timed out after 5ms',
    });
    assert.equal(vm.runInNewContext('1 + 1', {}, { timeout: 10_000 }), 2);
  });

  test('microtasks of a context with a queue of its own run with the script', () => {
    const sandbox = vm.createContext({ done: false }, { microtaskMode: 'afterEvaluate' });
    vm.runInContext('Promise.resolve().then(() => { done = true; })', sandbox);
    assert.equal(sandbox.done, true);
  });

  test('syntax errors tell the place', () => {
    assert.throws(
      () => new vm.Script('\nlet let', { filename: 'broken.js' }),
      (error) => error.stack.startsWith('broken.js:2\nlet let\n'),
    );
  });

  test('a code cache is accepted for the same source only', () => {
    const cachedData = new vm.Script('1 + 1').createCachedData();
    assert.equal(new vm.Script('1 + 1', { cachedData }).cachedDataRejected, false);
    assert.equal(new vm.Script('1 + 12', { cachedData }).cachedDataRejected, true);
  });

  test('import() without a callback is refused', async () => {
    await assert.rejects(vm.runInThisContext('import("node:fs")'), {
      code: 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING',
    });
  });
});

test('compileFunction takes parameters and objects whose properties are in scope', () => {
  const fn = vm.compileFunction('return a + b + c', ['a', 'b'], { contextExtensions: [{ c: 3 }] });
  assert.equal(fn(1, 2), 6);
});

test('a Script has the properties that are known of it', () => {
  assert.deepEqual(Object.keys(new vm.Script('1')), ['sourceURL', 'sourceMapURL']);
  assert.equal(new vm.Script('1\n//# sourceURL=a.js').sourceURL, 'a.js');
});

test('options that are no object are refused by runInThisContext() alone', () => {
  assert.throws(() => vm.runInThisContext('1', null), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.equal(vm.runInNewContext('1', {}, null), 1);
  assert.throws(() => vm.createContext(5), { message: /^The "object" argument must be/ });
});

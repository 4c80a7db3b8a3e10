'use strict';

const { test, describe } = require('node:test');
const assert = require('node:assert');

function messageOf(fn) {
  try {
    fn();
  } catch (error) {
    return error.message;
  }
  return 'nothing was thrown';
}

describe('messages', () => {
  test('two short primitives are shown side by side', () => {
    assert.equal(
      messageOf(() => assert.strictEqual(1, 2)),
      'Expected values to be strictly equal:\n\n1 !== 2\n',
    );
  });

  test('a mark shows where two longer texts part', () => {
    assert.equal(
      messageOf(() => assert.strictEqual('test test', 'test foobar')),
      'Expected values to be strictly equal:\n+ actual - expected\n\n' +
        "+ 'test test'\n- 'test foobar'\n        ^\n",
    );
  });

  test('a difference of objects keeps equal lines, with the comma of either side', () => {
    assert.equal(
      messageOf(() => assert.deepStrictEqual({ a: 4 }, { a: 4, b: true })),
      'Expected values to be strictly deep-equal:\n+ actual - expected\n\n' +
        '  {\n    a: 4,\n-   b: true\n  }\n',
    );
  });

  test('many equal lines are left out', () => {
    const actual = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const expected = [1, 2, 3, 4, 5, 6, 7, 0, 9];
    assert.match(
      messageOf(() => assert.deepStrictEqual(actual, expected)),
      /\.\.\. Skipped lines\n\n {2}\[\n {4}1,\n {4}2,\n {4}3,\n {4}4,\n\.\.\.\n {4}7,\n\+ {3}8/,
    );
  });

  test('a long list of equal values is cut, unless the diff is full', () => {
    const list = Array(60).fill(1);
    assert.match(
      messageOf(() => assert.notDeepStrictEqual(list, list)),
      /\n\.\.\.\n$/,
    );
    const full = new assert.Assert({ diff: 'full' });
    assert.match(
      messageOf(() => full.notDeepStrictEqual(list, list)),
      / {2}1\n\]\n$/,
    );
  });

  test('values that only differ in identity say so', () => {
    assert.equal(
      messageOf(() => assert.strictEqual([1], [1])),
      'Values have same structure but are not reference-equal:\n\n[\n  1\n]\n',
    );
  });

  test('a falsy value is named by the call that found it', () => {
    const nested = { check: assert };
    assert.equal(
      messageOf(() => nested.check(typeof 123 === 'string' || /\)/.test(''))),
      'The expression evaluated to a falsy value:\n\n' +
        "  nested.check(typeof 123 === 'string' || /\\)/.test(''))\n",
    );
  });

  test('errors are compared without their stacks', () => {
    assert.equal(
      messageOf(() => assert.deepStrictEqual(new Error('a'), new TypeError('a'))),
      'Expected values to be strictly deep-equal:\n+ actual - expected\n\n' +
        '+ [Error: a]\n- [TypeError: a]\n',
    );
  });
});

test('an AssertionError tells what was compared, and its stack begins at the caller', () => {
  function caller() {
    assert.strictEqual('a', 'b');
  }
  assert.throws(caller, (error) => {
    assert.equal(error.name, 'AssertionError');
    assert.equal(error.code, 'ERR_ASSERTION');
    assert.equal(error.operator, 'strictEqual');
    assert.equal(error.generatedMessage, true);
    assert.match(error.stack, /^AssertionError \[ERR_ASSERTION\]: Expected [^]*?\n {4}at caller /);
    return true;
  });
});

describe('throws', () => {
  const fail = () => {
    throw Object.assign(new TypeError('wrong value'), { code: 404 });
  };

  test('accepts a class, a pattern, a function and an object', () => {
    assert.throws(fail, TypeError);
    assert.throws(fail, /^TypeError: wrong/);
    assert.throws(fail, (error) => error.code === 404);
    assert.throws(fail, { name: /^Type/, message: 'wrong value', code: 404 });
  });

  test('shows all properties that differ', () => {
    assert.equal(
      messageOf(() => assert.throws(fail, { code: '404', message: /wrong/ })),
      'Expected values to be strictly deep-equal:\n+ actual - expected\n\n' +
        "  Comparison {\n+   code: 404,\n-   code: '404',\n    message: 'wrong value'\n  }\n",
    );
  });

  test('refuses a message that is most likely meant as the expectation', () => {
    assert.throws(() => assert.throws(fail, 'wrong value'), { code: 'ERR_AMBIGUOUS_ARGUMENT' });
  });
});

test('rejects awaits a function as well as a promise', async () => {
  await assert.rejects(async () => Promise.reject(new RangeError('r')), RangeError);
  await assert.rejects(Promise.reject(new RangeError('r')), { message: 'r' });
  await assert.rejects(assert.rejects(Promise.resolve()), /Missing expected rejection/);
  await assert.rejects(
    assert.rejects(() => 5),
    { code: 'ERR_INVALID_RETURN_VALUE' },
  );
});

test('a method taken off its instance works with the defaults', () => {
  const { strictEqual } = new assert.Assert({ diff: 'full' });
  assert.throws(() => strictEqual(1, 2), { diff: 'simple' });
});

test('skipPrototype compares by properties alone', () => {
  class A {}
  class B {}
  const loose = new assert.Assert({ skipPrototype: true });
  loose.deepStrictEqual(Object.assign(new A(), { x: 1 }), Object.assign(new B(), { x: 1 }));
  assert.throws(() => assert.deepStrictEqual(new A(), new B()), { code: 'ERR_ASSERTION' });
});

test('ifError shows both stacks', () => {
  const original = new Error('unwanted');
  original.stack = 'Error: unwanted\n    at somewhere (else.js:1:1)';
  assert.throws(
    () => assert.ifError(original),
    (error) => {
      assert.equal(error.message, 'ifError got unwanted exception: unwanted');
      assert.match(error.stack, /somewhere \(else\.js:1:1\)$/);
      return true;
    },
  );
});

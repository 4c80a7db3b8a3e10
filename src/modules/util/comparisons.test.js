'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { isDeepStrictEqual } = require('node:util');

function isDeepEqual(actual, expected) {
  try {
    assert.deepEqual(actual, expected);
    return true;
  } catch {
    return false;
  }
}

function isPartialEqual(actual, expected) {
  try {
    assert.partialDeepStrictEqual(actual, expected);
    return true;
  } catch {
    return false;
  }
}

test('loose equality is that of ==, NaN and unordered collections included', () => {
  assert.ok(isDeepEqual({ a: 1, b: [null] }, { b: [undefined], a: '1' }));
  assert.ok(isDeepEqual(new Set([null, '', 1n, 5]), new Set([undefined, 0, '5', true])));
  assert.ok(isDeepEqual(NaN, NaN));
  assert.ok(!isDeepEqual(new Float64Array([NaN]), new Float64Array([NaN])));
});

test('strict equality tells zeros, prototypes, symbols and holes apart', () => {
  class A {}
  const key = Symbol('key');
  assert.ok(!isDeepStrictEqual([0], [-0]));
  assert.ok(!isDeepStrictEqual(new A(), {}));
  assert.ok(isDeepStrictEqual(new A(), {}, true));
  assert.ok(!isDeepStrictEqual({ [key]: 1 }, {}));
  assert.ok(!isDeepStrictEqual([, 1], [undefined, 1]));
});

test('what cannot be looked into is equal only to itself', () => {
  const map = new WeakMap();
  assert.ok(isDeepStrictEqual(map, map));
  assert.ok(!isDeepStrictEqual(new WeakMap(), new WeakMap()));
  assert.ok(!isDeepStrictEqual(Promise.resolve(1), Promise.resolve(1)));
});

test('cycles are equal where they close at the same place', () => {
  const ring = (length) => {
    const first = {};
    let last = first;
    for (let i = 1; i < length; i++) last = last.next = {};
    last.next = first;
    return first;
  };
  assert.ok(isDeepStrictEqual(ring(2), ring(2)));
  assert.ok(!isDeepStrictEqual(ring(1), ring(2)));
});

test('hidden properties of errors count', () => {
  assert.ok(!isDeepStrictEqual(new Error('a'), new Error('b')));
  assert.ok(!isDeepStrictEqual(new Error('a', { cause: 1 }), new Error('a')));
  assert.ok(isDeepStrictEqual(new Error('a', { cause: [1] }), new Error('a', { cause: [1] })));
});

test('an impostor is not equal to what it imitates', () => {
  const fake = Object.create(Date.prototype, { [Symbol.toStringTag]: { value: 'Date' } });
  assert.ok(!isDeepStrictEqual(new Date(0), fake));
  const view = Object.setPrototypeOf(new Int8Array(1), Uint8Array.prototype);
  assert.ok(!isDeepStrictEqual(new Uint8Array(1), view));
});

test('partially equal arrays, sets and bytes hold what is expected, in order', () => {
  assert.ok(isPartialEqual([1, { a: 1, b: 2 }, 3], [{ b: 2 }, 3]));
  assert.ok(!isPartialEqual([1, 2, 3], [3, 2]));
  assert.ok(isPartialEqual(new Set([{ a: 1 }, { b: 1 }]), new Set([{ b: 1 }])));
  assert.ok(isPartialEqual(new Uint8Array([1, 2, 3]), new Uint8Array([1, 3])));
  assert.ok(!isPartialEqual(new Uint8Array([1]), new Uint8Array([1, 2])));
});

test('a huge sparse array is compared by what it holds', () => {
  const sparse = () => Object.assign(new Array(4e9), { 7: 1, 3e9: 2 });
  assert.ok(isDeepStrictEqual(sparse(), sparse()));
  assert.ok(!isDeepStrictEqual(sparse(), Object.assign(sparse(), { 8: 1 })));
});

test('the order of keys does not count, nor do inherited properties', () => {
  assert.ok(isDeepStrictEqual({ a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }));
  assert.ok(!isDeepStrictEqual({ a: 1, b: 2 }, { b: 1, a: 2 }));
  const inherits = Object.create({ b: 2 }, { a: { value: 1, enumerable: true } });
  assert.ok(!isDeepStrictEqual(inherits, { a: 1, b: 2 }, true));
  assert.throws(() => assert.deepEqual(inherits, { a: 1, b: 2 }));
  assert.throws(() => assert.deepEqual({ a: 1, b: 2 }, inherits));
  assert.deepEqual(inherits, { a: 1 });
  assert.ok(!isDeepStrictEqual({ 0: 1, a: 2 }, { 0: 2, a: 2 }));
});

test('getters and hidden tags count for what they give', () => {
  const getter = (value) => Object.defineProperty({}, 'a', { get: () => value, enumerable: true });
  assert.ok(isDeepStrictEqual(getter(1), { a: 1 }));
  assert.ok(!isDeepStrictEqual(getter(1), getter(2)));
  const tagged = (tag) => Object.defineProperty({ a: 1 }, Symbol.toStringTag, { value: tag });
  assert.ok(isDeepStrictEqual(tagged('x'), tagged('x')));
  assert.ok(!isDeepStrictEqual(tagged('x'), tagged('y')));
  assert.ok(!isDeepStrictEqual(tagged('x'), { a: 1 }));
});

test('collections are equal whatever order they were filled in', () => {
  const object = { x: 1 };
  assert.ok(isDeepStrictEqual(new Set([1, 2, 3]), new Set([3, 1, 2])));
  assert.ok(isDeepStrictEqual(new Set([1, { x: 1 }, 3]), new Set([1, 3, object])));
  assert.ok(!isDeepStrictEqual(new Set([1, 2, 3]), new Set([1, 2, 4])));
  assert.ok(
    isDeepStrictEqual(
      new Map([
        [1, [1]],
        [2, 0],
      ]),
      new Map([
        [2, 0],
        [1, [1]],
      ]),
    ),
  );
  assert.ok(!isDeepStrictEqual(new Map([[1, 0]]), new Map([[1, -0]])));
  assert.ok(!isDeepStrictEqual(new Map([[undefined, 1]]), new Map([[undefined, undefined]])));
});

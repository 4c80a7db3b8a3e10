'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert');
const { inspect } = require('node:util');
const vm = require('node:vm');

const cases = (name, rows) => {
  test(name, () => {
    for (const [value, expected, options] of rows)
      assert.strictEqual(inspect(value, options), expected);
  });
};

describe('primitives', () => {
  cases('strings take the quotes that need the fewest escapes', [
    ['a', "'a'"],
    ["it's", `"it's"`],
    [`'"`, '`\'"`'],
    ['\n\x7f\ud800', "'\\n\\x7F\\ud800'"],
  ]);
  cases('long strings break behind line ends and stop at maxStringLength', [
    [`${'x'.repeat(80)}\ny`, `'${'x'.repeat(80)}\\n' +\n  'y'`],
    ['abc', "'a'... 2 more characters", { maxStringLength: 1 }],
  ]);
  cases('numbers show the sign of zero, and separators where asked for', [
    [-0, '-0'],
    [-1234.5678, '-1_234.567_8', { numericSeparator: true }],
    [12345678n, '12_345_678n', { numericSeparator: true }],
    [1e21, '1e+21', { numericSeparator: true }],
  ]);
});

describe('objects', () => {
  class Foo {}
  class FooSet extends Set {}
  class Settings extends Set {}
  cases('are named by their constructor and tag', [
    [new Foo(), 'Foo {}'],
    [Object.create(null), '[Object: null prototype] {}'],
    [Object.create({}, { [Symbol.toStringTag]: { value: 'T' } }), 'Object [T] {}'],
    [new FooSet([1]), 'FooSet(1) { 1 }'],
    [new Settings([1]), 'Settings(1) [Set] { 1 }'],
    [Object.setPrototypeOf([1], null), '[Array(1): null prototype] [ 1 ]'],
    [vm.runInNewContext('new Map([[1, 2]])'), 'Map(1) { 1 => 2 }'],
  ]);
  cases('show accessors without calling them', [
    [
      {
        get a() {
          throw new Error();
        },
      },
      '{ a: [Getter] }',
    ],
    [
      {
        get a() {
          return 1;
        },
        set a(v) {},
      },
      '{ a: [Getter/Setter: 1] }',
      { getters: true },
    ],
    [
      {
        get a() {
          throw 'no';
        },
      },
      "{ a: [Getter: <Inspection threw ('no')>] }",
      { getters: true },
    ],
  ]);
  cases('show hidden properties in brackets', [
    [Object.defineProperty({}, 'a b', { value: 1 }), "{ ['a b']: 1 }", { showHidden: true }],
    [Object.create({ a: 1 }), '{ a: 1 }', { showHidden: true }],
    [[1], '[ 1, [length]: 1 ]', { showHidden: true }],
  ]);

  test('refer to an ancestor by number', () => {
    const value = { inner: {} };
    value.inner.self = value.inner;
    value.top = value;
    assert.strictEqual(
      inspect(value),
      '<ref *2> { inner: <ref *1> { self: [Circular *1] }, top: [Circular *2] }',
    );
  });

  test('are only named below the depth', () => {
    assert.strictEqual(inspect({ a: { b: { c: {} } } }, { depth: 0 }), '{ a: [Object] }');
    assert.strictEqual(
      inspect({ a: [new Foo(), { b: 1 }] }, { depth: 1 }),
      '{ a: [ Foo {}, [Object] ] }',
    );
  });

  test('do not overflow the stack however deep they are', () => {
    const list = {};
    let tail = list;
    for (let i = 0; i < 20_000; i++) tail = tail.next = {};
    assert.match(inspect(list, { depth: Infinity }), /Inspection interrupted prematurely/);
  });
});

describe('collections', () => {
  cases('show what they hold', [
    [[1, , 3, ,], '[ 1, <1 empty item>, 3, <1 empty item> ]'],
    [Object.assign([1], { '-1': 2 }), "[ 1, '-1': 2 ]"],
    [new Map([['a', [1]]]), "Map(1) { 'a' => [ 1 ] }"],
    [new Map([[1, 2]]).entries(), '[Map Entries] { [ 1, 2 ] }'],
    [new Set([1, 2]).values(), '[Set Iterator] { 1, 2 }'],
    [new WeakSet(), 'WeakSet { <items unknown> }'],
    [new Uint8Array([1, 2]), 'Uint8Array(2) [ 1, 2 ]'],
    [new ArrayBuffer(2), 'ArrayBuffer { [Uint8Contents]: <00 00>, [byteLength]: 2 }'],
  ]);
  test('show the state of promises', () => {
    assert.match(inspect(Promise.resolve(3)), /^Promise \{\s+3\b/);
    assert.match(inspect(new Promise(() => {})), /^Promise \{\s+<pending>/);
  });
  cases('end at maxArrayLength', [
    [[1, 2, 3], '[ 1, ... 2 more items ]', { maxArrayLength: 1 }],
    [new Set([1, 2]), 'Set(2) { ... 2 more items }', { maxArrayLength: 0 }],
  ]);

  test('put long lists in columns, numbers to the right', () => {
    assert.strictEqual(
      inspect([100, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
      '[\n  100, 0, 1, 2, 3,\n    4, 5, 6, 7, 8\n]',
    );
    assert.strictEqual(inspect(Array(9).fill('foobar')).split('\n')[1], "  'foobar', 'foobar',");
  });
});

describe('functions', () => {
  class A {}
  class B extends A {}
  cases('say their kind and name', [
    [() => {}, '[Function (anonymous)]'],
    [async function* f() {}, '[AsyncGeneratorFunction: f]'],
    [B, '[class B extends A]'],
    [{ class() {} }.class, '[Function: class]'],
    [Object.assign(() => {}, { a: 1 }), '[Function (anonymous)] { a: 1 }'],
  ]);
});

describe('proxies', () => {
  test('are shown as their target, without running a trap', () => {
    const traps = new Proxy(
      {},
      {
        get() {
          throw new Error('a trap of the traps');
        },
      },
    );
    const proxy = new Proxy({ a: 1 }, traps);
    assert.strictEqual(inspect(proxy), '{ a: 1 }');
    assert.strictEqual(inspect(new Proxy([1], {}), { showProxy: true }), 'Proxy [ [ 1 ], {} ]');
    const { proxy: dead, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.strictEqual(inspect(dead), '<Revoked Proxy>');
  });
});

describe('errors', () => {
  test('show their class where the stack does not', () => {
    class MyProblem extends TypeError {}
    assert.ok(inspect(new MyProblem('x')).startsWith('MyProblem [TypeError]: x\n    at '));
    const bare = new Error('x');
    bare.stack = undefined;
    assert.strictEqual(inspect(bare), '[Error: x]');
  });

  test('show cause and errors though they are hidden', () => {
    const error = new Error('outer', { cause: 'why' });
    assert.match(inspect(error), /\{\n {2}\[cause\]: 'why'\n\}$/);
    assert.match(inspect(new AggregateError([1])), /\[errors\]: \[ 1 \]/);
  });

  test('leave out frames that their cause shows', () => {
    const make = () => {
      const cause = new Error('inner');
      return new Error('outer', { cause });
    };
    assert.match(inspect(make()), /\.\.\. \d+ lines matching cause stack trace \.\.\./);
  });
});

describe('custom inspection', () => {
  test('gets the depth that is left, the options and inspect itself', () => {
    const seen = [];
    const value = {
      [inspect.custom](depth, options, inspectFunction) {
        seen.push(depth, options.extra, typeof options.stylize, inspectFunction === inspect);
        return 'two\nlines';
      },
    };
    assert.strictEqual(inspect({ value }, { extra: 5 }), '{\n  value: two\n  lines\n}');
    assert.deepStrictEqual(seen, [1, 5, 'function', true]);
  });

  test('gives an object from another context nothing of ours', () => {
    const foreign = vm.runInNewContext(`({
      [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
        return Object.getPrototypeOf(options) === null && Object.getPrototypeOf(options.stylize) === null;
      },
    })`);
    assert.strictEqual(inspect(foreign), 'true');
  });
});

describe('styles', () => {
  test('follow inspect.styles and inspect.colors', () => {
    assert.strictEqual(inspect(1, { colors: true }), '\u001b[33m1\u001b[39m');
    assert.strictEqual(inspect.colors.grey, inspect.colors.gray);
    const { number } = inspect.styles;
    inspect.styles.number = 'none of these';
    assert.strictEqual(inspect(1, { colors: true }), '1');
    inspect.styles.number = number;
  });

  test('do not count as width', () => {
    const value = { foo: 'bar', baz: 35, deeper: { a: [1, 2, 3, 4, 5, 6, 7] } };
    const lines = (text) => text.split('\n').length;
    assert.strictEqual(lines(inspect(value, { colors: true })), lines(inspect(value)));
  });
});

describe('compact', () => {
  const value = { a: { b: 1 }, c: [1, 2] };
  cases('chooses how many levels share a line', [
    [value, '{ a: { b: 1 }, c: [ 1, 2 ] }'],
    [value, '{\n  a: {\n    b: 1\n  },\n  c: [\n    1,\n    2\n  ]\n}', { compact: false }],
    [value, '{ a: { b: 1 }, c: [ 1, 2 ] }', { compact: true }],
    [value, '{ a: { b: 1 },\n  c: [ 1, 2 ] }', { compact: true, breakLength: 10 }],
  ]);
});

test('sorted orders keys, and only the extra keys of arrays', () => {
  assert.strictEqual(inspect({ b: 1, a: 2 }, { sorted: true }), '{ a: 2, b: 1 }');
  assert.strictEqual(
    inspect(Object.assign([3, 1], { y: 1, x: 2 }), { sorted: true }),
    '[ 3, 1, x: 2, y: 1 ]',
  );
});

test('defaultOptions changes what later calls do', () => {
  const { depth } = inspect.defaultOptions;
  inspect.defaultOptions.depth = 0;
  assert.strictEqual(inspect({ a: {}, b: { c: 1 } }), '{ a: {}, b: [Object] }');
  inspect.defaultOptions = { depth };
  assert.throws(
    () => {
      inspect.defaultOptions = 5;
    },
    { code: 'ERR_INVALID_ARG_TYPE' },
  );
});

describe('what prototypes say', () => {
  test('counts for plain objects and arrays, too', () => {
    const custom = inspect.custom;
    Object.prototype[custom] = () => 'everything';
    try {
      assert.strictEqual(inspect([{ a: 1 }]), 'everything');
    } finally {
      delete Object.prototype[custom];
    }
    Array.prototype[Symbol.toStringTag] = 'Row';
    try {
      assert.strictEqual(inspect([1]), 'Array(1) [Row] [ 1 ]');
    } finally {
      delete Array.prototype[Symbol.toStringTag];
    }
    Object.prototype.extra = 1;
    try {
      assert.strictEqual(inspect({ a: 1, b: 2 }), '{ a: 1, b: 2 }');
    } finally {
      delete Object.prototype.extra;
    }
  });

  test('changes with the constructor', () => {
    class A {}
    class B {}
    const value = new A();
    assert.strictEqual(inspect(value), 'A {}');
    A.prototype.constructor = B;
    // It is no instance of that, so the next one counts.
    assert.strictEqual(inspect(value), '{}');
    Object.defineProperty(A.prototype, 'constructor', { value: A });
    Object.defineProperty(A, 'name', { value: 'Renamed' });
    assert.strictEqual(inspect(value), 'Renamed {}');
    assert.strictEqual(inspect({ constructor: B }), '{ constructor: [class B] }');
  });

  cases('names that are symbols are escaped, values are not', [
    [{ [Symbol("it's\n")]: Symbol("it's") }, "{ Symbol(it\\'s\\n): Symbol(it's) }"],
  ]);

  cases('hidden properties do not show, dates of all years do', [
    [Object.defineProperty([1], 'hidden', { value: 1 }), '[ 1 ]'],
    [new Date(-1), '1969-12-31T23:59:59.999Z'],
    [new Date(Date.UTC(2024, 1, 29, 1, 2, 3, 4)), '2024-02-29T01:02:03.004Z'],
    [new Date(-8.64e15), '-271821-04-20T00:00:00.000Z'],
    [new Date(8.64e15), '+275760-09-13T00:00:00.000Z'],
    [new Date(-62135596800000), '0001-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
  ]);
});

describe('what was found by random comparison', () => {
  const withKeys = (array, keys) => Object.assign(array, keys);
  cases('keys that only look like indices are none', [
    [withKeys([1, , 2], { '-1': 5 }), "[ 1, <1 empty item>, 2, '-1': 5 ]"],
    [withKeys([,], { 1.5: 2 }), "[ <1 empty item>, '1.5': 2 ]"],
  ]);

  test('an array whose iterator is missing is still shown as one', () => {
    assert.strictEqual(
      inspect(Object.defineProperty([1], Symbol.iterator, { get() {}, enumerable: true })),
      '[ 1, Symbol(Symbol.iterator): [Getter] ]',
    );
  });

  test('what a custom function returns is inspected unless it is a string', () => {
    const shown = (result) => inspect({ [inspect.custom]: () => result }, { colors: true });
    assert.strictEqual(shown(5), '\x1b[33m5\x1b[39m');
    assert.strictEqual(shown(Symbol('s')), '\x1b[32mSymbol(s)\x1b[39m');
    assert.strictEqual(shown(10n), '\x1b[33m10n\x1b[39m');
    assert.strictEqual(shown('text'), 'text');
  });

  test('a property __proto__ of a Buffer shows', () => {
    const buffer = Object.defineProperty(Buffer.from('a'), '__proto__', {
      value: 1,
      enumerable: true,
    });
    assert.strictEqual(inspect(buffer), "<Buffer 61, ['__proto__']: 1>");
  });

  cases('a TextDecoder is a line without colours', [
    [
      new TextDecoder(),
      "TextDecoder { encoding: 'utf-8', fatal: false, ignoreBOM: false }",
      { colors: true, breakLength: 20 },
    ],
  ]);
});

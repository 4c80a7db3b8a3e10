'use strict';
const assert = require('node:assert');
const util = require('node:util');
const { StringDecoder } = require('node:string_decoder');
const { measure } = require('./measure');

const flat = { id: 1, name: 'thing', ok: true, none: null, list: [1, 2, 3] };
const deep = {
  a: { b: { c: { d: [1, { e: 'x' }] } } },
  m: new Map([[1, { x: 1 }]]),
  s: new Set([1, 2]),
};
const deepTwin = structuredClone(deep);
const flatTwin = structuredClone(flat);
const numbers = Array.from({ length: 100 }, (_, i) => i);
const numbersTwin = [...numbers];
const objects = Array.from({ length: 50 }, (_, i) => ({ id: i, name: `n${i}`, tags: ['a', 'b'] }));
const objectsTwin = structuredClone(objects);
const bytes = new Uint8Array(1024).fill(3);
const bytesTwin = new Uint8Array(1024).fill(3);
const error = new Error('boom');
class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
}
const point = new Point(1, 2);
const date = new Date(0);
const map = new Map(numbers.map((n) => [`k${n}`, n]));
const mapTwin = new Map(map);
const set = new Set(numbers);
const setTwin = new Set(set);

measure('util.inspect flat', () => util.inspect(flat));
measure('util.inspect deep', () => util.inspect(deep, { depth: 6 }));
measure('util.inspect string', () => util.inspect('hello'));
measure('util.inspect number', () => util.inspect(42));
measure('util.inspect class', () => util.inspect(point));
measure('util.inspect numbers', () => util.inspect(numbers));
measure('util.inspect objects', () => util.inspect(objects));
measure('util.inspect Error', () => util.inspect(error));
measure('util.inspect Date', () => util.inspect(date));
measure('util.inspect Map', () => util.inspect(map));
measure('util.inspect Uint8Array', () => util.inspect(bytes));
measure('util.inspect function', () => util.inspect(measure));
measure('util.inspect colors', () => util.inspect(flat, { colors: true }));
measure('util.format text', () => util.format('hello'));
measure('util.format %s %d', () => util.format('%s is %d', 'x', 42));
measure('util.format %j', () => util.format('%j', flat));
measure('util.format %o', () => util.format('%o', point));
measure('util.format rest', () => util.format('a', 'b', 1, flat));
measure('structuredClone flat', () => structuredClone(flat));
measure('structuredClone deep', () => structuredClone(deep));
measure('structuredClone number', () => structuredClone(1));
measure('structuredClone string', () => structuredClone('hello'));
measure('structuredClone array', () => structuredClone(numbers));
measure('structuredClone objects', () => structuredClone(objects));
measure('assert.deepStrictEqual flat', () => assert.deepStrictEqual(flat, flatTwin));
measure('assert.deepStrictEqual deep', () => assert.deepStrictEqual(deep, deepTwin));
measure('assert.deepStrictEqual objects', () => assert.deepStrictEqual(objects, objectsTwin));
measure('assert.deepEqual flat', () => assert.deepEqual(flat, flatTwin));
measure('assert.strictEqual', () => assert.strictEqual(1, 1));
measure('assert.ok', () => assert.ok(true));
measure('assert', () => assert(true));
measure('isDeepStrictEqual numbers', () => util.isDeepStrictEqual(numbers, numbersTwin));
measure('isDeepStrictEqual not', () => util.isDeepStrictEqual(flat, deep));
measure('isDeepStrictEqual bytes', () => util.isDeepStrictEqual(bytes, bytesTwin));
measure('isDeepStrictEqual Map', () => util.isDeepStrictEqual(map, mapTwin));
measure('isDeepStrictEqual Set', () => util.isDeepStrictEqual(set, setTwin));
measure('isDeepStrictEqual Date', () => util.isDeepStrictEqual(date, new Date(0)));
measure('util.types.isDate', () => util.types.isDate(date));
measure('util.types.isPromise', () => util.types.isPromise(flat));
measure('util.types.isUint8Array', () => util.types.isUint8Array(bytes));
measure('util.types.isRegExp', () => util.types.isRegExp(flat));
measure('util.inherits', () => {
  function Parent() {}
  function Child() {}
  util.inherits(Child, Parent);
});
measure('util.promisify', () => util.promisify((callback) => callback()));
measure('util.deprecate', () => util.deprecate(() => {}, 'old', 'DEP_BENCH'));
const debug = util.debuglog('bench');
measure('util.debuglog off', () => debug('x %d', 1));
measure('util.stripVTControlCharacters', () =>
  util.stripVTControlCharacters('\u001b[31mred\u001b[0m'),
);
measure('util.styleText', () => util.styleText('red', 'text', { validateStream: false }));
measure('util.toUSVString', () => util.toUSVString('hello, world'));
measure('util.parseArgs', () =>
  util.parseArgs({
    args: ['-f', '--bar', 'b'],
    options: { f: { type: 'boolean', short: 'f' }, bar: { type: 'string' } },
  }),
);

const text = Buffer.from('hello, world: 42');
const split = Buffer.from('h\u00e9llo \u20ac').subarray(0, -1);
const decoder = new StringDecoder('utf8');
const hexDecoder = new StringDecoder('hex');
const base64Decoder = new StringDecoder('base64');
measure('string_decoder new', () => new StringDecoder('utf8'));
measure('string_decoder utf8 write', () => decoder.write(text));
measure('string_decoder utf8 split', () => decoder.write(split) + decoder.end());
measure('string_decoder hex write', () => hexDecoder.write(text));
measure('string_decoder base64 write', () => base64Decoder.write(text));

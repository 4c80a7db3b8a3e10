'use strict';
// --frozen-intrinsics: what the language brings cannot be changed any more.
//
// To freeze a prototype has a side effect: nothing that inherits from it can be assigned a property
// of a name that it has. So before, each of its properties becomes an accessor whose setter does
// what the assignment of an inherited property would have done.

const { intrinsicValue } = require('runtime/symbols');

/** The values of the global names of the language, timers included. */
function globalRoots() {
  const { getOwnPropertyNames } = Object;
  const vm = require('node:vm');
  const names = new Set(
    vm.runInContext('Object.getOwnPropertyNames(globalThis)', vm.createContext()),
  );
  names.delete('globalThis');
  names.delete('console');
  for (const name of getOwnPropertyNames(globalThis)) {
    if (/^(?:set|clear)(?:Timeout|Interval|Immediate)$/.test(name)) names.add(name);
  }
  const roots = [];
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    if (isObject(descriptor?.value)) roots.push(descriptor.value);
  }
  return roots;
}

/** Intrinsics that no global name leads to: functions of other kinds, and iterators. */
function hiddenRoots() {
  const instances = [
    function* () {},
    async function* () {},
    async () => {},
    (function* () {})(),
    (async function* () {})(),
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    'x'.matchAll(/x/g),
    [].values().map((value) => value),
    Iterator.from({ next() {} }),
  ];
  return instances.map((instance) => Object.getPrototypeOf(instance));
}

function isObject(value) {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

/** Everything that properties and prototypes lead to, from these objects on. */
function reachable(roots) {
  const found = new Set();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const object = waiting.pop();
    if (!isObject(object) || object === globalThis || found.has(object)) continue;
    found.add(object);
    waiting.push(Object.getPrototypeOf(object));
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
      waiting.push(value, get, set);
    }
  }
  return found;
}

function allowOverrides(prototype) {
  for (const key of Reflect.ownKeys(prototype)) {
    const { value, writable, configurable, enumerable } = Object.getOwnPropertyDescriptor(
      prototype,
      key,
    );
    if (!writable || !configurable) continue;
    // For those who look at the property and not for its value, such as inspect().
    const get = () => value;
    get[intrinsicValue] = value;
    Object.defineProperty(prototype, key, {
      get,
      set(next) {
        if (this === prototype) {
          throw new TypeError(`Cannot assign to read only property '${String(key)}' of object`);
        }
        Object.defineProperty(this, key, {
          value: next,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      enumerable,
      configurable: true,
    });
  }
}

/** Freezes the intrinsics of the main context. */
function freezeIntrinsics() {
  process.emitWarning(
    'Frozen intrinsics is an experimental feature and might change at any time',
    'ExperimentalWarning',
  );
  const { console } = globalThis;
  const objects = reachable([...globalRoots(), ...hiddenRoots()]);
  const isPrototype = (object) =>
    Object.hasOwn(object, 'constructor') && object.constructor?.prototype === object;
  const hidden = new Set(hiddenRoots());
  for (const object of objects) {
    if (isPrototype(object) || hidden.has(object)) allowOverrides(object);
  }
  // The accessors are new, and to be frozen too.
  for (const object of reachable(objects)) Object.freeze(object);
  // Its state lives on, but its methods are what they are.
  for (const value of Object.values(console)) if (typeof value === 'function') Object.freeze(value);
  Object.freeze(console);
  Object.defineProperty(globalThis, 'globalThis', { writable: false, configurable: false });
}

module.exports = { freezeIntrinsics };

'use strict';

// What inspect calls things: constructors, prefixes such as 'Map(2) ', functions, property names.

const types = native('types');
const { intrinsicValue } = require('runtime/symbols');
const { quoteString, symbolText } = require('modules/util/inspect_text');

// The constructors and namespaces of the language. What their prototypes hold is not a program's own.
const builtIns = new Set(
  (
    'Object Function Array Number Infinity Boolean String Symbol Date Promise RegExp Error ' +
    'AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON Math ' +
    'Intl ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array ' +
    'Float16Array Float32Array Float64Array Uint8ClampedArray BigUint64Array BigInt64Array ' +
    'TypedArray DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry ' +
    'DisposableStack AsyncDisposableStack SuppressedError WebAssembly'
  ).split(' '),
);

/** Whether a constructor of this name comes with the language. */
function isBuiltIn(name) {
  return builtIns.has(name);
}

const hasInstance = Function.prototype[Symbol.hasInstance];

function isInstance(value, Constructor) {
  try {
    return value instanceof Constructor;
  } catch {
    // Symbol.hasInstance or a revoked prototype can throw.
    return false;
  }
}

// Prototypes that were found to be what their constructor says, with that constructor.
const knownPrototypes = new WeakMap();

// The constructor whose instances have this prototype, if that was found out before and still holds.
function knownConstructor(prototype) {
  const constructor = prototype === null ? undefined : knownPrototypes.get(prototype);
  return constructor !== undefined &&
    prototype.constructor === constructor &&
    constructor.prototype === prototype &&
    constructor[Symbol.hasInstance] === hasInstance
    ? constructor
    : undefined;
}

/**
 * The name of the nearest constructor, null for an object without prototype. With `inherited`, an
 * array, the properties that user-defined prototypes add are written to it.
 */
function constructorName(printer, value, depth, inherited) {
  if (inherited === undefined && !Object.hasOwn(value, 'constructor')) {
    const name = knownConstructor(Object.getPrototypeOf(value))?.name;
    if (typeof name === 'string' && name !== '') return name;
  }
  let holder = value;
  let firstPrototype;
  while (holder !== null && holder !== undefined) {
    // Asking first saves the descriptor for most objects.
    const descriptor = Object.hasOwn(holder, 'constructor')
      ? Object.getOwnPropertyDescriptor(holder, 'constructor')
      : undefined;
    const constructor = descriptor?.value ?? descriptor?.get?.[intrinsicValue];
    if (typeof constructor === 'function') {
      const { name } = constructor;
      // What has the constructor's prototype is an instance, unless that has its own mind about it.
      const isItsPrototype =
        holder !== value &&
        constructor.prototype === holder &&
        constructor[Symbol.hasInstance] === hasInstance;
      if (name !== '' && (isItsPrototype || isInstance(value, constructor))) {
        if (inherited !== undefined && (firstPrototype !== holder || !isBuiltIn(name))) {
          writeInherited(printer, value, firstPrototype ?? value, depth, inherited);
        }
        if (isItsPrototype && descriptor.get === undefined)
          knownPrototypes.set(holder, constructor);
        return String(name);
      }
    }
    holder = Object.getPrototypeOf(holder);
    if (firstPrototype === undefined) firstPrototype = holder;
  }
  if (firstPrototype === null) return null;

  // Neither it nor its prototypes name a constructor: show the chain itself.
  const name = native('util').getConstructorName(value);
  if (printer.isTooDeep(depth)) return `${name} <Complex prototype>`;
  const next = constructorName(printer, firstPrototype, depth + 1, inherited);
  if (next !== null) return `${name} <${next}>`;
  const { inspect } = require('modules/util/inspect');
  const options = { ...printer.options, customInspect: false, depth: -1 };
  return `${name} <${inspect(firstPrototype, options)}>`;
}

// How many prototypes above the first one are looked at.
const kInheritedLevels = 3;

/** Writes the properties of user-defined prototypes that are not methods, each name once. */
function writeInherited(printer, value, first, depth, lines) {
  const seen = new Set();
  let holder = first;
  for (let level = 0; level < kInheritedLevels; level++) {
    if (level > 0 || value === first) {
      holder = Object.getPrototypeOf(holder);
      if (holder === null) return;
      const constructor = Object.getOwnPropertyDescriptor(holder, 'constructor')?.value;
      if (typeof constructor === 'function' && isBuiltIn(constructor.name)) return;
    }
    const keys = Reflect.ownKeys(holder);
    printer.enter(value);
    for (const key of keys) {
      if (key === 'constructor' || seen.has(key) || Object.hasOwn(value, key)) continue;
      const descriptor = Object.getOwnPropertyDescriptor(holder, key);
      if (typeof descriptor.value === 'function') continue;
      lines.push(printer.property(holder, depth, key, 'inherited', descriptor, value));
    }
    printer.leave();
    for (const key of keys) seen.add(key);
  }
}

/** 'Foo [tag] ', 'Array(3) ', '[Map(0): null prototype] ': what stands before the brace. */
function prefix(name, tag, fallback, size = '') {
  if (name === null) {
    return tag !== '' && tag !== fallback
      ? `[${fallback}${size}: null prototype] [${tag}] `
      : `[${fallback}${size}: null prototype] `;
  }
  return tag !== '' && tag !== name ? `${name}${size} [${tag}] ` : `${name}${size} `;
}

/** Whether a class name such as FooSet or SetOfFoo says what the tag says. */
function saysTag(name, tag) {
  const at = name.indexOf(tag);
  if (at === -1) return false;
  const next = name.slice(at + tag.length);
  return next === '' || /^\p{Lu}/u.test(next);
}

/** The tag to show for a value: its Symbol.toStringTag, unless that is shown anyway or says nothing. */
function tagOf(printer, value, name) {
  let tag;
  try {
    tag = value[Symbol.toStringTag];
  } catch {
    return '';
  }
  if (typeof tag !== 'string' || tag === '') return '';
  const isShown = printer.options.showHidden
    ? Object.hasOwn(value, Symbol.toStringTag)
    : Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag);
  if (isShown || (name !== null && saysTag(name, tag))) return '';
  return tag;
}

function isClass(fn) {
  // A method named `class` has no prototype; that of a class cannot be replaced.
  if (!Object.hasOwn(fn, 'prototype')) return false;
  if (Object.getOwnPropertyDescriptor(fn, 'prototype').writable !== false) return false;
  return Function.prototype.toString.call(fn).startsWith('class');
}

function classTitle(fn, name, tag) {
  let title = `class ${(Object.hasOwn(fn, 'name') && fn.name) || '(anonymous)'}`;
  if (name !== null && name !== 'Function') title += ` [${name}]`;
  if (tag !== '' && tag !== name) title += ` [${tag}]`;
  if (name === null) return `[${title} extends [null prototype]]`;
  const parent = Object.getPrototypeOf(fn).name;
  return parent ? `[${title} extends ${parent}]` : `[${title}]`;
}

/** '[Function: name]', '[AsyncFunction (anonymous)]', '[class A extends B]'. */
function functionTitle(printer, fn, name, tag) {
  if (isClass(fn)) return classTitle(fn, name, tag);
  let type = 'Function';
  if (types.isGeneratorFunction(fn)) type = `Generator${type}`;
  if (types.isAsyncFunction(fn)) type = `Async${type}`;
  let title = `[${type}`;
  if (name === null) title += ' (null prototype)';
  const own = fn.name;
  if (own === '') title += ' (anonymous)';
  else title += `: ${typeof own === 'string' ? own : printer.print(own, 0)}`;
  title += ']';
  if (name !== null && name !== type) title += ` ${name}`;
  if (tag !== '' && tag !== name) title += ` [${tag}]`;
  return title;
}

// ASCII letters, underscores and, but at the beginning, digits.
function isIdentifier(key) {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    const lower = code | 0x20;
    if ((lower >= 0x61 && lower <= 0x7a) || code === 0x5f) continue;
    if (i === 0 || code < 0x30 || code > 0x39) return false;
  }
  return key.length > 0;
}

/** A property's name as inspect writes it before the colon. */
function propertyName(printer, key, isEnumerable) {
  let name;
  if (typeof key === 'symbol') name = printer.style(symbolText(key), 'symbol');
  else if (key === '__proto__') name = "['__proto__']";
  else if (isIdentifier(key)) name = isEnumerable ? printer.style(key, 'name') : key;
  else name = printer.style(quoteString(key), 'string');
  return isEnumerable ? name : `[${name}]`;
}

module.exports = {
  constructorName,
  functionTitle,
  isBuiltIn,
  prefix,
  propertyName,
  saysTag,
  tagOf,
};

'use strict';

// An error on its way from a worker to its starter: more of it is kept than structured cloning would.

const { inspect } = require('modules/util/inspect');
const { structuredClone } = require('web/messaging/transfer');

// An error of one of these arrives as an instance of it.
const kConstructors = {
  Error,
  TypeError,
  RangeError,
  URIError,
  SyntaxError,
  ReferenceError,
  EvalError,
};

function isCloneable(value) {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

// The name of the most derived constructor that the other side has too.
function knownConstructor(error) {
  for (let at = error; at !== null; at = Object.getPrototypeOf(at)) {
    const { constructor } = at;
    if (typeof constructor === 'function' && kConstructors[constructor.name] === constructor) {
      return constructor.name;
    }
  }
  return undefined;
}

function propertiesOf(error) {
  const properties = {};
  // Those of its prototypes too, as far as they say something of this error (such as its name).
  for (let at = error; at !== null && at !== Error.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (Object.hasOwn(properties, name) || name === 'constructor') continue;
      const { enumerable } = Object.getOwnPropertyDescriptor(at, name);
      let value;
      try {
        value = error[name];
      } catch {
        continue;
      }
      if (typeof value === 'function') continue;
      if (name === 'cause') properties[name] = { enumerable, cause: pack(value) };
      else if (isCloneable(value)) properties[name] = { enumerable, value };
    }
  }
  return properties;
}

/** What can be cloned of any thrown value. */
function pack(error) {
  try {
    if (Error.isError?.(error) ?? error instanceof Error) {
      const constructor = knownConstructor(error);
      if (constructor !== undefined) {
        return { kind: 'error', constructor, properties: propertiesOf(error) };
      }
    }
  } catch {
    // A hostile error is shown, rather than taken apart.
  }
  if (isCloneable(error)) return { kind: 'value', value: error };
  return { kind: 'text', text: inspect(error) };
}

/** The value that was packed, or the nearest thing to it. */
function unpack(packed) {
  if (packed.kind === 'value') return packed.value;
  if (packed.kind === 'text') {
    return { [inspect.custom]: () => packed.text };
  }
  const { prototype } = kConstructors[packed.constructor];
  const error = new Error();
  Object.setPrototypeOf(error, prototype);
  // Where it was thrown counts, not where it arrived.
  delete error.stack;
  for (const [name, { enumerable, value, cause }] of Object.entries(packed.properties)) {
    Object.defineProperty(error, name, {
      __proto__: null,
      value: cause === undefined ? value : unpack(cause),
      enumerable,
      writable: true,
      configurable: true,
    });
  }
  return error;
}

module.exports = { pack, unpack };

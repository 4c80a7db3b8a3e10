'use strict';

/** Web IDL makes the members of an interface enumerable, class syntax does not. */
exports.makeEnumerable = function makeEnumerable(target, names) {
  for (const name of names) Object.defineProperty(target, name, { enumerable: true });
};

// Up to this length, going over the characters here costs less than asking the engine.
const SHORT = 16;

function isPlain(text) {
  if (text.length > SHORT) return false;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) >= 0xd800) return false;
  }
  return true;
}

/** https://webidl.spec.whatwg.org/#es-USVString */
exports.toUSVString = function toUSVString(value) {
  const text = typeof value === 'string' ? value : `${value}`;
  return isPlain(text) ? text : text.toWellFormed();
};

'use strict';

/** Web IDL makes the members of an interface enumerable, class syntax does not. */
exports.makeEnumerable = function makeEnumerable(target, names) {
  for (const name of names) Object.defineProperty(target, name, { enumerable: true });
};

/** https://webidl.spec.whatwg.org/#es-USVString */
exports.toUSVString = function toUSVString(value) {
  return `${value}`.toWellFormed();
};

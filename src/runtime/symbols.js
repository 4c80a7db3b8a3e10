'use strict';
// Symbols of the public API that more than one room needs.

module.exports = {
  // On an error whose stack begins with its code.
  coded: Symbol('kIsNodeError'),
  promisify: Symbol.for('nodejs.util.promisify.custom'),
  inspect: Symbol.for('nodejs.util.inspect.custom'),
  rejection: Symbol.for('nodejs.rejection'),
  // Names of the values that a callback of Node's own gets, for promisify.
  promisifyArgs: Symbol('customPromisifyArgs'),
};

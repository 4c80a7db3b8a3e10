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
  // How objects are copied and moved to other threads: see web/messaging/transfer.js.
  kClone: Symbol('clone'),
  kTransfer: Symbol('transfer'),
  kTransferList: Symbol('transferList'),
};

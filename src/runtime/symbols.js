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
  // On the getter that stands for a value: see runtime/frozen_intrinsics.js.
  intrinsicValue: Symbol('intrinsicValue'),
  // Of a stream: a _write() of which is known that no error comes out while it runs.
  kOrderlyWrite: Symbol('orderlyWrite'),
  // How objects are copied and moved to other threads: see web/messaging/transfer.js.
  // Of a native handle: the object that a program knows it as.
  kOwner: Symbol('owner'),
  kClone: Symbol('messaging_clone_symbol'),
  kTransfer: Symbol('messaging_transfer_symbol'),
  kTransferList: Symbol('messaging_transfer_list_symbol'),
};

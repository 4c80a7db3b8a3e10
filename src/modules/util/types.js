// node:util/types
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/util.html#utiltypes
const types = { ...native('types') };

// These two belong to node:crypto, which is loaded only when someone asks about it. A value cannot
// be one of its objects before.
const { isLoaded } = require('runtime/builtins');

types.isCryptoKey = function isCryptoKey(value) {
  return isLoaded('crypto') && require('node:crypto').webcrypto.CryptoKey.prototype.isPrototypeOf(Object(value));
};

types.isKeyObject = function isKeyObject(value) {
  return isLoaded('crypto') && value instanceof require('node:crypto').KeyObject;
};

module.exports = types;

// node:util/types
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/util.html#utiltypes
const types = { ...native('types') };

// The compiler knows this getter: the check becomes a comparison of the kind of elements.
const { get: kindOfElements } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);

types.isUint8Array = function isUint8Array(value) {
  return kindOfElements.call(value) === 'Uint8Array';
};

types.isTypedArray = function isTypedArray(value) {
  return kindOfElements.call(value) !== undefined;
};

// Keys belong to cryptography, which is loaded when someone asks about an object.
const isObject = (value) => typeof value === 'object' && value !== null;

types.isCryptoKey = function isCryptoKey(value) {
  return isObject(value) && require('web/crypto/key').isCryptoKey(value);
};

types.isKeyObject = function isKeyObject(value) {
  return isObject(value) && require('modules/crypto/keys').isKeyObject(value);
};

module.exports = types;

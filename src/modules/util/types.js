// node:util/types
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/util.html#utiltypes
const types = { ...native('types') };

// Keys belong to cryptography, which is loaded when someone asks about an object.
const isObject = (value) => typeof value === 'object' && value !== null;

types.isCryptoKey = function isCryptoKey(value) {
  return isObject(value) && require('web/crypto/key').isCryptoKey(value);
};

types.isKeyObject = function isKeyObject(value) {
  return isObject(value) && require('modules/crypto/keys').isKeyObject(value);
};

module.exports = types;

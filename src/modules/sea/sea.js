// node:sea
'use strict';

// What a single executable application asks of itself. Gyre does not build such applications, so
// that every program is told that it is none.
// https://nodejs.org/api/single-executable-applications.html#single-executable-application-api

const { ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION } = require('runtime/errors');
const { validateString } = require('runtime/validators');

/** Whether the program is a single executable application. */
function isSea() {
  return false;
}

/** An asset as text in `encoding`, or as an ArrayBuffer. */
function getAsset(key, encoding) {
  validateString(key, 'key');
  if (encoding !== undefined) validateString(encoding, 'encoding');
  throw new ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION();
}

/** An asset's bytes where they are, not copied. */
function getRawAsset(key) {
  validateString(key, 'key');
  throw new ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION();
}

/** An asset as a Blob. */
function getAssetAsBlob(key, options) {
  validateString(key, 'key');
  throw new ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION();
}

/** The names of all assets. */
function getAssetKeys() {
  throw new ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION();
}

module.exports = { isSea, getAsset, getRawAsset, getAssetAsBlob, getAssetKeys };

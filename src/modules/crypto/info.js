// What the cryptography of this process offers, and comparing in constant time.
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_ENGINE_UNKNOWN,
  ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH,
  ERR_INVALID_ARG_TYPE,
} = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { isBytes } = require('modules/crypto/input');

// The lists do not change; callers receive copies.
function cached(load) {
  let list;
  return () => {
    list ??= load();
    return [...list];
  };
}

const hashNames = cached(binding.getHashes);
const cipherNames = cached(() => {
  // Of two spellings the one in small letters stays.
  const all = new Set(binding.getCiphers());
  const isOnly = (name) => name === name.toLowerCase() || !all.has(name.toLowerCase());
  return [...all].filter(isOnly).sort();
});
const curveNames = cached(binding.getCurves);

function getHashes() {
  return hashNames();
}

function getCiphers() {
  return cipherNames();
}

function getCurves() {
  return curveNames().sort();
}

function getFips() {
  return binding.isFipsEnabled() ? 1 : 0;
}

/** Lets only algorithms be found that a certified provider offers: none, where there is no such. */
function setFips(value) {
  binding.setFips(Boolean(value));
}

/** Engines are gone from the OpenSSL that is built in. */
function setEngine(id) {
  validateString(id, 'id');
  throw new ERR_CRYPTO_ENGINE_UNKNOWN(id);
}

function secureHeapUsed() {
  const { size, minimum } = require('modules/crypto/secure_heap').secureHeap();
  if (size === 0) return { total: 0, used: 0, utilization: 0, min: 0 };
  const used = binding.secureHeapUsed();
  return { total: size, used, utilization: used / size, min: minimum };
}

function validateComparable(value, name) {
  if (isBytes(value)) return;
  const error = new ERR_INVALID_ARG_TYPE(
    name,
    ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'],
    value,
  );
  // What was received could be a secret.
  error.message = error.message.slice(0, error.message.indexOf(' Received'));
  throw error;
}

function timingSafeEqual(buf1, buf2) {
  if (!ArrayBuffer.isView(buf1) || !ArrayBuffer.isView(buf2)) {
    validateComparable(buf1, 'buf1');
    validateComparable(buf2, 'buf2');
  }
  const result = binding.timingSafeEqual(buf1, buf2);
  if (result < 0) throw new ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH();
  return result === 1;
}

module.exports = {
  getCiphers,
  getCurves,
  getFips,
  getHashes,
  secureHeapUsed,
  setEngine,
  setFips,
  timingSafeEqual,
};

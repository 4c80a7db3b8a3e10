// Keys that are plain bytes: imported, exported and generated the same for every algorithm.
'use strict';

const { handleOf, wrapKey } = require('modules/crypto/keys');
const { toArrayBuffer } = require('modules/crypto/input');
const { makeCryptoKey, slotsOf } = require('web/crypto/key');
const {
  cannotImport,
  checkJwk,
  checkJwkAlgorithm,
  checkUsages,
  failure,
  run,
} = require('web/crypto/support');
const binding = native('crypto');

function keyOf(bytes) {
  return wrapKey('secret', binding.createSecret(bytes));
}

/** A new key of random bits. */
async function generate(algorithm, bits, allowed, extractable, usages) {
  checkUsages(usages, allowed, algorithm.name);
  if (usages.length === 0) {
    throw failure('SyntaxError', 'Usages cannot be empty when creating a key.');
  }
  const bytes = Buffer.alloc(Math.ceil(bits / 8));
  await run(binding.randomFill(bytes, 0, bytes.length));
  return makeCryptoKey(keyOf(bytes), algorithm, usages, extractable);
}

/**
 * The bytes of imported key data in one of `formats`. `describe` of a JSON Web Key: its expected
 * `alg`, given the number of bytes, and `use`.
 */
function readSecret(name, format, data, usages, extractable, formats, describe) {
  if (format === 'jwk') {
    checkJwk(data, 'oct', usages, extractable, describe.use);
    if (typeof data.k !== 'string') throw failure('DataError', 'Invalid keyData');
    const bytes = Buffer.from(data.k, 'base64url');
    checkJwkAlgorithm(data, describe.alg(bytes.length));
    return bytes;
  }
  if (!formats.includes(format)) throw cannotImport(name, format);
  return data;
}

/** Refuses a key that could not be used for anything. */
function requireUsages(usages) {
  if (usages.length === 0) {
    throw failure('SyntaxError', 'Usages cannot be empty when importing a secret key.');
  }
}

/** The key's bytes, or its JSON Web Key. */
function exportSecret(key, format, formats, alg) {
  const { keyObject, algorithm, usages, extractable } = slotsOf(key);
  if (format === 'jwk') {
    const jwk = keyObject.export({ format: 'jwk' });
    jwk.key_ops = [...usages];
    jwk.ext = extractable;
    if (alg !== undefined) jwk.alg = alg;
    return jwk;
  }
  if (!formats.includes(format)) {
    throw failure(
      'NotSupportedError',
      `Unable to export ${algorithm.name} secret key using ${format} format`,
    );
  }
  return toArrayBuffer(binding.exportSecret(handleOf(keyObject)));
}

module.exports = { exportSecret, generate, keyOf, readSecret, requireUsages };

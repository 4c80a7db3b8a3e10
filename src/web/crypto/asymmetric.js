// Key pairs: what their import, export and generation have in common.
'use strict';

const binding = native('crypto');
const { handleOf, wrapKey } = require('modules/crypto/keys');
const { toArrayBuffer } = require('modules/crypto/input');
const { makeCryptoKey, slotsOf } = require('web/crypto/key');
const { checkUsages, failure, run } = require('web/crypto/support');

/** { publicKey, privateKey } of a native generation; each half gets its share of the uses. */
async function generatePair(promise, makeAlgorithm, extractable, usages, allowed) {
  const privateUsages = usages.filter((usage) => allowed.private.includes(usage));
  const publicUsages = usages.filter((usage) => allowed.public.includes(usage));
  if (privateUsages.length === 0) {
    throw failure('SyntaxError', 'Usages cannot be empty when creating a key.');
  }
  const [publicHandle, privateHandle] = await run(promise);
  return {
    publicKey: makeCryptoKey(wrapKey('public', publicHandle), makeAlgorithm(), publicUsages, true),
    privateKey: makeCryptoKey(
      wrapKey('private', privateHandle),
      makeAlgorithm(),
      privateUsages,
      extractable,
    ),
  };
}

/** Refuses uses that neither half has. */
function checkPairUsages(usages, allowed, name) {
  checkUsages(usages, [...allowed.public, ...allowed.private], name);
}

/** Runs a native import; what it refuses is invalid key data. */
function attempt(read) {
  try {
    return read();
  } catch (error) {
    throw failure('DataError', 'Invalid keyData', error);
  }
}

/** A KeyObject of SubjectPublicKeyInfo or PrivateKeyInfo. */
function readDer(format, data) {
  if (format === 'spki') {
    return wrapKey(
      'public',
      attempt(() => binding.createPublic(data, 'der', 'spki')),
    );
  }
  return wrapKey(
    'private',
    attempt(() => binding.createPrivate(data, 'der', 'pkcs8')),
  );
}

/** Refuses a key of another algorithm than the one it was imported for. */
function requireType(keyObject, type) {
  if (keyObject.asymmetricKeyType !== type) throw failure('DataError', 'Invalid key type');
}

/** A private key without uses could not be used for anything. */
function requirePrivateUsages(keyObject, usages) {
  if (keyObject.type === 'private' && usages.length === 0) {
    throw failure('SyntaxError', 'Usages cannot be empty when importing a private key.');
  }
}

/** SubjectPublicKeyInfo, PrivateKeyInfo or a JSON Web Key; undefined for other formats. */
function exportStandard(format, key, jwkAlgorithm) {
  const { keyObject, usages, extractable } = slotsOf(key);
  if (format === 'jwk') {
    const jwk = keyObject.export({ format: 'jwk' });
    jwk.key_ops = [...usages];
    jwk.ext = extractable;
    if (jwkAlgorithm !== undefined) jwk.alg = jwkAlgorithm;
    return jwk;
  }
  const expected = { spki: 'public', pkcs8: 'private' }[format];
  if (expected === undefined) return undefined;
  if (keyObject.type !== expected) throw cannotExport(key, format);
  return toArrayBuffer(binding.exportKey(handleOf(keyObject), 'der', format));
}

/** The failure of a format in which the key cannot be written. */
function cannotExport(key, format) {
  const { keyObject, algorithm } = slotsOf(key);
  return failure(
    'NotSupportedError',
    `Unable to export ${algorithm.name} ${keyObject.type} key using ${format} format`,
  );
}

/** The bytes of the public key alone. */
function exportPublicBytes(key) {
  return toArrayBuffer(binding.keyParts(handleOf(slotsOf(key).keyObject)).pub);
}

/** Refuses a half that cannot do this. */
function requireHalf(key, type) {
  if (slotsOf(key).keyObject.type !== type) {
    throw failure('InvalidAccessError', `Key must be a ${type} key`);
  }
}

module.exports = {
  attempt,
  cannotExport,
  checkPairUsages,
  exportPublicBytes,
  exportStandard,
  generatePair,
  readDer,
  requireHalf,
  requirePrivateUsages,
  requireType,
};

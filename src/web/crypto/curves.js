// ECDSA and ECDH, Ed25519 and Ed448, X25519 and X448.
// https://w3c.github.io/webcrypto/#ecdsa and https://wicg.github.io/webcrypto-secure-curves/
'use strict';

const binding = native('crypto');
const { handleOf, wrapKey } = require('modules/crypto/keys');
const { curves } = require('modules/crypto/jwk');
const { toArrayBuffer } = require('modules/crypto/input');
const { keyObjectOf, makeCryptoKey, slotsOf } = require('web/crypto/key');
const {
  cannotImport,
  checkContext,
  checkJwk,
  checkUsages,
  failure,
  operationError,
  run,
} = require('web/crypto/support');
const { digestName } = require('web/crypto/digest');
const pair = require('web/crypto/asymmetric');

const signature = { public: ['verify'], private: ['sign'] };
const agreement = { public: [], private: ['deriveKey', 'deriveBits'] };

const isNist = (name) => name === 'ECDSA' || name === 'ECDH';
const isAgreement = (name) => name === 'ECDH' || name.startsWith('X');

function allowedUsages(name) {
  return isAgreement(name) ? agreement : signature;
}

const webCurves = ['P-256', 'P-384', 'P-521'];

function checkCurve(namedCurve) {
  if (!webCurves.includes(namedCurve)) {
    throw failure('NotSupportedError', 'Unrecognized namedCurve');
  }
}

function keyAlgorithm({ name, namedCurve }) {
  return isNist(name) ? { name, namedCurve } : { name };
}

function generateKey(algorithm, extractable, usages) {
  const { name, namedCurve } = algorithm;
  const allowed = allowedUsages(name);
  if (isNist(name)) checkCurve(namedCurve);
  pair.checkPairUsages(usages, allowed, name);
  const promise = isNist(name)
    ? binding.generateEc(curves[namedCurve], true)
    : binding.generateNamed(name.toUpperCase());
  return pair.generatePair(promise, () => keyAlgorithm(algorithm), extractable, usages, allowed);
}

function readJwk(jwk, algorithm, extractable, usages) {
  const { name, namedCurve } = algorithm;
  const allowed = allowedUsages(name);
  const isPrivate = jwk?.d !== undefined;
  checkJwk(
    jwk,
    isNist(name) ? 'EC' : 'OKP',
    usages,
    extractable,
    isAgreement(name) ? 'enc' : 'sig',
  );
  if (isNist(name)) {
    if (jwk.crv !== namedCurve) {
      throw failure('DataError', 'JWK "crv" does not match the requested algorithm');
    }
  } else if (jwk.crv !== name) {
    throw failure('DataError', 'JWK "crv" Parameter and algorithm name mismatch');
  }
  checkJwkSignature(jwk, name);
  checkUsages(usages, isPrivate ? allowed.private : allowed.public, name);
  const { importJwk } = require('modules/crypto/jwk');
  return wrapKey(
    isPrivate ? 'private' : 'public',
    pair.attempt(() => importJwk(jwk, !isPrivate)),
  );
}

// Only signing algorithms have names in JSON Web Keys.
function checkJwkSignature(jwk, name) {
  if (jwk.alg === undefined) return;
  if (name === 'ECDSA') {
    const expected = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[jwk.crv];
    if (jwk.alg !== expected) {
      throw failure('DataError', 'JWK "alg" does not match the requested algorithm');
    }
  } else if (name.startsWith('Ed') && jwk.alg !== name && jwk.alg !== 'EdDSA') {
    throw failure('DataError', 'JWK "alg" does not match the requested algorithm');
  }
}

function readRaw(data, algorithm, usages) {
  const { name, namedCurve } = algorithm;
  checkUsages(usages, allowedUsages(name).public, name);
  const handle = pair.attempt(() =>
    isNist(name)
      ? binding.importEc(curves[namedCurve], data)
      : binding.importRaw(name.toUpperCase(), data, 'public'),
  );
  return wrapKey('public', handle);
}

// A key remembers that its point came compressed; web cryptography writes points in full.
function withWholePoint(keyObject) {
  if (keyObject.asymmetricKeyType !== 'ec') return keyObject;
  const { curve, x, y } = binding.keyParts(handleOf(keyObject));
  return wrapKey('public', binding.importEc(curve, Buffer.from([4, ...x, ...y])));
}

function readKey(format, data, algorithm, extractable, usages) {
  const { name } = algorithm;
  const allowed = allowedUsages(name);
  switch (format) {
    case 'spki':
      checkUsages(usages, allowed.public, name);
      return withWholePoint(pair.readDer(format, data));
    case 'pkcs8':
      checkUsages(usages, allowed.private, name);
      return pair.readDer(format, data);
    case 'jwk':
      return readJwk(data, algorithm, extractable, usages);
    case 'raw':
    case 'raw-public':
      return readRaw(data, algorithm, usages);
    default:
      throw cannotImport(name, format);
  }
}

function importKey(format, data, algorithm, extractable, usages) {
  const { name, namedCurve } = algorithm;
  if (isNist(name)) checkCurve(namedCurve);
  const keyObject = readKey(format, data, algorithm, extractable, usages);
  pair.requireType(keyObject, isNist(name) ? 'ec' : name.toLowerCase());
  if (isNist(name)) {
    if (keyObject.asymmetricKeyDetails.namedCurve !== curves[namedCurve]) {
      throw failure('DataError', 'Named curve mismatch');
    }
    if (!binding.isValidKey(handleOf(keyObject))) throw failure('DataError', 'Invalid keyData');
  }
  pair.requirePrivateUsages(keyObject, usages);
  return makeCryptoKey(keyObject, keyAlgorithm(algorithm), usages, extractable);
}

function exportKey(format, key) {
  const { algorithm, keyObject } = slotsOf(key);
  const { name } = algorithm;
  const written = pair.exportStandard(format, key, name.startsWith('Ed') ? name : undefined);
  if (written !== undefined) return written;
  const isRaw = format === 'raw' || format === 'raw-public';
  if (!isRaw || keyObject.type !== 'public') throw pair.cannotExport(key, format);
  if (!isNist(name)) return pair.exportPublicBytes(key);
  const { x, y } = binding.keyParts(handleOf(keyObject));
  return toArrayBuffer(Buffer.from([4, ...x, ...y]));
}

function signatureArguments(algorithm) {
  if (algorithm.name === 'ECDSA') return [digestName(algorithm.hash), true, undefined];
  return [undefined, false, checkContext(algorithm)];
}

function sign(algorithm, key, data) {
  pair.requireHalf(key, 'private');
  const [hash, p1363, context] = signatureArguments(algorithm);
  const handle = handleOf(keyObjectOf(key));
  return run(binding.sign(handle, hash, data, undefined, undefined, p1363, context));
}

function verify(algorithm, key, signed, data) {
  pair.requireHalf(key, 'public');
  const [hash, p1363, context] = signatureArguments(algorithm);
  const handle = handleOf(keyObjectOf(key));
  if (algorithm.name.startsWith('Ed')) {
    const { hasSmallOrder } = require('web/crypto/small_order');
    const point = binding.keyParts(handle).pub;
    if ([point, signed].some((bytes) => hasSmallOrder(algorithm.name, bytes))) return false;
  }
  return run(binding.verify(handle, hash, data, signed, undefined, undefined, p1363, context));
}

async function deriveBits(algorithm, baseKey, length) {
  const { public: other } = algorithm;
  const own = slotsOf(baseKey);
  const peer = slotsOf(other);
  if (own.keyObject.type !== 'private') {
    throw failure('InvalidAccessError', 'baseKey must be a private key');
  }
  if (peer.keyObject.type !== 'public') {
    throw failure('InvalidAccessError', 'algorithm.public must be a public key');
  }
  if (peer.algorithm.name !== own.algorithm.name) {
    throw failure('InvalidAccessError', 'key algorithm mismatch');
  }
  if (peer.algorithm.namedCurve !== own.algorithm.namedCurve) {
    throw failure('InvalidAccessError', 'Named curve mismatch');
  }
  const secret = await run(binding.sharedSecret(handleOf(own.keyObject), handleOf(peer.keyObject)));
  if (own.algorithm.name.startsWith('X') && new Uint8Array(secret).every((byte) => byte === 0)) {
    throw operationError();
  }
  return truncate(secret, length);
}

// The first `length` bits; the rest of the last byte is cleared.
function truncate(secret, length) {
  if (length === null) return secret;
  if (length > secret.byteLength * 8) {
    throw failure('OperationError', 'derived bit length is too small');
  }
  const result = secret.slice(0, Math.ceil(length / 8));
  const extra = length % 8;
  if (extra !== 0) {
    const bytes = new Uint8Array(result);
    bytes[bytes.length - 1] &= 0xff << (8 - extra);
  }
  return result;
}

module.exports = { deriveBits, exportKey, generateKey, importKey, sign, verify };

// JSON Web Keys. https://www.rfc-editor.org/rfc/rfc7518#section-6
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_INVALID_JWK,
  ERR_CRYPTO_JWK_UNSUPPORTED_CURVE,
  ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE,
} = require('runtime/errors');
const { validateOneOf, validateString } = require('runtime/validators');
const { opensslName } = require('modules/crypto/raw_keys');

// The names of curves in JSON and in OpenSSL.
const curves = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  secp256k1: 'secp256k1',
};
const octetCurves = { ed25519: 'Ed25519', ed448: 'Ed448', x25519: 'X25519', x448: 'X448' };

function encode(bytes) {
  return bytes.toString('base64url');
}

function decode(text, name) {
  validateString(text, name);
  return Buffer.from(text, 'base64url');
}

function withPrivate(jwk, name, bytes) {
  if (bytes !== undefined) jwk[name] = encode(bytes);
  return jwk;
}

/** The JSON Web Key of a KeyObject. */
function exportJwk(key) {
  if (key.type === 'secret') return { kty: 'oct', k: encode(key.export()) };
  const { handleOf } = require('modules/crypto/keys');
  const type = key.asymmetricKeyType;
  if (type === 'rsa') {
    const jwk = { kty: 'RSA' };
    for (const [name, bytes] of Object.entries(binding.keyParts(handleOf(key)))) {
      jwk[name] = encode(bytes);
    }
    return jwk;
  }
  if (type === 'ec') {
    const { curve, x, y, d } = binding.keyParts(handleOf(key));
    const crv = Object.keys(curves).find((name) => curves[name] === curve);
    if (crv === undefined) throw new ERR_CRYPTO_JWK_UNSUPPORTED_CURVE(curve);
    return withPrivate({ kty: 'EC', x: encode(x), y: encode(y), crv }, 'd', d);
  }
  if (octetCurves[type] !== undefined) {
    const { pub, priv } = binding.keyParts(handleOf(key));
    return withPrivate({ crv: octetCurves[type], x: encode(pub), kty: 'OKP' }, 'd', priv);
  }
  if (type.startsWith('ml-dsa-')) {
    const { pub, seed } = binding.keyParts(handleOf(key));
    if (key.type === 'private' && seed === undefined) {
      const { ERR_CRYPTO_OPERATION_FAILED } = require('runtime/errors');
      throw new ERR_CRYPTO_OPERATION_FAILED('key does not have an available seed');
    }
    return withPrivate({ kty: 'AKP', alg: type.toUpperCase(), pub: encode(pub) }, 'priv', seed);
  }
  if (type.startsWith('slh-dsa-')) {
    const { pub, priv } = binding.keyParts(handleOf(key));
    return withPrivate({ kty: 'AKP', alg: opensslName(type), pub: encode(pub) }, 'priv', priv);
  }
  throw new ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE();
}

function importRsa(jwk, isPublic) {
  const names = isPublic ? ['n', 'e'] : ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];
  return binding.importRsa(names.map((name) => decode(jwk[name], `key.${name}`)));
}

function importEc(jwk, isPublic) {
  validateOneOf(jwk.crv, 'key.crv', Object.keys(curves));
  const x = decode(jwk.x, 'key.x');
  const y = decode(jwk.y, 'key.y');
  const d = isPublic ? undefined : decode(jwk.d, 'key.d');
  const size = { 'P-256': 32, 'P-384': 48, 'P-521': 66, secp256k1: 32 }[jwk.crv];
  if (x.length > size || y.length > size) throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK EC key');
  const point = Buffer.alloc(1 + size * 2);
  point[0] = 4;
  x.copy(point, 1 + size - x.length);
  y.copy(point, 1 + size * 2 - y.length);
  return binding.importEc(curves[jwk.crv], point, d);
}

function importOctets(jwk, isPublic) {
  validateOneOf(jwk.crv, 'key.crv', Object.values(octetCurves));
  const x = decode(jwk.x, 'key.x');
  const d = isPublic ? undefined : decode(jwk.d, 'key.d');
  const name = jwk.crv.toUpperCase();
  const handle = binding.importRaw(name, d ?? x, d === undefined ? 'public' : 'private');
  if (d !== undefined && !binding.keyParts(handle).pub.equals(x))
    throw new ERR_CRYPTO_INVALID_JWK();
  return handle;
}

const postQuantumNames = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'];
for (const hash of ['SHA2', 'SHAKE']) {
  for (const size of ['128f', '128s', '192f', '192s', '256f', '256s']) {
    postQuantumNames.push(`SLH-DSA-${hash}-${size}`);
  }
}

function importPostQuantum(jwk, isPublic) {
  validateOneOf(jwk.alg, 'key.alg', postQuantumNames);
  const pub = decode(jwk.pub, 'key.pub');
  if (isPublic) return binding.importRaw(jwk.alg, pub, 'public');
  const handle = binding.importRaw(
    jwk.alg,
    decode(jwk.priv, 'key.priv'),
    jwk.alg.startsWith('ML-') ? 'seed' : 'private',
  );
  if (!binding.keyParts(handle).pub.equals(pub)) throw new ERR_CRYPTO_INVALID_JWK();
  return handle;
}

/** The native key of a JSON Web Key; of its public half where that is what is wanted. */
function importJwk(jwk, isPublic) {
  validateOneOf(jwk.kty, 'key.kty', ['OKP', 'EC', 'RSA', 'AKP']);
  const read = { OKP: importOctets, EC: importEc, RSA: importRsa, AKP: importPostQuantum };
  return read[jwk.kty](jwk, isPublic);
}

module.exports = { curves, exportJwk, importJwk, octetCurves };

// Keys as bare bytes: 'raw-public', 'raw-private' and 'raw-seed'.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#key-formats
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS,
  ERR_CRYPTO_INVALID_CURVE,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
} = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { isBytes } = require('modules/crypto/input');

const isEc = (type) => type === 'ec';
const isLattice = (type) => /^ml-(?:dsa|kem)-/.test(type);
const isPlain = (type) => /^(?:ed|x)(?:25519|448)$|^slh-dsa-/.test(type);

// OpenSSL's spelling: ED25519, ML-DSA-44, SLH-DSA-SHA2-128f.
function opensslName(type) {
  return type
    .toUpperCase()
    .replace(/(\d)([FS])$/, (_, digit, letter) => digit + letter.toLowerCase());
}

function incompatible() {
  const error = new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('', '');
  error.message = 'The selected key encoding is incompatible with the key type';
  return error;
}

function requireFormat(type, format) {
  const isPossible =
    format === 'raw-seed'
      ? isLattice(type)
      : isEc(type) || isPlain(type) || (format === 'raw-public' && isLattice(type));
  if (!isPossible) throw incompatible();
}

/** The bytes of a native key. `type` of a point is compressed or uncompressed. */
function writeRaw(handle, { format, type }) {
  const keyType = binding.keyAlgorithm(handle);
  requireFormat(keyType, format);
  const { curve, x, y, d, pub, priv, seed } = binding.keyParts(handle);
  if (format === 'raw-seed') {
    if (seed !== undefined) return seed;
    const { ERR_CRYPTO_OPERATION_FAILED } = require('runtime/errors');
    throw new ERR_CRYPTO_OPERATION_FAILED('Failed to get raw seed');
  }
  if (!isEc(keyType)) return format === 'raw-public' ? pub : priv;
  if (format === 'raw-private') return d;
  const point = Buffer.from([4, ...x, ...y]);
  return type === 'compressed' ? binding.ecdhConvertKey(point, curve, 2) : point;
}

const opensslCurves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };

function invalidData() {
  const error = new ERR_INVALID_ARG_VALUE('key.key', '');
  error.message = 'Invalid key data';
  return error;
}

function readEc(data, isPrivate, namedCurve) {
  validateString(namedCurve, 'key.namedCurve');
  const curve = opensslCurves[namedCurve] ?? namedCurve;
  if (!binding.isCurve(curve)) throw new ERR_CRYPTO_INVALID_CURVE();
  return isPrivate
    ? binding.importEc(curve, new Uint8Array(), data)
    : binding.importEc(curve, data, undefined);
}

/** The native key of `{ key, format, asymmetricKeyType, namedCurve }`. */
function readRaw({ key, format, asymmetricKeyType, namedCurve }, wantsPublic) {
  if (!isBytes(key)) {
    throw new ERR_INVALID_ARG_TYPE(
      'key.key',
      ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'],
      key,
    );
  }
  const isPrivate = format !== 'raw-public';
  if (!isPrivate && !wantsPublic) throw new ERR_INVALID_ARG_VALUE('key.format', format);
  validateString(asymmetricKeyType, 'key.asymmetricKeyType');
  const isKnown =
    isEc(asymmetricKeyType) ||
    isPlain(asymmetricKeyType) ||
    isLattice(asymmetricKeyType) ||
    ['rsa', 'rsa-pss', 'dsa', 'dh'].includes(asymmetricKeyType);
  if (!isKnown) {
    const error = new ERR_INVALID_ARG_VALUE('key.asymmetricKeyType', asymmetricKeyType);
    error.message = `Invalid asymmetricKeyType: ${asymmetricKeyType}`;
    throw error;
  }
  requireFormat(asymmetricKeyType, format);
  let handle;
  try {
    handle = isEc(asymmetricKeyType)
      ? readEc(key, isPrivate, namedCurve)
      : binding.importRaw(
          opensslName(asymmetricKeyType),
          key,
          { 'raw-public': 'public', 'raw-private': 'private', 'raw-seed': 'seed' }[format],
        );
  } catch (error) {
    throw error.code === 'ERR_CRYPTO_INVALID_JWK' ? invalidData() : error;
  }
  return isPrivate && wantsPublic ? binding.publicOf(handle) : handle;
}

module.exports = { opensslName, readRaw, writeRaw };

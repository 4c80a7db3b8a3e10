// Keys from passwords and from other keys.
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_INVALID_DIGEST,
  ERR_CRYPTO_INVALID_KEYLEN,
  ERR_INCOMPATIBLE_OPTION_PAIR,
  ERR_OUT_OF_RANGE,
} = require('runtime/errors');
const {
  validateFunction,
  validateInteger,
  validateInt32,
  validateObject,
  validateString,
  validateUint32,
  validateOneOf,
} = require('runtime/validators');
const { toArrayBuffer, toBytes } = require('modules/crypto/input');

function validateDigest(digest) {
  if (!binding.isDigest(digest)) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
}

function pbkdf2Arguments(password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest');
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInt32(iterations, 'iterations', 1);
  validateInt32(keylen, 'keylen', 0);
  validateDigest(digest);
  return [password, salt, iterations, keylen, digest];
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  if (typeof digest === 'function') {
    callback = digest;
    digest = undefined;
  }
  const args = pbkdf2Arguments(password, salt, iterations, keylen, digest);
  validateFunction(callback, 'callback');
  binding.pbkdf2(...args, callback);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return binding.pbkdf2Sync(...pbkdf2Arguments(password, salt, iterations, keylen, digest));
}

// Each cost has a short and a long name.
function pickCost(options, short, long, fallback) {
  const hasShort = options?.[short] !== undefined;
  const hasLong = options?.[long] !== undefined;
  if (hasShort && hasLong) throw new ERR_INCOMPATIBLE_OPTION_PAIR(short, long);
  if (!hasShort && !hasLong) return fallback;
  const name = hasShort ? short : long;
  const value = options[name];
  validateUint32(value, name);
  return value;
}

function scryptArguments(password, salt, keylen, options) {
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInt32(keylen, 'keylen', 0);
  const n = pickCost(options, 'N', 'cost', 16384);
  const r = pickCost(options, 'r', 'blockSize', 8);
  const p = pickCost(options, 'p', 'parallelization', 1);
  let maxmem = 32 * 1024 * 1024;
  if (options?.maxmem !== undefined) {
    maxmem = options.maxmem;
    validateInteger(maxmem, 'maxmem', 0);
  }
  // Zero asks for the default, of any of them.
  const costs = [n || 16384, r || 8, p || 1, maxmem || 32 * 1024 * 1024];
  binding.checkScrypt(...costs);
  return [password, salt, ...costs, keylen];
}

function scrypt(password, salt, keylen, options, callback) {
  if (callback === undefined) {
    callback = options;
    options = undefined;
  }
  if (options !== undefined) validateObject(options, 'options');
  const args = scryptArguments(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  binding.scrypt(...args, callback);
}

function scryptSync(password, salt, keylen, options = undefined) {
  return binding.scryptSync(...scryptArguments(password, salt, keylen, options));
}

function hkdfArguments(digest, ikm, salt, info, length) {
  validateString(digest, 'digest');
  const { prepareSecretKey } = require('modules/crypto/keys');
  const key = prepareSecretKey(ikm, undefined, 'ikm', [
    'string',
    'SecretKeyObject',
    'ArrayBuffer',
    'TypedArray',
    'DataView',
    'Buffer',
  ]);
  salt = toBytes(salt, 'salt');
  info = toBytes(info, 'info');
  validateInteger(length, 'length', 0, 2 ** 31 - 1);
  if (info.byteLength > 1024) {
    throw new ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', info.byteLength);
  }
  validateDigest(digest);
  // A digest makes 255 blocks at most.
  const size = binding.hash(binding.digestNumber(digest), '', 0, undefined).byteLength;
  if (length > 255 * size) throw new ERR_CRYPTO_INVALID_KEYLEN();
  return [digest, key, salt, info, length];
}

function hkdf(digest, ikm, salt, info, length, callback) {
  const args = hkdfArguments(digest, ikm, salt, info, length);
  validateFunction(callback, 'callback');
  binding.hkdf(...args, (error, key) => {
    if (error) callback(error);
    else callback(null, toArrayBuffer(key));
  });
}

function hkdfSync(digest, ikm, salt, info, length) {
  return toArrayBuffer(binding.hkdfSync(...hkdfArguments(digest, ikm, salt, info, length)));
}

const kMaxUint32 = 2 ** 32 - 1;

function argon2Arguments(algorithm, parameters) {
  validateString(algorithm, 'algorithm');
  validateOneOf(algorithm, 'algorithm', ['argon2d', 'argon2i', 'argon2id']);
  validateObject(parameters, 'parameters');
  const { parallelism, tagLength, memory, passes, secret, associatedData } = parameters;
  const message = toBytes(parameters.message, 'parameters.message');
  const nonce = toBytes(parameters.nonce, 'parameters.nonce');
  if (nonce.byteLength < 8) {
    throw new ERR_OUT_OF_RANGE(
      'parameters.nonce.byteLength',
      `>= 8 && <= ${kMaxUint32}`,
      nonce.byteLength,
    );
  }
  validateInteger(parallelism, 'parameters.parallelism', 1, 2 ** 24 - 1);
  validateInteger(tagLength, 'parameters.tagLength', 4, kMaxUint32);
  validateInteger(memory, 'parameters.memory', 8 * parallelism, kMaxUint32);
  validateInteger(passes, 'parameters.passes', 1, kMaxUint32);
  const none = new Uint8Array();
  return [
    algorithm,
    message,
    nonce,
    parallelism,
    tagLength,
    memory,
    passes,
    secret === undefined ? none : toBytes(secret, 'parameters.secret'),
    associatedData === undefined ? none : toBytes(associatedData, 'parameters.associatedData'),
  ];
}

function argon2(algorithm, parameters, callback) {
  const args = argon2Arguments(algorithm, parameters);
  validateFunction(callback, 'callback');
  binding.argon2(...args, callback);
}

function argon2Sync(algorithm, parameters) {
  return binding.argon2Sync(...argon2Arguments(algorithm, parameters));
}

module.exports = {
  argon2,
  argon2Sync,
  hkdf,
  hkdfSync,
  pbkdf2,
  pbkdf2Sync,
  scrypt,
  scryptSync,
};

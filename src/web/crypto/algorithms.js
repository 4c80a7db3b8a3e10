// The algorithms by name, what each can do, and with which parameters.
// https://w3c.github.io/webcrypto/#algorithm-normalization
'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_MISSING_OPTION } = require('runtime/errors');
const { convert, failure } = require('web/crypto/support');

const aead = { iv: 'bytes', additionalData: 'bytes?', tagLength: 'octet?' };
const none = {};
const rsaKeys = {
  generateKey: { modulusLength: 'long', publicExponent: 'bytes', hash: 'hash' },
  importKey: { hash: 'hash' },
};
const aesKeys = {
  generateKey: { length: 'short' },
  importKey: none,
  getKeyLength: { length: 'short' },
};
const curveKeys = { generateKey: { namedCurve: 'string' }, importKey: { namedCurve: 'string' } };
const plainKeys = { generateKey: none, importKey: none };
const kmac = {
  generateKey: { length: 'long?' },
  importKey: { length: 'long?' },
  getKeyLength: { length: 'long?' },
  sign: { outputLength: 'long?', length: 'long?', customization: 'bytes?' },
  verify: { outputLength: 'long?', length: 'long?', customization: 'bytes?' },
};
const derivation = { importKey: none, getKeyLength: none };
const argon2 = {
  nonce: 'bytes',
  parallelism: 'long',
  memory: 'long',
  passes: 'long',
  version: 'octet?',
  secretValue: 'bytes?',
  associatedData: 'bytes?',
};
const contextual = { sign: { context: 'bytes?' }, verify: { context: 'bytes?' } };

// Each algorithm: the file that implements it, and its operations with their parameters.
const registry = {
  'AES-CBC': { file: 'aes', encrypt: { iv: 'bytes' }, decrypt: { iv: 'bytes' }, ...aesKeys },
  'AES-CTR': {
    file: 'aes',
    encrypt: { counter: 'bytes', length: 'octet' },
    decrypt: { counter: 'bytes', length: 'octet' },
    ...aesKeys,
  },
  'AES-GCM': { file: 'aes', encrypt: aead, decrypt: aead, ...aesKeys },
  'AES-OCB': { file: 'aes', encrypt: aead, decrypt: aead, ...aesKeys },
  'AES-KW': { file: 'aes', wrapKey: none, unwrapKey: none, ...aesKeys },
  'ChaCha20-Poly1305': {
    file: 'aes',
    encrypt: aead,
    decrypt: aead,
    ...plainKeys,
    getKeyLength: none,
  },
  HMAC: {
    file: 'mac',
    sign: none,
    verify: none,
    generateKey: { hash: 'hash', length: 'long?' },
    importKey: { hash: 'hash', length: 'long?' },
    getKeyLength: { hash: 'hash', length: 'long?' },
  },
  KMAC128: { file: 'mac', ...kmac },
  KMAC256: { file: 'mac', ...kmac },
  'RSASSA-PKCS1-v1_5': { file: 'rsa', sign: none, verify: none, ...rsaKeys },
  'RSA-PSS': {
    file: 'rsa',
    sign: { saltLength: 'long' },
    verify: { saltLength: 'long' },
    ...rsaKeys,
  },
  'RSA-OAEP': {
    file: 'rsa',
    encrypt: { label: 'bytes?' },
    decrypt: { label: 'bytes?' },
    ...rsaKeys,
  },
  ECDSA: { file: 'curves', sign: { hash: 'hash' }, verify: { hash: 'hash' }, ...curveKeys },
  ECDH: { file: 'curves', deriveBits: { public: 'key' }, ...curveKeys },
  Ed25519: { file: 'curves', sign: none, verify: none, ...plainKeys },
  Ed448: { file: 'curves', ...contextual, ...plainKeys },
  X25519: { file: 'curves', deriveBits: { public: 'key' }, ...plainKeys },
  X448: { file: 'curves', deriveBits: { public: 'key' }, ...plainKeys },
  HKDF: {
    file: 'derivation',
    deriveBits: { hash: 'hash', salt: 'bytes', info: 'bytes' },
    ...derivation,
  },
  PBKDF2: {
    file: 'derivation',
    deriveBits: { hash: 'hash', iterations: 'long', salt: 'bytes' },
    ...derivation,
  },
  Argon2d: { file: 'derivation', deriveBits: argon2, ...derivation },
  Argon2i: { file: 'derivation', deriveBits: argon2, ...derivation },
  Argon2id: { file: 'derivation', deriveBits: argon2, ...derivation },
};
for (const size of [44, 65, 87]) {
  registry[`ML-DSA-${size}`] = { file: 'lattice', ...contextual, ...plainKeys };
}
for (const size of [512, 768, 1024]) {
  registry[`ML-KEM-${size}`] = {
    file: 'lattice',
    encapsulate: none,
    decapsulate: none,
    ...plainKeys,
  };
}
for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512']) {
  registry[name] = { file: 'digest', digest: none };
}
for (const name of ['cSHAKE128', 'cSHAKE256']) {
  registry[name] = {
    file: 'digest',
    digest: {
      outputLength: 'long?',
      length: 'long?',
      functionName: 'bytes?',
      customization: 'bytes?',
    },
  };
}
// Exporting has no parameters; wherever keys are imported they can be exported, secrets of
// derivations excepted.
for (const algorithm of Object.values(registry)) {
  if (algorithm.importKey && algorithm.file !== 'derivation') algorithm.exportKey = none;
}

let byUpperCase;

/**
 * The algorithm that `algorithm` (a name or an object with one) stands for, for one operation:
 * { name, ...parameters }. `parameters: false` is for hashes inside other algorithms.
 */
function normalize(algorithm, operation, { parameters = true } = {}) {
  if (typeof algorithm === 'string')
    return normalize({ name: algorithm }, operation, { parameters });
  if (typeof algorithm !== 'object' || algorithm === null) {
    throw new ERR_INVALID_ARG_TYPE('algorithm', ['string', 'Object'], algorithm);
  }
  const { name: given } = algorithm;
  if (given === undefined) throw new ERR_MISSING_OPTION('algorithm.name');
  byUpperCase ??= new Map(Object.keys(registry).map((name) => [name.toUpperCase(), name]));
  const name = byUpperCase.get(`${given}`.toUpperCase());
  const dictionary = name === undefined ? undefined : registry[name][operation];
  if (dictionary === undefined) throw failure('NotSupportedError', 'Unrecognized algorithm name');
  const result = { name };
  return parameters ? convert(algorithm, dictionary, result) : result;
}

/** The functions that implement the algorithm of that name. */
function implementation(name) {
  return require(`web/crypto/${registry[name].file}`);
}

/** Whether the algorithm has the operation. */
function hasOperation(name, operation) {
  return registry[name]?.[operation] !== undefined;
}

module.exports = { hasOperation, implementation, normalize };

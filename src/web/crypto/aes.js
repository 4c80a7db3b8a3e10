// AES in its modes, and ChaCha20-Poly1305.
// https://w3c.github.io/webcrypto/#aes-ctr and the following
'use strict';

const binding = native('crypto');
const { handleOf } = require('modules/crypto/keys');
const { keyObjectOf, makeCryptoKey, slotsOf } = require('web/crypto/key');
const { checkUsages, failure, operationError, run } = require('web/crypto/support');
const secret = require('web/crypto/secret');

const kBlock = 16;
// The initial value of RFC 3394, section 2.2.3.1.
const kWrapIv = new Uint8Array(8).fill(0xa6);

const tagLengths = {
  'AES-GCM': [32, 64, 96, 104, 112, 120, 128],
  'AES-OCB': [64, 96, 128],
  'ChaCha20-Poly1305': [128],
};
const isChaCha = (name) => name === 'ChaCha20-Poly1305';

function allowedUsages(name) {
  return name === 'AES-KW'
    ? ['wrapKey', 'unwrapKey']
    : ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
}

// Older algorithms take "raw" too; newer ones insist on saying that the key is secret.
function formatsOf(name) {
  return name === 'AES-OCB' || isChaCha(name) ? ['raw-secret'] : ['raw', 'raw-secret'];
}

function jwkName(name, bytes) {
  return isChaCha(name) ? 'C20P' : `A${bytes * 8}${name.slice(4)}`;
}

function keyAlgorithm(name, bits) {
  return isChaCha(name) ? { name } : { name, length: bits };
}

function checkLength(bits, errorName) {
  if (![128, 192, 256].includes(bits)) throw failure(errorName, 'Invalid key length');
}

function generateKey(algorithm, extractable, usages) {
  const bits = isChaCha(algorithm.name) ? 256 : algorithm.length;
  checkUsages(usages, allowedUsages(algorithm.name), algorithm.name);
  checkLength(bits, 'OperationError');
  return secret.generate(
    keyAlgorithm(algorithm.name, bits),
    bits,
    allowedUsages(algorithm.name),
    extractable,
    usages,
  );
}

function importKey(format, data, algorithm, extractable, usages) {
  const { name } = algorithm;
  checkUsages(usages, allowedUsages(name), name);
  const bytes = secret.readSecret(name, format, data, usages, extractable, formatsOf(name), {
    use: 'enc',
    alg: (size) => jwkName(name, size),
  });
  if (isChaCha(name)) {
    if (bytes.length !== 32) throw failure('DataError', 'Invalid key length');
  } else {
    checkLength(bytes.length * 8, 'DataError');
  }
  secret.requireUsages(usages);
  return makeCryptoKey(
    secret.keyOf(bytes),
    keyAlgorithm(name, bytes.length * 8),
    usages,
    extractable,
  );
}

function exportKey(format, key) {
  const { algorithm, keyObject } = slotsOf(key);
  return secret.exportSecret(
    key,
    format,
    formatsOf(algorithm.name),
    jwkName(algorithm.name, keyObject.symmetricKeySize),
  );
}

function getKeyLength(algorithm) {
  if (isChaCha(algorithm.name)) return 256;
  checkLength(algorithm.length, 'OperationError');
  return algorithm.length;
}

function cipherName(name, handle) {
  if (isChaCha(name)) return 'chacha20-poly1305';
  const bits = binding.exportSecret(handle).length * 8;
  return name === 'AES-KW' ? `id-aes${bits}-wrap` : `aes-${bits}-${name.slice(4).toLowerCase()}`;
}

function crypt(isEncrypting, algorithm, key, data) {
  const handle = handleOf(keyObjectOf(key));
  const cipher = cipherName(algorithm.name, handle);
  const apply = (iv, tagLength, aad) =>
    run(binding.crypt(isEncrypting, cipher, handle, iv, tagLength, aad, data));
  switch (algorithm.name) {
    case 'AES-CBC':
      requireSize(algorithm.iv, 'algorithm.iv');
      return apply(algorithm.iv);
    case 'AES-CTR':
      return counterMode(cipher, handle, algorithm, data);
    case 'AES-KW':
      return apply(kWrapIv);
    default:
      return authenticated(isEncrypting, algorithm, data, apply);
  }
}

function requireSize(bytes, name) {
  if (bytes.length !== kBlock) {
    throw failure('OperationError', `${name} must contain exactly 16 bytes`);
  }
}

function authenticated(isEncrypting, algorithm, data, apply) {
  const { name, iv, additionalData, tagLength = 128 } = algorithm;
  if (!tagLengths[name].includes(tagLength)) {
    throw failure('OperationError', `${tagLength} is not a valid ${name} tag length`);
  }
  if (isChaCha(name) && iv.length !== 12) {
    throw failure('OperationError', 'algorithm.iv must contain exactly 12 bytes');
  }
  if (name === 'AES-OCB' && (iv.length === 0 || iv.length > 15)) {
    throw failure('OperationError', 'algorithm.iv must contain no more than 15 bytes');
  }
  if (!isEncrypting && data.byteLength < tagLength / 8) {
    throw failure('OperationError', 'The provided data is too small.');
  }
  return apply(iv, tagLength / 8, additionalData);
}

// OpenSSL counts in all 128 bits; here only the last `length` ones do, and wrap around.
async function counterMode(cipher, handle, { counter, length }, data) {
  requireSize(counter, 'algorithm.counter');
  if (length === 0 || length > 128) {
    throw failure('OperationError', 'AES-CTR algorithm.length must be between 1 and 128');
  }
  const blocks = BigInt(Math.ceil(data.byteLength / kBlock));
  const range = 1n << BigInt(length);
  if (blocks > range) throw operationError();
  const whole = BigInt(`0x${Buffer.from(counter).toString('hex')}`);
  const untilWrap = range - (whole % range);
  const apply = (iv, part) =>
    run(binding.crypt(true, cipher, handle, iv, undefined, undefined, part));
  if (blocks <= untilWrap) return apply(counter, data);
  const split = Number(untilWrap) * kBlock;
  const wrapped = (whole - (whole % range)).toString(16).padStart(32, '0');
  const first = await apply(counter, data.subarray(0, split));
  const second = await apply(Buffer.from(wrapped, 'hex'), data.subarray(split));
  const result = new Uint8Array(data.byteLength);
  result.set(new Uint8Array(first));
  result.set(new Uint8Array(second), split);
  return result.buffer;
}

module.exports = {
  decrypt: (algorithm, key, data) => crypt(false, algorithm, key, data),
  encrypt: (algorithm, key, data) => crypt(true, algorithm, key, data),
  exportKey,
  generateKey,
  getKeyLength,
  importKey,
  unwrapKey: (algorithm, key, data) => crypt(false, algorithm, key, data),
  wrapKey: (algorithm, key, data) => crypt(true, algorithm, key, data),
};

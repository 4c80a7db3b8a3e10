// HMAC and KMAC.
// https://w3c.github.io/webcrypto/#hmac
'use strict';

const binding = native('crypto');
const { handleOf } = require('modules/crypto/keys');
const { keyObjectOf, makeCryptoKey, slotsOf } = require('web/crypto/key');
const { checkUsages, failure, run } = require('web/crypto/support');
const { digestName } = require('web/crypto/digest');
const secret = require('web/crypto/secret');

const allowed = ['sign', 'verify'];

// The block sizes of the hashes, in bits: the lengths of keys unless others are asked for.
const blockBits = {
  'SHA-1': 512,
  'SHA-256': 512,
  'SHA-384': 1024,
  'SHA-512': 1024,
  'SHA3-256': 1088,
  'SHA3-384': 832,
  'SHA3-512': 576,
};
const isHmac = (name) => name === 'HMAC';

function formatsOf(name) {
  return isHmac(name) ? ['raw', 'raw-secret'] : ['raw-secret'];
}

function jwkName(algorithm) {
  if (!isHmac(algorithm.name)) return `K${algorithm.name.slice(4)}`;
  const { name } = algorithm.hash;
  return name.startsWith('SHA-') ? `HS${name.slice(4)}` : undefined;
}

function defaultLength(algorithm) {
  if (isHmac(algorithm.name)) return blockBits[algorithm.hash.name];
  return algorithm.name === 'KMAC128' ? 128 : 256;
}

function keyAlgorithm({ name, hash }, length) {
  return isHmac(name) ? { name, hash, length } : { name, length };
}

function generateKey(algorithm, extractable, usages) {
  checkUsages(usages, allowed, algorithm.name);
  const length = algorithm.length ?? defaultLength(algorithm);
  if (length === 0) throw failure('OperationError', 'Zero-length key is not supported');
  if (length % 8 !== 0) {
    throw failure(
      'NotSupportedError',
      `Unsupported ${isHmac(algorithm.name) ? 'Hmac' : 'Kmac'}KeyGenParams.length`,
    );
  }
  return secret.generate(keyAlgorithm(algorithm, length), length, allowed, extractable, usages);
}

function importKey(format, data, algorithm, extractable, usages) {
  const { name } = algorithm;
  const kind = isHmac(name) ? 'Hmac' : 'Kmac';
  checkUsages(usages, allowed, name);
  if (algorithm.length === 0) {
    throw failure('DataError', `${kind}ImportParams.length cannot be 0`);
  }
  if (algorithm.length !== undefined && algorithm.length % 8 !== 0) {
    throw failure('NotSupportedError', `Unsupported ${kind}ImportParams.length`);
  }
  const bytes = secret.readSecret(name, format, data, usages, extractable, formatsOf(name), {
    use: 'sig',
    alg: () => jwkName(algorithm),
  });
  if (bytes.length === 0) throw failure('DataError', 'Zero-length key is not supported');
  if (algorithm.length !== undefined && algorithm.length !== bytes.length * 8) {
    throw failure('DataError', 'Invalid key length');
  }
  secret.requireUsages(usages);
  return makeCryptoKey(
    secret.keyOf(bytes),
    keyAlgorithm(algorithm, bytes.length * 8),
    usages,
    extractable,
  );
}

function exportKey(format, key) {
  const { algorithm } = slotsOf(key);
  return secret.exportSecret(key, format, formatsOf(algorithm.name), jwkName(algorithm));
}

function getKeyLength(algorithm) {
  if (algorithm.length === 0) throw failure('OperationError', 'Invalid key length');
  return algorithm.length ?? defaultLength(algorithm);
}

function compute(algorithm, key, data) {
  const handle = handleOf(keyObjectOf(key));
  if (isHmac(algorithm.name)) {
    return run(binding.hmacBytes(digestName(slotsOf(key).algorithm.hash), handle, data));
  }
  const bits = algorithm.outputLength ?? algorithm.length;
  if (bits === undefined || bits % 8 !== 0) {
    throw failure('NotSupportedError', 'Unsupported KmacParams outputLength');
  }
  const name = `${algorithm.name.slice(0, 4)}-${algorithm.name.slice(4)}`;
  const customization = algorithm.customization ?? new Uint8Array();
  return run(binding.kmacBytes(name, handle, data, customization, bits / 8));
}

async function verify(algorithm, key, signature, data) {
  const expected = new Uint8Array(await compute(algorithm, key, data));
  return (
    expected.byteLength === signature.byteLength &&
    binding.timingSafeEqual(expected, signature) === 1
  );
}

module.exports = { exportKey, generateKey, getKeyLength, importKey, sign: compute, verify };

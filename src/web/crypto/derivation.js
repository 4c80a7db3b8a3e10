// HKDF, PBKDF2 and Argon2: bits from secrets that are good for nothing else.
// https://w3c.github.io/webcrypto/#hkdf and #pbkdf2
'use strict';

const binding = native('crypto');
const { handleOf } = require('modules/crypto/keys');
const { keyObjectOf, makeCryptoKey } = require('web/crypto/key');
const { cannotImport, checkUsages, failure, run } = require('web/crypto/support');
const { digestName } = require('web/crypto/digest');
const secret = require('web/crypto/secret');

const isArgon2 = (name) => name.startsWith('Argon2');

function importKey(format, data, algorithm, extractable, usages) {
  const { name } = algorithm;
  const formats = isArgon2(name) ? ['raw-secret'] : ['raw', 'raw-secret'];
  if (!formats.includes(format)) throw cannotImport(name, format);
  checkUsages(usages, ['deriveKey', 'deriveBits'], name);
  if (extractable) throw failure('SyntaxError', `${name} keys are not extractable`);
  secret.requireUsages(usages);
  return makeCryptoKey(secret.keyOf(data), { name }, usages, false);
}

function getKeyLength() {
  return null;
}

function validateLength(length) {
  if (length === null) throw failure('OperationError', 'length cannot be null');
  if (length % 8 !== 0) throw failure('OperationError', 'length must be a multiple of 8');
}

function deriveBits(algorithm, baseKey, length) {
  validateLength(length);
  const handle = handleOf(keyObjectOf(baseKey));
  const size = length / 8;
  if (algorithm.name === 'HKDF') {
    if (size === 0) return new ArrayBuffer(0);
    const { hash, salt, info } = algorithm;
    return run(binding.hkdf(digestName(hash), handle, salt, info, size));
  }
  const password = binding.exportSecret(handle);
  if (algorithm.name === 'PBKDF2') {
    const { hash, salt, iterations } = algorithm;
    if (iterations === 0) throw failure('OperationError', 'iterations cannot be zero');
    if (size === 0) return new ArrayBuffer(0);
    return run(binding.pbkdf2(password, salt, iterations, size, digestName(hash)));
  }
  return argon2(algorithm, password, size);
}

function argon2(algorithm, message, size) {
  const { name, nonce, parallelism, memory, passes, version, secretValue, associatedData } =
    algorithm;
  if (version !== undefined && version !== 0x13) {
    throw failure('OperationError', 'Only version 19 (0x13) of Argon2 is supported');
  }
  if (size < 4) throw failure('OperationError', 'length must be at least 32');
  if (parallelism === 0 || parallelism > 2 ** 24 - 1) {
    throw failure('OperationError', 'parallelism must be > 0 and < 16777215');
  }
  if (memory < 8 * parallelism) {
    throw failure('OperationError', 'memory must be at least 8 times the degree of parallelism');
  }
  if (passes === 0) throw failure('OperationError', 'passes must be > 0');
  const none = new Uint8Array();
  return run(
    binding.argon2(
      name.toLowerCase(),
      message,
      nonce,
      parallelism,
      size,
      memory,
      passes,
      secretValue ?? none,
      associatedData ?? none,
    ),
  );
}

module.exports = { deriveBits, getKeyLength, importKey };

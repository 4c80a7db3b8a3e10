// Digests.
'use strict';

const binding = native('crypto');
const { failure, run } = require('web/crypto/support');

const names = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA3-256': 'sha3-256',
  'SHA3-384': 'sha3-384',
  'SHA3-512': 'sha3-512',
  cSHAKE128: 'shake128',
  cSHAKE256: 'shake256',
};

/** OpenSSL's name of a hash of web cryptography. */
function digestName(hash) {
  return names[hash.name];
}

function digest(algorithm, data) {
  if (!algorithm.name.startsWith('cSHAKE')) {
    return run(binding.digestBytes(digestName(algorithm), data));
  }
  // Without a function name and customization, cSHAKE is SHAKE.
  if (algorithm.functionName?.length > 0 || algorithm.customization?.length > 0) {
    throw failure('NotSupportedError', 'Unsupported CShakeParams');
  }
  const bits = algorithm.outputLength ?? algorithm.length;
  if (bits === undefined || bits % 8 !== 0) {
    throw failure('NotSupportedError', 'Unsupported CShakeParams outputLength');
  }
  return run(binding.digestBytes(digestName(algorithm), data, bits / 8));
}

module.exports = { digest, digestName };

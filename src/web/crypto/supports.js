// SubtleCrypto.supports().
// https://wicg.github.io/webcrypto-modern-algos/#SubtleCrypto-method-supports
'use strict';

const { hasOperation, implementation, normalize } = require('web/crypto/algorithms');

// Operations of SubtleCrypto by what they ask of the algorithm.
const direct = {
  encrypt: 'encrypt',
  decrypt: 'decrypt',
  sign: 'sign',
  verify: 'verify',
  digest: 'digest',
  generateKey: 'generateKey',
  importKey: 'importKey',
  encapsulateBits: 'encapsulate',
  decapsulateBits: 'decapsulate',
  encapsulateKey: 'encapsulate',
  decapsulateKey: 'decapsulate',
};

function attempt(check) {
  try {
    return check();
  } catch {
    return false;
  }
}

function normalizes(algorithm, operation) {
  return attempt(() => {
    normalize(algorithm, operation);
    return true;
  });
}

// Bits that the derivation can give.
function derives(algorithm, length) {
  return attempt(() => {
    const { name } = normalize(algorithm, 'deriveBits');
    const isSecret = hasOperation(name, 'getKeyLength');
    if (isSecret) return length !== null && length % 8 === 0;
    const limits = { X25519: 256, X448: 448 };
    return length === null || length <= (limits[name] ?? 528);
  });
}

function keyLength(algorithm) {
  const sized = normalize(algorithm, 'getKeyLength');
  return implementation(sized.name).getKeyLength(sized);
}

function wraps(wrapping, crypting, algorithm) {
  return normalizes(algorithm, wrapping) || normalizes(algorithm, crypting);
}

/** Whether `operation` can be done with `algorithm`. */
function supports(operation, algorithm, extra) {
  switch (operation) {
    case 'deriveBits':
      return derives(algorithm, extra === undefined ? null : extra);
    case 'deriveKey':
      return attempt(() => normalizes(extra, 'importKey') && derives(algorithm, keyLength(extra)));
    case 'wrapKey':
      return (
        wraps('wrapKey', 'encrypt', algorithm) &&
        (extra === null || attempt(() => normalizes(extra, 'exportKey')))
      );
    case 'unwrapKey':
      return (
        wraps('unwrapKey', 'decrypt', algorithm) &&
        (extra === null || normalizes(extra, 'importKey'))
      );
    case 'exportKey':
      return normalizes(algorithm, 'exportKey');
    case 'getPublicKey':
      return attempt(() => {
        const { name } = normalize(algorithm, 'exportKey');
        return !hasOperation(name, 'getKeyLength') && !name.startsWith('AES') && name !== 'HMAC';
      });
    case 'encapsulateKey':
    case 'decapsulateKey':
      return normalizes(algorithm, direct[operation]) && normalizes(extra, 'importKey');
    default:
      return direct[operation] !== undefined && normalizes(algorithm, direct[operation]);
  }
}

module.exports = { supports };

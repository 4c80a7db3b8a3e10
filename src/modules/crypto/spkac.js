// Certificate: signed public keys and challenges (SPKAC).
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-certificate
'use strict';

const binding = native('crypto');
const { ERR_OUT_OF_RANGE } = require('runtime/errors');
const { toBytes } = require('modules/crypto/input');

// OpenSSL counts in 31 bits.
function spkacBytes(spkac, encoding) {
  const bytes = toBytes(spkac, 'spkac', encoding);
  if (bytes.byteLength > 2 ** 31 - 1) {
    throw new ERR_OUT_OF_RANGE('spkac', '< 2 ** 31 bytes', bytes.byteLength);
  }
  return bytes;
}

function verifySpkac(spkac, encoding) {
  return binding.verifySpkac(spkacBytes(spkac, encoding));
}

// DIFFERS: what is no SPKAC gives an empty string, not an empty Buffer.
function orEmpty(bytes) {
  return bytes.length === 0 ? '' : bytes;
}

function exportPublicKey(spkac, encoding) {
  return orEmpty(binding.spkacPublicKey(spkacBytes(spkac, encoding)));
}

function exportChallenge(spkac, encoding) {
  return orEmpty(binding.spkacChallenge(spkacBytes(spkac, encoding)));
}

// The methods belong to the class; instances and calls without `new` are of older days.
function Certificate() {
  if (!(this instanceof Certificate)) return new Certificate();
}

const methods = { verifySpkac, exportPublicKey, exportChallenge };
Object.assign(Certificate.prototype, methods);
Object.assign(Certificate, { exportChallenge, exportPublicKey, verifySpkac });

module.exports = { Certificate };

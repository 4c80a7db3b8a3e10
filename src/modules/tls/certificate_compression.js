'use strict';
// Compressed certificates (RFC 8879), as far as OpenSSL was built with the algorithms.

const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { validateArray } = require('runtime/validators');
const binding = native('tls');

// Their numbers in TLS.
const numbers = { __proto__: null, zlib: 1, brotli: 2, zstd: 3 };

/** Names of the algorithms that work here. */
function getCertificateCompressionAlgorithms() {
  return Object.keys(numbers).filter((name) => binding[`COMPRESSES_${name.toUpperCase()}`]);
}

/** Takes the option certificateCompression over into a native context. */
function apply(context, names, option) {
  validateArray(names, option);
  if (names.length === 0) return;
  const algorithms = names.map((name, at) => {
    if (typeof name === 'string' && numbers[name] !== undefined) return numbers[name];
    const reason = "must be 'zlib', 'brotli', or 'zstd'";
    throw new ERR_INVALID_ARG_VALUE(`${option}[${at}]`, name, reason);
  });
  binding.setCertificateCompression(context, algorithms);
}

module.exports = { apply, getCertificateCompressionAlgorithms };

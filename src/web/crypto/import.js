// KeyObject to CryptoKey: keyObject.toCryptoKey().
'use strict';

const { normalize, implementation } = require('web/crypto/algorithms');
const { convertUsages } = require('web/crypto/support');

/** The CryptoKey of a KeyObject, as if it had been exported and imported. */
function fromKeyObject(keyObject, algorithm, extractable, keyUsages) {
  const usages = convertUsages(keyUsages);
  const normalized = normalize(algorithm, 'importKey');
  const { importKey } = implementation(normalized.name);
  extractable = Boolean(extractable);
  if (keyObject.type === 'secret') {
    const bytes = new Uint8Array(keyObject.export());
    return importKey('raw-secret', bytes, normalized, extractable, usages);
  }
  const format = keyObject.type === 'public' ? 'spki' : 'pkcs8';
  const der = keyObject.export({ format: 'der', type: format });
  return importKey(format, der, normalized, extractable, usages);
}

module.exports = { fromKeyObject };

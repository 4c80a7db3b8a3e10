// node:crypto
'use strict';

const { defineLazy } = require('runtime/lazy_property');

// The families of functions; each is loaded when the first of its names is used.
const families = {
  'modules/crypto/kdf': [
    'argon2',
    'argon2Sync',
    'hkdf',
    'hkdfSync',
    'pbkdf2',
    'pbkdf2Sync',
    'scrypt',
    'scryptSync',
  ],
  'modules/crypto/random': [
    'checkPrime',
    'checkPrimeSync',
    'generatePrime',
    'generatePrimeSync',
    'randomBytes',
    'randomFill',
    'randomFillSync',
    'randomInt',
    'randomUUID',
    'randomUUIDv7',
  ],
  'modules/crypto/cipher': [
    'createCipheriv',
    'createDecipheriv',
    'getCipherInfo',
    'privateDecrypt',
    'privateEncrypt',
    'publicDecrypt',
    'publicEncrypt',
    'Cipheriv',
    'Decipheriv',
  ],
  'modules/crypto/dh': [
    'createDiffieHellman',
    'createECDH',
    'getDiffieHellman',
    'diffieHellman',
    'encapsulate',
    'decapsulate',
    'DiffieHellman',
    'DiffieHellmanGroup',
    'ECDH',
  ],
  'modules/crypto/hash': ['createHash', 'createHmac', 'hash', 'Hash', 'Hmac'],
  'modules/crypto/keys': ['createPrivateKey', 'createPublicKey', 'createSecretKey', 'KeyObject'],
  'modules/crypto/keygen': [
    'generateKeyPair',
    'generateKeyPairSync',
    'generateKey',
    'generateKeySync',
  ],
  'modules/crypto/sign': ['createSign', 'createVerify', 'sign', 'verify', 'Sign', 'Verify'],
  'modules/crypto/spkac': ['Certificate'],
  'modules/crypto/x509': ['X509Certificate'],
  'modules/crypto/info': [
    'getCiphers',
    'getCurves',
    'getFips',
    'getHashes',
    'secureHeapUsed',
    'setEngine',
    'setFips',
    'timingSafeEqual',
  ],
};

const crypto = module.exports;

// Before any secret is made.
if (require('runtime/options').getOptionValue('--secure-heap') > 0) {
  require('modules/crypto/secure_heap').secureHeap();
}

for (const [file, names] of Object.entries(families)) {
  for (const name of names) defineLazy(crypto, name, () => require(file)[name]);
}
defineLazy(crypto, 'createDiffieHellmanGroup', () => crypto.getDiffieHellman);

let warnedAboutFips = false;
function warnAboutFips() {
  if (warnedAboutFips) return;
  warnedAboutFips = true;
  process.emitWarning(
    'The crypto.fips is deprecated. Please use crypto.getFips()',
    'DeprecationWarning',
    'DEP0093',
  );
}

// Older names of randomBytes().
let pseudoRandomBytes;
function deprecatedRandomBytes(name) {
  if (name !== 'pseudoRandomBytes') return crypto.randomBytes;
  pseudoRandomBytes ??= require('node:util').deprecate(
    function pseudoRandomBytes(...args) {
      return crypto.randomBytes(...args);
    },
    'crypto.pseudoRandomBytes is deprecated.',
    'DEP0115',
  );
  return pseudoRandomBytes;
}

for (const name of ['prng', 'pseudoRandomBytes', 'rng']) {
  defineLazy(crypto, name, () => deprecatedRandomBytes(name), false);
}

Object.defineProperties(crypto, {
  fips: {
    get() {
      warnAboutFips();
      return crypto.getFips();
    },
    set(value) {
      warnAboutFips();
      crypto.setFips(value);
    },
  },
  constants: {
    get() {
      return require('modules/crypto/constants').constants;
    },
    enumerable: true,
  },
  webcrypto: {
    get() {
      return require('web/crypto').crypto;
    },
    set: undefined,
    enumerable: true,
  },
  subtle: {
    get() {
      return crypto.webcrypto.subtle;
    },
    set: undefined,
    enumerable: true,
  },
  getRandomValues: {
    get() {
      return require('modules/crypto/random').getRandomValues;
    },
    set: undefined,
    enumerable: true,
  },
});

// Generating keys and key pairs.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#cryptogeneratekeypairtype-options-callback
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_INVALID_CURVE,
  ERR_CRYPTO_INVALID_DIGEST,
  ERR_CRYPTO_UNKNOWN_CIPHER,
  ERR_CRYPTO_UNKNOWN_DH_GROUP,
  ERR_INCOMPATIBLE_OPTION_PAIR,
  ERR_INVALID_ARG_VALUE,
  ERR_MISSING_OPTION,
} = require('runtime/errors');
const {
  validateBuffer,
  validateFunction,
  validateInt32,
  validateInteger,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
} = require('runtime/validators');
const encoding = require('modules/crypto/key_encoding');
const { wrapKey } = require('modules/crypto/keys');

// Algorithms without options, by their names in OpenSSL.
const plainAlgorithms = {
  ed25519: 'ED25519',
  ed448: 'ED448',
  x25519: 'X25519',
  x448: 'X448',
};
for (const size of [44, 65, 87]) plainAlgorithms[`ml-dsa-${size}`] = `ML-DSA-${size}`;
for (const size of [512, 768, 1024]) plainAlgorithms[`ml-kem-${size}`] = `ML-KEM-${size}`;
for (const hash of ['sha2', 'shake']) {
  for (const size of ['128f', '128s', '192f', '192s', '256f', '256s']) {
    plainAlgorithms[`slh-dsa-${hash}-${size}`] = `SLH-DSA-${hash.toUpperCase()}-${size}`;
  }
}

const dhGroups = {
  modp5: 'modp_1536',
  modp14: 'modp_2048',
  modp15: 'modp_3072',
  modp16: 'modp_4096',
  modp17: 'modp_6144',
  modp18: 'modp_8192',
};

let warned;
function warnRenamed(oldName, newName) {
  warned ??= new Set();
  if (warned.has(oldName)) return;
  warned.add(oldName);
  process.emitWarning(
    `"options.${oldName}" is deprecated, use "options.${newName}" instead.`,
    'DeprecationWarning',
    'DEP0154',
  );
}

// An option that once had another name; both may be given if they agree.
function renamedOption(options, oldName, newName) {
  const old = options[oldName];
  let value = options[newName];
  if (old === undefined) return value;
  warnRenamed(oldName, newName);
  validateString(old, `options.${oldName}`);
  if (value !== undefined && old !== value) {
    throw new ERR_INVALID_ARG_VALUE(`options.${oldName}`, old);
  }
  value ??= old;
  return value;
}

function validateDigest(name, kind) {
  if (name === undefined || binding.isDigest(name)) return;
  if (kind === 'MGF1') throw new ERR_CRYPTO_INVALID_DIGEST(name, 'MGF1');
  throw new ERR_CRYPTO_INVALID_DIGEST(name);
}

function rsaJob(options) {
  validateObject(options, 'options');
  const { modulusLength, publicExponent = 0x10001 } = options;
  validateUint32(modulusLength, 'options.modulusLength');
  validateUint32(publicExponent, 'options.publicExponent');
  return ['generateRsa', modulusLength, publicExponent];
}

function rsaPssJob(options) {
  const [, modulusLength, publicExponent] = rsaJob(options);
  const { saltLength } = options;
  if (saltLength !== undefined) validateInt32(saltLength, 'options.saltLength', 0);
  const hashAlgorithm = renamedOption(options, 'hash', 'hashAlgorithm');
  const mgf1HashAlgorithm = renamedOption(options, 'mgf1Hash', 'mgf1HashAlgorithm');
  if (hashAlgorithm !== undefined) validateString(hashAlgorithm, 'options.hashAlgorithm');
  if (mgf1HashAlgorithm !== undefined) {
    validateString(mgf1HashAlgorithm, 'options.mgf1HashAlgorithm');
  }
  validateDigest(hashAlgorithm);
  validateDigest(mgf1HashAlgorithm, 'MGF1');
  return [
    'generateRsaPss',
    modulusLength,
    publicExponent,
    hashAlgorithm,
    mgf1HashAlgorithm,
    saltLength,
  ];
}

function dsaJob(options) {
  validateObject(options, 'options');
  const { modulusLength, divisorLength } = options;
  validateUint32(modulusLength, 'options.modulusLength');
  if (divisorLength != null) validateInt32(divisorLength, 'options.divisorLength', 0);
  return ['generateDsa', modulusLength, divisorLength ?? -1];
}

function ecJob(options) {
  validateObject(options, 'options');
  const { namedCurve, paramEncoding } = options;
  validateString(namedCurve, 'options.namedCurve');
  if (paramEncoding != null && paramEncoding !== 'named' && paramEncoding !== 'explicit') {
    throw new ERR_INVALID_ARG_VALUE('options.paramEncoding', paramEncoding);
  }
  if (!binding.isCurve(namedCurve)) throw new ERR_CRYPTO_INVALID_CURVE();
  return ['generateEc', namedCurve, paramEncoding !== 'explicit'];
}

function dhJob(options) {
  validateObject(options, 'options');
  const { group, prime, primeLength, generator } = options;
  if (group != null) {
    for (const name of ['prime', 'primeLength', 'generator']) {
      if (options[name] != null) throw new ERR_INCOMPATIBLE_OPTION_PAIR('group', name);
    }
    validateString(group, 'options.group');
    if (group === 'modp1' || group === 'modp2') {
      const { getDiffieHellman } = require('modules/crypto/dh');
      return ['generateDhPrime', getDiffieHellman(group).getPrime(), 2];
    }
    if (!Object.hasOwn(dhGroups, group)) throw new ERR_CRYPTO_UNKNOWN_DH_GROUP();
    return ['generateDhGroup', dhGroups[group]];
  }
  if (prime == null && primeLength == null) {
    throw new ERR_MISSING_OPTION('At least one of the group, prime, or primeLength options');
  }
  if (prime != null && primeLength != null) {
    throw new ERR_INCOMPATIBLE_OPTION_PAIR('prime', 'primeLength');
  }
  if (prime != null) validateBuffer(prime, 'options.prime');
  else validateInt32(primeLength, 'options.primeLength', 0);
  if (generator != null) validateInt32(generator, 'options.generator', 0);
  return prime != null
    ? ['generateDhPrime', prime, generator ?? 2]
    : ['generateDhLength', primeLength, generator ?? 2];
}

const jobs = { rsa: rsaJob, 'rsa-pss': rsaPssJob, dsa: dsaJob, ec: ecJob, dh: dhJob };

// The native function and its arguments.
function pairJob(type, options) {
  validateString(type, 'type');
  if (Object.hasOwn(jobs, type)) return jobs[type](options);
  if (Object.hasOwn(plainAlgorithms, type)) return ['generateNamed', plainAlgorithms[type]];
  throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
}

// How each half is returned: as a KeyObject, or written in an encoding.
function pairOutput(type, options) {
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {};
  const keyType = type;
  let publicOutput;
  let privateOutput;
  if (publicKeyEncoding != null) {
    if (typeof publicKeyEncoding !== 'object') {
      throw new ERR_INVALID_ARG_VALUE('options.publicKeyEncoding', publicKeyEncoding);
    }
    publicOutput = encoding.parsePublicEncoding(
      publicKeyEncoding,
      keyType,
      'options.publicKeyEncoding',
    );
  }
  if (privateKeyEncoding != null) {
    if (typeof privateKeyEncoding !== 'object') {
      throw new ERR_INVALID_ARG_VALUE('options.privateKeyEncoding', privateKeyEncoding);
    }
    privateOutput = encoding.parsePrivateEncoding(
      privateKeyEncoding,
      keyType,
      'options.privateKeyEncoding',
    );
    const { cipher } = privateOutput;
    if (cipher !== undefined && binding.cipherInfo(cipher, 0) === undefined) {
      throw new ERR_CRYPTO_UNKNOWN_CIPHER();
    }
  }
  return { publicOutput, privateOutput };
}

function finishHalf(kind, handle, output) {
  const key = wrapKey(kind, handle);
  if (output === undefined) return key;
  if (output.format === 'jwk') return key.export({ format: 'jwk' });
  return encoding.writeKey(handle, output);
}

function finishPair([publicHandle, privateHandle], { publicOutput, privateOutput }) {
  return {
    publicKey: finishHalf('public', publicHandle, publicOutput),
    privateKey: finishHalf('private', privateHandle, privateOutput),
  };
}

function checkOptions(type, options) {
  if (options !== undefined) validateObject(options, 'options');
  const output = pairOutput(type, options);
  return { output, job: pairJob(type, options) };
}

function generateKeyPair(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  const { output, job } = checkOptions(type, options);
  const [name, ...args] = job;
  binding[name](...args, (error, handles) => {
    if (error) return callback(error);
    let pair;
    try {
      pair = finishPair(handles, output);
    } catch (failure) {
      return callback(failure);
    }
    return callback(null, pair.publicKey, pair.privateKey);
  });
}

// util.promisify() gives both keys.
Object.defineProperty(generateKeyPair, Symbol.for('nodejs.util.promisify.custom'), {
  value: function generateKeyPairPromise(type, options) {
    return new Promise((resolve, reject) => {
      generateKeyPair(type, options, (error, publicKey, privateKey) => {
        if (error) reject(error);
        else resolve({ publicKey, privateKey });
      });
    });
  },
});

function generateKeyPairSync(type, options) {
  const { output, job } = checkOptions(type, options);
  const [name, ...args] = job;
  return finishPair(binding[`${name}Sync`](...args), output);
}

// The number of bytes of a new secret key.
function secretSize(type, options) {
  validateString(type, 'type');
  validateObject(options, 'options');
  const { length } = options;
  switch (type) {
    case 'hmac':
      validateInteger(length, 'options.length', 8, 2 ** 31 - 1);
      return Math.floor(length / 8);
    case 'aes':
      validateOneOf(length, 'options.length', [128, 192, 256]);
      return length / 8;
    default:
      throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  }
}

function generateKey(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  const bytes = Buffer.alloc(secretSize(type, options));
  validateFunction(callback, 'callback');
  binding.randomFill(bytes, 0, bytes.length, (error) => {
    if (error) callback(error);
    else callback(undefined, wrapKey('secret', binding.createSecret(bytes)));
  });
}

function generateKeySync(type, options) {
  const bytes = Buffer.alloc(secretSize(type, options));
  binding.randomFillSync(bytes, 0, bytes.length);
  return wrapKey('secret', binding.createSecret(bytes));
}

module.exports = { generateKey, generateKeyPair, generateKeyPairSync, generateKeySync };

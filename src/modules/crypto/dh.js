// Diffie-Hellman in its classic form, on curves, and of any two keys.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-diffiehellman
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_ECDH_INVALID_FORMAT,
  ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY,
  ERR_CRYPTO_INCOMPATIBLE_KEY,
  ERR_CRYPTO_OPERATION_FAILED,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
} = require('runtime/errors');
const {
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
} = require('runtime/validators');
const { encodeOutput, isBytes, toBytes } = require('modules/crypto/input');
const { preparePrivateKey, preparePublicKey } = require('modules/crypto/keys');

const kHandle = Symbol('kHandle');
const kDefaultGenerator = 2;

// Deprecated shortcuts: an encoding may stand where a generator may.
function generatorBytes(generator, encoding) {
  if (!generator) return Buffer.from([kDefaultGenerator]);
  if (typeof generator === 'number') {
    validateInt32(generator, 'generator');
    const hex = generator.toString(16);
    return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  }
  if (typeof generator === 'string') return toBytes(generator, 'generator', encoding);
  if (!isBytes(generator)) {
    throw new ERR_INVALID_ARG_TYPE(
      'generator',
      ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'],
      generator,
    );
  }
  return generator;
}

function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  if (!(this instanceof DiffieHellman)) {
    return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
  }
  if (typeof sizeOrKey !== 'number' && typeof sizeOrKey !== 'string' && !isBytes(sizeOrKey)) {
    throw new ERR_INVALID_ARG_TYPE(
      'sizeOrKey',
      ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'],
      sizeOrKey,
    );
  }
  // Only lengths: the other kinds of argument are told apart below.
  if (typeof sizeOrKey === 'number') validateInt32(sizeOrKey, 'sizeOrKey');
  if (keyEncoding && !Buffer.isEncoding(keyEncoding) && keyEncoding !== 'buffer') {
    genEncoding = generator;
    generator = keyEncoding;
    keyEncoding = undefined;
  }
  if (typeof sizeOrKey === 'number') {
    const value = typeof generator === 'number' ? generator : (generator ?? kDefaultGenerator);
    if (typeof value === 'number') {
      validateInt32(value || kDefaultGenerator, 'generator');
      this[kHandle] = binding.createDhLength(sizeOrKey, value || kDefaultGenerator);
    } else {
      const bytes = Buffer.from(generatorBytes(value, genEncoding));
      this[kHandle] = binding.createDhLength(
        sizeOrKey,
        bytes.readUIntBE(0, Math.min(bytes.length, 4)),
      );
    }
  } else {
    const prime = toBytes(sizeOrKey, 'sizeOrKey', keyEncoding);
    this[kHandle] = binding.createDhPrime(prime, generatorBytes(generator, genEncoding));
  }
  defineVerifyError(this);
}

function defineVerifyError(object) {
  Object.defineProperty(object, 'verifyError', {
    value: binding.dhVerifyError(object[kHandle]),
    enumerable: true,
    writable: false,
  });
}

function DiffieHellmanGroup(name) {
  if (!(this instanceof DiffieHellmanGroup)) return new DiffieHellmanGroup(name);
  validateString(name, 'name');
  this[kHandle] = binding.createDhGroup(name.toLowerCase());
  defineVerifyError(this);
}

const shared = {
  generateKeys(encoding) {
    return encodeOutput(binding.dhGenerateKeys(this[kHandle]), encoding);
  },
  computeSecret(key, inputEncoding, outputEncoding) {
    const bytes = toBytes(key, 'otherPublicKey', inputEncoding);
    return encodeOutput(binding.dhComputeSecret(this[kHandle], bytes), outputEncoding);
  },
  getPrime(encoding) {
    return encodeOutput(binding.dhPrime(this[kHandle]), encoding);
  },
  getGenerator(encoding) {
    return encodeOutput(binding.dhGenerator(this[kHandle]), encoding);
  },
  getPublicKey(encoding) {
    return encodeOutput(binding.dhPublicKey(this[kHandle]), encoding);
  },
  getPrivateKey(encoding) {
    return encodeOutput(binding.dhPrivateKey(this[kHandle]), encoding);
  },
};
Object.assign(DiffieHellmanGroup.prototype, shared);
Object.assign(DiffieHellman.prototype, shared, {
  setPublicKey(key, encoding) {
    binding.dhSetPublicKey(this[kHandle], toBytes(key, 'key', encoding));
    return this;
  },
  setPrivateKey(key, encoding) {
    binding.dhSetPrivateKey(this[kHandle], toBytes(key, 'key', encoding));
    return this;
  },
});

function createDiffieHellman(sizeOrKey, keyEncoding, generator, generatorEncoding) {
  return new DiffieHellman(sizeOrKey, keyEncoding, generator, generatorEncoding);
}

function getDiffieHellman(groupName) {
  return new DiffieHellmanGroup(groupName);
}

// The forms in which a point can be written, by OpenSSL's numbers.
function pointForm(format) {
  if (format === undefined || format === null || format === 'uncompressed') return 4;
  if (format === 'compressed') return 2;
  if (format === 'hybrid') return 6;
  throw new ERR_CRYPTO_ECDH_INVALID_FORMAT(format);
}

function ECDH(curve) {
  if (!(this instanceof ECDH)) return new ECDH(curve);
  validateString(curve, 'curve');
  this[kHandle] = binding.createEcdh(curve);
}

Object.assign(ECDH.prototype, {
  computeSecret(key, inputEncoding, outputEncoding) {
    const bytes = toBytes(key, 'otherPublicKey', inputEncoding);
    let secret;
    try {
      secret = binding.ecdhComputeSecret(this[kHandle], bytes);
    } catch (error) {
      if (error.code !== 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY') throw error;
      throw new ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY();
    }
    return encodeOutput(secret, outputEncoding);
  },
  setPrivateKey(key, encoding) {
    binding.ecdhSetPrivateKey(this[kHandle], toBytes(key, 'key', encoding));
    return this;
  },
  setPublicKey(key, encoding) {
    binding.ecdhSetPublicKey(this[kHandle], toBytes(key, 'key', encoding));
    return this;
  },
  getPrivateKey(encoding) {
    return encodeOutput(binding.ecdhPrivateKey(this[kHandle]), encoding);
  },
  generateKeys(encoding, format) {
    binding.ecdhGenerateKeys(this[kHandle]);
    return this.getPublicKey(encoding, format);
  },
  getPublicKey(encoding, format) {
    return encodeOutput(binding.ecdhPublicKey(this[kHandle], pointForm(format)), encoding);
  },
});

ECDH.convertKey = function convertKey(key, curve, inputEncoding, outputEncoding, format) {
  validateString(curve, 'curve');
  const bytes = toBytes(key, 'key', inputEncoding);
  return encodeOutput(binding.ecdhConvertKey(bytes, curve, pointForm(format)), outputEncoding);
};

function createECDH(curve) {
  return new ECDH(curve);
}

const exchangeTypes = new Set(['dh', 'ec', 'x448', 'x25519']);

// https://nodejs.org/docs/latest-v24.x/api/crypto.html#cryptodiffiehellmanoptions-callback
function diffieHellman(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  const { privateKey, publicKey } = options;
  if (!privateKey) throw new ERR_INVALID_ARG_VALUE('options.privateKey', privateKey);
  if (!publicKey) throw new ERR_INVALID_ARG_VALUE('options.publicKey', publicKey);
  const own = preparePrivateKey(privateKey);
  const other = preparePublicKey(publicKey);
  const ownType = binding.keyAlgorithm(own);
  const otherType = binding.keyAlgorithm(other);
  if (ownType !== otherType || !exchangeTypes.has(ownType)) {
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY(
      'key types for Diffie-Hellman',
      `${ownType} and ${otherType}`,
    );
  }
  if (callback === undefined) return binding.sharedSecretSync(own, other);
  binding.sharedSecret(own, other, callback);
  return undefined;
}

// https://nodejs.org/docs/latest-v24.x/api/crypto.html#cryptoencapsulatekey-callback
function encapsulate(key, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  const handle = preparePublicKey(key);
  const toResult = ([sharedKey, ciphertext]) => ({ sharedKey, ciphertext });
  if (callback === undefined) return toResult(binding.encapsulateSync(handle));
  binding.encapsulate(handle, (error, result) => {
    if (error) callback(derivationFailed());
    else callback(null, toResult(result));
  });
  return undefined;
}

function derivationFailed() {
  return new ERR_CRYPTO_OPERATION_FAILED('Deriving bits failed');
}

function decapsulate(key, ciphertext, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  const handle = preparePrivateKey(key);
  const bytes = toBytes(ciphertext, 'ciphertext');
  if (callback === undefined) return binding.decapsulateSync(handle, bytes);
  binding.decapsulate(handle, bytes, (error, sharedKey) => {
    if (error) callback(derivationFailed());
    else callback(null, sharedKey);
  });
  return undefined;
}

module.exports = {
  DiffieHellman,
  DiffieHellmanGroup,
  ECDH,
  createDiffieHellman,
  createECDH,
  decapsulate,
  diffieHellman,
  encapsulate,
  getDiffieHellman,
};

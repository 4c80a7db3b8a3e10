// KeyObject and its kinds, and how the arguments of other functions become keys.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-keyobject
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS,
  ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
  ERR_OUT_OF_RANGE,
} = require('runtime/errors');
const { validateObject, validateOneOf, validateString } = require('runtime/validators');
const { kClone } = require('runtime/symbols');
const { isBytes, toBytes } = require('modules/crypto/input');
const encoding = require('modules/crypto/key_encoding');

const bytesKinds = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

let handleOf;
let isKeyObject;

class KeyObject {
  #type;
  #handle;

  static {
    isKeyObject = (value) => typeof value === 'object' && value !== null && #handle in value;
    handleOf = (key) => key.#handle;
  }

  constructor(type, handle) {
    if (type !== 'secret' && type !== 'public' && type !== 'private') {
      throw new ERR_INVALID_ARG_VALUE('type', type);
    }
    if (!binding.isKeyHandle(handle)) {
      throw new ERR_INVALID_ARG_TYPE('handle', 'object', handle);
    }
    this.#type = type;
    this.#handle = handle;
  }

  get type() {
    if (!isKeyObject(this)) throw new ERR_INVALID_THIS('KeyObject');
    return this.#type;
  }

  /** The CryptoKey of the same key, for `algorithm`. */
  toCryptoKey(algorithm, extractable, keyUsages) {
    if (!isKeyObject(this)) throw new ERR_INVALID_THIS('KeyObject');
    return require('web/crypto/import').fromKeyObject(this, algorithm, extractable, keyUsages);
  }

  /** The key behind a CryptoKey. */
  static from(key) {
    const { isCryptoKey, keyObjectOf } = require('web/crypto/key');
    if (!isCryptoKey(key)) throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
    return keyObjectOf(key);
  }

  equals(otherKeyObject) {
    if (!isKeyObject(otherKeyObject)) {
      throw new ERR_INVALID_ARG_TYPE('otherKeyObject', 'KeyObject', otherKeyObject);
    }
    return (
      otherKeyObject.type === this.type && binding.keysEqual(this.#handle, otherKeyObject.#handle)
    );
  }
}

Object.defineProperties(KeyObject.prototype, {
  // Structured cloning (see web/messaging/transfer.js): the native key is shared.
  [kClone]: {
    value: function clone() {
      if (!isKeyObject(this)) return undefined;
      return {
        deserializeInfo: 'modules/crypto/keys:receiveKey',
        data: [this.type, handleOf(this)],
      };
    },
  },
  [Symbol.toStringTag]: { value: 'KeyObject', configurable: true },
});

class SecretKeyObject extends KeyObject {
  get symmetricKeySize() {
    return binding.exportSecret(handleOf(this)).length;
  }

  export(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      validateOneOf(options.format, 'options.format', [undefined, 'buffer', 'jwk']);
      if (options.format === 'jwk') {
        return require('modules/crypto/jwk').exportJwk(this);
      }
    }
    return binding.exportSecret(handleOf(this));
  }
}

class AsymmetricKeyObject extends KeyObject {
  #algorithm;
  #details;

  get asymmetricKeyType() {
    this.#algorithm ??= binding.keyAlgorithm(handleOf(this));
    return this.#algorithm;
  }

  get asymmetricKeyDetails() {
    if (this.#details === undefined) {
      const details = binding.keyDetails(handleOf(this));
      if (details.publicExponent !== undefined) {
        details.publicExponent = BigInt(`0x${details.publicExponent.toString('hex')}`);
      }
      this.#details = details;
    }
    return { ...this.#details };
  }
}

class PublicKeyObject extends AsymmetricKeyObject {
  export(options) {
    if (options?.format === 'jwk') return require('modules/crypto/jwk').exportJwk(this);
    const output = encoding.parsePublicEncoding(options, this.asymmetricKeyType);
    return encoding.writeKey(handleOf(this), output);
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  export(options) {
    if (options?.format === 'jwk') {
      if (options.passphrase !== undefined || options.cipher !== undefined) {
        throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('jwk', 'does not support encryption');
      }
      return require('modules/crypto/jwk').exportJwk(this);
    }
    const output = encoding.parsePrivateEncoding(options, this.asymmetricKeyType);
    return encoding.writeKey(handleOf(this), output);
  }
}

/** The KeyObject around a native key. */
function wrapKey(type, handle) {
  if (type === 'secret') return new SecretKeyObject(type, handle);
  return type === 'public' ? new PublicKeyObject(type, handle) : new PrivateKeyObject(type, handle);
}

/** The other end of cloning. */
function receiveKey([type, handle]) {
  return wrapKey(type, handle);
}

function isStringOrBytes(value) {
  return typeof value === 'string' || isBytes(value);
}

// A CryptoKey is recognized without loading web cryptography where no CryptoKey can exist.
function cryptoKeyToKeyObject(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  const { isCryptoKey, keyObjectOf } = require('web/crypto/key');
  return isCryptoKey(value) ? keyObjectOf(value) : undefined;
}

/**
 * A secret key for the native side: bytes, or the handle of a KeyObject or CryptoKey. `kinds` are
 * those named in the error.
 */
function prepareSecretKey(key, keyEncoding, name = 'key', kinds = undefined) {
  if (isStringOrBytes(key)) return toBytes(key, name, keyEncoding);
  const object = isKeyObject(key) ? key : cryptoKeyToKeyObject(key);
  if (object !== undefined) {
    if (object.type !== 'secret') {
      throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(object.type, 'secret');
    }
    return handleOf(object);
  }
  throw new ERR_INVALID_ARG_TYPE(
    name,
    kinds ?? ['string', ...bytesKinds, 'KeyObject', 'CryptoKey'],
    key,
  );
}

// What a key is wanted for: whether KeyObjects are taken, of which types, and which half is made.
const purposes = {
  createPublic: { objects: ['private'], expected: 'private', isPublic: true },
  createPrivate: { objects: [], expected: '', isPublic: false },
  consumePublic: {
    objects: ['public', 'private'],
    expected: 'private or public',
    isPublic: true,
  },
  consumePrivate: { objects: ['private'], expected: 'private', isPublic: false },
};

function fromKeyObject(key, purpose) {
  if (purpose.objects.length === 0) {
    throw new ERR_INVALID_ARG_TYPE('key', ['string', ...bytesKinds], key);
  }
  if (!purpose.objects.includes(key.type)) {
    throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, purpose.expected);
  }
  const handle = handleOf(key);
  return purpose.isPublic && key.type === 'private' ? binding.publicOf(handle) : handle;
}

function parseKey(data, options, purpose) {
  const { format, type, passphrase } = encoding.parseInputEncoding(options, purpose.isPublic);
  const parse = purpose.isPublic ? binding.createPublic : binding.createPrivate;
  return parse(data, format, type ?? '', passphrase);
}

function toHandle(key, purpose) {
  const object = isKeyObject(key) ? key : undefined;
  if (object !== undefined) return fromKeyObject(object, purpose);
  if (isStringOrBytes(key)) return parseKey(toBytes(key, 'key'), {}, purpose);
  const fromCryptoKey = cryptoKeyToKeyObject(key);
  if (fromCryptoKey !== undefined) return fromKeyObject(fromCryptoKey, purpose);
  if (typeof key === 'object' && key !== null) {
    const { key: data } = key;
    if (isKeyObject(data)) return fromKeyObject(data, purpose);
    const inner = isBytes(data) ? undefined : cryptoKeyToKeyObject(data);
    if (inner !== undefined) return fromKeyObject(inner, purpose);
    if (key.format === 'jwk') {
      validateObject(data, 'key.key');
      return require('modules/crypto/jwk').importJwk(data, purpose.isPublic);
    }
    if (['raw-public', 'raw-private', 'raw-seed'].includes(key.format)) {
      return require('modules/crypto/raw_keys').readRaw(key, purpose.isPublic);
    }
    if (!isStringOrBytes(data)) {
      throw new ERR_INVALID_ARG_TYPE(
        'key.key',
        [
          'string',
          ...bytesKinds,
          ...(purpose.objects.length > 0 ? ['KeyObject', 'CryptoKey'] : []),
        ],
        data,
      );
    }
    return parseKey(toBytes(data, 'key', key.encoding), key, purpose);
  }
  throw new ERR_INVALID_ARG_TYPE(
    'key',
    ['string', ...bytesKinds, ...(purpose.objects.length > 0 ? ['KeyObject', 'CryptoKey'] : [])],
    key,
  );
}

/** The native key of an argument that has to be (or contain) a private key. */
function preparePrivateKey(key) {
  return toHandle(key, purposes.consumePrivate);
}

/** The native key of an argument that has to be a public key or something with one in it. */
function preparePublicKey(key) {
  return toHandle(key, purposes.consumePublic);
}

function createSecretKey(key, keyEncoding) {
  if (!isStringOrBytes(key)) {
    throw new ERR_INVALID_ARG_TYPE('key', ['string', ...bytesKinds], key);
  }
  if (typeof key === 'string' && keyEncoding !== undefined) validateString(keyEncoding, 'encoding');
  const bytes = toBytes(key, 'key', keyEncoding);
  return wrapKey('secret', binding.createSecret(bytes));
}

function createPublicKey(key) {
  return wrapKey('public', toHandle(key, purposes.createPublic));
}

function createPrivateKey(key) {
  return wrapKey('private', toHandle(key, purposes.createPrivate));
}

/** Throws for bits that are no whole number of bytes. */
function validateBits(length, name) {
  if (length % 8 !== 0) throw new ERR_OUT_OF_RANGE(name, 'a multiple of 8', length);
}

module.exports = {
  KeyObject,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  handleOf: (key) => handleOf(key),
  isKeyObject: (value) => isKeyObject(value),
  preparePrivateKey,
  preparePublicKey,
  prepareSecretKey,
  receiveKey,
  validateBits,
  wrapKey,
};

// Hash and Hmac.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-hash
'use strict';

const binding = native('crypto');
const {
  ERR_CRYPTO_HASH_FINALIZED,
  ERR_CRYPTO_HASH_UPDATE_FAILED,
  ERR_INVALID_ARG_TYPE,
} = require('runtime/errors');
const { validateObject, validateString, validateUint32 } = require('runtime/validators');
const { LazyTransform } = require('modules/crypto/lazy_transform');
const { findEncoding } = require('modules/buffer/encodings');
const { inputEncodingId, validateData } = require('modules/crypto/input');

const kHandle = Symbol('kHandle');
const kFinalized = Symbol('kFinalized');

let warnedAboutShake = false;
function warnAboutShake(algorithm) {
  if (warnedAboutShake || !shakes.has(algorithm)) return;
  if (!isPendingDeprecationShown()) return;
  warnedAboutShake = true;
  process.emitWarning(
    'Creating SHAKE128/256 digests without an explicit options.outputLength is deprecated.',
    'DeprecationWarning',
    'DEP0198',
  );
}

// The native numbers of digests that exist, by the names that were used.
const digestNumbers = new Map();
// Those among the names that are SHAKE's.
const shakes = new Set();
function digestNumber(name) {
  let number = digestNumbers.get(name);
  if (number === undefined) {
    number = binding.digestNumber(name);
    if (number >= 0) digestNumbers.set(name, number);
    if (/^shake-?(?:128|256)$/i.test(name)) shakes.add(name);
  }
  return number;
}

function start(hash, source, options) {
  const length = options?.outputLength;
  if (length !== undefined) validateUint32(length, 'options.outputLength');
  hash[kHandle] = binding.createHash(source, length);
  hash[kFinalized] = false;
  LazyTransform.call(hash, options);
  return hash;
}

// Of what is deprecated in the documentation only, those who ask are told.
function isPendingDeprecationShown() {
  return (
    process.env.NODE_PENDING_DEPRECATION === '1' ||
    require('runtime/options').getOptionValue('--pending-deprecation')
  );
}

const deprecated = new Set();
function warnAboutConstructor(name, code) {
  if (deprecated.has(code)) return;
  deprecated.add(code);
  process.emitWarning(`crypto.${name} constructor is deprecated.`, 'DeprecationWarning', code);
}

/** Deprecated as a constructor: createHash() makes instances. */
function Hash(algorithm, options) {
  warnAboutConstructor('Hash', 'DEP0179');
  return createHash(algorithm, options);
}
Object.setPrototypeOf(Hash.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hash, LazyTransform);

// Makes instances: Object.create() takes longer.
function Made() {
  this[kHandle] = undefined;
  this[kFinalized] = false;
}
Made.prototype = Hash.prototype;

function createHash(algorithm, options) {
  validateString(algorithm, 'algorithm');
  if (options?.outputLength === undefined) {
    const hash = start(new Made(), digestNumber(algorithm), options);
    warnAboutShake(algorithm);
    return hash;
  }
  return start(new Made(), digestNumber(algorithm), options);
}

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return start(new Made(), this[kHandle], options);
};

function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  validateData(data);
  const id = typeof data === 'string' ? inputEncodingId(encoding, data) : undefined;
  if (!this[kHandle].update(data, id)) throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
}

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  this[kHandle].update(
    chunk,
    typeof chunk === 'string' ? inputEncodingId(encoding, chunk) : undefined,
  );
  callback();
};

Hash.prototype._flush = function _flush(callback) {
  this.push(this[kHandle].digest());
  callback();
};

Hash.prototype.update = update;

// Unknown encodings ask for a Buffer. An object's toString() may throw: before the hash is spent.
function outputEncodingId(name) {
  return name ? findEncoding(`${name}`)?.id : undefined;
}

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  const encoding = outputEncodingId(outputEncoding);
  this[kFinalized] = true;
  return this[kHandle].digest(encoding);
};

/** Deprecated as a constructor: createHmac() makes instances. */
function Hmac(algorithm, key, options) {
  warnAboutConstructor('Hmac', 'DEP0181');
  return createHmac(algorithm, key, options);
}
Object.setPrototypeOf(Hmac.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hmac, LazyTransform);

function createHmac(algorithm, key, options) {
  validateString(algorithm, 'hmac');
  const { prepareSecretKey } = require('modules/crypto/keys');
  const secret = prepareSecretKey(key, options?.encoding, 'key');
  const hmac = Object.create(Hmac.prototype);
  hmac[kHandle] = binding.createHmac(digestNumber(algorithm), secret, algorithm);
  hmac[kFinalized] = false;
  LazyTransform.call(hmac, options);
  return hmac;
}

Hmac.prototype.update = update;
Hmac.prototype._transform = Hash.prototype._transform;
Hmac.prototype._flush = Hash.prototype._flush;

Hmac.prototype.digest = function digest(outputEncoding) {
  const encoding = outputEncodingId(outputEncoding);
  // DIFFERS from Hash: a second call gives nothing instead of an error.
  if (this[kFinalized]) {
    const empty = Buffer.from('');
    return encoding === undefined ? empty : empty.toString(outputEncoding);
  }
  this[kFinalized] = true;
  return this[kHandle].digest(encoding);
};

/** The digest of all data at once, in hex unless another encoding is named. */
function hash(algorithm, input, options) {
  validateString(algorithm, 'algorithm');
  if (typeof input !== 'string' && !ArrayBuffer.isView(input)) {
    throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  }
  let outputEncoding = 'hex';
  let outputLength;
  if (typeof options === 'string') {
    outputEncoding = options;
  } else if (options !== undefined) {
    validateObject(options, 'options');
    if (options.outputEncoding !== undefined) {
      outputEncoding = options.outputEncoding;
      validateString(outputEncoding, 'options.outputEncoding');
    }
    if (options.outputLength !== undefined) {
      outputLength = options.outputLength;
      validateUint32(outputLength, 'options.outputLength');
    }
  }
  const encoding = hashOutputEncoding(outputEncoding);
  const result = binding.hash(digestNumber(algorithm), input, 0, encoding, outputLength, algorithm);
  if (outputLength === undefined) warnAboutShake(algorithm);
  return result;
}

function hashOutputEncoding(name) {
  if (name === 'buffer') return undefined;
  const found = findEncoding(name);
  if (found === undefined) {
    const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');
    throw new ERR_INVALID_ARG_VALUE('outputEncoding', name);
  }
  return found.id;
}

module.exports = { Hash, Hmac, createHash, createHmac, hash };

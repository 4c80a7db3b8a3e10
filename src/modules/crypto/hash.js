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
const kPending = Symbol('kPending');

// Longer strings are not kept.
const kMostKept = 1024;

// The digests, by number, that are known to work: what does not must be refused at once.
const worksAsHash = [];
const worksAsHmac = [];

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
  LazyTransform.call(hash, options);
  return hash;
}

// What was asked of a Hash or Hmac so far. Most programs hash one short string: until it is known that
// there is more, nothing native is made, so that in the end one call does all.
class Pending {
  #number;
  // That of an Hmac. Private like the text: inspect() shows neither.
  #key;
  #text;
  #encoding = 0;

  constructor(number, key) {
    this.#number = number;
    this.#key = key;
  }

  /** Keeps the first string, if it is short; whether it did. */
  keep(text, encoding) {
    if (this.#text !== undefined || text.length > kMostKept) return false;
    this.#text = text;
    this.#encoding = encoding;
    return true;
  }

  /** The native half, which has taken what was kept. */
  begin() {
    const handle =
      this.#key === undefined
        ? binding.createHash(this.#number, undefined)
        : binding.createHmac(this.#number, Buffer.from(this.#key), '');
    if (this.#text !== undefined) handle.update(this.#text, this.#encoding);
    return handle;
  }

  /** The digest of what was kept. */
  digest(encoding) {
    const text = this.#text ?? '';
    return this.#key === undefined
      ? binding.hash(this.#number, text, this.#encoding, encoding, undefined, '')
      : binding.hmac(this.#number, this.#key, text, this.#encoding, encoding);
  }
}

function handleOf(hash) {
  if (hash[kPending] !== undefined) {
    hash[kHandle] = hash[kPending].begin();
    hash[kPending] = undefined;
  }
  return hash[kHandle];
}

function finish(hash, encoding) {
  hash[kFinalized] = true;
  const pending = hash[kPending];
  if (pending === undefined) return hash[kHandle].digest(encoding);
  hash[kPending] = undefined;
  return pending.digest(encoding);
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

// Make instances: Object.create() takes longer.
function Made() {
  this[kHandle] = undefined;
  this[kFinalized] = false;
  this[kPending] = undefined;
}
Made.prototype = Hash.prototype;

function createHash(algorithm, options) {
  validateString(algorithm, 'algorithm');
  const number = digestNumber(algorithm);
  const hash = new Made();
  if (options === undefined && worksAsHash[number]) {
    hash[kPending] = new Pending(number);
    LazyTransform.call(hash, undefined);
    if (shakes.size > 0) warnAboutShake(algorithm);
    return hash;
  }
  start(hash, number, options);
  worksAsHash[number] = true;
  if (options?.outputLength === undefined) warnAboutShake(algorithm);
  return hash;
}

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return start(new Made(), handleOf(this), options);
};

function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  validateData(data);
  let id;
  if (typeof data === 'string') {
    id = inputEncodingId(encoding, data);
    if (this[kPending]?.keep(data, id)) return this;
  }
  if (!handleOf(this).update(data, id)) throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
}

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  handleOf(this).update(
    chunk,
    typeof chunk === 'string' ? inputEncodingId(encoding, chunk) : undefined,
  );
  callback();
};

Hash.prototype._flush = function _flush(callback) {
  this.push(handleOf(this).digest());
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
  return finish(this, encoding);
};

/** Deprecated as a constructor: createHmac() makes instances. */
function Hmac(algorithm, key, options) {
  warnAboutConstructor('Hmac', 'DEP0181');
  return createHmac(algorithm, key, options);
}
Object.setPrototypeOf(Hmac.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hmac, LazyTransform);

function MadeHmac() {
  this[kHandle] = undefined;
  this[kFinalized] = false;
  this[kPending] = undefined;
}
MadeHmac.prototype = Hmac.prototype;

function createHmac(algorithm, key, options) {
  validateString(algorithm, 'hmac');
  const number = digestNumber(algorithm);
  const hmac = new MadeHmac();
  if (typeof key === 'string' && options === undefined && worksAsHmac[number]) {
    hmac[kPending] = new Pending(number, key);
  } else {
    const { prepareSecretKey } = require('modules/crypto/keys');
    const secret = prepareSecretKey(key, options?.encoding, 'key');
    hmac[kHandle] = binding.createHmac(number, secret, algorithm);
    worksAsHmac[number] = true;
  }
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
  return finish(this, encoding);
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

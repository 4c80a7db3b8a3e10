// Crypto and SubtleCrypto.
// https://w3c.github.io/webcrypto/
'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { CryptoKey, isCryptoKey, slotsOf } = require('web/crypto/key');

// Loaded at the first operation: getRandomValues() and randomUUID() are used more often.
let support;
let algorithms;
function load() {
  support ??= require('web/crypto/support');
  algorithms ??= require('web/crypto/algorithms');
}

const kMake = Symbol('make');
let isSubtle;
let isCrypto;
let random;

function requireArguments(count, args, operation) {
  if (args.length >= count) return;
  const error = new ERR_MISSING_ARGS('arguments');
  error.message =
    `Failed to execute '${operation}' on 'SubtleCrypto': ${count} ` +
    `argument${count === 1 ? '' : 's'} required, but only ${args.length} present.`;
  throw error;
}

function convertKey(value, name) {
  if (!isCryptoKey(value)) throw new ERR_INVALID_ARG_TYPE(name, 'CryptoKey', value);
  return value;
}

const formats = new Set(['raw', 'raw-public', 'raw-secret', 'raw-seed', 'pkcs8', 'spki', 'jwk']);

function convertFormat(value) {
  const format = `${value}`;
  if (!formats.has(format)) {
    const error = new ERR_INVALID_ARG_VALUE('format', format);
    error.message = `'${format}' is not a valid enum value of type KeyFormat.`;
    throw error;
  }
  return format;
}

// Key data is an object for JSON Web Keys and memory for all else.
function convertKeyData(format, value) {
  if (format !== 'jwk') return support.copyOf(value, 'keyData');
  if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value)) return value;
  if (value === null || value === undefined) return null;
  throw new ERR_INVALID_ARG_TYPE('keyData', 'JsonWebKey', value);
}

// https://w3c.github.io/webcrypto/#SubtleCrypto-method-encrypt, steps 8 and 9.
function requireUse(key, algorithm, usage, messages) {
  const slots = slotsOf(key);
  // DIFFERS: the standard compares the algorithms first; nothing but the message tells.
  if (!slots.usages.includes(usage)) throw support.failure('InvalidAccessError', messages.usage);
  if (slots.algorithm.name !== algorithm.name) {
    throw support.failure('InvalidAccessError', messages.mismatch);
  }
}

const invalidOperation = {
  mismatch: 'The requested operation is not valid for the provided key',
  usage: 'The requested operation is not valid for the provided key',
};
const signMessages = {
  mismatch: 'Unable to use this key to sign',
  usage: 'Unable to use this key to sign',
};
const verifyMessages = {
  mismatch: 'Unable to use this key to verify',
  usage: 'Unable to use this key to verify',
};
const deriveMessages = (usage) => ({
  mismatch: 'Key algorithm mismatch',
  usage: `baseKey does not have ${usage} usage`,
});

async function importKey(format, keyData, algorithm, extractable, usages) {
  const { importKey: read } = algorithms.implementation(algorithm.name);
  return read(format, keyData, algorithm, extractable, usages);
}

async function exportKey(format, key) {
  const { algorithm, extractable } = slotsOf(key);
  if (!algorithms.hasOperation(algorithm.name, 'exportKey')) {
    throw support.failure('NotSupportedError', `${algorithm.name} key export is not supported`);
  }
  if (!extractable) throw support.failure('InvalidAccessError', 'key is not extractable');
  return algorithms.implementation(algorithm.name).exportKey(format, key);
}

async function deriveBits(algorithm, baseKey, length) {
  return algorithms.implementation(algorithm.name).deriveBits(algorithm, baseKey, length);
}

// Wrapping prefers an operation of its own and else encrypts.
function normalizeWrapping(algorithm, wrapping, crypting) {
  try {
    return [algorithms.normalize(algorithm, wrapping), wrapping];
  } catch (error) {
    if (error.name !== 'NotSupportedError') throw error;
    return [algorithms.normalize(algorithm, crypting), crypting];
  }
}

class SubtleCrypto {
  // Marks an instance: methods refuse every other receiver.
  #isSubtle = true;

  constructor() {
    if (arguments[0] !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    load();
  }

  async encrypt(algorithm, key, data) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(3, arguments, 'encrypt');
    convertKey(key, 'key');
    data = support.copyOf(data, 'data');
    const normalized = algorithms.normalize(algorithm, 'encrypt');
    requireUse(key, normalized, 'encrypt', invalidOperation);
    return algorithms.implementation(normalized.name).encrypt(normalized, key, data);
  }

  async decrypt(algorithm, key, data) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(3, arguments, 'decrypt');
    convertKey(key, 'key');
    data = support.copyOf(data, 'data');
    const normalized = algorithms.normalize(algorithm, 'decrypt');
    requireUse(key, normalized, 'decrypt', invalidOperation);
    return algorithms.implementation(normalized.name).decrypt(normalized, key, data);
  }

  async sign(algorithm, key, data) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(3, arguments, 'sign');
    convertKey(key, 'key');
    data = support.copyOf(data, 'data');
    const normalized = algorithms.normalize(algorithm, 'sign');
    requireUse(key, normalized, 'sign', signMessages);
    return algorithms.implementation(normalized.name).sign(normalized, key, data);
  }

  async verify(algorithm, key, signature, data) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(4, arguments, 'verify');
    convertKey(key, 'key');
    signature = support.copyOf(signature, 'signature');
    data = support.copyOf(data, 'data');
    const normalized = algorithms.normalize(algorithm, 'verify');
    requireUse(key, normalized, 'verify', verifyMessages);
    return algorithms.implementation(normalized.name).verify(normalized, key, signature, data);
  }

  async digest(algorithm, data) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(2, arguments, 'digest');
    data = support.copyOf(data, 'data');
    const normalized = algorithms.normalize(algorithm, 'digest');
    return algorithms.implementation(normalized.name).digest(normalized, data);
  }

  async generateKey(algorithm, extractable, keyUsages) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(3, arguments, 'generateKey');
    const usages = support.convertUsages(keyUsages);
    const normalized = algorithms.normalize(algorithm, 'generateKey');
    const { generateKey } = algorithms.implementation(normalized.name);
    return generateKey(normalized, Boolean(extractable), usages);
  }

  async deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, keyUsages) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(5, arguments, 'deriveKey');
    convertKey(baseKey, 'baseKey');
    const usages = support.convertUsages(keyUsages);
    const normalized = algorithms.normalize(algorithm, 'deriveBits');
    const imported = algorithms.normalize(derivedKeyAlgorithm, 'importKey');
    const sized = algorithms.normalize(derivedKeyAlgorithm, 'getKeyLength');
    requireUse(baseKey, normalized, 'deriveKey', deriveMessages('deriveKey'));
    const length = algorithms.implementation(sized.name).getKeyLength(sized);
    const bits = await deriveBits(normalized, baseKey, length);
    const key = await importKey(
      'raw-secret',
      new Uint8Array(bits),
      imported,
      Boolean(extractable),
      usages,
    );
    return key;
  }

  async deriveBits(algorithm, baseKey, length = null) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(2, arguments, 'deriveBits');
    convertKey(baseKey, 'baseKey');
    if (length !== null) length = support.integer(length, 'length', 32);
    const normalized = algorithms.normalize(algorithm, 'deriveBits');
    requireUse(baseKey, normalized, 'deriveBits', deriveMessages('deriveBits'));
    return deriveBits(normalized, baseKey, length);
  }

  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(4, arguments, 'importKey');
    format = convertFormat(format);
    keyData = convertKeyData(format, keyData);
    const usages = support.convertUsages(keyUsages);
    const normalized = algorithms.normalize(algorithm, 'importKey');
    return importKey(format, keyData, normalized, Boolean(extractable), usages);
  }

  async exportKey(format, key) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(2, arguments, 'exportKey');
    format = convertFormat(format);
    convertKey(key, 'key');
    return exportKey(format, key);
  }

  async wrapKey(format, key, wrappingKey, wrapAlgorithm) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(4, arguments, 'wrapKey');
    format = convertFormat(format);
    convertKey(key, 'key');
    convertKey(wrappingKey, 'wrappingKey');
    const [normalized, operation] = normalizeWrapping(wrapAlgorithm, 'wrapKey', 'encrypt');
    requireUse(wrappingKey, normalized, 'wrapKey', invalidOperation);
    const exported = await exportKey(format, key);
    let bytes = exported;
    if (format === 'jwk') {
      let text = JSON.stringify(exported);
      // Key wrapping wants whole blocks of eight bytes: spaces do no harm to JSON.
      if (normalized.name === 'AES-KW') text = text.padEnd(Math.ceil(text.length / 8) * 8);
      bytes = Buffer.from(text);
    }
    const implementation = algorithms.implementation(normalized.name);
    return implementation[operation](normalized, wrappingKey, new Uint8Array(bytes));
  }

  async unwrapKey(
    format,
    wrappedKey,
    unwrappingKey,
    unwrapAlgorithm,
    unwrappedKeyAlgorithm,
    extractable,
    keyUsages,
  ) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(7, arguments, 'unwrapKey');
    format = convertFormat(format);
    wrappedKey = support.copyOf(wrappedKey, 'wrappedKey');
    convertKey(unwrappingKey, 'unwrappingKey');
    const usages = support.convertUsages(keyUsages);
    const [normalized, operation] = normalizeWrapping(unwrapAlgorithm, 'unwrapKey', 'decrypt');
    const imported = algorithms.normalize(unwrappedKeyAlgorithm, 'importKey');
    requireUse(unwrappingKey, normalized, 'unwrapKey', invalidOperation);
    const implementation = algorithms.implementation(normalized.name);
    const bytes = await implementation[operation](normalized, unwrappingKey, wrappedKey);
    let keyData = new Uint8Array(bytes);
    if (format === 'jwk') {
      try {
        keyData = JSON.parse(Buffer.from(bytes).toString());
      } catch (error) {
        throw support.failure('DataError', 'Invalid wrapped JWK key', error);
      }
    }
    return importKey(format, keyData, imported, Boolean(extractable), usages);
  }

  async getPublicKey(key, keyUsages) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(2, arguments, 'getPublicKey');
    convertKey(key, 'key');
    const usages = support.convertUsages(keyUsages);
    const { keyObject, algorithm } = slotsOf(key);
    if (keyObject.type !== 'private') {
      throw support.failure(
        keyObject.type === 'secret' ? 'NotSupportedError' : 'InvalidAccessError',
        'key must be a private key',
      );
    }
    const { createPublicKey } = require('modules/crypto/keys');
    const { fromKeyObject } = require('web/crypto/import');
    return fromKeyObject(createPublicKey(keyObject), algorithm, true, usages);
  }

  async encapsulateBits(encapsulationAlgorithm, encapsulationKey) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(2, arguments, 'encapsulateBits');
    return encapsulate(encapsulationAlgorithm, encapsulationKey, 'encapsulateBits');
  }

  async encapsulateKey(
    encapsulationAlgorithm,
    encapsulationKey,
    sharedKeyAlgorithm,
    extractable,
    keyUsages,
  ) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(5, arguments, 'encapsulateKey');
    const usages = support.convertUsages(keyUsages);
    const imported = algorithms.normalize(sharedKeyAlgorithm, 'importKey');
    const { sharedKey, ciphertext } = await encapsulate(
      encapsulationAlgorithm,
      encapsulationKey,
      'encapsulateKey',
    );
    const key = await importShared(sharedKey, imported, extractable, usages);
    return { ciphertext, sharedKey: key };
  }

  async decapsulateBits(decapsulationAlgorithm, decapsulationKey, ciphertext) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(3, arguments, 'decapsulateBits');
    return decapsulate(decapsulationAlgorithm, decapsulationKey, ciphertext, 'decapsulateBits');
  }

  async decapsulateKey(
    decapsulationAlgorithm,
    decapsulationKey,
    ciphertext,
    sharedKeyAlgorithm,
    extractable,
    keyUsages,
  ) {
    if (!isSubtle(this)) throw new ERR_INVALID_THIS('SubtleCrypto');
    requireArguments(6, arguments, 'decapsulateKey');
    const usages = support.convertUsages(keyUsages);
    const imported = algorithms.normalize(sharedKeyAlgorithm, 'importKey');
    const sharedKey = await decapsulate(
      decapsulationAlgorithm,
      decapsulationKey,
      ciphertext,
      'decapsulateKey',
    );
    return importShared(sharedKey, imported, extractable, usages);
  }

  /** Whether an operation with that algorithm would get as far as looking at its key. */
  static supports(operation, algorithm, lengthOrAdditionalAlgorithm = null) {
    if (this !== SubtleCrypto) throw new ERR_INVALID_THIS('SubtleCrypto constructor');
    if (arguments.length < 2) {
      const error = new ERR_MISSING_ARGS('arguments');
      error.message = `Failed to execute 'supports' on 'SubtleCrypto': 2 arguments required, but only ${arguments.length} present.`;
      throw error;
    }
    load();
    return require('web/crypto/supports').supports(
      `${operation}`,
      algorithm,
      lengthOrAdditionalAlgorithm,
    );
  }

  static {
    isSubtle = (value) => typeof value === 'object' && value !== null && #isSubtle in value;
  }
}

function importShared(sharedKey, algorithm, extractable, usages) {
  const bytes = new Uint8Array(sharedKey);
  return importKey('raw-secret', bytes, algorithm, Boolean(extractable), usages);
}

async function encapsulate(algorithm, key, usage) {
  convertKey(key, 'encapsulationKey');
  const normalized = algorithms.normalize(algorithm, 'encapsulate');
  requireUse(key, normalized, usage, {
    mismatch: 'key algorithm mismatch',
    usage: `encapsulationKey does not have ${usage} usage`,
  });
  return algorithms.implementation(normalized.name).encapsulate(normalized, key);
}

async function decapsulate(algorithm, key, ciphertext, usage) {
  convertKey(key, 'decapsulationKey');
  const bytes = support.copyOf(ciphertext, 'ciphertext');
  const normalized = algorithms.normalize(algorithm, 'decapsulate');
  requireUse(key, normalized, usage, {
    mismatch: 'key algorithm mismatch',
    usage: `decapsulationKey does not have ${usage} usage`,
  });
  return algorithms.implementation(normalized.name).decapsulate(normalized, key, bytes);
}

class Crypto {
  #isCrypto = true;
  #subtle;

  constructor() {
    if (arguments[0] !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get subtle() {
    if (!isCrypto(this)) throw new ERR_INVALID_THIS('Crypto');
    this.#subtle ??= new SubtleCrypto(kMake);
    return this.#subtle;
  }

  getRandomValues(array) {
    if (!isCrypto(this)) throw new ERR_INVALID_THIS('Crypto');
    if (arguments.length === 0) {
      const error = new ERR_MISSING_ARGS('typedArray');
      error.message =
        "Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present.";
      throw error;
    }
    random ??= require('modules/crypto/random');
    return random.getRandomValues(array);
  }

  randomUUID() {
    if (!isCrypto(this)) throw new ERR_INVALID_THIS('Crypto');
    return require('modules/crypto/random').randomUUID();
  }

  static {
    isCrypto = (value) => typeof value === 'object' && value !== null && #isCrypto in value;
  }
}

for (const Class of [Crypto, SubtleCrypto]) {
  for (const name of Object.getOwnPropertyNames(Class.prototype)) {
    if (name === 'constructor') continue;
    Object.defineProperty(Class.prototype, name, { enumerable: true });
  }
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    value: Class.name,
    configurable: true,
  });
}
Object.defineProperty(SubtleCrypto, 'supports', { enumerable: true });

const crypto = new Crypto(kMake);

module.exports = { Crypto, CryptoKey, SubtleCrypto, crypto };

// Cipheriv and Decipheriv, and encrypting with RSA keys.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-cipheriv
'use strict';

const { StringDecoder } = require('node:string_decoder');
const binding = native('crypto');
const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_UNKNOWN_ENCODING,
} = require('runtime/errors');
const {
  validateInt32,
  validateObject,
  validateString,
  validateUint32,
} = require('runtime/validators');
const { findEncoding } = require('modules/buffer/encodings');
const { LazyTransform } = require('modules/crypto/lazy_transform');
const { inputEncodingId, toBytes, validateData } = require('modules/crypto/input');
const { preparePrivateKey, preparePublicKey, prepareSecretKey } = require('modules/crypto/keys');

const kHandle = Symbol('kHandle');

// Lengths were never checked by more than this: other checks are the cipher's.
function lengthOption(options, name) {
  const value = options?.[name];
  if (value == null) return undefined;
  if (value !== value >>> 0) throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value);
  return value;
}

function start(stream, isEncrypting, cipher, key, iv, options) {
  validateString(cipher, 'cipher');
  const secret = prepareSecretKey(key, options?.encoding, 'key');
  const nonce = iv === null ? undefined : toBytes(iv, 'iv');
  const tagLength = lengthOption(options, 'authTagLength');
  stream[kHandle] = binding.createCipher(isEncrypting, cipher, secret, nonce, tagLength);
  stream._decoder = null;
  LazyTransform.call(stream, options);
  return stream;
}

// Text comes out whole characters at a time, which ties all calls to one encoding.
function decoderFor(stream, outputEncoding) {
  const encoding = findEncoding(outputEncoding);
  if (encoding === undefined) throw new ERR_UNKNOWN_ENCODING(outputEncoding);
  if (stream._decoder === null) {
    stream._decoder = new StringDecoder(outputEncoding);
  } else if (findEncoding(stream._decoder.encoding) !== encoding) {
    const error = new ERR_INVALID_ARG_VALUE('outputEncoding', outputEncoding);
    error.message = `Cannot change encoding from '${stream._decoder.encoding}' to '${outputEncoding}'`;
    throw error;
  }
  return stream._decoder;
}

const isText = (encoding) => encoding && encoding !== 'buffer';

const methods = {
  _transform(chunk, encoding, callback) {
    const id = typeof chunk === 'string' ? inputEncodingId(encoding, chunk) : undefined;
    this.push(this[kHandle].update(chunk, id));
    callback();
  },

  _flush(callback) {
    let rest;
    try {
      rest = binding.cipherFinal(this[kHandle]);
    } catch (error) {
      callback(error);
      return;
    }
    this.push(rest);
    callback();
  },

  update(data, inputEncoding, outputEncoding) {
    validateData(data);
    const id = typeof data === 'string' ? inputEncodingId(inputEncoding, data) : undefined;
    const decoder = isText(outputEncoding) ? decoderFor(this, outputEncoding) : undefined;
    const result = this[kHandle].update(data, id);
    return decoder === undefined ? result : decoder.write(result);
  },

  final(outputEncoding) {
    const result = binding.cipherFinal(this[kHandle]);
    return isText(outputEncoding) ? decoderFor(this, outputEncoding).end(result) : result;
  },

  setAutoPadding(autoPadding) {
    binding.cipherSetAutoPadding(this[kHandle], autoPadding === undefined || Boolean(autoPadding));
    return this;
  },

  setAAD(buffer, options) {
    const encoding = options?.encoding;
    const bytes = toBytes(buffer, 'buffer', encoding);
    binding.cipherSetAAD(this[kHandle], bytes, lengthOption(options, 'plaintextLength'));
    return this;
  },
};

let warnedAboutShortTag = false;

function setAuthTag(tag, encoding) {
  const bytes = toBytes(tag, 'buffer', encoding);
  const isShort = binding.cipherSetAuthTag(this[kHandle], bytes);
  if (isShort && !warnedAboutShortTag) {
    warnedAboutShortTag = true;
    process.emitWarning(
      'Using AES-GCM authentication tags of less than 128 bits without specifying the ' +
        'authTagLength option when initializing decryption is deprecated.',
      'DeprecationWarning',
      'DEP0182',
    );
  }
  return this;
}

function getAuthTag() {
  return binding.cipherGetAuthTag(this[kHandle]);
}

function addMethods(Class, own) {
  Object.setPrototypeOf(Class.prototype, LazyTransform.prototype);
  Object.setPrototypeOf(Class, LazyTransform);
  for (const [name, value] of Object.entries({ ...methods, ...own })) {
    Class.prototype[name] = value;
  }
}

function Cipheriv(cipher, key, iv, options) {
  if (!(this instanceof Cipheriv)) return new Cipheriv(cipher, key, iv, options);
  start(this, true, cipher, key, iv, options);
}
addMethods(Cipheriv, { getAuthTag });

function Decipheriv(cipher, key, iv, options) {
  if (!(this instanceof Decipheriv)) return new Decipheriv(cipher, key, iv, options);
  start(this, false, cipher, key, iv, options);
}
addMethods(Decipheriv, { setAuthTag });

function createCipheriv(cipher, key, iv, options) {
  return new Cipheriv(cipher, key, iv, options);
}

function createDecipheriv(cipher, key, iv, options) {
  return new Decipheriv(cipher, key, iv, options);
}

function getCipherInfo(nameOrNid, options) {
  if (typeof nameOrNid !== 'string' && typeof nameOrNid !== 'number') {
    throw new ERR_INVALID_ARG_TYPE('nameOrNid', ['string', 'number'], nameOrNid);
  }
  if (typeof nameOrNid === 'number') validateInt32(nameOrNid, 'nameOrNid');
  let keyLength;
  let ivLength;
  if (options !== undefined) {
    validateObject(options, 'options');
    ({ keyLength, ivLength } = options);
    if (keyLength !== undefined) validateInt32(keyLength, 'options.keyLength');
    if (ivLength !== undefined) validateInt32(ivLength, 'options.ivLength');
  }
  const isName = typeof nameOrNid === 'string';
  const info = binding.cipherInfo(
    isName ? nameOrNid : '',
    isName ? 0 : nameOrNid,
    keyLength,
    ivLength,
  );
  return info;
}

function validateOaepHash(name) {
  validateString(name, 'key.oaepHash');
  if (binding.isDigest(name)) return;
  const error = new Error('Invalid digest used');
  error.code = 'ERR_OSSL_EVP_INVALID_DIGEST';
  throw error;
}

// https://nodejs.org/docs/latest-v24.x/api/crypto.html#cryptopublicencryptkey-buffer
function rsaFunction(name, prepare, defaultPadding) {
  return {
    [name](key, buffer) {
      const padding = key?.padding ?? defaultPadding;
      if (padding !== undefined) validateUint32(padding, 'key.padding');
      const { oaepHash, oaepLabel, encoding } = typeof key === 'object' && key !== null ? key : {};
      if (oaepHash !== undefined) validateOaepHash(oaepHash);
      const label =
        oaepLabel === undefined ? undefined : toBytes(oaepLabel, 'key.oaepLabel', encoding);
      const data = toBytes(buffer, 'buffer', encoding);
      return binding[`${name}Sync`](prepare(key), data, padding, oaepHash, label);
    },
  }[name];
}

const { RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PADDING } = require('modules/crypto/constants').constants;

module.exports = {
  Cipheriv,
  Decipheriv,
  createCipheriv,
  createDecipheriv,
  getCipherInfo,
  privateDecrypt: rsaFunction('privateDecrypt', preparePrivateKey, RSA_PKCS1_OAEP_PADDING),
  privateEncrypt: rsaFunction('privateEncrypt', preparePrivateKey, RSA_PKCS1_PADDING),
  publicDecrypt: rsaFunction('publicDecrypt', preparePublicKey, RSA_PKCS1_PADDING),
  publicEncrypt: rsaFunction('publicEncrypt', preparePublicKey, RSA_PKCS1_OAEP_PADDING),
};

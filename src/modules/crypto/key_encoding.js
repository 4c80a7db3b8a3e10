// The options that say how a key is written: { format, type, cipher, passphrase, encoding }.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#keyobjectexportoptions
'use strict';

const binding = native('crypto');
const { ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { validateObject, validateOneOf } = require('runtime/validators');
const { isBytes, toBytes } = require('modules/crypto/input');

function isStringOrBytes(value) {
  return typeof value === 'string' || isBytes(value);
}

function parseFormat(format, fallback, name) {
  if (format === undefined && fallback !== undefined) return fallback;
  if (format === 'pem' || format === 'der' || format === 'jwk') return format;
  throw new ERR_INVALID_ARG_VALUE(name, format);
}

// `isPublic` is undefined where either half may be meant.
function parseType(type, isRequired, keyType, isPublic, name) {
  if (type === undefined && !isRequired) return undefined;
  if (type === 'pkcs1') {
    if (keyType !== undefined && keyType !== 'rsa') {
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('pkcs1', 'can only be used for RSA keys');
    }
    return type;
  }
  if (type === 'spki' && isPublic !== false) return type;
  if (type === 'pkcs8' && isPublic !== true) return type;
  if (type === 'sec1' && isPublic !== true) {
    if (keyType !== undefined && keyType !== 'ec') {
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('sec1', 'can only be used for EC keys');
    }
    return type;
  }
  throw new ERR_INVALID_ARG_VALUE(name, type);
}

/** How a key that a program hands in is written. */
function parseInputEncoding(options, isPublic) {
  const format = parseFormat(options.format, 'pem', 'options.format');
  // What comes as a public key may be a private one: every type is possible.
  const type = parseType(
    options.type,
    format === 'der',
    undefined,
    isPublic ? undefined : false,
    'options.type',
  );
  let { passphrase } = options;
  if (passphrase === null) passphrase = undefined;
  if (passphrase !== undefined) {
    if (!isStringOrBytes(passphrase)) {
      throw new ERR_INVALID_ARG_VALUE('options.passphrase', passphrase);
    }
    passphrase = asView(toBytes(passphrase, 'options.passphrase', options.encoding));
  }
  return { format, type, passphrase };
}

// The binding takes views for strings of bytes.
function asView(bytes) {
  return ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
}

const rawFormats = { true: ['raw-public'], false: ['raw-private', 'raw-seed'] };

function parseOutput(options, keyType, isPublic, prefix) {
  validateObject(options, 'options');
  if (rawFormats[isPublic].includes(options.format)) {
    const { format, type } = options;
    if (keyType === 'ec' && isPublic && type !== undefined) {
      validateOneOf(type, `${prefix}.type`, ['compressed', 'uncompressed']);
    }
    return { format, type };
  }
  const format = parseFormat(options.format, undefined, `${prefix}.format`);
  const isRequired = format !== 'jwk';
  const type = parseType(options.type, isRequired, keyType, isPublic, `${prefix}.type`);
  return { format, type };
}

/** How a public key shall be written. `prefix` names the options in errors. */
function parsePublicEncoding(options, keyType, prefix = 'options') {
  return parseOutput(options, keyType, true, prefix);
}

/** How a private key shall be written, and with which cipher it is protected. */
function parsePrivateEncoding(options, keyType, prefix = 'options') {
  const { format, type } = parseOutput(options, keyType, false, prefix);
  const { cipher, encoding } = options;
  let { passphrase } = options;
  if (cipher == null) {
    if (format === 'jwk' && passphrase !== undefined) {
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('jwk', 'does not support encryption');
    }
    return { format, type };
  }
  if (typeof cipher !== 'string') throw new ERR_INVALID_ARG_VALUE(`${prefix}.cipher`, cipher);
  if (format === 'jwk' || format.startsWith('raw-')) {
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(format, 'does not support encryption');
  }
  if (format === 'der' && (type === 'pkcs1' || type === 'sec1')) {
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'does not support encryption');
  }
  if (!isStringOrBytes(passphrase)) {
    throw new ERR_INVALID_ARG_VALUE(`${prefix}.passphrase`, passphrase);
  }
  passphrase = asView(toBytes(passphrase, `${prefix}.passphrase`, encoding));
  return { format, type, cipher, passphrase };
}

/** The key in that encoding: a string of PEM or a Buffer of DER or of bare bytes. */
function writeKey(handle, { format, type, cipher, passphrase }) {
  if (format.startsWith('raw-')) {
    return require('modules/crypto/raw_keys').writeRaw(handle, { format, type });
  }
  const bytes = binding.exportKey(handle, format, type, cipher, passphrase);
  return format === 'pem' ? bytes.toString('latin1') : bytes;
}

module.exports = { parseInputEncoding, parsePrivateEncoding, parsePublicEncoding, writeKey };

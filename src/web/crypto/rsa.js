// RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP.
// https://w3c.github.io/webcrypto/#rsassa-pkcs1
'use strict';

const binding = native('crypto');
const { ERR_OUT_OF_RANGE } = require('runtime/errors');
const { handleOf, wrapKey } = require('modules/crypto/keys');
const { constants } = require('modules/crypto/constants');
const { keyObjectOf, makeCryptoKey, slotsOf } = require('web/crypto/key');
const {
  cannotImport,
  checkJwk,
  checkJwkAlgorithm,
  checkUsages,
  operationError,
  run,
} = require('web/crypto/support');
const { digestName } = require('web/crypto/digest');
const pair = require('web/crypto/asymmetric');

// In bytes.
const hashSizes = {
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
  'SHA3-256': 32,
  'SHA3-384': 48,
  'SHA3-512': 64,
};

const encryption = { public: ['encrypt', 'wrapKey'], private: ['decrypt', 'unwrapKey'] };
const signature = { public: ['verify'], private: ['sign'] };

function allowedUsages(name) {
  return name === 'RSA-OAEP' ? encryption : signature;
}

function jwkName(name, hash) {
  // RFC 7518 knows no SHA-3.
  if (!hash.name.startsWith('SHA-')) return undefined;
  const size = hash.name.slice(4);
  if (name === 'RSA-OAEP') return size === '1' ? 'RSA-OAEP' : `RSA-OAEP-${size}`;
  return `${name === 'RSA-PSS' ? 'PS' : 'RS'}${size}`;
}

async function generateKey(algorithm, extractable, usages) {
  const { name, modulusLength, publicExponent, hash } = algorithm;
  const allowed = allowedUsages(name);
  pair.checkPairUsages(usages, allowed, name);
  const exponent = Number(`0x${Buffer.from(publicExponent).toString('hex') || '0'}`);
  // Larger ones are legal, but nobody uses them and OpenSSL takes a word.
  if (exponent < 3 || exponent % 2 === 0 || exponent > 2 ** 32 - 1) throw operationError();
  if (modulusLength < 256) throw operationError();
  const promise = binding.generateRsa(modulusLength, exponent);
  return pair.generatePair(
    promise,
    () => ({ name, modulusLength, publicExponent: publicExponent.slice(), hash }),
    extractable,
    usages,
    allowed,
  );
}

function readKey(format, data, algorithm, extractable, usages) {
  const { name, hash } = algorithm;
  const allowed = allowedUsages(name);
  if (format === 'spki') {
    checkUsages(usages, allowed.public, name);
    return pair.readDer(format, data);
  }
  if (format === 'pkcs8') {
    checkUsages(usages, allowed.private, name);
    return pair.readDer(format, data);
  }
  if (format !== 'jwk') throw cannotImport(name, format);
  checkJwk(data, 'RSA', usages, extractable, name === 'RSA-OAEP' ? 'enc' : 'sig');
  checkJwkAlgorithm(data, jwkName(name, hash));
  const isPrivate = data.d !== undefined;
  checkUsages(usages, isPrivate ? allowed.private : allowed.public, name);
  const { importJwk } = require('modules/crypto/jwk');
  const handle = pair.attempt(() => importJwk(data, !isPrivate));
  return wrapKey(isPrivate ? 'private' : 'public', handle);
}

// The exponent as web cryptography shows it: big-endian bytes.
function exponentBytes(exponent) {
  const hex = exponent.toString(16);
  return new Uint8Array(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
}

function importKey(format, data, algorithm, extractable, usages) {
  const keyObject = readKey(format, data, algorithm, extractable, usages);
  pair.requireType(keyObject, 'rsa');
  pair.requirePrivateUsages(keyObject, usages);
  const { modulusLength, publicExponent } = keyObject.asymmetricKeyDetails;
  return makeCryptoKey(
    keyObject,
    {
      name: algorithm.name,
      modulusLength,
      publicExponent: exponentBytes(publicExponent),
      hash: algorithm.hash,
    },
    usages,
    extractable,
  );
}

function exportKey(format, key) {
  const { algorithm } = slotsOf(key);
  const written = pair.exportStandard(format, key, jwkName(algorithm.name, algorithm.hash));
  if (written === undefined) throw pair.cannotExport(key, format);
  return written;
}

function oaep(encrypts, algorithm, key, data) {
  pair.requireHalf(key, encrypts ? 'public' : 'private');
  const transform = encrypts ? binding.publicEncrypt : binding.privateDecrypt;
  const hash = digestName(slotsOf(key).algorithm.hash);
  const handle = handleOf(keyObjectOf(key));
  return run(transform(handle, data, constants.RSA_PKCS1_OAEP_PADDING, hash, algorithm.label));
}

function signatureArguments(algorithm, key) {
  if (algorithm.name !== 'RSA-PSS') return [constants.RSA_PKCS1_PADDING, undefined];
  const { saltLength } = algorithm;
  const { modulusLength, hash } = slotsOf(key).algorithm;
  const maximum = Math.ceil((modulusLength - 1) / 8) - hashSizes[hash.name] - 2;
  if (saltLength > maximum) {
    throw operationError(
      new ERR_OUT_OF_RANGE('algorithm.saltLength', `>= 0 && <= ${maximum}`, saltLength),
    );
  }
  return [constants.RSA_PKCS1_PSS_PADDING, saltLength];
}

function sign(algorithm, key, data) {
  pair.requireHalf(key, 'private');
  const hash = digestName(slotsOf(key).algorithm.hash);
  const [padding, saltLength] = signatureArguments(algorithm, key);
  return run(binding.sign(handleOf(keyObjectOf(key)), hash, data, padding, saltLength, false));
}

function verify(algorithm, key, signed, data) {
  pair.requireHalf(key, 'public');
  const hash = digestName(slotsOf(key).algorithm.hash);
  const [padding, saltLength] = signatureArguments(algorithm, key);
  return run(
    binding.verify(handleOf(keyObjectOf(key)), hash, data, signed, padding, saltLength, false),
  );
}

module.exports = {
  decrypt: (algorithm, key, data) => oaep(false, algorithm, key, data),
  encrypt: (algorithm, key, data) => oaep(true, algorithm, key, data),
  exportKey,
  generateKey,
  importKey,
  sign,
  verify,
};

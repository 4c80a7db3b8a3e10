// ML-DSA and ML-KEM.
// https://wicg.github.io/webcrypto-modern-algos/
'use strict';

const binding = native('crypto');
const { handleOf, wrapKey } = require('modules/crypto/keys');
const { toArrayBuffer } = require('modules/crypto/input');
const { keyObjectOf, makeCryptoKey, slotsOf } = require('web/crypto/key');
const {
  cannotImport,
  checkContext,
  checkJwk,
  checkUsages,
  failure,
  operationError,
  run,
} = require('web/crypto/support');
const pair = require('web/crypto/asymmetric');

const signature = { public: ['verify'], private: ['sign'] };
const encapsulation = {
  public: ['encapsulateKey', 'encapsulateBits'],
  private: ['decapsulateKey', 'decapsulateBits'],
};

const isSignature = (name) => name.startsWith('ML-DSA');

function allowedUsages(name) {
  return isSignature(name) ? signature : encapsulation;
}

// The size of a seed in bytes.
function seedSize(name) {
  return isSignature(name) ? 32 : 64;
}

function generateKey({ name }, extractable, usages) {
  const allowed = allowedUsages(name);
  pair.checkPairUsages(usages, allowed, name);
  return pair.generatePair(
    binding.generateNamed(name),
    () => ({ name }),
    extractable,
    usages,
    allowed,
  );
}

function readJwk(jwk, name, extractable, usages) {
  const allowed = allowedUsages(name);
  const isPrivate = jwk?.priv !== undefined;
  checkJwk(jwk, 'AKP', usages, extractable, isSignature(name) ? 'sig' : 'enc');
  if (jwk.alg !== name) {
    throw failure('DataError', 'JWK "alg" Parameter and algorithm name mismatch');
  }
  if (typeof jwk.pub !== 'string') {
    throw failure('DataError', isPrivate ? 'Invalid JWK' : 'Invalid keyData');
  }
  checkUsages(usages, isPrivate ? allowed.private : allowed.public, name);
  const { importJwk } = require('modules/crypto/jwk');
  return wrapKey(
    isPrivate ? 'private' : 'public',
    pair.attempt(() => importJwk(jwk, !isPrivate)),
  );
}

function importKey(format, data, algorithm, extractable, usages) {
  const { name } = algorithm;
  const allowed = allowedUsages(name);
  let keyObject;
  switch (format) {
    case 'spki':
      checkUsages(usages, allowed.public, name);
      keyObject = pair.readDer(format, data);
      break;
    case 'pkcs8':
      checkUsages(usages, allowed.private, name);
      keyObject = pair.readDer(format, data);
      break;
    case 'jwk':
      if (!isSignature(name)) throw cannotImport(name, format);
      keyObject = readJwk(data, name, extractable, usages);
      break;
    case 'raw-public':
      checkUsages(usages, allowed.public, name);
      keyObject = wrapKey(
        'public',
        pair.attempt(() => binding.importRaw(name, data, 'public')),
      );
      break;
    case 'raw-seed':
      checkUsages(usages, allowed.private, name);
      if (data.byteLength !== seedSize(name)) throw failure('DataError', 'Invalid keyData');
      keyObject = wrapKey(
        'private',
        pair.attempt(() => binding.importRaw(name, data, 'seed')),
      );
      break;
    default:
      throw cannotImport(name, format);
  }
  pair.requireType(keyObject, name.toLowerCase());
  pair.requirePrivateUsages(keyObject, usages);
  return makeCryptoKey(keyObject, { name }, usages, extractable);
}

// The last bytes of the algorithms' object identifiers, 2.16.840.1.101.3.4.(3 or 4).x.
const identifiers = {
  'ML-DSA-44': [0x03, 0x11],
  'ML-DSA-65': [0x03, 0x12],
  'ML-DSA-87': [0x03, 0x13],
  'ML-KEM-512': [0x04, 0x01],
  'ML-KEM-768': [0x04, 0x02],
  'ML-KEM-1024': [0x04, 0x03],
};

// A PrivateKeyInfo with the seed alone, of which OpenSSL always writes the expanded key too.
function seedOnly(name, seed) {
  const version = [0x02, 0x01, 0x00];
  const identifier = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, ...identifiers[name]];
  const algorithm = [0x30, identifier.length + 2, 0x06, identifier.length, ...identifier];
  const key = [0x04, seed.length + 2, 0x80, seed.length, ...seed];
  const content = [...version, ...algorithm, ...key];
  return new Uint8Array([0x30, content.length, ...content]).buffer;
}

function exportKey(format, key) {
  const { algorithm, keyObject } = slotsOf(key);
  const { name } = algorithm;
  if (format === 'jwk' && !isSignature(name)) throw pair.cannotExport(key, format);
  if (format === 'raw-public' && keyObject.type === 'public') return pair.exportPublicBytes(key);
  if (keyObject.type === 'private') {
    // A key without its seed was imported so, and stays.
    const { seed } = binding.keyParts(handleOf(keyObject));
    if (seed === undefined) {
      const { ERR_CRYPTO_OPERATION_FAILED } = require('runtime/errors');
      throw operationError(new ERR_CRYPTO_OPERATION_FAILED('Failed to get raw seed'));
    }
    if (format === 'raw-seed') return toArrayBuffer(seed);
    if (format === 'pkcs8') return seedOnly(name, seed);
  }
  const written = pair.exportStandard(format, key, undefined);
  if (written === undefined) throw pair.cannotExport(key, format);
  return written;
}

function sign(algorithm, key, data) {
  pair.requireHalf(key, 'private');
  const context = checkContext(algorithm);
  const handle = handleOf(keyObjectOf(key));
  return run(binding.sign(handle, undefined, data, undefined, undefined, false, context));
}

function verify(algorithm, key, signed, data) {
  pair.requireHalf(key, 'public');
  const context = checkContext(algorithm);
  const handle = handleOf(keyObjectOf(key));
  return run(binding.verify(handle, undefined, data, signed, undefined, undefined, false, context));
}

/** { sharedKey, ciphertext }, both ArrayBuffers. */
async function encapsulate(algorithm, key) {
  pair.requireHalf(key, 'public');
  const [sharedKey, ciphertext] = await run(binding.encapsulate(handleOf(keyObjectOf(key))));
  return { sharedKey: toArrayBuffer(sharedKey), ciphertext: toArrayBuffer(ciphertext) };
}

function decapsulate(algorithm, key, ciphertext) {
  pair.requireHalf(key, 'private');
  return run(binding.decapsulate(handleOf(keyObjectOf(key)), ciphertext));
}

module.exports = { decapsulate, encapsulate, exportKey, generateKey, importKey, sign, verify };

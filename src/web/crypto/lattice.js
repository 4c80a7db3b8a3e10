// ML-DSA and ML-KEM.
// https://wicg.github.io/webcrypto-modern-algos/
'use strict';

const binding = native('crypto');
const { handleOf, wrapKey } = require('modules/crypto/keys');
const { toArrayBuffer } = require('modules/crypto/input');
const { keyObjectOf, makeCryptoKey, slotsOf } = require('web/crypto/key');
const {
  cannotImport,
  checkJwk,
  checkUsages,
  failure,
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
      // A key without its seed could not be exported again.
      if (binding.keyParts(handleOf(keyObject)).seed === undefined) {
        throw failure(
          'NotSupportedError',
          `Importing an ${name} PKCS#8 key without a seed is not supported`,
        );
      }
      break;
    case 'jwk':
      if (!isSignature(name)) throw cannotImport(name, format);
      keyObject = readJwk(data, name, extractable, usages);
      break;
    case 'raw-public':
      checkUsages(usages, allowed.public, name);
      keyObject = wrapKey('public', pair.attempt(() => binding.importRaw(name, data, 'public')));
      break;
    case 'raw-seed':
      checkUsages(usages, allowed.private, name);
      if (data.byteLength !== seedSize(name)) throw failure('DataError', 'Invalid keyData');
      keyObject = wrapKey('private', pair.attempt(() => binding.importRaw(name, data, 'seed')));
      break;
    default:
      throw cannotImport(name, format);
  }
  pair.requireType(keyObject, name.toLowerCase());
  pair.requirePrivateUsages(keyObject, usages);
  return makeCryptoKey(keyObject, { name }, usages, extractable);
}

function exportKey(format, key) {
  const { algorithm, keyObject } = slotsOf(key);
  const { name } = algorithm;
  if (format === 'jwk' && !isSignature(name)) throw pair.cannotExport(key, format);
  if (format === 'raw-public' && keyObject.type === 'public') return pair.exportPublicBytes(key);
  if (format === 'raw-seed' && keyObject.type === 'private') {
    return toArrayBuffer(binding.keyParts(handleOf(keyObject)).seed);
  }
  const written = pair.exportStandard(format, key, undefined);
  if (written === undefined) throw pair.cannotExport(key, format);
  return written;
}

function checkContext({ context }) {
  if (context?.length > 255) {
    throw failure('OperationError', 'context must be at most 255 bytes');
  }
  return context;
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

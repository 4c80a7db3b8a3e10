// Errors, conversions and checks that all algorithms of web cryptography share.
'use strict';

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_MISSING_OPTION,
} = require('runtime/errors');
const { DOMException } = require('web/dom/exception');
const { isBytes, toArrayBuffer } = require('modules/crypto/input');

/** A DOMException of that name. */
function failure(name, message, cause) {
  return new DOMException(message, cause === undefined ? name : { name, cause });
}

/** What a native job fulfils with, as an ArrayBuffer; its failure as an OperationError. */
async function run(promise) {
  let result;
  try {
    result = await promise;
  } catch (error) {
    throw operationError(error);
  }
  return Buffer.isBuffer(result) ? toArrayBuffer(result) : result;
}

function operationError(cause) {
  return failure('OperationError', 'The operation failed for an operation-specific reason', cause);
}

/** Refuses a context that signatures cannot carry. */
function checkContext({ context }) {
  if (context === undefined || context.length <= 255) return context;
  const { ERR_OUT_OF_RANGE } = require('runtime/errors');
  const cause = new ERR_OUT_OF_RANGE('algorithm.context', 'at most 255 bytes', context.length);
  cause.message = 'context string must be at most 255 bytes';
  throw operationError(cause);
}

/** The bytes of a BufferSource, over the same memory; a TypeError for anything else. */
function bufferSource(value, name) {
  if (!isBytes(value)) {
    throw new ERR_INVALID_ARG_TYPE(
      name,
      ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'],
      value,
    );
  }
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (Object.prototype.toString.call(memory) === '[object SharedArrayBuffer]') {
    const error = new ERR_INVALID_ARG_TYPE(name, 'ArrayBuffer', undefined);
    error.message = `${name} must not be a view on a SharedArrayBuffer`;
    throw error;
  }
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

/** A copy of the bytes, for what is used after the program may have changed them. */
function copyOf(value, name) {
  return bufferSource(value, name).slice();
}

// WebIDL's [EnforceRange] integers.
function integer(value, name, bits) {
  const number = Number(value);
  const maximum = bits === 64 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
  if (!Number.isFinite(number)) {
    throw new ERR_INVALID_ARG_TYPE(name, 'a finite number', value);
  }
  const whole = Math.trunc(number);
  if (whole < 0 || whole > maximum) {
    const { ERR_OUT_OF_RANGE } = require('runtime/errors');
    throw new ERR_OUT_OF_RANGE(name, `>= 0 && <= ${maximum}`, value);
  }
  return whole;
}

// How a member of a dictionary is converted.
const types = {
  octet: (value, name) => integer(value, name, 8),
  short: (value, name) => integer(value, name, 16),
  long: (value, name) => integer(value, name, 32),
  bytes: copyOf,
  string: (value) => `${value}`,
  key(value, name) {
    const { isCryptoKey } = require('web/crypto/key');
    if (!isCryptoKey(value)) throw new ERR_INVALID_ARG_TYPE(name, 'CryptoKey', value);
    return value;
  },
  hash(value, name) {
    const { normalize } = require('web/crypto/algorithms');
    if (value === undefined) throw new ERR_MISSING_OPTION(name);
    return normalize(value, 'digest', { parameters: false });
  },
};

/** The members of `dictionary` ({ name: 'type' or 'type?' }) taken out of `object`. */
function convert(object, dictionary, result = {}) {
  for (const [name, declared] of Object.entries(dictionary)) {
    const isOptional = declared.endsWith('?');
    const type = isOptional ? declared.slice(0, -1) : declared;
    const value = object[name];
    if (value === undefined) {
      if (!isOptional) throw new ERR_MISSING_OPTION(`algorithm.${name}`);
      continue;
    }
    result[name] = types[type](value, `algorithm.${name}`);
  }
  return result;
}

const knownUsages = new Set([
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
]);

/** The uses in a sequence, each once; a TypeError for unknown ones. */
function convertUsages(value) {
  if (typeof value !== 'object' || typeof value?.[Symbol.iterator] !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('keyUsages', 'a sequence', value);
  }
  const usages = new Set();
  for (const each of value) {
    const usage = `${each}`;
    if (!knownUsages.has(usage)) {
      throw new ERR_INVALID_ARG_VALUE(
        'keyUsages',
        usage,
        'is not a valid enum value of type KeyUsage',
      );
    }
    usages.add(usage);
  }
  return [...usages];
}

/** Refuses uses that keys of this kind do not have. */
function checkUsages(usages, allowed, name) {
  for (const usage of usages) {
    if (!allowed.includes(usage)) {
      const article = name === 'HMAC' ? '' : /^[AEIO]/.test(name) ? 'an ' : 'a ';
      throw failure('SyntaxError', `Unsupported key usage for ${article}${name} key`);
    }
  }
}

/** The members that are common to all JSON Web Keys. */
function checkJwk(jwk, kty, usages, extractable, use) {
  if (typeof jwk !== 'object' || jwk === null) throw failure('DataError', 'Invalid keyData');
  if (jwk.kty === undefined) throw failure('DataError', 'Invalid keyData');
  if (jwk.kty !== kty) throw failure('DataError', 'Invalid JWK "kty" Parameter');
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) {
    throw failure('DataError', 'Invalid JWK "use" Parameter');
  }
  if (jwk.key_ops !== undefined) {
    const operations = [...jwk.key_ops];
    if (new Set(operations).size !== operations.length) {
      throw failure('DataError', 'Duplicate key operation');
    }
    if (usages.some((usage) => !operations.includes(usage))) {
      throw failure('DataError', 'Key operations and usage mismatch');
    }
  }
  if (jwk.ext === false && extractable) {
    throw failure('DataError', 'JWK "ext" Parameter and extractable mismatch');
  }
}

/** Refuses a JSON Web Key for another algorithm; not for one that has no name there. */
function checkJwkAlgorithm(jwk, expected) {
  if (expected !== undefined && jwk.alg !== undefined && jwk.alg !== expected) {
    throw failure('DataError', 'JWK "alg" does not match the requested algorithm');
  }
}

/** The failure of a format in which keys of this algorithm do not come. */
function cannotImport(name, format) {
  return failure('NotSupportedError', `Unable to import ${name} using ${format} format`);
}

module.exports = {
  bufferSource,
  cannotImport,
  checkContext,
  checkJwk,
  checkJwkAlgorithm,
  checkUsages,
  convert,
  convertUsages,
  copyOf,
  failure,
  integer,
  operationError,
  run,
};

// Sign and Verify, and their one-shot forms.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-sign
'use strict';

const { Writable } = require('node:stream');
const binding = native('crypto');
const {
  ERR_CRYPTO_SIGN_KEY_REQUIRED,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
} = require('runtime/errors');
const { validateFunction, validateString } = require('runtime/validators');
const { encodeOutput, inputEncodingId, toBytes, validateData } = require('modules/crypto/input');
const { preparePrivateKey, preparePublicKey } = require('modules/crypto/keys');

const kHandle = Symbol('kHandle');

function start(stream, algorithm, options) {
  validateString(algorithm, 'algorithm');
  stream[kHandle] = binding.createSignContext(algorithm);
  Writable.call(stream, options);
  return stream;
}

function notInitialised() {
  const error = new Error('Not initialised');
  error.code = 'ERR_CRYPTO_INVALID_STATE';
  return error;
}

// A context is spent by its first signature.
function takeHandle(stream) {
  const handle = stream[kHandle];
  if (handle === null) throw notInitialised();
  return handle;
}

function update(data, encoding) {
  validateData(data);
  const id = typeof data === 'string' ? inputEncodingId(encoding, data) : undefined;
  takeHandle(this).update(data, id);
  return this;
}

function _write(chunk, encoding, callback) {
  this.update(chunk, encoding);
  callback();
}

function intOption(name, options) {
  const value = options?.[name];
  if (value === undefined) return undefined;
  if (value === value >> 0) return value;
  throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value);
}

// { padding, saltLength, p1363, context } of the object that may stand for a key.
function signatureOptions(key) {
  const options = typeof key === 'object' && key !== null ? key : undefined;
  const { dsaEncoding } = options ?? {};
  let p1363 = false;
  if (dsaEncoding !== undefined && dsaEncoding !== 'der') {
    if (dsaEncoding !== 'ieee-p1363') {
      throw new ERR_INVALID_ARG_VALUE('options.dsaEncoding', dsaEncoding);
    }
    p1363 = true;
  }
  let context;
  if (options?.context !== undefined && !isKey(options)) {
    context = options.context;
    if (!ArrayBuffer.isView(context)) {
      throw new ERR_INVALID_ARG_TYPE(
        'options.context',
        ['Buffer', 'TypedArray', 'DataView'],
        context,
      );
    }
  }
  return {
    padding: intOption('padding', options),
    saltLength: intOption('saltLength', options),
    p1363,
    context,
  };
}

function isKey(value) {
  return require('modules/crypto/keys').isKeyObject(value);
}

function Sign(algorithm, options) {
  if (!(this instanceof Sign)) return new Sign(algorithm, options);
  start(this, algorithm, options);
}
Object.setPrototypeOf(Sign.prototype, Writable.prototype);
Object.setPrototypeOf(Sign, Writable);
Sign.prototype._write = _write;
Sign.prototype.update = update;

Sign.prototype.sign = function sign(options, encoding) {
  if (!options) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const key = preparePrivateKey(options);
  const { padding, saltLength, p1363 } = signatureOptions(options);
  const handle = takeHandle(this);
  this[kHandle] = null;
  return encodeOutput(binding.signContext(handle, key, padding, saltLength, p1363), encoding);
};

function Verify(algorithm, options) {
  if (!(this instanceof Verify)) return new Verify(algorithm, options);
  start(this, algorithm, options);
}
Object.setPrototypeOf(Verify.prototype, Writable.prototype);
Object.setPrototypeOf(Verify, Writable);
Verify.prototype._write = _write;
Verify.prototype.update = update;

Verify.prototype.verify = function verify(options, signature, encoding) {
  const key = preparePublicKey(options);
  const { padding, saltLength, p1363 } = signatureOptions(options);
  const bytes = toBytes(signature, 'signature', encoding);
  const handle = takeHandle(this);
  this[kHandle] = null;
  return binding.verifyContext(handle, key, bytes, padding, saltLength, p1363);
};

function createSign(algorithm, options) {
  return new Sign(algorithm, options);
}

function createVerify(algorithm, options) {
  return new Verify(algorithm, options);
}

// Algorithms that bring their own digest take null.
function validateAlgorithm(algorithm) {
  if (algorithm != null) validateString(algorithm, 'algorithm');
}

function sign(algorithm, data, key, callback) {
  validateAlgorithm(algorithm);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = toBytes(data, 'data');
  if (!key) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const { padding, saltLength, p1363, context } = signatureOptions(key);
  const handle = preparePrivateKey(key);
  const args = [
    handle,
    algorithm ?? defaultDigest(handle),
    bytes,
    padding,
    saltLength,
    p1363,
    context,
  ];
  if (callback === undefined) return binding.signSync(...args);
  binding.sign(...args, callback);
  return undefined;
}

function verify(algorithm, data, key, signature, callback) {
  validateAlgorithm(algorithm);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = toBytes(data, 'data');
  const { padding, saltLength, p1363, context } = signatureOptions(key);
  const signed = toBytes(signature, 'signature');
  const handle = preparePublicKey(key);
  const args = [
    handle,
    algorithm ?? defaultDigest(handle),
    bytes,
    signed,
    padding,
    saltLength,
    p1363,
    context,
  ];
  if (callback === undefined) return binding.verifySync(...args);
  binding.verify(...args, callback);
  return undefined;
}

// What OpenSSL takes where no digest is named.
function defaultDigest(handle) {
  const type = binding.keyAlgorithm(handle);
  return ['rsa', 'rsa-pss', 'dsa', 'ec'].includes(type) ? 'sha256' : undefined;
}

module.exports = { Sign, Verify, createSign, createVerify, sign, verify };

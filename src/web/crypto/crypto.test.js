'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { crypto } = globalThis;
const { subtle } = crypto;
const data = new TextEncoder().encode('message');

test('getRandomValues() fills integer arrays up to 64 KiB', () => {
  const array = crypto.getRandomValues(new Uint32Array(8));
  assert.ok(array.some((value) => value !== 0));
  assert.throws(() => crypto.getRandomValues(new Float32Array(1)), { name: 'TypeMismatchError' });
  assert.throws(() => crypto.getRandomValues(new Uint8Array(65537)), {
    name: 'QuotaExceededError',
  });
});

test('digest() takes the bytes as they are at the call', async () => {
  const copy = data.slice();
  const pending = subtle.digest('sha-256', copy);
  copy.fill(0);
  assert.deepEqual(await pending, await subtle.digest({ name: 'SHA-256' }, data));
});

test('symmetric encryption round-trips', async () => {
  for (const algorithm of [
    { name: 'AES-CBC', iv: new Uint8Array(16), length: 128 },
    { name: 'AES-GCM', iv: new Uint8Array(12), length: 256, additionalData: data },
  ]) {
    const key = await subtle.generateKey(algorithm, false, ['encrypt', 'decrypt']);
    const encrypted = await subtle.encrypt(algorithm, key, data);
    assert.deepEqual(new Uint8Array(await subtle.decrypt(algorithm, key, encrypted)), data);
  }
});

test('a short counter of AES-CTR wraps around without touching the nonce', async () => {
  const raw = new Uint8Array(16).fill(3);
  const key = await subtle.importKey('raw', raw, 'AES-CTR', true, ['encrypt']);
  const counter = new Uint8Array(16).fill(7);
  counter[15] = 0xff;
  const encrypted = await subtle.encrypt(
    { name: 'AES-CTR', counter, length: 8 },
    key,
    new Uint8Array(32),
  );
  counter[15] = 0;
  const second = await subtle.encrypt(
    { name: 'AES-CTR', counter, length: 8 },
    key,
    new Uint8Array(16),
  );
  assert.deepEqual(encrypted.slice(16), second);
});

test('signatures hold for their message only', async () => {
  for (const algorithm of [
    { name: 'HMAC', hash: 'SHA-256' },
    { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
    { name: 'Ed25519' },
    {
      name: 'RSA-PSS',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
      saltLength: 32,
    },
  ]) {
    const key = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const signature = await subtle.sign(algorithm, key.privateKey ?? key, data);
    const publicKey = key.publicKey ?? key;
    assert.equal(await subtle.verify(algorithm, publicKey, signature, data), true, algorithm.name);
    assert.equal(await subtle.verify(algorithm, publicKey, signature, new Uint8Array(1)), false);
  }
});

test('keys come back from each of their formats', async () => {
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
  const pair = await subtle.generateKey(algorithm, true, ['deriveBits']);
  const secret = (privateKey, publicKey) =>
    subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256);
  const expected = await secret(pair.privateKey, pair.publicKey);
  for (const format of ['pkcs8', 'jwk']) {
    const exported = await subtle.exportKey(format, pair.privateKey);
    const imported = await subtle.importKey(format, exported, algorithm, false, ['deriveBits']);
    assert.deepEqual(await secret(imported, pair.publicKey), expected);
  }
  for (const format of ['spki', 'raw', 'jwk']) {
    const exported = await subtle.exportKey(format, pair.publicKey);
    const imported = await subtle.importKey(format, exported, algorithm, true, []);
    assert.deepEqual(await secret(pair.privateKey, imported), expected);
  }
});

test('a wrapped key is unwrapped to the same key', async () => {
  const wrapping = await subtle.generateKey({ name: 'AES-KW', length: 256 }, false, [
    'wrapKey',
    'unwrapKey',
  ]);
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
  for (const format of ['raw', 'jwk']) {
    const wrapped = await subtle.wrapKey(format, key, wrapping, 'AES-KW');
    const unwrapped = await subtle.unwrapKey(format, wrapped, wrapping, 'AES-KW', 'AES-GCM', true, [
      'encrypt',
    ]);
    assert.deepEqual(await subtle.exportKey('raw', unwrapped), await subtle.exportKey('raw', key));
  }
});

test('what a key may not be used for is refused', async () => {
  const key = await subtle.importKey('raw', data, 'PBKDF2', false, ['deriveKey']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', iterations: 1, salt: data };
  await assert.rejects(subtle.deriveBits(algorithm, key, 128), { name: 'InvalidAccessError' });
  await assert.rejects(subtle.exportKey('raw', key));
  await assert.rejects(subtle.importKey('raw', data, 'HMAC', false, ['sign']), TypeError);
  await assert.rejects(subtle.digest('MD5', data), { name: 'NotSupportedError' });
});

test('no signature holds under a key of small order', async () => {
  const raw = new Uint8Array(32);
  raw[0] = 1;
  const key = await subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
  const signature = new Uint8Array(64);
  signature[0] = 1; // R is the neutral element, S is 0: the equation holds for every text
  assert.equal(await subtle.verify('Ed25519', key, signature, data), false);
});

test('verify() of a HMAC says true or false', async () => {
  const key = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  const data = new Uint8Array(100);
  const signature = new Uint8Array(await subtle.sign('HMAC', key, data));
  assert.strictEqual(await subtle.verify('HMAC', key, signature, data), true);
  signature[5] ^= 1;
  assert.strictEqual(await subtle.verify('HMAC', key, signature, data), false);
  assert.strictEqual(await subtle.verify('HMAC', key, signature.subarray(1), data), false);
});

'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const { describe, test } = require('node:test');
const { inspect, promisify } = require('node:util');

describe('digests in pieces', () => {
  const make = {
    hash: () => crypto.createHash('sha256'),
    hmac: () => crypto.createHmac('sha256', 'key'),
  };
  for (const [name, create] of Object.entries(make)) {
    test(`${name}: pieces of any kind give what the whole gives`, () => {
      for (let i = 0; i < 3; i++) {
        const whole = create().update('abcdef').digest('hex');
        assert.equal(create().update('abc').update('def').digest('hex'), whole);
        assert.equal(create().update('abc').update(Buffer.from('def')).digest('hex'), whole);
        assert.equal(create().update('616263', 'hex').update('def').digest('hex'), whole);
        assert.deepEqual(create().update('abcdef').digest(), Buffer.from(whole, 'hex'));
        assert.equal(
          create().digest('hex'),
          create().update('').update(Buffer.alloc(0)).digest('hex'),
        );
      }
    });

    test(`${name}: bytes count as they are when they are given`, () => {
      const bytes = Buffer.from('abc');
      const pieces = create().update(bytes);
      bytes.fill(0);
      assert.equal(pieces.digest('hex'), create().update('abc').digest('hex'));
    });

    test(`${name}: what was kept goes into the stream that it becomes`, async () => {
      const stream = create();
      stream.update('abc');
      stream.end('def');
      const [result] = await stream.toArray();
      assert.equal(result.toString('hex'), create().update('abcdef').digest('hex'));
    });
  }

  test('timingSafeEqual() sees a difference at any place', () => {
    for (let size = 1; size < 70; size++) {
      const one = Buffer.alloc(size, 7);
      assert.equal(crypto.timingSafeEqual(one, Buffer.alloc(size, 7)), true);
      for (let at = 0; at < size; at++) {
        const other = Buffer.alloc(size, 7);
        other[at] ^= 1 << (at % 8);
        assert.equal(crypto.timingSafeEqual(one, other), false);
      }
    }
  });

  test('a copy begins where the original stands', () => {
    const original = make.hash().update('abc');
    const copy = original.copy();
    assert.equal(copy.update('x').digest('hex'), make.hash().update('abcx').digest('hex'));
    assert.equal(original.update('y').digest('hex'), make.hash().update('abcy').digest('hex'));
  });

  test('inspect() does not show the key', () => {
    for (let i = 0; i < 2; i++) {
      const hmac = crypto.createHmac('sha256', 'confidential').update('secret text');
      assert.doesNotMatch(
        inspect(hmac, { depth: 9, showHidden: true }),
        /confidential|secret text/,
      );
    }
  });
});

describe('digests', () => {
  test('known answers, in pieces and at once', () => {
    const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(
      crypto.createHash('sha256').update('a').update(Buffer.from('bc')).digest('hex'),
      hex,
    );
    assert.equal(crypto.createHash('RSA-SHA256').update('abc').digest('hex'), hex);
    assert.equal(crypto.hash('sha256', 'abc'), hex);
    assert.equal(crypto.hash('sha256', 'abc', 'buffer').toString('hex'), hex);
  });

  test('text is hashed in its encoding, whatever its width and length', () => {
    for (const text of ['é', '€', 'x'.repeat(5000), '€'.repeat(5000)]) {
      assert.equal(
        crypto.createHash('sha1').update(text).digest('hex'),
        crypto.createHash('sha1').update(Buffer.from(text)).digest('hex'),
      );
    }
    assert.equal(
      crypto.createHash('md5').update('6162', 'hex').digest('base64'),
      crypto.createHash('md5').update('ab').digest('base64'),
    );
  });

  test('a copy goes its own way', () => {
    const hash = crypto.createHash('sha1').update('a');
    const copy = hash.copy().update('b');
    assert.equal(hash.update('c').digest('hex'), crypto.hash('sha1', 'ac'));
    assert.equal(copy.digest('hex'), crypto.hash('sha1', 'ab'));
  });

  test('a spent hash refuses more', () => {
    const hash = crypto.createHash('sha1');
    hash.digest();
    assert.throws(() => hash.update('x'), { code: 'ERR_CRYPTO_HASH_FINALIZED' });
    assert.throws(() => hash.digest(), { code: 'ERR_CRYPTO_HASH_FINALIZED' });
  });

  test('a hash is a stream', async () => {
    const hash = crypto.createHash('sha1').setEncoding('hex');
    hash.write('a');
    hash.end('b');
    let text = '';
    for await (const chunk of hash) text += chunk;
    assert.equal(text, crypto.hash('sha1', 'ab'));
  });

  test('HMAC of RFC 4231, test case 2', () => {
    assert.equal(
      crypto.createHmac('sha256', 'Jefe').update('what do ya want for nothing?').digest('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    assert.throws(() => crypto.createHmac('nope', 'key'), { code: 'ERR_CRYPTO_INVALID_DIGEST' });
  });

  test('timingSafeEqual() compares bytes of equal length', () => {
    assert.equal(crypto.timingSafeEqual(Buffer.from('ab'), Buffer.from('ab')), true);
    assert.equal(crypto.timingSafeEqual(Buffer.from('ab'), Buffer.from('ac')), false);
    assert.throws(() => crypto.timingSafeEqual(Buffer.alloc(1), Buffer.alloc(2)), {
      code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH',
    });
  });
});

describe('randomness', () => {
  test('randomBytes() with and without callback', async () => {
    assert.equal(crypto.randomBytes(16).length, 16);
    const bytes = await promisify(crypto.randomBytes)(16);
    assert.notDeepEqual(bytes, crypto.randomBytes(16));
  });

  test('randomFillSync() stays within its range', () => {
    const bytes = Buffer.alloc(64);
    crypto.randomFillSync(bytes, 16, 32);
    assert.ok(bytes.subarray(0, 16).every((byte) => byte === 0));
    assert.ok(bytes.subarray(48).every((byte) => byte === 0));
    assert.ok(bytes.subarray(16, 48).some((byte) => byte !== 0));
  });

  test('randomInt() reaches both ends of a small range and never leaves it', () => {
    const seen = new Set();
    for (let i = 0; i < 200; i++) seen.add(crypto.randomInt(-1, 2));
    assert.deepEqual([...seen].sort(), [-1, 0, 1]);
  });

  test('randomUUID() has the form of version 4', () => {
    assert.match(
      crypto.randomUUID(),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('derivation', () => {
  test('known answers', () => {
    assert.equal(
      crypto.pbkdf2Sync('password', 'salt', 1, 20, 'sha1').toString('hex'),
      '0c60c80f961f0e71f3a9b524af6012062fe037a6',
    );
    assert.equal(
      crypto.scryptSync('', '', 16, { N: 16, r: 1, p: 1 }).toString('hex'),
      '77d6576238657b203b19ca42c18a0497',
    );
    assert.equal(
      Buffer.from(crypto.hkdfSync('sha256', Buffer.alloc(22, 0x0b), '', '', 16)).toString('hex'),
      '8da4e775a563c18f715f802a063c5a31',
    );
  });

  test('a job gives what the synchronous form gives', async () => {
    const args = ['password', 'salt', 10, 32, 'sha512'];
    assert.deepEqual(await promisify(crypto.pbkdf2)(...args), crypto.pbkdf2Sync(...args));
  });

  test('impossible parameters are refused', () => {
    assert.throws(() => crypto.scryptSync('', '', 1, { N: 3 }), {
      code: 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS',
    });
    assert.throws(() => crypto.pbkdf2Sync('', '', 1, 1, 'nope'), {
      code: 'ERR_CRYPTO_INVALID_DIGEST',
    });
  });
});

describe('ciphers', () => {
  const key = Buffer.alloc(32, 1);
  const encrypt = (name, iv, options) => {
    const cipher = crypto.createCipheriv(name, key, iv, options);
    const text = cipher.update('some text', 'utf8', 'hex') + cipher.final('hex');
    return { cipher, text };
  };

  test('block and stream modes round-trip', () => {
    for (const name of ['aes-256-cbc', 'aes-256-ctr', 'chacha20']) {
      const iv = Buffer.alloc(16, 2);
      const { text } = encrypt(name, iv);
      const decipher = crypto.createDecipheriv(name, key, iv);
      assert.equal(decipher.update(text, 'hex', 'utf8') + decipher.final('utf8'), 'some text');
    }
  });

  test('authenticated modes refuse what was changed', () => {
    for (const name of ['aes-256-gcm', 'aes-256-ocb', 'chacha20-poly1305']) {
      const iv = Buffer.alloc(12, 2);
      const options = { authTagLength: 16 };
      const { cipher, text } = encrypt(name, iv, options);
      const decipher = crypto.createDecipheriv(name, key, iv, options);
      decipher.setAuthTag(cipher.getAuthTag());
      decipher.update(text.replace(/^../, '00'), 'hex');
      assert.throws(() => decipher.final(), /unable to authenticate data/);
    }
  });

  test('OpenSSL’s reasons become codes', () => {
    const decipher = crypto.createDecipheriv('aes-256-cbc', key, Buffer.alloc(16));
    decipher.update(Buffer.alloc(16));
    assert.throws(() => decipher.final(), {
      code: 'ERR_OSSL_BAD_DECRYPT',
      library: 'Provider routines',
      reason: 'bad decrypt',
    });
  });

  test('keys and nonces of wrong sizes are refused', () => {
    assert.throws(() => crypto.createCipheriv('aes-128-cbc', key, Buffer.alloc(16)), {
      code: 'ERR_CRYPTO_INVALID_KEYLEN',
    });
    assert.throws(() => crypto.createCipheriv('aes-256-cbc', key, Buffer.alloc(15)), {
      code: 'ERR_CRYPTO_INVALID_IV',
    });
    assert.throws(() => crypto.createCipheriv('nope', key, null), {
      code: 'ERR_CRYPTO_UNKNOWN_CIPHER',
    });
  });
});

describe('keys', () => {
  test('each kind of pair survives PEM, DER and JWK', () => {
    for (const [type, options] of [
      ['rsa', { modulusLength: 1024 }],
      ['ec', { namedCurve: 'P-256' }],
      ['ed25519', {}],
      ['x448', {}],
      ['ml-dsa-44', {}],
    ]) {
      const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
      for (const format of ['pem', 'der', 'jwk']) {
        const spki = { format, type: 'spki' };
        const pkcs8 = { format, type: 'pkcs8' };
        const readPublic = crypto.createPublicKey({ key: publicKey.export(spki), ...spki });
        const readPrivate = crypto.createPrivateKey({ key: privateKey.export(pkcs8), ...pkcs8 });
        assert.ok(publicKey.equals(readPublic), `${type} ${format}`);
        assert.ok(privateKey.equals(readPrivate), `${type} ${format}`);
        assert.ok(crypto.createPublicKey(readPrivate).equals(publicKey));
      }
    }
  });

  test('an encrypted key needs its passphrase', () => {
    const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'secret',
    });
    assert.match(key, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    assert.ok(privateKey.equals(crypto.createPrivateKey({ key, passphrase: 'secret' })));
    assert.throws(() => crypto.createPrivateKey({ key, passphrase: 'wrong' }));
    assert.throws(() => crypto.createPrivateKey({ key }));
  });

  test('signatures hold for their message only', async () => {
    for (const [type, options, digest] of [
      ['rsa', { modulusLength: 1024 }, 'sha256'],
      ['rsa-pss', { modulusLength: 1024 }, 'sha256'],
      ['ec', { namedCurve: 'secp384r1' }, 'sha384'],
      ['ed448', {}, null],
    ]) {
      const { publicKey, privateKey } = await promisify(crypto.generateKeyPair)(type, options);
      const signature = await promisify(crypto.sign)(digest, Buffer.from('message'), privateKey);
      assert.equal(crypto.verify(digest, Buffer.from('message'), publicKey, signature), true);
      assert.equal(crypto.verify(digest, Buffer.from('massage'), publicKey, signature), false);
    }
  });

  test('Sign and Verify take a message in pieces, in both encodings of ECDSA', () => {
    const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const dsaEncoding of ['der', 'ieee-p1363']) {
      const signature = crypto
        .createSign('sha256')
        .update('mes')
        .update('sage')
        .sign({ key: privateKey, dsaEncoding });
      if (dsaEncoding === 'ieee-p1363') assert.equal(signature.length, 64);
      const verify = crypto.createVerify('sha256').update('message');
      assert.equal(verify.verify({ key: publicKey, dsaEncoding }, signature), true);
    }
  });

  test('RSA encryption with and without OAEP', () => {
    const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
    const data = Buffer.from('secret');
    for (const options of [{}, { oaepHash: 'sha256', oaepLabel: Buffer.from('label') }]) {
      const encrypted = crypto.publicEncrypt({ key: publicKey, ...options }, data);
      assert.deepEqual(crypto.privateDecrypt({ key: privateKey, ...options }, encrypted), data);
    }
    assert.deepEqual(
      crypto.publicDecrypt(publicKey, crypto.privateEncrypt(privateKey, data)),
      data,
    );
  });

  test('two parties agree on a secret', () => {
    for (const [type, options] of [
      ['x25519', {}],
      ['ec', { namedCurve: 'P-256' }],
      ['dh', { group: 'modp14' }],
    ]) {
      const one = crypto.generateKeyPairSync(type, options);
      const other = crypto.generateKeyPairSync(type, options);
      assert.deepEqual(
        crypto.diffieHellman({ privateKey: one.privateKey, publicKey: other.publicKey }),
        crypto.diffieHellman({ privateKey: other.privateKey, publicKey: one.publicKey }),
      );
    }
    const alice = crypto.createECDH('secp256k1');
    const bob = crypto.createECDH('secp256k1');
    const point = alice.generateKeys('hex', 'compressed');
    bob.generateKeys();
    assert.deepEqual(bob.computeSecret(point, 'hex'), alice.computeSecret(bob.getPublicKey()));
  });

  test('a key of the wrong type is refused', () => {
    const { publicKey } = crypto.generateKeyPairSync('ed25519');
    assert.throws(() => crypto.sign(null, Buffer.alloc(1), publicKey), {
      code: 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE',
    });
    assert.throws(() => crypto.createPrivateKey('no key'), { code: 'ERR_OSSL_UNSUPPORTED' });
  });
});

test('keys of bare bytes', () => {
  for (const [type, options, format] of [
    ['ed25519', {}, 'raw-private'],
    ['ec', { namedCurve: 'P-256' }, 'raw-private'],
    ['ml-kem-512', {}, 'raw-seed'],
  ]) {
    const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
    const about = { asymmetricKeyType: type, ...options };
    const key = publicKey.export({ format: 'raw-public' });
    assert.ok(crypto.createPublicKey({ key, format: 'raw-public', ...about }).equals(publicKey));
    const secret = privateKey.export({ format });
    assert.ok(crypto.createPrivateKey({ key: secret, format, ...about }).equals(privateKey));
  }
  const { publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
  assert.throws(() => publicKey.export({ format: 'raw-public' }), {
    code: 'ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS',
  });
});

test('what OpenSSL knows but has no provider for is refused with its own reason', () => {
  const unsupported = {
    code: 'ERR_OSSL_EVP_UNSUPPORTED',
    message: 'error:0308010C:digital envelope routines::unsupported',
    reason: 'unsupported',
  };
  assert.throws(() => crypto.createHash('md4'), unsupported);
  assert.throws(() => crypto.createCipheriv('rc4', Buffer.alloc(16), null), unsupported);
  assert.ok(!crypto.getHashes().includes('md4') && !crypto.getCiphers().includes('rc4'));
  assert.throws(() => crypto.createHash('no such digest'), {
    message: 'Digest method not supported',
  });
});

test('CCM without a message has no tag, whatever memory holds', () => {
  for (let i = 0; i < 20; i++) {
    crypto.randomBytes(200); // leaves bits behind
    const cipher = crypto.createCipheriv('aes-128-ccm', Buffer.alloc(16), Buffer.alloc(12), {
      authTagLength: 10,
    });
    assert.throws(() => cipher.final(), { code: 'ERR_OSSL_TAG_NOT_SET' });
  }
  const cipher = crypto.createCipheriv('aes-128-ccm', Buffer.alloc(16), Buffer.alloc(12), {
    authTagLength: 10,
  });
  assert.strictEqual(cipher.update('').length, 0);
  cipher.final();
  assert.strictEqual(cipher.getAuthTag().length, 10);
});

test('a KeyObject becomes a CryptoKey', () => {
  const secret = crypto.createSecretKey(Buffer.alloc(16, 1));
  const key = crypto.KeyObject.prototype.toCryptoKey.call(secret, 'AES-GCM', true, ['encrypt']);
  assert.ok(key instanceof CryptoKey);
  assert.ok(crypto.KeyObject.from(key).equals(secret));
  const { privateKey } = crypto.generateKeyPairSync('ed25519');
  assert.strictEqual(privateKey.toCryptoKey('Ed25519', true, ['sign']).type, 'private');
});

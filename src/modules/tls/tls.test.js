'use strict';

const { before, describe, test } = require('node:test');
const assert = require('node:assert');
const { createHook } = require('node:async_hooks');
const { once } = require('node:events');
const https = require('node:https');
const net = require('node:net');
const { Duplex } = require('node:stream');
const tls = require('node:tls');
const { makeCertificate } = require('../../../tests/support/certificate.js');

let key;
let cert;

before(() => {
  ({ key, cert } = makeCertificate(
    'test.example',
    'DNS:test.example,DNS:*.wild.example,IP:127.0.0.1',
  ));
});

async function serve(options, listener) {
  const server = tls.createServer({ key, cert, ...options }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const to = (server, options) =>
  tls.connect({ port: server.address().port, host: '127.0.0.1', ca: cert, ...options });

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

describe('a connection', () => {
  test('carries bytes both ways, to the end', async () => {
    const server = await serve({}, (socket) => socket.pipe(socket));
    const client = to(server);
    await once(client, 'secureConnect');
    assert.strictEqual(client.authorized, true);
    assert.strictEqual(client.encrypted, true);
    assert.strictEqual(client.getProtocol(), 'TLSv1.3');
    const sent = 'x'.repeat(3_000_000);
    client.end(sent);
    assert.strictEqual(await text(client), sent);
    server.close();
  });

  test('goes through the attempt that succeeds, with what was set before', async () => {
    let heard;
    const server = await serve({}, (socket) => {
      heard = socket.servername;
      socket.end('served');
    });
    const addresses = [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    const client = to(server, {
      host: 'test.example',
      autoSelectFamily: true,
      lookup: (_name, _options, callback) => callback(null, addresses),
    });
    client.setServername('a.wild.example');
    assert.strictEqual(await text(client), 'served');
    assert.strictEqual(heard, 'a.wild.example');
    server.close();
  });

  test('is what asks for the look-up, for async hooks', async () => {
    const seen = new Map();
    const hook = createHook({
      init(id, type, trigger) {
        if (!seen.has(type)) seen.set(type, { id, trigger });
      },
    });
    const server = await serve({}, (socket) => socket.end());
    hook.enable();
    const client = to(server, { host: 'localhost', servername: 'test.example' });
    client.resume();
    hook.disable();
    await once(client, 'close');
    server.close();
    assert.strictEqual(seen.get('GETADDRINFOREQWRAP').trigger, seen.get('TLSWRAP').id);
  });

  test('is refused where nobody vouches for the certificate', async () => {
    const server = await serve({}, (socket) => socket.end());
    server.on('tlsClientError', () => {});
    const client = to(server, { ca: undefined });
    const [error] = await once(client, 'error');
    assert.strictEqual(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
    server.close();
  });

  test('is refused where the certificate is for another host', async () => {
    const server = await serve({}, (socket) => socket.end());
    const client = to(server, { servername: 'other.example' });
    const [error] = await once(client, 'error');
    assert.strictEqual(error.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
    assert.strictEqual(error.host, 'other.example');
    server.close();
  });

  test('agrees on a protocol', async () => {
    const server = await serve({ ALPNProtocols: ['b', 'c'] }, (socket) =>
      socket.end(String(socket.alpnProtocol)),
    );
    const client = to(server, { ALPNProtocols: ['a', 'c'] });
    assert.strictEqual(await text(client), 'c');
    assert.strictEqual(client.alpnProtocol, 'c');
    server.close();
  });

  test('fails with the reason of OpenSSL where versions differ', async () => {
    const server = await serve({ maxVersion: 'TLSv1.2' });
    const failed = once(server, 'tlsClientError');
    const client = to(server, { minVersion: 'TLSv1.3' });
    const [error] = await once(client, 'error');
    assert.strictEqual(error.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    assert.strictEqual(error.library, 'SSL routines');
    assert.strictEqual((await failed)[0].code, 'ERR_SSL_UNSUPPORTED_PROTOCOL');
    server.close();
  });

  test('breaks off where the peer speaks no TLS', async () => {
    const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [error] = await once(to(server), 'error');
    assert.strictEqual(error.code, 'ECONNRESET');
    server.close();
  });
});

test('the name a client asks for chooses the context', async () => {
  const server = await serve({}, (socket) => socket.end(socket.servername));
  server.addContext('*.wild.example', { key, cert });
  const client = to(server, { servername: 'one.wild.example' });
  assert.strictEqual(await text(client), 'one.wild.example');
  server.close();
});

test('a session is resumed', async () => {
  const server = await serve({ maxVersion: 'TLSv1.2' }, (socket) =>
    socket.end(String(socket.isSessionReused())),
  );
  const first = to(server);
  const session = once(first, 'session');
  assert.strictEqual(await text(first), 'false');
  const second = to(server, { session: (await session)[0] });
  assert.strictEqual(await text(second), 'true');
  server.close();
});

test('a client shows its certificate', async () => {
  const server = await serve({ requestCert: true, ca: cert }, (socket) => {
    socket.end(`${socket.authorized} ${socket.getPeerCertificate().subject.CN}`);
  });
  assert.strictEqual(await text(to(server, { key, cert })), 'true test.example');
  server.close();
});

test('TLS runs over a Duplex', async () => {
  const server = await serve({}, (socket) => socket.end('through'));
  const raw = net.connect(server.address().port, '127.0.0.1');
  const duplex = new Duplex({
    read() {},
    write: (chunk, encoding, callback) => raw.write(chunk, callback),
    final: (callback) => raw.end(callback),
  });
  raw.on('data', (chunk) => duplex.push(chunk));
  raw.on('end', () => duplex.push(null));
  const client = tls.connect({ socket: duplex, ca: cert, servername: 'test.example' });
  assert.strictEqual(await text(client), 'through');
  server.close();
});

test('keying material is the same on both sides', async () => {
  let theirs;
  const server = await serve({}, (socket) => {
    theirs = socket.exportKeyingMaterial(32, 'label');
    socket.end();
  });
  const client = to(server);
  assert.throws(() => client.exportKeyingMaterial(32, 'label'), { code: 'ERR_TLS_INVALID_STATE' });
  await once(client, 'secureConnect');
  const ours = client.exportKeyingMaterial(32, 'label');
  await text(client);
  assert.deepStrictEqual(ours, theirs);
  server.close();
});

test('checkServerIdentity() follows the names of the certificate', () => {
  const names = {
    subject: { CN: 'cn.example' },
    subjectaltname: 'DNS:*.a.example, IP Address:10.0.0.1',
  };
  assert.strictEqual(tls.checkServerIdentity('x.a.example', names), undefined);
  assert.strictEqual(tls.checkServerIdentity('10.0.0.1', names), undefined);
  assert.match(tls.checkServerIdentity('x.y.a.example', names).message, /altnames/);
  assert.strictEqual(
    tls.checkServerIdentity('cn.example', names).code,
    'ERR_TLS_CERT_ALTNAME_INVALID',
  );
  assert.strictEqual(
    tls.checkServerIdentity('cn.example', { subject: { CN: 'cn.example' } }),
    undefined,
  );
});

test('contexts say what is wrong with their options', () => {
  assert.throws(() => tls.createSecureContext({ minVersion: 'TLSv9' }), {
    code: 'ERR_TLS_INVALID_PROTOCOL_VERSION',
  });
  assert.throws(() => tls.createSecureContext({ key: 'nonsense' }), /./);
  assert.throws(() => tls.createSecureContext({ ticketKeys: Buffer.alloc(1) }), {
    code: 'ERR_INVALID_ARG_VALUE',
  });
  assert.throws(() => tls.createSecureContext({ ciphers: 'no-such-cipher' }), {
    reason: 'no cipher match',
  });
});

test('SecureContext needs no new', () => {
  const context = tls.SecureContext(undefined, undefined, 'TLSv1.2', 'TLSv1.3');
  assert.ok(context instanceof tls.SecureContext);
  assert.strictEqual(typeof context.context, 'object');
});

test('certificates travel compressed where both sides want it', async () => {
  const [algorithm] = tls.getCertificateCompressionAlgorithms();
  assert.ok(['zlib', 'brotli', 'zstd'].includes(algorithm));
  const bytes = [];
  for (const certificateCompression of [undefined, [algorithm]]) {
    const server = await serve({ certificateCompression }, (socket) => socket.end());
    const raw = net.connect(server.address().port, '127.0.0.1');
    let received = 0;
    const wire = new Duplex({
      read() {},
      write: (chunk, encoding, done) => raw.write(chunk, done),
      final: (done) => raw.end(done),
    });
    raw.on('data', (data) => {
      received += data.length;
      wire.push(data);
    });
    raw.on('end', () => wire.push(null));
    const client = tls.connect({
      socket: wire,
      ca: cert,
      certificateCompression,
      servername: 'test.example',
    });
    await once(client.resume(), 'end');
    bytes.push(received);
    server.close();
  }
  assert.notStrictEqual(bytes[0], bytes[1]);
  assert.throws(() => tls.createSecureContext({ certificateCompression: ['none'] }), {
    code: 'ERR_INVALID_ARG_VALUE',
  });
});

test('a peer that ends before the handshake does is let go by servers of https, too', async () => {
  const server = https.createServer({ key, cert }, () => assert.fail('no request'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect(server.address().port, '127.0.0.1').resume().end();
  const closed = once(client, 'close');
  const [error] = await once(server, 'tlsClientError');
  assert.strictEqual(error.code, 'ECONNRESET');
  await closed;
  server.close();
});

test('--trace-tls shows what all connections say, and warns of it once', () => {
  const { spawnSync } = require('node:child_process');
  const program = `
    const tls = require('node:tls');
    const credentials = ${JSON.stringify({ key: String(key), cert: String(cert) })};
    const server = tls.createServer(credentials, (socket) => socket.end()).listen(0, () => {
      const client = tls.connect({ port: server.address().port, rejectUnauthorized: false });
      client.resume().on('close', () => server.close());
    });`;
  const { stderr } = spawnSync(process.execPath, ['--trace-tls', '-e', program], {
    encoding: 'utf8',
  });
  assert.match(stderr, /Sent (TLS )?Record/);
  assert.strictEqual(stderr.split('Enabling --trace-tls can expose').length, 2);
});

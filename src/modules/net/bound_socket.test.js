'use strict';
const { describe, test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');

const adopted = { code: 'ERR_SOCKET_HANDLE_ADOPTED' };

describe('net.BoundSocket', () => {
  test('reserves a port that a server listens on later', async () => {
    const bound = new net.BoundSocket({ host: '127.0.0.1' });
    const { address, family, port } = bound.address();
    assert.deepStrictEqual([address, family], ['127.0.0.1', 'IPv4']);
    assert.ok(bound.fd() > 2);
    assert.strictEqual(bound.isPipe, false);
    const server = net.createServer((socket) => socket.end('yes')).listen(bound);
    await once(server, 'listening');
    assert.strictEqual(server.address().port, port);
    for (const use of ['address', 'close', 'fd']) assert.throws(() => bound[use](), adopted);
    bound[Symbol.dispose]();
    assert.throws(() => net.createServer().listen({ handle: bound }), adopted);
    const client = net.connect(port, '127.0.0.1');
    const [data] = await once(client, 'data');
    assert.strictEqual(String(data), 'yes');
    server.close();
  });

  test('is where a connection comes from, which is known at once', async () => {
    const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = new net.BoundSocket({ host: '127.0.0.1' });
    const { port } = bound.address();
    const client = net.connect({
      handle: bound,
      host: '127.0.0.1',
      port: server.address().port,
    });
    assert.strictEqual(client.localAddress, '127.0.0.1');
    assert.strictEqual(client.localPort, port);
    client.resume();
    const [peer] = await once(server, 'connection');
    assert.strictEqual(peer.remotePort, port);
    await once(client, 'close');
    server.close();
  });

  test('a connection that fails does so later', async () => {
    const free = new net.BoundSocket({ host: '127.0.0.1' });
    const { port } = free.address();
    const bound = new net.BoundSocket({ host: '127.0.0.1' });
    const client = net.connect({ handle: bound, host: '127.0.0.1', port });
    const [error] = await once(client, 'error');
    assert.strictEqual(error.code, 'ECONNREFUSED');
    free.close();
  });

  test('reserves a path, which goes with it', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bound-'));
    const file = path.join(folder, 'server');
    const bound = new net.BoundSocket({ path: file });
    assert.strictEqual(bound.address(), file);
    assert.strictEqual(bound.isPipe, true);
    assert.throws(() => new net.BoundSocket({ path: file }), { code: 'EADDRINUSE' });
    const server = net.createServer((socket) => socket.end()).listen({ handle: bound });
    await once(server, 'listening');
    assert.strictEqual(server.address(), file);
    const source = path.join(folder, 'client');
    const client = net.connect({ handle: new net.BoundSocket({ path: source }), path: file });
    client.resume();
    await once(client, 'connect');
    assert.strictEqual(client.localAddress, source);
    await once(client, 'close');
    server.close();
    await once(server, 'close');
    assert.deepStrictEqual(fs.readdirSync(folder), []);
    const unused = new net.BoundSocket({ path: file });
    unused.close();
    assert.ok(!fs.existsSync(file));
    fs.rmdirSync(folder);
  });

  test('refuses names, and paths with ports', () => {
    const invalid = { code: 'ERR_INVALID_ARG_VALUE' };
    assert.throws(() => new net.BoundSocket({ host: 'localhost' }), invalid);
    assert.throws(() => new net.BoundSocket({ path: 'x', port: 1 }), invalid);
    assert.throws(() => new net.BoundSocket({ port: -1 }), { code: 'ERR_SOCKET_BAD_PORT' });
    assert.throws(() => new net.BoundSocket(null), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});

describe('the type of service', () => {
  test('is remembered until there is a connection, and then set', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new net.Socket({ typeOfService: 8 });
    assert.strictEqual(client.getTypeOfService(), 8);
    assert.strictEqual(client.setTypeOfService(16), client);
    client.connect(server.address().port, '127.0.0.1');
    await once(client, 'connect');
    assert.strictEqual(client.getTypeOfService(), 16);
    client.destroy();
    server.close();
  });

  test('is a byte', () => {
    const socket = new net.Socket();
    assert.strictEqual(socket.getTypeOfService(), 0);
    assert.throws(() => socket.setTypeOfService(256), { code: 'ERR_OUT_OF_RANGE' });
    assert.throws(() => socket.setTypeOfService('1'), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => new net.Socket({ typeOfService: -1 }), { code: 'ERR_OUT_OF_RANGE' });
  });
});

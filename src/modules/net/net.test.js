'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');

async function listen(handler, options = {}) {
  const server = net.createServer(options, handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('bytes go both ways and ends are seen', async () => {
  const server = await listen((socket) => socket.pipe(socket));
  const client = net.connect(server.address().port, '127.0.0.1');
  client.end('there and back');
  let text = '';
  for await (const chunk of client) text += chunk;
  assert.strictEqual(text, 'there and back');
  assert.strictEqual(client.bytesWritten, 14);
  assert.strictEqual(client.bytesRead, 14);
  server.close();
  await once(server, 'close');
});

test('more than the system takes at once arrives whole and in order', async () => {
  const size = 8 * 1024 * 1024;
  const sent = Buffer.alloc(size, (i) => i);
  for (let i = 0; i < size; i += 4096) sent.writeUInt32LE(i, i);
  const received = [];
  const server = await listen(async (socket) => {
    for await (const chunk of socket) received.push(chunk);
    server.close();
  });
  const client = net.connect(server.address().port, '127.0.0.1');
  assert.strictEqual(client.write(sent.subarray(0, size / 2)), false);
  client.write('middle');
  client.end(sent.subarray(size / 2));
  await once(server, 'close');
  const all = Buffer.concat(received);
  assert.strictEqual(all.length, size + 6);
  assert.ok(all.subarray(0, size / 2).equals(sent.subarray(0, size / 2)));
  assert.strictEqual(all.toString('latin1', size / 2, size / 2 + 6), 'middle');
});

test('a Unix domain socket is named by its path', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-net-'));
  const name = path.join(folder, 'socket');
  const server = net.createServer((socket) => socket.end('hi'));
  server.listen(name);
  await once(server, 'listening');
  assert.strictEqual(server.address(), name);
  const client = net.connect(name);
  const [chunk] = await once(client, 'data');
  assert.strictEqual(String(chunk), 'hi');
  server.close();
  await once(server, 'close');
  fs.rmSync(folder, { recursive: true });
});

test('a refused connection names the address', async () => {
  const server = await listen(() => {});
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const client = net.connect(port, '127.0.0.1');
  const [error] = await once(client, 'error');
  assert.strictEqual(error.code, 'ECONNREFUSED');
  assert.strictEqual(error.syscall, 'connect');
  assert.strictEqual(error.port, port);
});

test('an idle socket times out, and destroy() closes without a word', async () => {
  const server = await listen((socket) => {
    socket.setTimeout(20, () => socket.destroy());
  });
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume();
  await once(client, 'close');
  server.close();
});

test('addresses', () => {
  assert.strictEqual(net.isIP('127.0.0.1'), 4);
  assert.strictEqual(net.isIP('::1%lo'), 6);
  assert.strictEqual(net.isIP('1.2.3'), 0);
  const list = new net.BlockList();
  list.addSubnet('10.0.0.0', 8);
  assert.strictEqual(list.check('10.255.0.1'), true);
  assert.strictEqual(list.check('::ffff:10.0.0.1', 'ipv6'), true);
  assert.strictEqual(list.check('11.0.0.1'), false);
});

test('a clone of a BlockList shares its rules', () => {
  const list = new net.BlockList();
  const clone = structuredClone(list);
  list.addSubnet('10.1.255.255', 15);
  clone.addRange('::1', '::f', 'ipv6');
  const expected = ['Range: IPv6 ::1-::f', 'Subnet: IPv4 10.1.255.255/15'];
  assert.deepStrictEqual(list.rules.sort(), expected);
  assert.deepStrictEqual(clone.rules, list.rules);
  assert.ok(clone.check('10.0.0.0'));
  assert.ok(clone.check('::ffff:10.1.2.3', 'ipv6'));
  assert.ok(!clone.check('10.2.0.0'));
  assert.ok(list.check('::a', 'ipv6'));
  assert.ok(!list.check('::10', 'ipv6'));
});

test('a SocketAddress is cloned', () => {
  const address = new net.SocketAddress({ address: '::1', family: 'ipv6', port: 5, flowlabel: 3 });
  const clone = structuredClone(address);
  assert.ok(net.SocketAddress.isSocketAddress(clone));
  assert.deepStrictEqual(clone.toJSON(), address.toJSON());
});

test('a BlockList holds for each address of a name', async () => {
  const blockList = new net.BlockList();
  blockList.addSubnet('127.0.0.0', 8);
  const server = net.createServer(() => assert.fail('connected')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  const socket = net.connect({
    port: server.address().port,
    host: 'localhost',
    blockList,
    lookup: (_host, _options, callback) => callback(null, addresses),
    autoSelectFamily: true,
  });
  const [error] = await once(socket, 'error');
  assert.strictEqual(error.code, 'ERR_IP_BLOCKED');
  assert.strictEqual(error.errors.length, 2);
  server.close();
});

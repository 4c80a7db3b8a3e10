'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const dgram = require('node:dgram');
const { once } = require('node:events');
const net = require('node:net');
const util = require('node:util');

async function bound(options = 'udp4') {
  const socket = dgram.createSocket(options);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

test('a message arrives with its sender', async () => {
  const receiver = await bound();
  const sender = await bound();
  sender.send(['ab', Buffer.from('c')], receiver.address().port, '127.0.0.1');
  const [message, from] = await once(receiver, 'message');
  assert.strictEqual(message.toString(), 'abc');
  assert.deepStrictEqual(from, { ...sender.address(), size: 3 });
  receiver.close();
  sender.close();
});

test('sending binds, looks names up, and reports the size', async () => {
  const receiver = await bound();
  const sender = dgram.createSocket('udp4');
  const sent = new Promise((resolve, reject) => {
    const done = (error, bytes) => (error ? reject(error) : resolve(bytes));
    sender.send('hello', 1, 3, receiver.address().port, 'localhost', done);
  });
  const [message] = await once(receiver, 'message');
  assert.strictEqual(message.toString(), 'ell');
  assert.strictEqual(await sent, 3);
  assert.notStrictEqual(sender.address().port, 0);
  receiver.close();
  sender.close();
});

describe('connect', () => {
  test('gives the socket one peer, until disconnect', async () => {
    const receiver = await bound();
    const sender = dgram.createSocket('udp4');
    sender.connect(receiver.address().port);
    await once(sender, 'connect');
    assert.deepStrictEqual(sender.remoteAddress(), receiver.address());
    assert.throws(() => sender.send('x', 0, 1, 9, 'localhost'), {
      code: 'ERR_SOCKET_DGRAM_IS_CONNECTED',
    });
    sender.send('x');
    const [message] = await once(receiver, 'message');
    assert.strictEqual(message.toString(), 'x');
    sender.disconnect();
    assert.throws(() => sender.remoteAddress(), { code: 'ERR_SOCKET_DGRAM_NOT_CONNECTED' });
    receiver.close();
    sender.close();
  });
});

describe('the synchronous calls', () => {
  test('bind and connect at once, and emit their events later', async () => {
    const receiver = dgram.createSocket('udp4');
    const address = receiver.bindSync({ address: '127.0.0.1' });
    assert.deepStrictEqual(address, receiver.address());
    const sender = dgram.createSocket('udp4');
    sender.connectSync(address.port, '127.0.0.1');
    assert.strictEqual(sender.remoteAddress().port, address.port);
    await Promise.all([once(receiver, 'listening'), once(sender, 'connect')]);
    receiver.close();
    sender.close();
  });

  test('throw what bind() would emit', () => {
    const first = dgram.createSocket('udp4');
    const { port } = first.bindSync({ address: '127.0.0.1' });
    const second = dgram.createSocket('udp4');
    assert.throws(() => second.bindSync({ address: '127.0.0.1', port }), { code: 'EADDRINUSE' });
    first.close();
    second.close();
  });
});

test('block lists keep datagrams from being sent', async () => {
  const sendBlockList = new net.BlockList();
  sendBlockList.addAddress('127.0.0.1');
  const socket = dgram.createSocket({ type: 'udp4', sendBlockList });
  const error = await new Promise((resolve) => {
    socket.send('x', 9, '127.0.0.1', resolve);
  });
  assert.strictEqual(error.code, 'ERR_IP_BLOCKED');
  socket.close();
});

test('a signal closes the socket', async () => {
  const controller = new AbortController();
  const socket = dgram.createSocket({ type: 'udp4', signal: controller.signal });
  controller.abort();
  await once(socket, 'close');
  assert.throws(() => socket.address(), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
});

test('an heir may call the constructor for its own object', async () => {
  function Beacon(type) {
    dgram.Socket.call(this, type);
    this.sent = 0;
  }
  util.inherits(Beacon, dgram.Socket);
  const beacon = new Beacon('udp4');
  beacon.bind(0, '127.0.0.1');
  await once(beacon, 'listening');
  assert.strictEqual(beacon.address().address, '127.0.0.1');
  assert.ok(beacon instanceof dgram.Socket);
  beacon.close();
});

test('methods show in listings, so that they can be wrapped', () => {
  assert.ok(Object.keys(dgram.Socket.prototype).includes('send'));
});

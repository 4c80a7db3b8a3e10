'use strict';
// ws and Socket.IO: a chat over WebSocket, large and split messages, compression, pings, rooms, polling, reconnecting.

const test = require('node:test');
const assert = require('node:assert');
const { workspace, serve, run } = require('../support/workspace.js');

const chat = `
  const { createServer } = require('node:http');
  const { WebSocketServer, WebSocket } = require('ws');
  const server = createServer((request, response) => response.end('plain'));
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 512 }, maxPayload: 4 << 20 });
  server.on('upgrade', (request, socket, head) => {
    if (request.headers.authorization === 'no') return socket.end('HTTP/1.1 401 Unauthorized\\r\\n\\r\\n');
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  sockets.on('connection', (client, request) => {
    client.name = new URL(request.url, 'http://x').searchParams.get('name');
    client.on('error', () => {});
    client.on('message', (data, binary) => {
      if (String(data) === 'bye') return client.close(4001, 'as you wish');
      for (const other of sockets.clients) {
        if (other.readyState === WebSocket.OPEN) other.send(binary ? data : client.name + ': ' + data, { binary });
      }
    });
  });
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));`;

test('a chat with ws', async (t) => {
  const folder = workspace(t, 'sockets', {
    'server.js': chat,
    'client.mjs': `
      import { once } from 'node:events';
      import assert from 'node:assert';
      import WebSocket, { createWebSocketStream } from 'ws';
      const url = process.argv[2].replace('http', 'ws');
      const open = async (name, options) => { const s = new WebSocket(url + '/?name=' + name, options); await once(s, 'open'); return s; };
      const [ann, bob] = await Promise.all([open('ann'), open('bob', { perMessageDeflate: false })]);
      const hears = async (socket) => { const [data, binary] = await once(socket, 'message'); return binary ? data : String(data); };
      const both = () => Promise.all([hears(ann), hears(bob)]);
      let heard = both();
      ann.send('grüße');
      assert.deepStrictEqual(await heard, ['ann: grüße', 'ann: grüße']);
      const bytes = Buffer.alloc(3 << 20, 'abcdefg');
      heard = both();
      bob.send(bytes);
      assert.ok((await heard).every((got) => got.equals(bytes)));
      heard = both();
      ann.send('in ', { fin: false });
      ann.send('two parts', { fin: true });
      assert.strictEqual((await heard)[1], 'ann: in two parts');
      const pong = once(ann, 'pong');
      ann.ping('are you there');
      assert.strictEqual(String((await pong)[0]), 'are you there');
      // The runtime's own WebSocket speaks with it, too.
      const native = new globalThis.WebSocket(url + '/?name=cleo');
      await once(native, 'open');
      const message = once(native, 'message');
      native.send('hi');
      assert.strictEqual((await message)[0].data, 'cleo: hi');
      native.close();
      const closing = once(bob, 'close');
      bob.send('bye');
      const [code, reason] = await closing;
      assert.deepStrictEqual([code, String(reason)], [4001, 'as you wish']);
      const refused = new WebSocket(url, { headers: { authorization: 'no' } });
      assert.match((await once(refused, 'error'))[0].message, /Unexpected server response: 401/);
      const large = once(ann, 'close');
      ann.send(Buffer.alloc(5 << 20));
      assert.strictEqual((await large)[0], 1009);
      const stream = createWebSocketStream(await open('dan'), { encoding: 'utf8' });
      stream.write('streamed');
      for await (const text of stream) { assert.strictEqual(text, 'streamed'); break; }
      console.log('all said');`,
  });
  const { url } = await serve(t, folder, ['server.js']);
  const { stdout, stderr, code } = await run(folder, ['client.mjs', url]);
  assert.deepStrictEqual([stdout, code], ['all said\n', 0], stderr);
  assert.strictEqual(await (await fetch(url)).text(), 'plain');
});

test('Socket.IO: events with answers, rooms, namespaces, bytes, both transports, reconnecting', async (t) => {
  const folder = workspace(t, 'sockets', {
    'server.mjs': `
      import { createServer } from 'node:http';
      import { Server } from 'socket.io';
      const http = createServer();
      const io = new Server(http, { pingInterval: 2000 });
      io.use((socket, next) => (socket.handshake.auth.token === 'good' ? next() : next(new Error('who are you'))));
      io.on('connection', (socket) => {
        socket.on('join', async (room, done) => { await socket.join(room); io.to(room).emit('joined', room, io.sockets.adapter.rooms.get(room).size); done('ok'); });
        socket.on('bytes', (bytes, done) => done(Buffer.from(bytes).reverse()));
        socket.on('transport', (done) => done(socket.conn.transport.name));
        socket.on('drop', () => socket.conn.close());
        socket.on('ask', async (done) => done(await socket.timeout(2000).emitWithAck('question', 20)));
      });
      io.of('/other').on('connection', (socket) => socket.emit('welcome', socket.nsp.name));
      http.listen(0, '127.0.0.1', () => console.log('port ' + http.address().port));`,
    'client.mjs': `
      import assert from 'node:assert';
      import { io } from 'socket.io-client';
      const url = process.argv[2];
      const auth = { token: 'good' };
      const event = (socket, name) => new Promise((resolve) => socket.once(name, (...all) => resolve(all)));
      const stranger = io(url, { auth: { token: 'bad' }, forceNew: true });
      assert.strictEqual((await event(stranger, 'connect_error'))[0].message, 'who are you');
      stranger.close();
      const polling = io(url, { auth, forceNew: true, transports: ['polling'] });
      const socket = io(url, { auth, forceNew: true, reconnectionDelay: 20 });
      await Promise.all([event(polling, 'connect'), event(socket, 'connect')]);
      assert.strictEqual(await polling.emitWithAck('join', 'lobby'), 'ok');
      const joined = event(polling, 'joined');
      assert.strictEqual(await socket.emitWithAck('join', 'lobby'), 'ok');
      assert.deepStrictEqual(await joined, ['lobby', 2]);
      assert.deepStrictEqual(Buffer.from(await polling.emitWithAck('bytes', Buffer.from([1, 2, 3]))), Buffer.from([3, 2, 1]));
      socket.on('question', (n, answer) => answer(n + 1));
      assert.strictEqual(await socket.emitWithAck('ask'), 21);
      while ((await socket.emitWithAck('transport')) !== 'websocket') await new Promise((resolve) => setTimeout(resolve, 20));
      assert.strictEqual(await polling.emitWithAck('transport'), 'polling');
      const other = io(url + '/other', { auth, forceNew: true });
      assert.deepStrictEqual(await event(other, 'welcome'), ['/other']);
      const before = socket.id;
      const back = event(socket, 'disconnect').then(() => event(socket, 'connect'));
      socket.emit('drop');
      await back;
      assert.notStrictEqual(socket.id, before);
      for (const each of [polling, socket, other]) each.close();
      console.log('all said');`,
  });
  const { url } = await serve(t, folder, ['server.mjs']);
  const { stdout, stderr, code } = await run(folder, ['client.mjs', url]);
  assert.deepStrictEqual([stdout, code], ['all said\n', 0], stderr);
});

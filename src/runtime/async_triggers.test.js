'use strict';
// What a resource says of the one that caused it.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { once } = require('node:events');
const { createHook } = require('node:async_hooks');

function record() {
  const seen = [];
  const destroyed = new Set();
  const hook = createHook({
    init: (id, type, trigger) => seen.push({ id, type, trigger }),
    destroy: (id) => destroyed.add(id),
  });
  return { hook: hook.enable(), seen, destroyed };
}

test("'listening' is triggered by the server's handle", async () => {
  const { hook, seen } = record();
  const server = net.createServer().listen(0);
  hook.disable();
  await once(server, 'listening');
  server.close();
  const handle = seen.find(({ type }) => type === 'TCPSERVERWRAP');
  const tick = seen.find(({ type, id }) => type === 'TickObject' && id > handle.id);
  assert.strictEqual(tick.trigger, handle.id);
});

test('the look-up of a name is triggered by the socket', async () => {
  const server = net.createServer((socket) => socket.end()).listen(0);
  await once(server, 'listening');
  const { hook, seen } = record();
  const socket = net.connect(server.address().port, 'localhost').resume();
  hook.disable();
  await once(socket, 'close');
  server.close();
  const handle = seen.find(({ type }) => type === 'TCPWRAP');
  const request = seen.find(({ type }) => type === 'GETADDRINFOREQWRAP');
  assert.strictEqual(request.trigger, handle.id);
});

test('a watched file is a resource until it is watched no more', async () => {
  const { hook, seen, destroyed } = record();
  fs.watchFile(__filename, () => {});
  fs.unwatchFile(__filename);
  const watcher = seen.find(({ type }) => type === 'STATWATCHER');
  assert.notStrictEqual(watcher, undefined);
  while (!destroyed.has(watcher.id)) await new Promise(setImmediate);
  hook.disable();
});

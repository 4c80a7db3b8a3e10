'use strict';

const { before, test } = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const https = require('node:https');
const { makeCertificate } = require('../../../tests/support/certificate.js');

let key;
let cert;

before(() => {
  ({ key, cert } = makeCertificate('localhost', 'DNS:localhost,IP:127.0.0.1'));
});

async function serve(listener) {
  const server = https.createServer({ key, cert }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function fetchText(server, options = {}, body) {
  const request = https.request({
    host: '127.0.0.1',
    port: server.address().port,
    ca: cert,
    ...options,
  });
  request.end(body);
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { response, text };
}

test('a request and its body arrive, and the answer returns', async () => {
  const server = await serve(async (request, response) => {
    let size = 0;
    for await (const chunk of request) size += chunk.length;
    response.end(`${request.method} ${request.url} ${size} ${request.socket.encrypted}`);
  });
  const { text } = await fetchText(
    server,
    { method: 'POST', path: '/p', agent: false },
    Buffer.alloc(1_000_000),
  );
  assert.strictEqual(text, 'POST /p 1000000 true');
  server.close();
});

test('an agent keeps connections and resumes sessions', async () => {
  const server = await serve((request, response) =>
    response.end(String(request.socket.isSessionReused())),
  );
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  const first = await fetchText(server, { agent });
  assert.strictEqual(first.text, 'false');
  await new Promise(setImmediate);
  const again = https.request({ host: '127.0.0.1', port: server.address().port, ca: cert, agent });
  again.end();
  const [response] = await once(again, 'response');
  response.resume();
  await once(response, 'end');
  assert.strictEqual(again.reusedSocket, true);
  // A connection of its own, but the session of the first.
  for (const socket of Object.values(agent.freeSockets).flat()) socket.destroy();
  await new Promise(setImmediate);
  assert.strictEqual((await fetchText(server, { agent })).text, 'true');
  agent.destroy();
  server.close();
});

test('an untrusted server is an error', async () => {
  const server = await serve((request, response) => response.end());
  const request = https.get({ host: '127.0.0.1', port: server.address().port });
  const [error] = await once(request, 'error');
  assert.strictEqual(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  server.close();
});

test('getName() tells connections apart', () => {
  const agent = new https.Agent();
  assert.strictEqual(agent.getName({}), 'localhost::::::::::::::::::::::');
  assert.notStrictEqual(agent.getName({ ca: 'a' }), agent.getName({ ca: 'b' }));
});

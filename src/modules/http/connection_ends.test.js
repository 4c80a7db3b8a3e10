'use strict';
// How connections, requests and messages end, and in whose async context they go on.
const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const { AsyncLocalStorage } = require('node:async_hooks');
const { once } = require('node:events');

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

test('a coding that does not end in "chunked" is refused', async () => {
  let ended = false;
  const server = http.createServer((req) => req.on('end', () => (ended = true)).resume());
  const socket = net.connect(await listen(server), '127.0.0.1');
  socket.write(
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunkedchunked\r\n\r\n1\r\nA\r\n0\r\n',
  );
  let answer = '';
  for await (const chunk of socket.setEncoding('latin1')) answer += chunk;
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.strictEqual(ended, false);
  server.close();
});

test('bytes behind a whole response are a parse error of its request', async () => {
  const server = net.createServer((socket) =>
    socket.end('HTTP/1.1 302 Moved\r\nContent-Length: 0\r\n\r\nhi world'),
  );
  const req = http.get({ port: await listen(server), host: '127.0.0.1' });
  const [error] = await once(req, 'error');
  assert.strictEqual(error.code, 'HPE_INVALID_CONSTANT');
  server.close();
});

test('a waiting request gets the place of a connection that closes, in its own context', async () => {
  const server = http.createServer((req, res) => res.end(req.url));
  const port = await listen(server);
  const storage = new AsyncLocalStorage();
  const agent = new http.Agent({ maxSockets: 1 });
  const seen = [];
  await Promise.all(
    ['/a', '/b', '/c'].map((path) =>
      storage.run(path, async () => {
        const req = http.get({ agent, port, host: '127.0.0.1', path });
        const [res] = await new Promise((resolve) =>
          req.on('response', (...args) => {
            seen.push([storage.getStore(), path]);
            resolve(args);
          }),
        );
        res.on('end', () => req.socket.destroy()).resume();
        await once(res, 'close');
      }),
    ),
  );
  assert.deepStrictEqual(seen, [
    ['/a', '/a'],
    ['/b', '/b'],
    ['/c', '/c'],
  ]);
  server.close();
});

test('requests are handled in the async context that the server listens in', async () => {
  const storage = new AsyncLocalStorage();
  const server = http.createServer((req, res) => res.end(storage.getStore()));
  const port = await storage.run('the server', () => listen(server));
  const [res] = await once(http.get({ port, host: '127.0.0.1', agent: false }), 'response');
  let body = '';
  for await (const chunk of res) body += chunk;
  assert.strictEqual(body, 'the server');
  server.close();
});

test('a request that was read is closed before its response is', async () => {
  const order = [];
  const server = http.createServer((req, res) => {
    req.on('close', () => {
      order.push('request');
      res.end();
    });
    res.on('close', () => order.push('response'));
    req.resume();
  });
  const port = await listen(server);
  const [res] = await once(http.get({ port, host: '127.0.0.1', agent: false }), 'response');
  res.resume();
  await once(res, 'close');
  server.close();
  await once(server, 'close');
  assert.deepStrictEqual(order, ['request', 'response']);
});

test('an upgrade that nobody takes ends the connection', async () => {
  const server = http.createServer({ shouldUpgradeCallback: () => true }, () =>
    assert.fail('not a request'),
  );
  const headers = { Upgrade: 'websocket', Connection: 'Upgrade' };
  const req = http.get({ port: await listen(server), host: '127.0.0.1', headers });
  const [error] = await once(req, 'error');
  assert.strictEqual(error.code, 'ECONNRESET');
  server.close();
});

test('unique headers are one line among the trailers too', async () => {
  const server = http.createServer({ uniqueHeaders: ['x-one'] }, (req, res) => {
    res.writeHead(200, { Trailer: 'x-one, x-many' });
    res.write('body');
    res.addTrailers({ 'x-one': ['a', 'b'], 'x-many': ['c', 'd'] });
    res.end();
  });
  const port = await listen(server);
  const [res] = await once(http.get({ port, host: '127.0.0.1', agent: false }), 'response');
  res.resume();
  await once(res, 'end');
  assert.deepStrictEqual(res.rawTrailers, ['x-one', 'a; b', 'x-many', 'c', 'x-many', 'd']);
  server.close();
});

test('a time limit beyond what a timer takes is cut, with a warning', async () => {
  const server = http.createServer((req, res) => res.end());
  const req = http.request({ port: await listen(server), host: '127.0.0.1', agent: false });
  req.setTimeout(2 ** 40);
  const [warning] = await once(process, 'warning');
  assert.strictEqual(warning.name, 'TimeoutOverflowWarning');
  req.end();
  const [res] = await once(req, 'response');
  res.resume();
  await once(res, 'close');
  server.close();
});

'use strict';
const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');

async function serve(handler, options = {}) {
  const server = http.createServer(options, handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

// What the server writes to a raw request until it closes the connection.
async function raw(server, text) {
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) answer += chunk;
  return answer;
}

async function close(server) {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

test('a whole answer has a length, a written one has chunks', async () => {
  const server = await serve((req, res) => {
    if (req.url === '/whole') res.end('whole');
    else {
      res.write('in ');
      res.end('parts');
    }
  });
  const whole = await raw(server, 'GET /whole HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(whole, /\r\nContent-Length: 5\r\n/);
  assert.ok(whole.endsWith('\r\n\r\nwhole'));
  const parts = await raw(server, 'GET /parts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(parts, /\r\nTransfer-Encoding: chunked\r\n/);
  assert.ok(parts.endsWith('\r\n\r\n3\r\nin \r\n5\r\nparts\r\n0\r\n\r\n'));
  await close(server);
});

test('pipelined requests are answered in their order', async () => {
  const server = await serve((req, res) => {
    const wait = req.url === '/1' ? 20 : 0;
    setTimeout(() => res.end(`<${req.url}>`), wait);
  });
  const answer = await raw(
    server,
    'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );
  assert.deepStrictEqual(answer.match(/<\/\d>/g), ['</1>', '</2>', '</3>']);
  await close(server);
});

test('a body arrives, also when nobody waits for it at first', async () => {
  const server = await serve(async (req, res) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    let size = 0;
    for await (const chunk of req) size += chunk.length;
    res.end(String(size));
  });
  const req = http.request({ port: server.address().port, host: '127.0.0.1', method: 'POST' });
  const body = Buffer.alloc(3 * 1024 * 1024, 'x');
  req.end(body);
  const [res] = await once(req, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  assert.strictEqual(text, String(body.length));
  await close(server);
});

test('headers: raw as sent, joined by name, hostile ones refused', async () => {
  let seen;
  const server = await serve((req, res) => {
    seen = { raw: req.rawHeaders, joined: req.headers };
    assert.throws(() => res.setHeader('x', 'a\r\nSet-Cookie: b'), { code: 'ERR_INVALID_CHAR' });
    assert.throws(() => res.setHeader('x y', 'a'), { code: 'ERR_INVALID_HTTP_TOKEN' });
    res.end();
  });
  await raw(
    server,
    'GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nCookie: c=1\r\ncookie: d=2\r\nConnection: close\r\n\r\n',
  );
  assert.deepStrictEqual(seen.raw.slice(0, 6), ['Host', 'x', 'X-A', '1', 'x-a', '2']);
  assert.strictEqual(seen.joined['x-a'], '1, 2');
  assert.strictEqual(seen.joined.cookie, 'c=1; d=2');
  await close(server);
});

test('what is no HTTP, too large or too smuggled is refused', async () => {
  const server = await serve((req, res) => res.end('never'));
  assert.match(await raw(server, 'NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request/);
  assert.match(
    await raw(server, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20000)}\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  );
  assert.match(await raw(server, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(
    await raw(
      server,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ),
    /^HTTP\/1\.1 400 /,
  );
  await close(server);
});

test('a kept connection serves again', async () => {
  const server = await serve((req, res) => res.end(String(req.socket.remotePort)));
  const agent = new http.Agent({ keepAlive: true });
  const ports = [];
  for (let i = 0; i < 3; i++) {
    const req = http.get({ port: server.address().port, host: '127.0.0.1', agent });
    const [res] = await once(req, 'response');
    let text = '';
    for await (const chunk of res) text += chunk;
    ports.push(text);
    await new Promise(setImmediate);
  }
  assert.strictEqual(new Set(ports).size, 1);
  agent.destroy();
  await close(server);
});

test('an upgrade hands the socket over', async () => {
  const server = await serve(() => {});
  server.on('upgrade', (req, socket, head) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    );
    socket.write(head);
    socket.pipe(socket);
  });
  const req = http.request({
    port: server.address().port,
    host: '127.0.0.1',
    headers: { connection: 'Upgrade', upgrade: 'echo' },
  });
  req.end();
  const [, socket] = await once(req, 'upgrade');
  socket.end('over to you');
  let text = '';
  for await (const chunk of socket) text += chunk;
  assert.strictEqual(text, 'over to you');
  await close(server);
});

test('a client hears of a server that hangs up', async () => {
  const server = await serve((req) => req.socket.destroy());
  const req = http.get({ port: server.address().port, host: '127.0.0.1' });
  const [error] = await once(req, 'error');
  assert.strictEqual(error.code, 'ECONNRESET');
  assert.strictEqual(error.message, 'socket hang up');
  await close(server);
});

test('an answer that is cut short is aborted, not malformed', async () => {
  const server = await serve((req, res) => {
    res.writeHead(200, { 'content-length': 100 });
    res.write('too little');
    setImmediate(() => req.socket.end());
  });
  const req = http.get({ port: server.address().port, host: '127.0.0.1' });
  const [res] = await once(req, 'response');
  res.resume();
  const [error] = await once(res, 'error');
  assert.strictEqual(error.code, 'ECONNRESET');
  assert.strictEqual(error.message, 'aborted');
  await close(server);
});

test('between requests the time limit of a kept connection is keepAliveTimeout, not that of requests', async () => {
  const sockets = new Set();
  const server = await serve((req, res) => {
    sockets.add(req.socket);
    res.end(String(req.socket.timeout));
  });
  server.setTimeout(60_000);
  server.keepAliveTimeout = 70_000;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 2; i++) {
    const [response] = await once(http.get({ port: server.address().port, agent }), 'response');
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    assert.strictEqual(text, '60000');
    const [socket] = sockets;
    while (socket.timeout === 60_000) await new Promise(setImmediate);
    assert.strictEqual(socket.timeout, 71_000);
  }
  assert.strictEqual(sockets.size, 1);
  agent.destroy();
  await close(server);
});

test('a request whose peer goes away is aborted, whether or not anyone listens', async () => {
  const server = http.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = http.get({ port: server.address().port });
  client.on('error', () => {});
  const [req, res] = await once(server, 'request');
  client.destroy();
  await once(res, 'close');
  assert.deepStrictEqual([req.aborted, req.destroyed, req.complete], [true, true, true]);
  await close(server);
});

test('METHODS has no gaps', () => {
  assert.strictEqual(Object.keys(http.METHODS).length, http.METHODS.length);
  assert.ok(http.METHODS.every((method) => typeof method === 'string'));
});

test('the parser of _http_common tells messages apart, for libraries that play sockets', () => {
  const { HTTPParser } = require('_http_common');
  const events = [];
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  for (const name of ['kOnHeaders', 'kOnHeadersComplete', 'kOnBody', 'kOnMessageComplete']) {
    parser[HTTPParser[name]] = (...all) => {
      events.push([name, ...all.map((each) => (Buffer.isBuffer(each) ? String(each) : each))]);
    };
  }
  const message =
    'POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n';
  assert.strictEqual(parser.execute(Buffer.from(message)), message.length);
  const headers = ['Transfer-Encoding', 'chunked'];
  assert.deepStrictEqual(events, [
    ['kOnHeadersComplete', 1, 1, headers, 3, '/x', undefined, undefined, false, true],
    ['kOnBody', 'abc'],
    ['kOnHeaders', ['T', '1'], '/x'],
    ['kOnMessageComplete'],
  ]);
  const error = parser.execute(Buffer.from('nonsense\r\n\r\n'));
  assert.deepStrictEqual([error.code, error.bytesParsed], ['HPE_INVALID_METHOD', 0]);
  parser.free();
});

test('writeInformation() sends answers before the answer', async () => {
  const server = await serve((req, res) => {
    assert.throws(() => res.writeInformation(101), { code: 'ERR_HTTP_INVALID_STATUS_CODE' });
    assert.throws(() => res.writeInformation(200), { code: 'ERR_OUT_OF_RANGE' });
    assert.throws(() => res.writeInformation(110, ['a']), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => res.writeInformation(110, { 'a b': 1 }), {
      code: 'ERR_INVALID_HTTP_TOKEN',
    });
    res.writeInformation(110, { 'X-Progress': '50%' });
    res.writeInformation(102, ['A', '1', 'B', '2']);
    res.end('done');
    assert.throws(() => res.writeInformation(110), { code: 'ERR_HTTP_HEADERS_SENT' });
  });
  const answer = await raw(server, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.ok(
    answer.startsWith(
      'HTTP/1.1 110 unknown\r\nX-Progress: 50%\r\n\r\n' +
        'HTTP/1.1 102 Processing\r\nA: 1\r\nB: 2\r\n\r\nHTTP/1.1 200 OK\r\n',
    ),
    answer,
  );
  await close(server);
});

test('message.signal is aborted for who goes before the answer, and for nobody else', async () => {
  const signals = {};
  const server = await serve((req, res) => {
    const signal = (signals[req.url] = req.signal);
    assert.strictEqual(req.signal, signal);
    req.resume();
    if (req.url === '/answered') res.end();
    else req.on('close', () => req.socket.destroy());
  });
  const { port } = server.address();
  await new Promise((resolve) => {
    http.get({ port, path: '/answered' }, (res) => {
      assert.strictEqual(res.signal.aborted, false);
      res.resume().on('close', resolve);
    });
  });
  const request = http.get({ port, path: '/left' });
  await once(request, 'error');
  await new Promise(setImmediate);
  assert.strictEqual(signals['/answered'].aborted, false);
  assert.strictEqual(signals['/left'].aborted, true);
  assert.strictEqual(signals['/left'].reason.name, 'AbortError');
  const unused = new http.IncomingMessage();
  unused.destroy();
  assert.strictEqual(unused.signal.aborted, true);
  await close(server);
});

'use strict';
const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const { once } = require('node:events');
const { execFile, spawnSync } = require('node:child_process');
const { Network } = require('node:inspector');
const { Session } = require('node:inspector/promises');

// Node needs a flag for what the program reports itself.
const skip =
  process.versions.gyre === undefined &&
  !process.execArgv.includes('--experimental-network-inspection');

async function connect(t) {
  const session = new Session();
  session.connect();
  t.after(() => session.disconnect());
  await session.post('Network.enable');
  return session;
}

// Reports one exchange; the response comes in two pieces.
function exchange(requestId, charset, between = () => {}) {
  const url = 'https://example.com';
  const request = { url, method: 'PUT', headers: {}, hasPostData: true };
  Network.requestWillBeSent({ requestId, timestamp: 1, wallTime: 1, charset, request });
  Network.dataSent({ requestId, timestamp: 2, dataLength: 3, data: Buffer.from('ask') });
  Network.dataSent({ requestId, finished: true });
  const response = { url, status: 200, statusText: 'OK', headers: {}, charset };
  Network.responseReceived({ requestId, timestamp: 3, type: 'Fetch', response });
  const receive = (text) => {
    const data = Buffer.from(text);
    const size = { dataLength: data.length, encodedDataLength: data.length };
    Network.dataReceived({ requestId, timestamp: 4, ...size, data });
  };
  receive('Hello, ');
  between();
  receive('world');
  Network.loadingFinished({ requestId, timestamp: 5 });
}

test('the bodies of an exchange can be asked for, as text or bytes', { skip }, async (t) => {
  const session = await connect(t);
  session.on('Network.dataReceived', () => assert.fail('not streamed'));
  exchange('text', 'utf-8');
  assert.deepStrictEqual(await session.post('Network.getRequestPostData', { requestId: 'text' }), {
    postData: 'ask',
  });
  assert.deepStrictEqual(await session.post('Network.getResponseBody', { requestId: 'text' }), {
    body: 'Hello, world',
    base64Encoded: false,
  });
  exchange('bytes');
  assert.deepStrictEqual(await session.post('Network.getResponseBody', { requestId: 'bytes' }), {
    body: Buffer.from('Hello, world').toString('base64'),
    base64Encoded: true,
  });
  await assert.rejects(session.post('Network.getRequestPostData', { requestId: 'bytes' }), {
    code: 'ERR_INSPECTOR_COMMAND',
  });
  await assert.rejects(session.post('Network.getResponseBody', { requestId: 'none' }), {
    code: 'ERR_INSPECTOR_COMMAND',
  });
});

test('a streamed body: what is there, then what comes', { skip }, async (t) => {
  const session = await connect(t);
  const pieces = [];
  session.on('Network.dataReceived', ({ params }) => pieces.push(params.data));
  let buffered;
  exchange('streamed', undefined, () => {
    buffered = session.post('Network.streamResourceContent', { requestId: 'streamed' });
  });
  const { bufferedData } = await buffered;
  const text = [bufferedData, ...pieces].map((piece) => Buffer.from(piece, 'base64')).join('');
  assert.strictEqual(text, 'Hello, world');
  assert.strictEqual(pieces.length, 1);
});

test('--experimental-network-inspection reports requests by itself', async () => {
  const server = http.createServer((req, res) => {
    res.setHeader('Content-Type', 'text/plain; charset=utf-8');
    res.end('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const program = `
    const { Session } = require('node:inspector');
    const session = new Session();
    session.connect();
    session.post('Network.enable');
    const seen = [];
    session.on('inspectorNotification', ({ method, params }) => {
      seen.push([method, params.response?.mimeType, params.response?.charset]);
    });
    require('http').get('http://127.0.0.1:${server.address().port}/x', { agent: false }, (res) => {
      res.resume().on('close', () => console.log(JSON.stringify(seen)));
    });`;
  const child = await new Promise((resolve) => {
    const args = ['--experimental-network-inspection', '-e', program];
    execFile(process.execPath, args, (error, stdout) => resolve(error ?? stdout));
  });
  assert.deepStrictEqual(JSON.parse(child), [
    ['Network.requestWillBeSent', null, null],
    ['Network.responseReceived', 'text/plain', 'utf-8'],
    ['Network.loadingFinished', null, null],
  ]);
  server.close();
});

test('a resource that the program has put there is read as a stream', () => {
  const program = `
    const { Session, NetworkResources } = require('node:inspector');
    NetworkResources.put('http://a/map', 'the map');
    const session = new Session();
    session.connect();
    const post = (...args) => new Promise((done) => session.post(...args, (_, result) => done(result)));
    (async () => {
      const { resource } = await post('Network.loadNetworkResource', { url: 'http://a/map' });
      const first = await post('IO.read', { handle: resource.stream, size: 4 });
      const rest = await post('IO.read', { handle: resource.stream });
      const end = await post('IO.read', { handle: resource.stream });
      const none = await post('Network.loadNetworkResource', { url: 'http://a/none' });
      console.log(JSON.stringify([first, rest, end, none]));
    })();`;
  const args = ['--experimental-inspector-network-resource', '-e', program];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.deepStrictEqual(JSON.parse(stdout), [
    { data: 'the ', eof: false },
    { data: 'map', eof: false },
    { data: '', eof: true },
    { resource: { success: false } },
  ]);
});

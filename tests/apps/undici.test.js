'use strict';
// undici as a package (pools, pipelines, mocks, interceptors, WebSocket) and Pino (levels, children, transports in threads).

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, run } = require('../support/workspace.js');

test('undici: requests, streams, pools, redirects, retries, aborts, its own fetch', async (t) => {
  const folder = workspace(t, 'undici', {
    'main.mjs': `
      import assert from 'node:assert';
      import { createServer } from 'node:http';
      import { once } from 'node:events';
      import { Writable } from 'node:stream';
      import { Agent, Client, Pool, request, stream, pipeline, fetch, FormData, interceptors, setGlobalDispatcher } from 'undici';
      let failures = 2;
      const server = createServer(async (req, res) => {
        const chunks = [];
        for await (const chunk of req) chunks.push(chunk);
        if (req.url === '/redirect') return res.writeHead(302, { location: '/' }).end();
        if (req.url === '/unsteady' && failures-- > 0) return res.writeHead(503, { 'retry-after': '0' }).end();
        if (req.url === '/never') return;
        if (req.url === '/early') return res.destroy();
        res.setHeader('x-method', req.method);
        res.setHeader('trailer', 'x-sum');
        res.write(Buffer.concat(chunks));
        res.addTrailers({ 'x-sum': String(Buffer.concat(chunks).length) });
        res.end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const origin = 'http://127.0.0.1:' + server.address().port;

      const { statusCode, headers, body, trailers } = await request(origin, { method: 'POST', body: 'some text' });
      assert.deepStrictEqual([statusCode, headers['x-method'], await body.text(), trailers['x-sum']], [200, 'POST', 'some text', '9']);

      let streamed = '';
      await stream(origin, { method: 'PUT', body: 'x'.repeat(100000), opaque: 1 }, () =>
        new Writable({ write(chunk, _, done) { streamed += chunk; done(); } }));
      assert.strictEqual(streamed.length, 100000);
      const pipe = pipeline(origin, { method: 'POST' }, ({ body }) => body);
      pipe.end('through');
      assert.strictEqual(String((await pipe.toArray())[0]), 'through');

      const client = new Client(origin, { pipelining: 10 });
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => client.request({ path: '/' + i, method: 'GET' }).then((r) => r.body.text())));
      assert.strictEqual(answers.length, 20);
      await assert.rejects(client.request({ path: '/early', method: 'GET' }), { code: 'UND_ERR_SOCKET' });
      await assert.rejects(client.request({ path: '/never', method: 'GET', headersTimeout: 300 }), { code: 'UND_ERR_HEADERS_TIMEOUT' });
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 50);
      await assert.rejects(client.request({ path: '/never', method: 'GET', signal: abort.signal }), { name: 'AbortError' });
      await client.destroy();

      const pool = new Pool(origin, { connections: 3 }).compose(interceptors.redirect({ maxRedirections: 2 }), interceptors.retry({ minTimeout: 1 }));
      assert.strictEqual((await pool.request({ origin, path: '/redirect', method: 'GET' })).statusCode, 200);
      assert.strictEqual((await pool.request({ origin, path: '/unsteady', method: 'GET' })).statusCode, 200);
      await pool.destroy();

      setGlobalDispatcher(new Agent({ keepAliveTimeout: 10 }));
      const form = new FormData();
      form.set('file', new Blob(['content']), 'a.txt');
      const echoed = await (await fetch(origin, { method: 'POST', body: form })).text();
      assert.match(echoed, /filename="a.txt"[^]*content/);
      assert.strictEqual((await globalThis.fetch(origin, { method: 'POST', body: 'by the global one' })).status, 200);
      server.closeAllConnections();
      server.close();
      console.log('done');`,
  });
  const { stdout, stderr, code } = await run(folder, ['main.mjs']);
  assert.deepStrictEqual([stdout, code], ['done\n', 0], stderr);
});

test('undici: mocked answers, for its own and for the global fetch', async (t) => {
  const folder = workspace(t, 'undici', {
    'main.mjs': `
      import { MockAgent, setGlobalDispatcher, request } from 'undici';
      const agent = new MockAgent();
      agent.disableNetConnect();
      setGlobalDispatcher(agent);
      agent.get('https://example.com').intercept({ path: '/a', method: 'GET' }).reply(200, { mocked: true }).times(2);
      console.log(await (await request('https://example.com/a')).body.json(), await (await fetch('https://example.com/a')).json());
      console.log(await request('https://example.com/b').catch((error) => error.code));`,
  });
  const { stdout, stderr } = await run(folder, ['main.mjs']);
  assert.strictEqual(
    stdout,
    '{ mocked: true } { mocked: true }\nUND_MOCK_ERR_MOCK_NOT_MATCHED\n',
    stderr,
  );
});

test('Pino: levels, child loggers, redaction, serializers, errors', async (t) => {
  const folder = workspace(t, 'undici', {
    'main.js': `
      const log = require('pino')({ base: null, timestamp: false, redact: ['user.password'], level: 'debug', formatters: { level: (label) => ({ level: label }) } });
      log.info({ user: { name: 'eve', password: 'x' } }, 'hello %s', 'you');
      log.trace('not shown');
      log.child({ part: 'db' }, { serializers: { n: (n) => n + 1 } }).warn({ n: 1 });
      log.error(new TypeError('went wrong', { cause: new Error('deeper') }));
      log.isLevelEnabled('trace') || log.debug({ big: 2n ** 70n + '' });`,
  });
  const { stdout, stderr } = await run(folder, ['main.js']);
  const [first, second, third, fourth] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepStrictEqual(
    first,
    { level: 'info', user: { name: 'eve', password: '[Redacted]' }, msg: 'hello you' },
    stderr,
  );
  assert.deepStrictEqual(second, { level: 'warn', part: 'db', n: 2 });
  assert.deepStrictEqual([third.err.type, third.msg], ['TypeError', 'went wrong']);
  assert.match(third.err.stack, /caused by: Error: deeper/);
  assert.strictEqual(fourth.big, '1180591620717411303424');
});

test('Pino: transports in a worker thread, and a file that is whole when the process ends', async (t) => {
  const folder = workspace(t, 'undici', {
    'own.mjs': `
      import build from 'pino-abstract-transport';
      import { appendFileSync } from 'node:fs';
      import { isMainThread } from 'node:worker_threads';
      export default ({ to }) => build(async (source) => {
        for await (const { msg } of source) appendFileSync(to, msg + ' ' + isMainThread + '\\n');
      });`,
    'main.js': `
      const pino = require('pino');
      const log = pino(pino.transport({ targets: [
        { target: 'pino/file', options: { destination: 'out.log' } },
        { target: __dirname + '/own.mjs', options: { to: 'own.log' }, level: 'warn' },
      ] }));
      for (let i = 0; i < 200; i++) log.info('line ' + i);
      log.warn('last');`,
  });
  const { code, stderr } = await run(folder, ['main.js']);
  assert.strictEqual(code, 0, stderr);
  const lines = fs.readFileSync(path.join(folder, 'out.log'), 'utf8').trim().split('\n');
  assert.strictEqual(lines.length, 201);
  assert.strictEqual(JSON.parse(lines[200]).msg, 'last');
  assert.strictEqual(fs.readFileSync(path.join(folder, 'own.log'), 'utf8'), 'last false\n');
});

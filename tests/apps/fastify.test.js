'use strict';
// Fastify: schemas, hooks, plugins, logging, injection, streams, errors, closing with requests under way.

const test = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const { workspace, serve, run } = require('../support/workspace.js');

const server = `
  import Fastify from 'fastify';
  import { once } from 'node:events';
  import { Readable } from 'node:stream';
  import { setTimeout } from 'node:timers/promises';
  const app = Fastify({ logger: { level: 'info', base: null }, bodyLimit: 64 * 1024 });
  app.decorate('store', new Map());
  app.decorateRequest('who', null);
  app.addHook('onRequest', async (request) => { request.who = request.headers['x-who'] ?? 'nobody'; });
  app.addHook('onSend', async (request, reply, payload) => { reply.header('x-who', request.who); return payload; });
  const item = { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 2 }, count: { type: 'integer', default: 1 } } };
  app.register(async (scope) => {
    scope.put('/:id', { schema: { body: item, params: { type: 'object', properties: { id: { type: 'integer' } } } } }, async (request, reply) => {
      app.store.set(request.params.id, request.body);
      reply.code(201);
      return { id: request.params.id, ...request.body };
    });
    scope.get('/:id', { schema: { response: { 200: item } } }, async (request, reply) => {
      const found = app.store.get(Number(request.params.id));
      return found ? { ...found, secret: 'left out by the schema' } : reply.callNotFound();
    });
  }, { prefix: '/items' });
  app.get('/stream', (request, reply) => reply.type('text/plain').send(Readable.from(['a', 'b', 'c'])));
  app.get('/error', async () => { throw Object.assign(new Error('broken'), { statusCode: 503, code: 'E_BROKEN' }); });
  // Is under way until the server closes.
  app.get('/slow', async () => { console.log('under way'); await once(process, 'SIGTERM'); await setTimeout(50); return 'done'; });
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (request, body, done) => done(null, body.split(',')));
  app.post('/csv', async (request) => request.body);
  process.once('SIGTERM', async () => { await app.close(); console.log('closed'); });
  await app.listen({ port: 0, host: '127.0.0.1' });
  console.log('port ' + app.server.address().port);`;

test('Fastify answers', async (t) => {
  const folder = workspace(t, 'fastify', { 'server.mjs': server });
  const { url, child, output } = await serve(t, folder, ['server.mjs']);
  const json = async (path, init) => {
    const response = await fetch(url + path, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const put = (path, body) =>
    json(path, {
      method: 'PUT',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-who': 'eve' },
    });
  await t.test('validates, fills in defaults, serializes by schema', async () => {
    const made = await put('/items/3', { name: 'cup' });
    assert.deepStrictEqual([made.status, made.body], [201, { id: 3, name: 'cup', count: 1 }]);
    assert.strictEqual(made.headers.get('x-who'), 'eve');
    assert.deepStrictEqual((await json('/items/3')).body, { name: 'cup', count: 1 });
  });
  await t.test('refuses what is wrong', async () => {
    const short = await put('/items/3', { name: 'x' });
    assert.strictEqual(short.status, 400);
    assert.match(short.body.message, /body\/name must NOT have fewer than 2 characters/);
    assert.strictEqual((await put('/items/x', { name: 'cup' })).status, 400);
    assert.strictEqual(
      (await put('/items/3', '{ not json')).body.code,
      'FST_ERR_CTP_INVALID_JSON_BODY',
    );
    assert.strictEqual((await put('/items/3', { name: 'x'.repeat(70_000) })).status, 413);
    assert.strictEqual((await json('/items/99')).status, 404);
  });
  await t.test('streams, own parsers, errors', async () => {
    assert.strictEqual(await (await fetch(`${url}/stream`)).text(), 'abc');
    const csv = { method: 'POST', body: 'a,b', headers: { 'content-type': 'text/csv' } };
    assert.deepStrictEqual((await json('/csv', csv)).body, ['a', 'b']);
    const broken = await json('/error');
    assert.deepStrictEqual([broken.status, broken.body.code], [503, 'E_BROKEN']);
  });
  await t.test('ends what is under way before it closes', async () => {
    const slow = fetch(`${url}/slow`).then((response) => response.text());
    while (!output().includes('under way')) await once(child.stdout, 'data');
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    assert.strictEqual(await slow, 'done');
    const [code] = await closed;
    assert.strictEqual(code, 0);
    assert.match(output(), /closed/);
  });
  await t.test('has logged lines of JSON', () => {
    const lines = output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    assert.ok(lines.some((line) => line.req?.url === '/items/3' && line.reqId === 'req-1'));
    assert.ok(lines.some((line) => line.err?.stack.includes('Error: broken')));
  });
});

test('Fastify answers injected requests without a socket', async (t) => {
  const folder = workspace(t, 'fastify', {
    'inject.js': `
      const app = require('fastify')();
      app.get('/', async (request) => ({ url: request.url, ip: request.ip }));
      app.inject('/?x=1', (error, response) => console.log(response.statusCode, response.body));`,
  });
  const { stdout, stderr } = await run(folder, ['inject.js']);
  assert.strictEqual(stdout, '200 {"url":"/?x=1","ip":"127.0.0.1"}\n', stderr);
});

'use strict';
// Koa with its router: middleware order, bodies, streams, cookies, errors, negotiation, HTTP keep-alive.

const test = require('node:test');
const assert = require('node:assert');
const { workspace, serve } = require('../support/workspace.js');

const server = `
  const fs = require('node:fs');
  const { Readable } = require('node:stream');
  const Koa = require('koa');
  const Router = require('@koa/router');
  const app = new Koa({ keys: ['a secret'] });
  app.silent = true;
  app.use(async (ctx, next) => {
    const began = process.hrtime.bigint();
    await next();
    ctx.set('X-Took', String(process.hrtime.bigint() - began > 0n));
  });
  app.use(async (ctx, next) => {
    try { await next(); } catch (error) {
      ctx.status = error.status ?? 500;
      ctx.body = { error: error.message };
      ctx.app.emit('error', error, ctx);
    }
  });
  const router = new Router();
  router.get('/', (ctx) => { ctx.body = 'Hello'; });
  router.get('/users/:id', (ctx) => { ctx.body = { id: ctx.params.id, query: ctx.query, path: router.url('user', { id: 7 }) }; });
  router.get('user', '/people/:id', (ctx) => { ctx.body = ''; });
  router.get('/file', (ctx) => { ctx.type = 'js'; ctx.body = fs.createReadStream(__filename); });
  router.get('/web', (ctx) => { ctx.body = Readable.toWeb(Readable.from(['web ', 'stream'])); });
  router.post('/echo', async (ctx) => {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    ctx.status = 201;
    ctx.body = Buffer.concat(chunks);
    ctx.type = ctx.request.type;
  });
  router.get('/cookie', (ctx) => {
    const count = Number(ctx.cookies.get('count', { signed: true }) ?? 0) + 1;
    ctx.cookies.set('count', String(count), { signed: true });
    ctx.body = String(count);
  });
  router.get('/throw', (ctx) => ctx.throw(418, 'short and stout'));
  router.get('/accepts', (ctx) => { ctx.body = ctx.accepts('json', 'html'); ctx.vary('Accept'); });
  router.get('/cached', (ctx) => { ctx.status = 200; ctx.etag = 'one'; ctx.body = 'long'; if (ctx.fresh) ctx.status = 304; });
  app.use(router.routes()).use(router.allowedMethods());
  const listening = app.listen(0, '127.0.0.1', () => console.log('port ' + listening.address().port));`;

test('Koa answers', async (t) => {
  const { url } = await serve(t, workspace(t, 'koa', { 'server.js': server }), ['server.js']);
  const get = async (path, init) => {
    const response = await fetch(url + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  await t.test('through its middleware', async () => {
    const { status, headers, text } = await get('/');
    assert.deepStrictEqual([status, text, headers.get('x-took')], [200, 'Hello', 'true']);
    assert.strictEqual(headers.get('content-type'), 'text/plain; charset=utf-8');
  });
  await t.test('routes with parameters, queries and names', async () => {
    const { text } = await get('/users/5?a=1&a=2&b=%C3%A9');
    assert.deepStrictEqual(JSON.parse(text), {
      id: '5',
      query: { a: ['1', '2'], b: 'é' },
      path: '/people/7',
    });
    assert.strictEqual((await get('/users/5', { method: 'DELETE' })).status, 405);
    assert.strictEqual((await get('/none')).status, 404);
  });
  await t.test('with files and web streams', async () => {
    const file = await get('/file');
    assert.match(file.headers.get('content-type'), /javascript/);
    assert.strictEqual(file.text, server);
    assert.strictEqual((await get('/web')).text, 'web stream');
  });
  await t.test('what was sent', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(200_000) });
    const headers = { 'content-type': 'application/json' };
    const answer = await get('/echo', { method: 'POST', body, headers });
    assert.strictEqual(answer.status, 201);
    assert.strictEqual(answer.text, body);
  });
  await t.test('signed cookies', async () => {
    const first = await get('/cookie');
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    assert.strictEqual((await get('/cookie', { headers: { cookie } })).text, '2');
    const forged = cookie.replace('count=1', 'count=9');
    assert.strictEqual((await get('/cookie', { headers: { cookie: forged } })).text, '1');
  });
  await t.test('errors, negotiation, fresh caches', async () => {
    const thrown = await get('/throw');
    assert.deepStrictEqual([thrown.status, thrown.text], [418, '{"error":"short and stout"}']);
    assert.strictEqual((await get('/accepts', { headers: { accept: 'text/html' } })).text, 'html');
    // fetch() asks for an uncached answer as soon as a condition is set, unless it is told otherwise.
    const fresh = { 'if-none-match': '"one"', 'cache-control': 'max-age=0' };
    const cached = await get('/cached', { headers: fresh });
    assert.deepStrictEqual([cached.status, cached.text], [304, '']);
    const head = await get('/', { method: 'HEAD' });
    assert.deepStrictEqual([head.headers.get('content-length'), head.text], ['5', '']);
  });
});

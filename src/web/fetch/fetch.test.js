'use strict';
const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');

function serve(handler) {
  const server = http.createServer(handler);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, url: `http://127.0.0.1:${server.address().port}` }),
    );
  });
}

test('fetch sends a body and reads the answer', async () => {
  const { server, url } = await serve(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    res.setHeader('x-method', req.method);
    res.end(body.toUpperCase());
  });
  try {
    const response = await fetch(url, { method: 'POST', body: 'whisper' });
    assert.strictEqual(response.status, 200);
    assert.strictEqual(response.headers.get('x-method'), 'POST');
    assert.strictEqual(await response.text(), 'WHISPER');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('fetch follows redirects and parses JSON', async () => {
  const { server, url } = await serve((req, res) => {
    if (req.url === '/') {
      res.writeHead(302, { location: '/there' }).end();
    } else {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ at: req.url }));
    }
  });
  try {
    const response = await fetch(url);
    assert.strictEqual(response.redirected, true);
    assert.deepStrictEqual(await response.json(), { at: '/there' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('fetch rejects when nobody answers, and when it is aborted', async () => {
  const { server, url } = await serve(() => {});
  const signal = AbortSignal.abort();
  await assert.rejects(fetch(url, { signal }), { name: 'AbortError' });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(fetch(url), TypeError);
});

test('Response and Headers stand alone', async () => {
  const response = new Response('text', { headers: new Headers([['a', '1']]) });
  assert.strictEqual(response.headers.get('A'), '1');
  assert.strictEqual(await response.clone().text(), 'text');
});

'use strict';
// The Express example, as a newcomer would start it, over real HTTP.

const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const path = require('node:path');
const { spawn } = require('node:child_process');

const script = path.join(__dirname, '../../examples/express/server.js');

function startServer() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text) => {
      output += text;
      const match = /listening on http:\/\/[\d.]+:(\d+)/.exec(output);
      if (match) resolve({ child, port: Number(match[1]) });
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

function request(port, method, target, { headers, body } = {}) {
  return new Promise((resolve, reject) => {
    const req = http.request(
      { port, host: '127.0.0.1', method, path: target, headers, agent: false },
      (res) => {
        const chunks = [];
        res.on('data', (chunk) => chunks.push(chunk));
        res.on('end', () => {
          resolve({
            status: res.statusCode,
            headers: res.headers,
            text: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}

test('an unmodified Express 5 application', async (t) => {
  const { child, port } = await startServer();
  const json = { 'content-type': 'application/json' };
  try {
    await t.test('routes', async () => {
      const { status, text } = await request(port, 'GET', '/');
      assert.strictEqual(status, 200);
      assert.strictEqual(text, 'Hello from Express on Gyre\n');
    });
    await t.test('reads a JSON body', async () => {
      const { status, headers, text } = await request(port, 'POST', '/notes', {
        headers: json,
        body: JSON.stringify({ text: 'gr\u00fc\u00dfe' }),
      });
      assert.strictEqual(status, 201);
      assert.strictEqual(headers.location, '/notes/1');
      assert.deepStrictEqual(JSON.parse(text), { id: 1, text: 'gr\u00fc\u00dfe' });
    });
    await t.test('takes parameters from path and query', async () => {
      const one = await request(port, 'GET', '/notes/1');
      assert.strictEqual(JSON.parse(one.text).id, 1);
      const none = await request(port, 'GET', '/notes?contains=nothing');
      assert.deepStrictEqual(JSON.parse(none.text), []);
    });
    await t.test('refuses broken JSON through the error handler', async () => {
      const { status, text } = await request(port, 'POST', '/notes', {
        headers: json,
        body: '{"text":',
      });
      assert.strictEqual(status, 400);
      assert.match(JSON.parse(text).error, /JSON/);
    });
    await t.test('serves files with ETag, conditions and ranges', async () => {
      const whole = await request(port, 'GET', '/static/numbers.txt');
      assert.strictEqual(whole.status, 200);
      assert.ok(whole.text.startsWith('1\n2\n3\n'));
      const again = await request(port, 'GET', '/static/numbers.txt', {
        headers: { 'if-none-match': whole.headers.etag },
      });
      assert.strictEqual(again.status, 304);
      assert.strictEqual(again.text, '');
      const part = await request(port, 'GET', '/static/numbers.txt', {
        headers: { range: 'bytes=2-5' },
      });
      assert.strictEqual(part.status, 206);
      assert.strictEqual(part.text, '2\n3\n');
      assert.strictEqual(part.headers['content-range'], `bytes 2-5/${whole.text.length}`);
    });
    await t.test('answers 404 and errors of async handlers', async () => {
      const missing = await request(port, 'GET', '/nowhere');
      assert.strictEqual(missing.status, 404);
      const broken = await request(port, 'GET', '/broken');
      assert.strictEqual(broken.status, 500);
      assert.deepStrictEqual(JSON.parse(broken.text), { error: 'this route always fails' });
    });
  } finally {
    child.removeAllListeners('exit');
    child.kill();
  }
});

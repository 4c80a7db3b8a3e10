'use strict';
const { describe, test } = require('node:test');
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const https = require('node:https');

// A proxy that notes what it is asked for, and answers itself.
async function startProxy() {
  const asked = [];
  const proxy = http.createServer((req, res) => {
    asked.push(`${req.method} ${req.url} ${req.headers['proxy-authorization'] ?? '-'}`);
    res.end('from the proxy');
  });
  proxy.on('connect', (req, socket) => {
    asked.push(`CONNECT ${req.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { asked, proxy, url: `http://127.0.0.1:${proxy.address().port}` };
}

async function get(options) {
  const [res] = await once(http.get(options), 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return text;
}

describe('an agent with proxyEnv', () => {
  test('asks the proxy for whole addresses', async () => {
    const { asked, proxy, url } = await startProxy();
    const withUser = url.replace('//', '//user:word@');
    const agent = new http.Agent({ proxyEnv: { http_proxy: withUser, HTTP_PROXY: 'http://x' } });
    assert.strictEqual(await get({ host: 'a.test', path: '/b?c', agent }), 'from the proxy');
    await get({ host: 'a.test', port: 81, agent });
    const basic = `Basic ${btoa('user:word')}`;
    assert.deepStrictEqual(asked, [
      `GET http://a.test/b?c ${basic}`,
      `GET http://a.test:81/ ${basic}`,
    ]);
    proxy.close();
  });

  test('leaves alone whom NO_PROXY names', async () => {
    const { asked, proxy, url } = await startProxy();
    const direct = http.createServer((req, res) => res.end('direct')).listen(0, '127.0.0.1');
    await once(direct, 'listening');
    const { port } = direct.address();
    const lookup = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
    for (const [NO_PROXY, host] of [
      ['*', 'a.test'],
      ['b.test, a.test', 'a.test'],
      ['.test', 'a.test'],
      ['*.test', 'A.test'],
      [`a.test:${port}`, 'a.test'],
      ['127.0.0.1-127.0.0.9', '127.0.0.1'],
    ]) {
      const agent = new http.Agent({ proxyEnv: { HTTP_PROXY: url, NO_PROXY } });
      assert.strictEqual(await get({ host, port, lookup, agent }), 'direct', NO_PROXY);
    }
    assert.deepStrictEqual(asked, []);
    for (const [NO_PROXY, host] of [
      ['test', 'a.test'],
      ['a.test:1', 'a.test'],
      ['127.0.0.2-127.0.0.9', '127.0.0.1'],
    ]) {
      const agent = new http.Agent({ proxyEnv: { HTTP_PROXY: url, NO_PROXY } });
      assert.strictEqual(await get({ host, port, agent }), 'from the proxy', NO_PROXY);
    }
    direct.close();
    proxy.close();
  });

  test('refuses what is no address, and requests that name two servers', () => {
    assert.throws(() => new http.Agent({ proxyEnv: { HTTP_PROXY: 'http://:80' } }), {
      code: 'ERR_PROXY_INVALID_CONFIG',
      message: 'Invalid proxy URL: http://:80',
    });
    const agent = new http.Agent({ proxyEnv: { HTTP_PROXY: 'http://127.0.0.1:1' } });
    assert.throws(() => http.get({ host: 'a.test', headers: { host: 'b.test' }, agent }), {
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });

  test('of https goes through a tunnel', async () => {
    const { asked, proxy, url } = await startProxy();
    const agent = new https.Agent({ proxyEnv: { HTTPS_PROXY: url } });
    const [error] = await once(https.get({ host: 'a.test', agent }), 'error');
    assert.strictEqual(error.code, 'ERR_PROXY_TUNNEL');
    assert.strictEqual(error.statusCode, 403);
    assert.deepStrictEqual(asked, ['CONNECT a.test:443']);
    proxy.close();
  });
});

test('setGlobalProxyFromEnv() changes the global agents and fetch() until it is undone', async () => {
  const { asked, proxy, url } = await startProxy();
  const { globalAgent } = http;
  const restore = http.setGlobalProxyFromEnv({ http_proxy: url });
  assert.notStrictEqual(http.globalAgent, globalAgent);
  assert.strictEqual(await get('http://a.test/x'), 'from the proxy');
  await assert.rejects(fetch('http://a.test/'));
  assert.deepStrictEqual(asked, ['GET http://a.test/x -', 'CONNECT a.test:80']);
  restore();
  assert.strictEqual(http.globalAgent, globalAgent);
  assert.throws(() => http.setGlobalProxyFromEnv(null), { code: 'ERR_INVALID_ARG_TYPE' });
  proxy.closeAllConnections();
  proxy.close();
});

test('--use-env-proxy and NODE_USE_ENV_PROXY turn to the environment, --no-use-env-proxy does not', async () => {
  const { asked, proxy, url } = await startProxy();
  const script = `http.get('http://localhost:1/').on('response', (res) => res.resume())
    .on('error', (error) => console.log(error.code))`;
  for (const [args, variable] of [
    [['--use-env-proxy'], '0'],
    [[], '1'],
    [['--no-use-env-proxy'], '1'],
  ]) {
    const env = { ...process.env, HTTP_PROXY: url, NODE_USE_ENV_PROXY: variable };
    const child = spawn(process.execPath, [...args, '-e', script], { env, stdio: 'ignore' });
    await once(child, 'exit');
  }
  const line = 'GET http://localhost:1/ -';
  assert.deepStrictEqual(asked, [line, line]);
  proxy.close();
});

'use strict';

const { before, describe, test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { duplexPair } = require('node:stream');
const { AsyncLocalStorage } = require('node:async_hooks');
const http2 = require('node:http2');
const { makeCertificate } = require('../../../tests/support/certificate.js');

const { constants } = http2;

async function serve(onStream, options) {
  const server = http2.createServer(options);
  if (onStream) server.on('stream', onStream);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function connectTo(server, options) {
  return http2.connect(`http://127.0.0.1:${server.address().port}`, options);
}

async function textOf(stream) {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += chunk;
  return text;
}

// Both ends closed, and the server with them.
async function end(client, server) {
  client.close();
  if (!client.destroyed || client.socket) await once(client, 'close').catch(() => {});
  server.close();
}

describe('requests', () => {
  test('headers, body and trailers arrive both ways', async () => {
    const server = await serve(async (stream, headers, flags, rawHeaders) => {
      assert.strictEqual(headers[':method'], 'POST');
      assert.deepStrictEqual(rawHeaders.slice(-4), ['a', '1', 'a', '2']);
      let trailers;
      stream.on('trailers', (got) => {
        trailers = got;
      });
      const text = await textOf(stream);
      stream.respond({ 'x-got': trailers.t }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ sum: String(text.length) }));
      stream.end(text.toUpperCase());
    });
    const client = connectTo(server);
    const request = client.request({ ':method': 'POST', a: ['1', '2'] }, { waitForTrailers: true });
    request.on('wantTrailers', () => request.sendTrailers({ t: 'yes' }));
    request.end('hello');
    const [[response], [trailers], text] = await Promise.all([
      once(request, 'response'),
      once(request, 'trailers'),
      textOf(request),
    ]);
    assert.strictEqual(response[':status'], 200);
    assert.strictEqual(response['x-got'], 'yes');
    assert.strictEqual(trailers.sum, '5');
    assert.strictEqual(text, 'HELLO');
    await end(client, server);
  });

  test('many at once share one connection', async () => {
    let connections = 0;
    const server = await serve((stream, headers) => {
      stream.respond();
      stream.end(headers[':path']);
    });
    server.on('connection', () => connections++);
    const client = connectTo(server);
    const paths = Array.from({ length: 200 }, (_, i) => `/${i}`);
    const texts = await Promise.all(paths.map((one) => textOf(client.request({ ':path': one }))));
    assert.deepStrictEqual(texts, paths);
    assert.strictEqual(connections, 1);
    await end(client, server);
  });

  test('a body larger than every window arrives whole, through a slow reader', async () => {
    const size = 3_000_000;
    const body = Buffer.alloc(size, 'abcdefg');
    const server = await serve((stream) => {
      stream.respond();
      stream.end(body);
    });
    const client = connectTo(server);
    const request = client.request();
    const parts = [];
    request.on('data', (chunk) => {
      parts.push(chunk);
      if (parts.length % 20 === 0) {
        request.pause();
        setImmediate(() => request.resume());
      }
    });
    await once(request, 'end');
    assert.ok(Buffer.concat(parts).equals(body));
    await end(client, server);
  });

  for (const [how, breakOff, failure] of [
    ['stream', (stream) => stream.destroy(new Error('broken')), 'ERR_HTTP2_STREAM_ERROR'],
    ['connection', (stream) => stream.session.socket.destroy(), undefined],
  ]) {
    test(`a paused answer is over when the server breaks the ${how} off`, async () => {
      let atServer;
      const server = await serve((stream) => {
        atServer = stream;
        stream.on('error', () => {});
        stream.respond();
        stream.write('not all of it');
      });
      const client = connectTo(server);
      const request = client.request();
      request.once('readable', () => breakOff(atServer));
      let error;
      request.on('error', (err) => {
        error = err;
      });
      request.on('end', () => assert.fail('this is no end'));
      await new Promise((resolve) => request.on('close', resolve));
      assert.strictEqual(error?.code, failure);
      assert.ok(request.destroyed);
      assert.strictEqual(request.aborted, false);
      client.destroy();
      server.close();
    });
  }

  test('close() with a code ends what was said before; a peer that is done sees no reset', async () => {
    const server = await serve((stream) => {
      stream.on('error', () => {});
      stream.respond();
      stream.write('said');
      stream.close(constants.NGHTTP2_CANCEL);
    });
    const client = connectTo(server);
    const request = client.request();
    assert.strictEqual(await textOf(request), 'said');
    assert.strictEqual(request.rstCode, constants.NGHTTP2_NO_ERROR);
    await end(client, server);
  });

  test('what has arrived is read to its end though the client is gone', async () => {
    const size = 60_000;
    const read = new Promise((resolve, reject) => {
      serve((stream) => {
        stream.respond();
        stream.end();
        let seen = 0;
        stream.once('readable', () => {
          setTimeout(() => {
            stream.on('data', (chunk) => {
              seen += chunk.length;
            });
            stream.on('end', () => resolve(seen));
          }, 50);
        });
      }).then((server) => {
        const client = connectTo(server);
        client.on('error', reject);
        const request = client.request({ ':method': 'POST' });
        request.resume();
        request.end(Buffer.alloc(size));
        request.on('close', () => {
          client.close();
          server.close();
        });
      }, reject);
    });
    assert.strictEqual(await read, size);
  });

  test('a NUL in a value never makes another field', async () => {
    let seen;
    const server = await serve((stream, headers) => {
      seen = headers;
      stream.respond();
      stream.end();
    });
    const client = connectTo(server);
    const request = client.request({ a: 'x\0\0b\0y', c: '1' });
    request.resume();
    await once(request, 'close').catch(() => {});
    assert.ok(seen === undefined || seen.b === undefined);
    await end(client, server);
  });

  test('sensitive fields stay sensitive', async () => {
    const server = await serve((stream, headers) => {
      assert.deepStrictEqual(headers[http2.sensitiveHeaders], ['secret']);
      stream.respond();
      stream.end();
    });
    const client = connectTo(server);
    const request = client.request({ secret: '1', [http2.sensitiveHeaders]: ['Secret'] });
    request.resume();
    await once(request, 'end');
    await end(client, server);
  });

  test('an abort signal cancels', async () => {
    const server = await serve(() => {});
    const client = connectTo(server);
    const controller = new AbortController();
    const request = client.request({}, { signal: controller.signal });
    request.on('ready', () => setImmediate(() => controller.abort()));
    const [error] = await once(request, 'error');
    assert.strictEqual(error.name, 'AbortError');
    assert.strictEqual(request.rstCode, constants.NGHTTP2_CANCEL);
    await end(client, server);
  });

  test('each request keeps the async context it was made in', async () => {
    const storage = new AsyncLocalStorage();
    const server = await serve((stream) => {
      stream.respond();
      stream.end('x');
    });
    const client = connectTo(server);
    await Promise.all(
      [1, 2, 3].map((id) =>
        storage.run(id, async () => {
          const request = client.request();
          const seen = await new Promise((resolve) => {
            request.on('response', () => resolve(storage.getStore()));
          });
          request.resume();
          await once(request, 'close');
          assert.strictEqual(seen, id);
        }),
      ),
    );
    await end(client, server);
  });
});

describe('responses', () => {
  test('pushed answers reach the client', async () => {
    const server = await serve((stream) => {
      stream.pushStream({ ':path': '/style' }, (error, pushed) => {
        assert.ifError(error);
        pushed.respond({ 'content-type': 'text/css' });
        pushed.end('css');
      });
      stream.respond();
      stream.end('page');
    });
    const client = connectTo(server);
    const request = client.request();
    const [[pushed, headers], page] = await Promise.all([once(client, 'stream'), textOf(request)]);
    assert.strictEqual(headers[':path'], '/style');
    assert.strictEqual(await textOf(pushed), 'css');
    assert.strictEqual(page, 'page');
    await end(client, server);
  });

  test('a file, and a range of it', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'http2-'));
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '0123456789'.repeat(20_000));
    const server = await serve((stream, headers) => {
      const options = headers.range ? { offset: 5, length: 7 } : {};
      stream.respondWithFile(file, { 'x-a': 'b' }, options);
    });
    const client = connectTo(server);
    const whole = client.request();
    const [[response], text] = await Promise.all([once(whole, 'response'), textOf(whole)]);
    assert.strictEqual(response['content-length'], '200000');
    assert.strictEqual(text.length, 200_000);
    assert.strictEqual(await textOf(client.request({ range: '1' })), '5678901');
    await end(client, server);
    fs.rmSync(folder, { recursive: true });
  });

  test('an answer without a payload needs no end()', async () => {
    const server = await serve((stream) => stream.respond({ ':status': 204 }));
    const client = connectTo(server);
    const request = client.request();
    request.resume();
    const [headers] = await once(request, 'response');
    assert.strictEqual(headers[':status'], 204);
    await once(request, 'close');
    await end(client, server);
  });
});

describe('the compatibility API', () => {
  test('serves listeners written for http', async () => {
    const server = await serve();
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.setHeader('X-Method', request.method);
      response.appendHeader('x-many', '1');
      response.appendHeader('x-many', '2');
      response.statusCode = 201;
      response.write(`${request.url} `);
      response.end(body);
    });
    const client = connectTo(server);
    const request = client.request({ ':method': 'PUT', ':path': '/p' });
    request.end('body');
    const [[headers], text] = await Promise.all([once(request, 'response'), textOf(request)]);
    assert.strictEqual(headers[':status'], 201);
    assert.strictEqual(headers['x-method'], 'PUT');
    assert.strictEqual(headers['x-many'], '1, 2');
    assert.ok(headers.date);
    assert.strictEqual(text, '/p body');
    await end(client, server);
  });

  test('the socket is not to be written to', async () => {
    const server = await serve();
    server.on('request', (request, response) => {
      assert.throws(() => request.socket.write('x'), {
        code: 'ERR_HTTP2_NO_SOCKET_MANIPULATION',
      });
      response.end();
    });
    const client = connectTo(server);
    const request = client.request();
    request.resume();
    await once(request, 'close');
    await end(client, server);
  });
});

describe('sessions', () => {
  test('destroyed in any callback, they and their streams end', async (t) => {
    const places = {
      stream: (session, stream) => session.destroy(),
      data: (session, stream) => stream.on('data', () => session.destroy()),
      end: (session, stream) => stream.resume().on('end', () => session.destroy()),
      ping: (session) => session.ping(() => session.destroy()),
      settings: (session) => session.settings({ maxConcurrentStreams: 7 }, () => session.destroy()),
      written: (session, stream) => {
        stream.respond();
        stream.write(Buffer.alloc(100_000), () => session.destroy());
      },
      trailers: (session, stream) => {
        stream.respond({}, { waitForTrailers: true });
        stream.on('wantTrailers', () => session.destroy());
        stream.end('x');
      },
    };
    for (const [name, arrange] of Object.entries(places)) {
      const closed = Promise.withResolvers();
      const server = await serve((stream) => {
        stream.on('error', () => {});
        stream.session.on('close', closed.resolve);
        arrange(stream.session, stream);
      });
      const client = connectTo(server);
      client.on('error', () => {});
      const request = client.request({ ':method': 'POST' });
      request.on('error', () => {});
      request.resume();
      request.end('body');
      await once(client, 'close');
      await t.test(name, () => closed.promise);
      server.close();
    }
  });

  test('settings are exchanged, custom ones too', async () => {
    const server = await serve(undefined, {
      settings: { maxConcurrentStreams: 9, customSettings: { 4660: 5 } },
    });
    const client = connectTo(server, { remoteCustomSettings: [4660] });
    const [settings] = await once(client, 'remoteSettings');
    assert.strictEqual(settings.maxConcurrentStreams, 9);
    assert.deepStrictEqual({ ...settings.customSettings }, { 4660: 5 });
    assert.throws(() => client.settings({ maxFrameSize: 1 }), {
      code: 'ERR_HTTP2_INVALID_SETTING_VALUE',
    });
    await end(client, server);
  });

  test('packed settings and back', () => {
    const settings = { headerTableSize: 1, enablePush: false, customSettings: { 999: 3 } };
    assert.deepStrictEqual(
      { ...http2.getUnpackedSettings(http2.getPackedSettings(settings)) },
      settings,
    );
  });

  test('ping, goaway and the end of a graceful close', async () => {
    const server = await serve();
    const client = connectTo(server);
    await once(client, 'connect');
    const payload = await new Promise((resolve, reject) => {
      client.ping(Buffer.from('12345678'), (error, _duration, data) =>
        error ? reject(error) : resolve(data),
      );
    });
    assert.strictEqual(payload.toString(), '12345678');
    const goaway = once(client, 'goaway');
    const closed = once(client, 'close');
    server.close();
    assert.strictEqual((await goaway)[0], constants.NGHTTP2_NO_ERROR);
    await closed;
  });

  test('work over any Duplex', async () => {
    const [here, there] = duplexPair();
    const server = http2.createServer((request, response) => response.end('over a pair'));
    server.emit('connection', there);
    const client = http2.connect('http://x', { createConnection: () => here });
    assert.strictEqual(await textOf(client.request()), 'over a pair');
    client.close();
  });
});

describe('secure servers', () => {
  let key;
  let cert;
  before(() => {
    ({ key, cert } = makeCertificate('localhost', 'DNS:localhost,IP:127.0.0.1'));
  });

  test('speak HTTP/2, and HTTP/1 to those who want it', async () => {
    const server = http2.createSecureServer({ key, cert, allowHTTP1: true }, (request, response) =>
      response.end(request.httpVersion),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    const client = http2.connect(`https://localhost:${port}`, {
      ca: cert,
      host: '127.0.0.1',
      origin: true,
    });
    assert.strictEqual(await textOf(client.request()), '2.0');
    assert.strictEqual(client.alpnProtocol, 'h2');
    const request = require('node:https').get({ port, host: '127.0.0.1', ca: cert, agent: false });
    const [response] = await once(request, 'response');
    assert.strictEqual(await textOf(response), '1.1');
    client.close();
    server.close();
  });
});

describe('hostile peers', () => {
  const magic = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const frame = (type, flags, id, payload = Buffer.alloc(0)) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(id, 5);
    return Buffer.concat([head, payload]);
  };

  async function attack(bytes, options) {
    const server = await serve((stream) => {
      stream.on('error', () => {});
      stream.respond();
      stream.end('x');
    }, options);
    const session = once(server, 'session');
    const socket = net.connect(server.address().port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    const [attacked] = await session;
    const errors = [];
    attacked.on('error', (error) => errors.push(error));
    const closed = new Promise((resolve) => {
      attacked.on('close', resolve);
    });
    for (const part of bytes) socket.write(part);
    await closed;
    socket.destroy();
    server.close();
    return errors;
  }

  test('what is not HTTP/2 ends the session', async () => {
    const [error] = await attack([Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')]);
    assert.strictEqual(error.code, 'ERR_HTTP2_ERROR');
  });

  test('too many broken frames end the session', async () => {
    const frames = [magic, frame(4, 0, 0)];
    // Requests whose header block is a response's.
    for (let id = 1; id < 400; id += 2) frames.push(frame(1, 5, id, Buffer.from([0x88])));
    const [error] = await attack(frames, { maxSessionInvalidFrames: 50 });
    assert.strictEqual(error.code, 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES');
  });

  test('a header block that cannot be decoded ends the session', async () => {
    const errors = await attack([magic, frame(4, 0, 0), frame(1, 5, 1, Buffer.alloc(8, 0xff))]);
    assert.strictEqual(errors.length <= 1, true);
  });

  test('a frame larger than allowed ends the session', async () => {
    const errors = await attack([magic, frame(4, 0, 0), frame(0, 0, 1, Buffer.alloc(20_000))]);
    assert.strictEqual(errors.length <= 1, true);
  });

  test('an answer to no ping ends the session', async () => {
    const [error] = await attack([magic, frame(4, 0, 0), frame(6, 1, 0, Buffer.alloc(8))]);
    assert.strictEqual(error.code, 'ERR_HTTP2_ERROR');
  });
});

test('constants that are not listed', () => {
  assert.strictEqual(http2.constants.NGHTTP2_ERR_NOMEM, -901);
  assert.strictEqual(http2.constants.NGHTTP2_HCAT_HEADERS, 3);
  assert.ok(!Object.keys(http2.constants).includes('NGHTTP2_HCAT_HEADERS'));
});

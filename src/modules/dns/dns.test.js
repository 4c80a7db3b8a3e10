'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const dgram = require('node:dgram');
const dns = require('node:dns');
const { once } = require('node:events');

/** A server that answers every query with one A record. */
async function startServer(address, ttl) {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (query, from) => {
    // The query again, as an answer with one record that points to the name at offset 12.
    const end = query.indexOf(0, 12) + 5;
    const record = Buffer.alloc(16);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(1, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(ttl, 6);
    record.writeUInt16BE(4, 10);
    record.set(address.split('.').map(Number), 12);
    const answer = Buffer.concat([query.subarray(0, end), record]);
    answer.writeUInt16BE(0x8180, 2);
    answer.writeUInt16BE(1, 6);
    answer.writeUInt16BE(0, 10);
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

describe('Resolver', () => {
  test('asks its own servers', async () => {
    const server = await startServer('1.2.3.4', 60);
    const resolver = new dns.promises.Resolver();
    resolver.setServers([`127.0.0.1:${server.address().port}`]);
    assert.deepStrictEqual(await resolver.resolve4('example.org'), ['1.2.3.4']);
    const withTtl = await resolver.resolve4('example.org', { ttl: true });
    assert.deepStrictEqual(withTtl, [{ address: '1.2.3.4', ttl: 60 }]);
    await assert.rejects(resolver.resolve6('example.org'), {
      code: 'ENODATA',
      syscall: 'queryAaaa',
      hostname: 'example.org',
    });
    server.close();
  });

  test('finds no mail servers where the answer has other records alone', async () => {
    const server = await startServer('1.2.3.4', 60);
    const resolver = new dns.promises.Resolver();
    resolver.setServers([`127.0.0.1:${server.address().port}`]);
    assert.deepStrictEqual(await resolver.resolveMx('example.org'), []);
    await assert.rejects(resolver.resolveSoa('example.org'), { code: 'EBADRESP' });
    server.close();
  });

  test('gives up after its tries', async () => {
    const silent = dgram.createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const resolver = new dns.promises.Resolver({ timeout: 10, tries: 1 });
    resolver.setServers([`127.0.0.1:${silent.address().port}`]);
    await assert.rejects(resolver.resolve('example.org'), { code: 'ETIMEOUT' });
    silent.close();
  });

  test('cancel ends what is pending', async () => {
    const silent = dgram.createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const resolver = new dns.promises.Resolver();
    resolver.setServers([`127.0.0.1:${silent.address().port}`]);
    const pending = resolver.resolveTxt('example.org');
    resolver.cancel();
    await assert.rejects(pending, { code: 'ECANCELLED' });
    silent.close();
  });

  test('takes servers with ports and shows the usual port by leaving it out', () => {
    const resolver = new dns.Resolver();
    resolver.setServers(['4.4.4.4:53', '[2001:db8::1]:666', '::1']);
    assert.deepStrictEqual(resolver.getServers(), ['4.4.4.4', '[2001:db8::1]:666', '::1']);
    assert.throws(() => resolver.setServers(['4.4.4.4:x']), { code: 'ERR_INVALID_IP_ADDRESS' });
  });
});

describe('lookup', () => {
  test('returns addresses as they are', async () => {
    assert.deepStrictEqual(await dns.promises.lookup('::1'), { address: '::1', family: 6 });
    const all = await dns.promises.lookup('127.0.0.1', { all: true });
    assert.deepStrictEqual(all, [{ address: '127.0.0.1', family: 4 }]);
  });

  test('finds this machine', async () => {
    const { address } = await dns.promises.lookup('localhost', 4);
    assert.strictEqual(address, '127.0.0.1');
  });

  test('names what could not be found', async () => {
    await assert.rejects(dns.promises.lookup('name.invalid'), (error) => {
      assert.match(error.code, /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/);
      assert.strictEqual(error.syscall, 'getaddrinfo');
      return error.hostname === 'name.invalid';
    });
  });

  test('checks its options before it asks', () => {
    assert.throws(() => dns.lookup('a', { family: 5 }, () => {}), {
      code: 'ERR_INVALID_ARG_VALUE',
    });
    assert.throws(() => dns.lookup('a', { hints: 3 }, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => dns.lookup('a'), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});

test('functions and methods tell how many arguments they take', () => {
  assert.strictEqual(dns.resolve4.length, 2);
  assert.strictEqual(dns.promises.resolveMx.length, 2);
  assert.strictEqual(dns.Resolver.prototype.resolveTxt.length, 2);
  assert.ok(Object.keys(dns.Resolver.prototype).includes('resolve'));
});

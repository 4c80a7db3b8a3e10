'use strict';
// With a limit of 64 descriptors: sockets, processes, threads, names.

const test = require('node:test');
const assert = require('node:assert');
const dgram = require('node:dgram');
const dns = require('node:dns');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const { exec, fork, spawn, spawnSync, execSync } = require('node:child_process');
const { once } = require('node:events');
const { promisify } = require('node:util');
const { Worker } = require('node:worker_threads');
const { exhaust, exhausted, release } = require('./exhaust.js');

const count = () => fs.readdirSync('/proc/self/fd').length;
/** Waits for what is being closed; fails when descriptors stay open. */
async function settled(expected, what) {
  for (let i = 0; i < 2000 && count() > expected; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(count() <= expected, `${what}: ${count()} and not ${expected} descriptors`);
}
const EMFILE = 'EMFILE';

let server;
let port;
test.before(async () => {
  server = net.createServer((socket) => socket.end('hello'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = server.address().port;
  // What the runtime opens once and keeps, and the modules that load late.
  await new Promise((resolve) => dns.lookup('localhost', resolve));
  for (const part of ['node:worker_threads', 'node:tls', 'node:dgram']) require(part);
  await once(new Worker('', { eval: true }), 'exit');
  await once(spawn('true'), 'exit');
  await new Promise((resolve) => http.get({ port }).on('error', resolve));
});
test.after(() => server.close());

const errorOf = async (emitter) => (await once(emitter, 'error'))[0];

test('connect', async () => {
  const options = { host: '127.0.0.1', port };
  const before = count();
  await exhausted(async () => {
    const error = await errorOf(net.connect(options));
    assert.strictEqual(error.code, EMFILE);
    assert.strictEqual(error.syscall, 'connect');
    assert.strictEqual((await errorOf(tls.connect(options))).code, EMFILE);
    assert.strictEqual((await errorOf(http.get(options))).code, EMFILE);
    assert.strictEqual((await errorOf(net.connect('/nowhere/socket'))).code, EMFILE);
  });
  await settled(before, 'some leak');
  const socket = net.connect(options);
  assert.strictEqual(String((await once(socket, 'data'))[0]), 'hello');
  await once(socket, 'close');
});

test('listen', async () => {
  await exhausted(async () => {
    const error = await errorOf(net.createServer().listen(0));
    assert.strictEqual(error.code, EMFILE);
    assert.strictEqual((await errorOf(dgram.createSocket('udp4').bind(0))).code, EMFILE);
  });
  const again = net.createServer();
  await once(again.listen(0), 'listening');
  again.close();
});

test('accept: clients are turned away or wait, and the server serves on', async () => {
  // The clients are another process: here there are no descriptors.
  const program = `
    const net = require('node:net');
    let open = 8;
    for (let i = open; i > 0; i--) {
      const socket = net.connect(${port}, '127.0.0.1');
      socket.on('error', () => {});
      socket.on('close', () => { if (--open === 0) console.log('all closed'); });
      socket.resume();
    }`;
  const clients = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  clients.stdout.on('data', () => release());
  exhaust();
  const used = process.cpuUsage();
  const timer = setTimeout(release, 2000);
  const [status] = await once(clients, 'exit');
  clearTimeout(timer);
  release();
  assert.strictEqual(status, 0);
  const { user, system } = process.cpuUsage(used);
  assert.ok(user + system < 1_500_000, 'waiting for descriptors spins');
  const socket = net.connect(port, '127.0.0.1');
  assert.strictEqual(String((await once(socket, 'data'))[0]), 'hello');
});

test('processes', async () => {
  // How many descriptors a start takes is the runtime's affair; without any it is an error.
  const outcome = (child) =>
    new Promise((resolve) => {
      child.on('error', (error) => resolve(error.code));
      child.on('exit', (code, signal) => resolve(signal ?? code));
    });
  const before = count();
  for (const spare of [0, 1, 2, 3, 4, 5]) {
    await exhausted(async () => {
      const expected = spare === 0 ? [EMFILE] : [EMFILE, 0];
      const child = spawn('true');
      assert.ok(expected.includes(await outcome(child)));
      assert.strictEqual(child.pid === undefined, child.exitCode !== 0);
      const { error, status } = spawnSync('true');
      assert.ok(expected.includes(error?.code ?? status));
      const forked = fork(path.join(__dirname, 'exhaust.js'));
      assert.ok(expected.includes(await outcome(forked)));
    }, spare);
    await settled(before, `with ${spare} spare descriptors some leak`);
  }
  await exhausted(async () => {
    assert.throws(() => execSync('true'), { code: EMFILE });
    await assert.rejects(promisify(exec)('true'), { code: EMFILE });
  });
  assert.strictEqual(spawnSync('echo', ['x']).stdout.toString(), 'x\n');
  assert.deepStrictEqual(await once(spawn('false'), 'exit'), [1, null]);
});

test('workers', async () => {
  const before = count();
  for (const spare of [0, 1, 2, 3, 4]) {
    await exhausted(async () => {
      const worker = new Worker('', { eval: true });
      const error = await errorOf(worker);
      assert.strictEqual(error.code, 'ERR_WORKER_INIT_FAILED');
      assert.match(error.message, /EMFILE/);
    }, spare);
    await settled(before, `with ${spare} spare descriptors some leak`);
  }
  assert.deepStrictEqual(await once(new Worker('', { eval: true }), 'exit'), [0]);
});

test('names', async () => {
  await exhausted(async () => {
    await assert.rejects(dns.promises.lookup('localhost'), { syscall: 'getaddrinfo' });
    await assert.rejects(dns.promises.resolve4('example.invalid'), { syscall: 'queryA' });
  });
  assert.ok((await dns.promises.lookup('localhost')).address);
});

test('fetch', async () => {
  const web = http.createServer((request, response) => response.end('page'));
  await once(web.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${web.address().port}/`;
  const before = count();
  await (await fetch(url, { headers: { connection: 'close' } })).text();
  await settled(before, 'the connection stays open');
  await exhausted(() => assert.rejects(fetch(url), { name: 'TypeError', message: 'fetch failed' }));
  assert.strictEqual(await (await fetch(url)).text(), 'page');
  web.close();
  web.closeAllConnections();
});

'use strict';
// What process tells of the things under way, and how errors of its system calls read.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { once } = require('node:events');
const { spawnSync } = require('node:child_process');
const { Worker } = require('node:worker_threads');

// The answer of a request is given while it is still one.
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const count = (name) => process.getActiveResourcesInfo().filter((each) => each === name).length;

test('requests are active until they are answered', async () => {
  const before = count('FSReqCallback');
  const opened = new Promise((resolve) => fs.open(__filename, 'r', (_, fd) => resolve(fd)));
  assert.strictEqual(count('FSReqCallback'), before + 1);
  assert.ok(process._getActiveRequests().length > 0);
  fs.closeSync(await opened);
  await nextTurn();
  assert.strictEqual(count('FSReqCallback'), before);
});

test('servers and their connections are told apart', async () => {
  const [servers, sockets] = [count('TCPServerWrap'), count('TCPSocketWrap')];
  const server = net.createServer().listen(0);
  await once(server, 'listening');
  const socket = net.connect(server.address().port);
  const [[other]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
  assert.strictEqual(count('TCPServerWrap'), servers + 1);
  assert.strictEqual(count('TCPSocketWrap'), sockets + 2);
  assert.ok(process._getActiveHandles().includes(server));
  assert.ok(process._getActiveHandles().includes(socket));
  socket.destroy();
  other.destroy();
  server.close();
  await once(server, 'close');
});

test('a refused change of identity is told in the words of the system', (t) => {
  const { status } = spawnSync('true', { uid: 65534, gid: 65534 });
  if (process.getuid() !== 0 || status !== 0) return t.skip('only the super user may leave');
  const [, , users] = fs.readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/);
  if (Number(users) <= 2 ** 31) return t.skip('this container has no such user');
  const program = `
    process.setgid(65534);
    process.setuid(2 ** 31);
    if (process.getuid() !== 2 ** 31) throw new Error('not that user');
    try { process.setuid(0) } catch (error) { console.log(error.code, error.syscall, error.message) }`;
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.strictEqual(stdout, 'EPERM setuid EPERM, Operation not permitted\n');
});

test('initgroups looks for the group first', () => {
  assert.throws(() => process.initgroups('no such user', 'no such group'), {
    code: 'ERR_UNKNOWN_CREDENTIAL',
    message: 'Group identifier does not exist: no such group',
  });
});

test('process.env can be cloned', () => {
  const copy = structuredClone(process.env);
  assert.deepStrictEqual(copy, { ...process.env });
  assert.strictEqual(Object.getPrototypeOf(copy), Object.prototype);
});

test('a tick that always throws does not keep the loop from turning', () => {
  const program = `
    process.on('uncaughtException', () => process.nextTick(() => { throw 1 }));
    process.nextTick(() => { throw 1 });
    setImmediate(() => process.exit(7));`;
  assert.strictEqual(spawnSync(process.execPath, ['-e', program], { timeout: 20_000 }).status, 7);
});

test('a reason without a stack is described in a few words', () => {
  const program = 'Promise.reject({ a: 1 }); Promise.reject("words"); Promise.reject([1])';
  const args = ['--unhandled-rejections=warn', '-e', program];
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const shown = stderr.match(/UnhandledPromiseRejectionWarning: (?!Unhandled).*/g);
  assert.deepStrictEqual(
    shown.map((line) => line.slice(line.indexOf(':') + 2)),
    ['#<Object>', 'words', '[object Array]'],
  );
});

test('memoryUsage().arrayBuffers is the memory of ArrayBuffers, those of the thread alone', async () => {
  const size = 10 * 1024 * 1024;
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  // Small ones that nothing holds any more may go meanwhile.
  const isGrownBy = (bytes) => assert.ok(Math.abs(held() - before - bytes) < size / 10);
  const buffer = new ArrayBuffer(size);
  isGrownBy(size);
  const shared = new SharedArrayBuffer(size);
  isGrownBy(2 * size);
  const worker = new Worker(
    'require("worker_threads").parentPort.postMessage(process.memoryUsage().arrayBuffers)',
    { eval: true },
  );
  const [ofWorker] = await once(worker, 'message');
  assert.ok(ofWorker < size, `${ofWorker} bytes in an empty worker`);
  assert.strictEqual(buffer.byteLength + shared.byteLength, 2 * size);
});

'use strict';
// Pipes that are full, slow, non-blocking, or closed at the other end.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { RUNTIME, temporaryFolder } = require('./support.js');

const SIZE = 1 << 20;
// A pipe without a reader; the latter where the reader left something unread.
const BROKEN = ['EPIPE', 'ECONNRESET'];

/** Reads a child's output slowly, to its end. */
async function readSlowly(stream) {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return size;
}

const WRITERS = {
  'process.stdout.write': `process.stdout.write('x'.repeat(${SIZE}));`,
  'console.log': `for (let i = 0; i < 1024; i++) console.log('x'.repeat(1023));`,
  'process.exit right after': `process.stdout.write('x'.repeat(${SIZE})); process.exit(0);`,
  'an exception right after': `process.on('uncaughtException', () => {});
    process.stdout.write('x'.repeat(${SIZE})); throw 1;`,
  'standard error': `process.stderr.write('x'.repeat(${SIZE}));`,
};
for (const [what, program] of Object.entries(WRITERS)) {
  test(`a pipe that is read slowly loses nothing: ${what}`, async () => {
    const stdio =
      what === 'standard error' ? ['ignore', 'ignore', 'pipe'] : ['ignore', 'pipe', 'inherit'];
    const child = spawn(RUNTIME, ['-e', program], { stdio });
    assert.strictEqual(await readSlowly(child.stdout ?? child.stderr), SIZE);
  });
}

test('a pipe that somebody made non-blocking, through a shell: EAGAIN is not lost bytes', async (t) => {
  // The descriptor is shared with the writer: the flag of the one is the flag of the other.
  const hasPython = spawnSync('python3', ['--version']).status === 0;
  if (!hasPython) return t.skip('needs python3');
  const make =
    'import fcntl, os, sys; fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK | os.O_WRONLY); os.execvp(sys.argv[1], sys.argv[1:])';
  const program = `process.stdout.write('x'.repeat(${SIZE}));`;
  const child = spawn('python3', ['-c', make, RUNTIME, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.strictEqual(await readSlowly(child.stdout), SIZE);
});

test('writeSync to a full non-blocking pipe is EAGAIN, and says what it wrote before', async (t) => {
  const fifo = path.join(temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [fifo]);
  const fd = fs.openSync(fifo, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  const block = Buffer.alloc(SIZE);
  const written = fs.writeSync(fd, block);
  assert.ok(written > 0 && written < SIZE);
  assert.throws(() => fs.writeSync(fd, block), { code: 'EAGAIN', syscall: 'write' });
  await assert.rejects(
    fs.promises.writeFile(fifo, block, { flag: fs.constants.O_RDWR | fs.constants.O_NONBLOCK }),
    {
      code: 'EAGAIN',
    },
  );
  const all = Buffer.alloc(SIZE);
  assert.strictEqual(fs.readSync(fd, all, 0, SIZE), written);
  assert.throws(() => fs.readSync(fd, all), { code: 'EAGAIN', syscall: 'read' });
  fs.closeSync(fd);
});

test('standard input that is non-blocking and late', async () => {
  const child = spawn(RUNTIME, [
    '-e',
    "process.stdin.setEncoding('utf8').on('data', (d) => process.stdout.write(d))",
  ]);
  setTimeout(() => child.stdin.write('late'), 30);
  setTimeout(() => child.stdin.end('r'), 60);
  assert.strictEqual((await child.stdout.toArray()).join(''), 'later');
});

test('writing to a pipe that nobody reads any more', async () => {
  const child = spawn('sh', ['-c', 'exec 0<&-; sleep 0.2'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const errors = [];
  child.stdin.on('error', (error) => errors.push(error.code));
  const timer = setInterval(() => child.stdin.write('x'), 5);
  await once(child, 'close');
  clearInterval(timer);
  assert.strictEqual(errors.length, 1);
  assert.ok(BROKEN.includes(errors[0]), errors[0]);
  assert.strictEqual(child.stdin.destroyed, true);
});

test('spawnSync whose child does not read its input', () => {
  const { status, error } = spawnSync('true', { input: Buffer.alloc(SIZE) });
  assert.strictEqual(status, 0);
  assert.ok(error === undefined || BROKEN.includes(error.code), error);
});

test('a reader that closes early: head', () => {
  const program = "for (let i = 0; i < 1e5; i++) console.log('line ' + i);";
  const { stdout } = spawnSync('sh', ['-c', '"$0" -e "$1" | head -n 2', RUNTIME, program], {
    encoding: 'utf8',
  });
  assert.strictEqual(stdout, 'line 0\nline 1\n');
});

test('a socket whose peer resets: one error, one close', async () => {
  const server = net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = net.connect(server.address().port, '127.0.0.1');
  const events = [];
  socket.on('error', (error) => events.push(error.code));
  socket.on('close', (hadError) => events.push(hadError));
  const timer = setInterval(() => socket.writable && socket.write('x'.repeat(10_000)), 1);
  await new Promise((resolve) => socket.on('close', resolve));
  clearInterval(timer);
  assert.strictEqual(events.length, 2);
  assert.ok(BROKEN.includes(events[0]), events[0]);
  assert.strictEqual(events[1], true);
  server.close();
});

test('closing a descriptor twice, or one that another uses', async () => {
  const fd = fs.openSync('/dev/null');
  fs.closeSync(fd);
  assert.throws(() => fs.closeSync(fd), { code: 'EBADF', syscall: 'close' });
  const handle = await fs.promises.open('/dev/zero');
  const reading = handle.read(Buffer.alloc(SIZE));
  const closing = handle.close();
  assert.strictEqual((await reading).bytesRead, SIZE);
  await closing;
  await assert.rejects(handle.read(Buffer.alloc(1)), { code: 'EBADF' });
});

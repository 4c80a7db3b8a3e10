'use strict';
// interrupted_files.js FOLDER, in a storm of signals: what waits in the kernel for a file or a pipe.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');

const folder = process.argv[2];
const at = (name) => path.join(folder, name);
const SIZE = 1 << 20;
const content = Buffer.alloc(SIZE, 'The quick brown fox. ');
test.before(() => fs.writeFileSync(at('content'), content));

let pipes = 0;
function namedPipe() {
  const name = at(`pipe${pipes++}`);
  assert.strictEqual(spawnSync('mkfifo', [name]).status, 0);
  return name;
}

/** A process that writes `content` into a pipe, late and in parts. */
function slowWriter(pipe) {
  const script = `sleep 0.05; for i in 0 1 2 3; do dd if='${at('content')}' bs=262144 skip=$i count=1 2>/dev/null;
    sleep 0.02; done >'${pipe}'`;
  return spawn('sh', ['-c', script], { stdio: 'ignore' });
}

/** A process that reads a pipe late and slowly into a file. */
function slowReader(pipe, to) {
  const script = `sleep 0.05; exec <'${pipe}'; while true; do
    dd bs=65536 count=1 2>/dev/null >'${to}.part'; [ -s '${to}.part' ] || break; cat '${to}.part' >>'${to}'; done`;
  return spawn('sh', ['-c', script], { stdio: 'ignore' });
}

test('a named pipe, read at once', async () => {
  const pipe = namedPipe();
  const writer = slowWriter(pipe);
  assert.ok(fs.readFileSync(pipe).equals(content));
  await once(writer, 'exit');
});

test('a named pipe, read in parts', async () => {
  const pipe = namedPipe();
  const writer = slowWriter(pipe);
  const fd = fs.openSync(pipe);
  const parts = [];
  const buffer = Buffer.alloc(1000);
  for (let size; (size = fs.readSync(fd, buffer)) > 0; )
    parts.push(Buffer.from(buffer.subarray(0, size)));
  fs.closeSync(fd);
  assert.ok(Buffer.concat(parts).equals(content));
  await once(writer, 'exit');
});

test('named pipes, read by the thread pool', async () => {
  const readers = [
    (pipe) => fs.promises.readFile(pipe),
    (pipe) =>
      new Promise((resolve, reject) => {
        fs.readFile(pipe, (error, data) => (error ? reject(error) : resolve(data)));
      }),
    async (pipe) => Buffer.concat(await fs.createReadStream(pipe).toArray()),
    async (pipe) => {
      const handle = await fs.promises.open(pipe);
      const data = await handle.readFile();
      await handle.close();
      return data;
    },
  ];
  await Promise.all(
    readers.map(async (read) => {
      const pipe = namedPipe();
      const writer = slowWriter(pipe);
      const exited = once(writer, 'exit');
      assert.ok((await read(pipe)).equals(content));
      await exited;
    }),
  );
});

test('named pipes, written', async () => {
  const writers = [
    (pipe) => fs.writeFileSync(pipe, content),
    (pipe) => fs.promises.writeFile(pipe, content),
    (pipe) => {
      const fd = fs.openSync(pipe, 'w');
      for (let done = 0; done < SIZE; )
        done += fs.writeSync(fd, content, done, Math.min(50_000, SIZE - done));
      fs.closeSync(fd);
    },
    async (pipe) => {
      const stream = fs.createWriteStream(pipe);
      for (let i = 0; i < 16; i++)
        stream.write(content.subarray((i * SIZE) / 16, ((i + 1) * SIZE) / 16));
      stream.end();
      await once(stream, 'close');
    },
    async (pipe) => {
      const fd = fs.openSync(pipe, 'w');
      const half = SIZE / 2;
      let done = fs.writevSync(fd, [content.subarray(0, half), content.subarray(half)]);
      while (done < SIZE) done += fs.writeSync(fd, content, done);
      fs.closeSync(fd);
    },
  ];
  for (const [index, write] of writers.entries()) {
    const pipe = namedPipe();
    const to = at(`written${index}`);
    const reader = slowReader(pipe, to);
    const exited = once(reader, 'exit');
    await write(pipe);
    await exited;
    assert.ok(fs.readFileSync(to).equals(content), String(write));
  }
});

test('ordinary files', async () => {
  for (let i = 0; i < 30; i++) {
    const name = at(`f${i}`);
    fs.writeFileSync(name, content);
    fs.copyFileSync(name, `${name}.sync`);
    await fs.promises.copyFile(name, `${name}.async`);
    await fs.promises.cp(name, `${name}.cp`);
    assert.strictEqual((await fs.promises.readFile(`${name}.async`)).length, SIZE);
    fs.truncateSync(name, 5);
    await fs.promises.appendFile(name, 'more');
    assert.strictEqual(fs.readFileSync(name, 'utf8'), 'The qmore');
    for (const end of ['', '.sync', '.async', '.cp']) await fs.promises.rm(name + end);
    const tree = at(`tree${i}`);
    fs.mkdirSync(path.join(tree, 'a/b/c'), { recursive: true });
    assert.strictEqual(fs.readdirSync(tree, { recursive: true }).length, 3);
    await fs.promises.rm(tree, { recursive: true });
  }
});

test('sockets', async () => {
  const server = net.createServer((socket) => socket.pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = net.connect(port, '127.0.0.1');
      socket.end(content);
      const parts = await socket.toArray();
      assert.ok(Buffer.concat(parts).equals(content));
    }),
  );
  server.close();
});

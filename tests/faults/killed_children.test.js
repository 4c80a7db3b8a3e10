'use strict';
// Children that are killed at any moment: each ends with one 'exit' and one 'close' that name the signal, and
// neither processes nor descriptors stay.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { exec, fork, spawn } = require('node:child_process');
const { childProcesses, randomNumbers, RUNTIME, temporaryFolder, usage } = require('./support.js');

const ROUNDS = 60;
const AT_ONCE = 4;
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/** Starts with `make(random)`, kills after a random time, checks how it ended. */
async function killed(make, random) {
  const child = make(random);
  const events = [];
  for (const name of ['error', 'disconnect', 'exit', 'close']) {
    child.on(name, (...args) => events.push([name, ...args.map((arg) => arg?.code ?? arg)]));
  }
  const closed = new Promise((resolve) => child.on('close', resolve));
  const delay = random() < 0.2 ? 0 : random() * 40;
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  const signal = SIGNALS[Math.floor(random() * SIGNALS.length)];
  const isAlive = child.exitCode === null && child.signalCode === null;
  const wasSent = child.kill(signal);
  assert.ok(wasSent || !isAlive);
  await closed;
  const named = (name) => events.filter(([event]) => event === name);
  const shown = JSON.stringify(events);
  assert.strictEqual(named('exit').length, 1, shown);
  assert.strictEqual(named('close').length, 1, shown);
  assert.ok(named('disconnect').length <= 1, shown);
  const [, code, by] = named('exit')[0];
  assert.deepStrictEqual(named('close')[0].slice(1), [code, by], shown);
  if (isAlive) {
    // It may just have been ending by itself.
    assert.ok(by === signal || (by === null && Number.isInteger(code)), `${signal}: ${shown}`);
  }
  assert.strictEqual(child.exitCode, code);
  assert.strictEqual(child.signalCode, by);
  assert.strictEqual(child.kill(), false);
  // A channel that breaks is an end or an error of it, and no other.
  for (const [, error] of named('error')) {
    assert.ok(['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED'].includes(error), shown);
  }
}

async function settled(before) {
  let now;
  for (let i = 0; i < 2000; i++) {
    now = { ...usage(), children: childProcesses().length };
    if (now.descriptors <= before.descriptors && now.children <= before.children) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`left behind: ${JSON.stringify({ before, now })}`);
}

async function rounds(seed, make) {
  const random = randomNumbers(seed);
  await killed(make, random); // what is opened once and kept
  const before = { ...usage(), children: childProcesses().length };
  let left = ROUNDS;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await killed(make, random);
    }),
  );
  await settled(before);
}

const quiet = (child) => {
  child.stdin?.on('error', (error) =>
    assert.ok(['EPIPE', 'ECONNRESET'].includes(error.code), error),
  );
  child.stdout?.resume();
  child.stderr?.resume();
  return child;
};

test('while it starts and runs', () =>
  rounds(1, () => quiet(spawn(RUNTIME, ['-e', 'setInterval(() => {}, 5)']))));

test('a shell', () => rounds(2, () => quiet(exec('exec sleep 5', () => {}))));

test('while it writes', () =>
  rounds(3, () =>
    quiet(spawn('sh', ['-c', 'while echo 0123456789012345678901234567890123456789; do :; done'])),
  ));

test('while it is written to', () =>
  rounds(4, () => {
    const child = quiet(spawn('cat'));
    const block = Buffer.alloc(1 << 16);
    const more = () => {
      while (child.stdin.writable && child.stdin.write(block)) {}
    };
    child.stdin.on('drain', more);
    more();
    return child;
  }));

for (const serialization of ['json', 'advanced']) {
  test(`while messages go to and fro (${serialization})`, (t) => {
    const program = path.join(temporaryFolder(t), 'echo.js');
    fs.writeFileSync(
      program,
      "const big = 'y'.repeat(50_000); process.on('message', (m) => { process.send(m); process.send({ big }); });",
    );
    return rounds(5, (random) => {
      const child = fork(program, { serialization, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      const message = { text: 'x'.repeat(Math.floor(random() * 100_000)), list: [1, 2, 3] };
      const say = () => {
        if (child.connected) child.send(message, () => {});
      };
      child.on('message', (answer) => {
        if (answer.list) assert.strictEqual(answer.text.length, message.text.length);
        else assert.strictEqual(answer.big.length, 50_000);
        if (answer.list) say();
      });
      say();
      say();
      return child;
    });
  });
}

test('while handles are on their way', async (t) => {
  const net = require('node:net');
  const program = path.join(temporaryFolder(t), 'take.js');
  fs.writeFileSync(program, "process.on('message', (m, socket) => socket?.end('taken'));");
  const takers = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    const child = takers.shift();
    if (child?.connected) child.send('socket', socket, () => {});
    else socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await rounds(6, () => {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const clients = Array.from({ length: 3 }, () => {
      takers.push(child);
      const client = net.connect(server.address().port, '127.0.0.1');
      return client.on('error', () => {}).resume();
    });
    child.on('exit', () => {
      for (const client of clients) client.destroy();
    });
    return child;
  });
  server.close();
});

test('through an AbortSignal', async () => {
  const random = randomNumbers(7);
  await spawnAborted(random);
  const before = { ...usage(), children: childProcesses().length };
  for (let i = 0; i < 20; i++) await spawnAborted(random);
  await settled(before);
});

async function spawnAborted(random) {
  const abort = new AbortController();
  const child = quiet(spawn('sleep', ['5'], { signal: abort.signal }));
  const errors = [];
  child.on('error', (error) => errors.push(error.name));
  const closed = new Promise((resolve) => child.on('close', (...how) => resolve(how)));
  setTimeout(() => abort.abort(), random() * 10);
  assert.deepStrictEqual(await closed, [null, 'SIGTERM']);
  assert.deepStrictEqual(errors, ['AbortError']);
}

test('the parent: its child hears that the channel is gone', async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'heard');
  const inner = path.join(folder, 'inner.js');
  fs.writeFileSync(
    inner,
    `const fs = require('fs');
     const file = ${JSON.stringify(file)};
     process.on('disconnect', () => {
       fs.writeFileSync(file + '.part', 'gone');
       fs.renameSync(file + '.part', file);
     });
     process.send('up');`,
  );
  const outer = path.join(folder, 'outer.js');
  fs.writeFileSync(
    outer,
    `require('child_process').fork(${JSON.stringify(inner)}).on('message', () => console.log('up'));`,
  );
  const child = spawn(RUNTIME, [outer]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  while (!fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.strictEqual(fs.readFileSync(file, 'utf8'), 'gone');
});

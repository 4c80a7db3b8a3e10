'use strict';

const assert = require('node:assert');
const { exec, execFile, execSync, fork, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { promisify } = require('node:util');

let directory;
before(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-child-'));
});
after(() => fs.rmSync(directory, { recursive: true, force: true }));

/** The path of a program with this text. */
function program(name, text) {
  const file = path.join(directory, `${name}.cjs`);
  fs.writeFileSync(file, text);
  return file;
}

describe('spawn', () => {
  test('pipes carry data both ways', async () => {
    const cat = spawn('cat');
    let output = '';
    cat.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    cat.stdin.end('through the cat');
    assert.deepEqual(await once(cat, 'close'), [0, null]);
    assert.equal(output, 'through the cat');
  });

  test('a program that does not exist is an error event', async () => {
    const child = spawn('/no/such/program', ['x']);
    assert.equal(child.pid, undefined);
    const [error] = await once(child, 'error');
    assert.equal(error.message, 'spawn /no/such/program ENOENT');
    assert.deepEqual(error.spawnargs, ['x']);
  });

  test('a killed process tells the signal', async () => {
    const child = spawn('sleep', ['60']);
    assert.equal(child.kill('sigkill'), true);
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
    assert.equal(child.kill(), false);
  });

  test('an aborted signal ends the process with an AbortError', async () => {
    const controller = new AbortController();
    const child = spawn('sleep', ['60'], { signal: controller.signal });
    const failed = once(child, 'error');
    controller.abort();
    const [error] = await failed;
    assert.equal(error.name, 'AbortError');
  });

  test('the environment is what the option says, without undefined', () => {
    const { stdout } = spawnSync('/usr/bin/env', {
      env: { A: '1', B: undefined },
      encoding: 'utf8',
    });
    assert.equal(stdout, 'A=1\n');
  });

  test('arguments are checked', () => {
    assert.throws(() => spawn(''), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => spawn('ls', ['a\0']), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => spawn('ls', [], { stdio: ['ipc', 'ipc'] }), { code: 'ERR_IPC_ONE_PIPE' });
    assert.throws(() => spawnSync('ls', [], { stdio: ['ipc'] }), { code: 'ERR_IPC_SYNC_FORK' });
    assert.throws(() => spawn('ls', [], { killSignal: 'NONE' }), { code: 'ERR_UNKNOWN_SIGNAL' });
  });
});

describe('exec', () => {
  test('a failing command is an error with its code and output', async () => {
    await assert.rejects(promisify(exec)('echo out; echo bad >&2; exit 3'), {
      code: 3,
      killed: false,
      signal: null,
      stdout: 'out\n',
      stderr: 'bad\n',
    });
  });

  test('output beyond maxBuffer ends the process, and is cut there', async () => {
    await assert.rejects(promisify(exec)('yes', { maxBuffer: 5 }), {
      code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
      stdout: 'y\ny\ny',
    });
  });

  test('execFile needs no shell', async () => {
    const { stdout } = await promisify(execFile)('echo', ['$HOME', ';']);
    assert.equal(stdout, '$HOME ;\n');
  });

  test('a timeout ends the process although timers are mocked', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    await assert.rejects(promisify(exec)('sleep 60', { timeout: 20 }), {
      killed: true,
      signal: 'SIGTERM',
    });
  });
});

describe('synchronous', () => {
  test('input is read and output collected', () => {
    const result = spawnSync('cat', { input: 'text', encoding: 'utf8' });
    assert.deepEqual(result.output, [null, 'text', '']);
    assert.equal(result.status, 0);
  });

  test('a timeout is an error and a signal', () => {
    const { error, signal } = spawnSync('sleep', ['60'], { timeout: 50 });
    assert.equal(error.code, 'ETIMEDOUT');
    assert.equal(signal, 'SIGTERM');
  });

  test('execSync throws what the command did', () => {
    assert.throws(() => execSync('echo no >&2; exit 4', { stdio: 'pipe' }), {
      status: 4,
      message: 'Command failed: echo no >&2; exit 4\nno\n',
    });
  });
});

describe('fork', () => {
  const echo = 'process.on("message", (m) => process.send(m, () => process.disconnect()));';

  for (const serialization of ['json', 'advanced']) {
    test(`a message comes back (${serialization})`, async () => {
      const child = fork(program(`echo-${serialization}`, echo), { serialization });
      const text = '\u{1f600}'.repeat(50_000);
      child.send({ text, list: [1, null] });
      const [message] = await once(child, 'message');
      assert.deepEqual(message, { text, list: [1, null] });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      assert.equal(child.connected, false);
    });
  }

  test('a socket goes to the child and is answered there', async () => {
    const child = fork(
      program('answer', 'process.on("message", (m, s) => { s.end(m); process.disconnect(); });'),
    );
    const server = net.createServer((socket) => child.send('from the child', socket));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = net.connect(server.address().port, '127.0.0.1');
    let text = '';
    client.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    await once(client, 'close');
    server.close();
    assert.equal(text, 'from the child');
    if (child.exitCode === null) await once(child, 'exit');
  });

  test('kill() takes undefined, but not null, for SIGTERM', async () => {
    const child = fork(program('waiting', 'setInterval(() => {}, 1000)'));
    assert.throws(() => child.kill(null), { code: 'ERR_UNKNOWN_SIGNAL' });
    assert.equal(child.kill(undefined), true);
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGTERM']);
  });

  test('sending to a closed channel is an error', async () => {
    const child = fork(program('nothing', ''));
    await once(child, 'exit');
    const error = await new Promise((resolve) => child.send('x', resolve));
    assert.equal(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  });

  test('a channel that nobody listens to keeps no child alive', async () => {
    const child = fork(program('idle', 'process.send("hi")'));
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});

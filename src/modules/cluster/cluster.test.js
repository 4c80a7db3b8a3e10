'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');

let directory;
before(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-cluster-'));
});
after(() => fs.rmSync(directory, { recursive: true, force: true }));

/** What a cluster with this program as primary and workers prints, line by line, sorted. */
function run(name, text, env) {
  const file = path.join(directory, `${name}.cjs`);
  fs.writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.trim().split('\n').sort();
}

const SERVER = `
  const cluster = require('node:cluster');
  const net = require('node:net');
  if (cluster.isPrimary) {
    let listening = 0;
    let answers = 0;
    for (let i = 0; i < 2; i++) cluster.fork();
    cluster.on('listening', (worker, { port }) => {
      if (++listening < 2) return;
      for (let i = 0; i < 4; i++) {
        net.connect(port, '127.0.0.1').setEncoding('utf8').on('data', (text) => {
          console.log(text);
        }).on('close', () => {
          if (++answers === 4) cluster.disconnect();
        });
      }
    });
    cluster.on('exit', (worker, code) => {
      console.log('exit', worker.id, code, worker.exitedAfterDisconnect);
    });
  } else {
    net.createServer((socket) => socket.end('served')).listen(0, '127.0.0.1');
  }`;

for (const NODE_CLUSTER_SCHED_POLICY of ['rr', 'none']) {
  test(`workers serve one port (${NODE_CLUSTER_SCHED_POLICY})`, () => {
    assert.deepEqual(
      run(`server-${NODE_CLUSTER_SCHED_POLICY}`, SERVER, { NODE_CLUSTER_SCHED_POLICY }),
      ['exit 1 0 true', 'exit 2 0 true', 'served', 'served', 'served', 'served'],
    );
  });
}

test('a worker knows its number, and messages go both ways', () => {
  const lines = run(
    'messages',
    `
    const cluster = require('node:cluster');
    if (cluster.isPrimary) {
      const worker = cluster.fork({ GREETING: 'hello' });
      worker.on('message', (message) => {
        console.log(message);
        worker.send('end');
      });
      worker.on('exit', (code) => console.log('code', code, worker.isDead()));
    } else {
      process.send(process.env.GREETING + ' from ' + cluster.worker.id);
      process.on('message', () => process.exit(7));
    }`,
  );
  assert.deepEqual(lines, ['code 7 true', 'hello from 1']);
});

test('a server that is closed before the primary has answered never listens', async () => {
  const program = `
    const cluster = require('cluster');
    if (cluster.isPrimary) cluster.fork().on('exit', (code) => process.exit(code));
    else {
      const server = require('net').createServer().listen(0, () => process.exit(3));
      server.close();
      setTimeout(() => process.exit(0), 200);
    }`;
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'cluster-')), 'early.js');
  fs.writeFileSync(file, program);
  const { status } = spawnSync(process.execPath, [file], { timeout: 20_000 });
  fs.rmSync(path.dirname(file), { recursive: true });
  assert.strictEqual(status, 0);
});

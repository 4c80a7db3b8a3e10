'use strict';
// Database servers for tests: started on a loopback port with their data in a temporary folder. They are the
// system's, or what ./dev test has unpacked beside its other downloads.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { makeCertificate } = require('./certificate.js');

const unpacked = path.join(
  process.env.GYRE_CACHE ?? path.join(os.homedir(), '.cache/gyre'),
  'servers',
);

function find(program, version = []) {
  const folders = process.env.PATH.split(path.delimiter);
  folders.push(
    '/usr/sbin',
    ...version,
    path.join(unpacked, 'usr/bin'),
    path.join(unpacked, 'usr/sbin'),
  );
  return folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
}

function postgresFolders() {
  const root = '/usr/lib/postgresql';
  const versions = fs.existsSync(root) ? fs.readdirSync(root) : [];
  return versions.map((version) => path.join(root, version, 'bin'));
}

/** A loopback port that was free a moment ago. */
async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Servers that refuse to run as root run as nobody. */
const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
/** Not a super user who has been left no rights: that one can start none of them. */
const canStart = spawnSync('true', nobody).status === 0;

/** A folder for a server's data; ending the server, which `launch` adds to `running`, comes before removing it. */
function prepare(t, name, { uid, gid } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `gyre-${name}-`));
  if (uid !== undefined) fs.chownSync(folder, uid, gid);
  const running = [];
  t.after(async () => {
    for (const end of running) await end();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return { folder, running };
}

/** A certificate for 127.0.0.1 in the server's folder, with a key that only the server can read. */
function certify(folder, { uid, gid } = {}) {
  const { key, cert } = makeCertificate('127.0.0.1', 'IP:127.0.0.1');
  const keyFile = path.join(folder, 'server.key');
  fs.writeFileSync(keyFile, key, { mode: 0o600 });
  if (uid !== undefined) fs.chownSync(keyFile, uid, gid);
  const certFile = path.join(folder, 'server.crt');
  fs.writeFileSync(certFile, cert);
  return { keyFile, certFile };
}

const environment = {
  ...process.env,
  LC_ALL: 'C',
  LD_LIBRARY_PATH: path.join(unpacked, 'usr/lib/x86_64-linux-gnu'),
};

function step(program, args, options) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env: environment,
    ...options,
  });
  if (status !== 0)
    throw error ?? new Error(`${program} ended with ${status}:\n${stdout}${stderr}`);
}

/**
 * Starts it and waits until its port takes connections. A port that somebody else took meanwhile makes a
 * server end: then it gets another one.
 * @returns {Promise<number>} the port
 */
async function launch(running, program, argsFor, options) {
  let log = '';
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = await freePort();
    const child = spawn(program, argsFor(port), {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    child.stdout.on('data', (text) => (log += text));
    child.stderr.on('data', (text) => (log += text));
    const ended = new Promise((resolve) => child.once('close', resolve));
    running.push(async () => {
      child.kill('SIGQUIT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(timer);
    });
    for (let tries = 0; tries < 1200 && child.exitCode === null; tries++) {
      if (await isOpen(port)) return port;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`${program} does not listen:\n${log}`);
}

async function isOpen(port) {
  const socket = net.connect(port, '127.0.0.1');
  const answer = await new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return answer;
}

/**
 * @typedef {{ port: number, certFile?: string }} Running where it listens, and whom to trust for TLS
 * @returns {Promise<Running | undefined>} undefined where there is no such server
 */
async function startPostgres(t) {
  const program = find('postgres', postgresFolders());
  const initdb = find('initdb', postgresFolders());
  if (!program || !initdb || !canStart) return undefined;
  const { folder, running } = prepare(t, 'postgres', nobody);
  const data = path.join(folder, 'data');
  const passwords = path.join(folder, 'password');
  fs.writeFileSync(passwords, 'secret\n');
  fs.chmodSync(passwords, 0o644);
  const authentication = ['--auth=scram-sha-256', `--pwfile=${passwords}`, '--username=tester'];
  step(initdb, ['-D', data, '--no-sync', '--encoding=UTF8', ...authentication], {
    cwd: folder,
    ...nobody,
  });
  const { keyFile, certFile } = certify(folder, nobody);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    ssl: 'on',
    ssl_key_file: keyFile,
    ssl_cert_file: certFile,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const port = await launch(
    running,
    program,
    (at) => ['-D', data, '-p', String(at), '-F', ...args],
    { cwd: folder, ...nobody },
  );
  return { port, certFile };
}

/** @returns {Promise<Running | undefined>} */
async function startRedis(t) {
  const program = find('redis-server');
  if (!program) return undefined;
  const { folder, running } = prepare(t, 'redis');
  const args = ['--bind', '127.0.0.1', '--save', '', '--requirepass', 'secret', '--dir', folder];
  const port = await launch(running, program, (at) => ['--port', String(at), ...args], {
    cwd: folder,
  });
  return { port };
}

/** @returns {Promise<Running | undefined>} */
async function startMariadb(t) {
  const program = find('mariadbd');
  if (!program) return undefined;
  const share = path.join(path.dirname(program), '../share/mysql');
  const { folder, running } = prepare(t, 'mariadb');
  const data = path.join(folder, 'data');
  fs.mkdirSync(path.join(data, 'mysql'), { recursive: true });
  const user = process.getuid() === 0 ? ['--user=root'] : [];
  const common = ['--no-defaults', ...user, `--datadir=${data}`, `--lc-messages-dir=${share}`];
  const small = ['--innodb-buffer-pool-size=16M', '--innodb-log-file-size=8M', '--skip-log-bin'];
  const tables = [
    'mysql_system_tables.sql',
    'mysql_performance_tables.sql',
    'mysql_system_tables_data.sql',
  ];
  const input = [
    'use mysql;',
    ...tables.map((name) => fs.readFileSync(path.join(share, name), 'utf8')),
    // One statement a line: that is how a server reads while it is being set up.
    'flush privileges;',
    'create database test;',
    "create user tester@'127.0.0.1' identified by 'secret';",
    "grant all on *.* to tester@'127.0.0.1';",
  ].join('\n');
  step(program, [...common, ...small, '--bootstrap'], { cwd: folder, input });
  const socket = ['--bind-address=127.0.0.1', `--socket=${folder}/socket`, '--skip-name-resolve'];
  const { keyFile, certFile } = certify(folder);
  const tls = [`--ssl-key=${keyFile}`, `--ssl-cert=${certFile}`];
  const args = [...common, ...small, ...socket, ...tls];
  const port = await launch(running, program, (at) => [...args, `--port=${at}`], { cwd: folder });
  return { port, certFile };
}

module.exports = { startPostgres, startRedis, startMariadb };

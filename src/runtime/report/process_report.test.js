'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { spawnSync } = require('node:child_process');
const { Worker } = require('node:worker_threads');

function run(t, args, program) {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'report-'));
  t.after(() => fs.rmSync(cwd, { recursive: true }));
  const child = spawnSync(process.execPath, [...args, '-e', program], { cwd, encoding: 'utf8' });
  const files = fs.readdirSync(cwd).filter((name) => name.endsWith('.json'));
  const reports = files.map((name) => JSON.parse(fs.readFileSync(path.join(cwd, name), 'utf8')));
  return { child, cwd, files, reports };
}

test('a report tells of the process, its heap, its system and its environment', () => {
  const { header, ...report } = process.report.getReport();
  assert.strictEqual(header.reportVersion, 5);
  assert.strictEqual(header.processId, process.pid);
  assert.strictEqual(header.threadId, 0);
  assert.strictEqual(header.nodejsVersion, process.version);
  assert.deepStrictEqual(header.componentVersions, { ...process.versions });
  assert.deepStrictEqual(header.release, { ...process.release });
  assert.strictEqual(header.filename, null);
  assert.deepStrictEqual(Object.keys(report), [
    'javascriptStack',
    'javascriptHeap',
    'nativeStack',
    'resourceUsage',
    'uvthreadResourceUsage',
    'libuv',
    'workers',
    'environmentVariables',
    'userLimits',
    'sharedObjects',
  ]);
  assert.strictEqual(header.host, os.hostname());
  assert.strictEqual(header.trigger, 'GetReport');
  assert.match(header.glibcVersionRuntime, /^2\.\d+$/);
  assert.strictEqual(header.cpus.length, os.cpus().length);
  assert.ok(report.javascriptHeap.usedMemory > 0);
  assert.deepStrictEqual(report.environmentVariables, { ...process.env });
  assert.ok(report.sharedObjects.some((name) => name.includes('libc.so')));
});

test("a report's JavaScript stack is that of the error it is made for", () => {
  const error = Object.assign(new RangeError('too far'), { code: 'FAR', by: 3 });
  const { javascriptStack } = process.report.getReport(error);
  assert.strictEqual(javascriptStack.message, 'RangeError: too far');
  assert.match(javascriptStack.stack[0], /^at .*process_report\.test\.js/);
  assert.deepStrictEqual(javascriptStack.errorProperties, { code: 'FAR', by: '3' });
  for (const none of [null, 1]) {
    assert.throws(() => process.report.getReport(none), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});

test('the section libuv has the ends of connections', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const socket = net.connect(port, '127.0.0.1');
  const [[other]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
  const { libuv } = process.report.getReport();
  const client = libuv.find((handle) => handle.remoteEndpoint?.port === port);
  assert.strictEqual(client.type, 'tcp');
  assert.strictEqual(client.remoteEndpoint.ip4, '127.0.0.1');
  assert.strictEqual(client.localEndpoint.port, other.remotePort);
  assert.strictEqual(libuv.at(-1).type, 'loop');
  for (const { address } of libuv) assert.match(address, /^0x[0-9a-f]+$/);
  socket.destroy();
  other.destroy();
  server.close();
});

test('workers report too, also those that never return to their loop', async () => {
  const worker = new Worker('for (;;);', { eval: true, name: 'busy' });
  await once(worker, 'online');
  const { workers } = process.report.getReport();
  assert.strictEqual(workers.length, 1);
  assert.strictEqual(workers[0].header.event, 'Worker thread subreport [busy]');
  assert.strictEqual(workers[0].header.threadId, worker.threadId);
  await worker.terminate();
});

test('writeReport gives the name of the file, or of a stream', (t) => {
  const { child, files, reports } = run(t, [], 'console.log(process.report.writeReport())');
  assert.match(files[0], /^report\.\d{8}\.\d{6}\.\d+\.0\.001\.json$/);
  assert.strictEqual(child.stdout, `${files[0]}\n`);
  assert.strictEqual(
    child.stderr,
    `\nWriting Node.js report to file: ${files[0]}\nNode.js report completed\n`,
  );
  assert.strictEqual(reports[0].header.filename, files[0]);
  assert.strictEqual(reports[0].header.trigger, 'API');
  const named = run(t, ['--report-filename=own.json'], 'process.report.writeReport()');
  assert.deepStrictEqual(named.files, ['own.json']);
  const direct = run(t, ['--report-compact'], 'process.report.writeReport("stdout")').child.stdout;
  assert.strictEqual(direct.trim().split('\n').length, 1);
  assert.strictEqual(JSON.parse(direct).header.filename, 'stdout');
});

test('a directory that is not there is said, and nothing is written', (t) => {
  const program = 'console.log(JSON.stringify(process.report.writeReport()))';
  const { child } = run(t, ['--report-directory=/does/not/exist'], program);
  assert.match(child.stderr, /Failed to open Node\.js report file: .*\/does\/not\/exist/);
  assert.strictEqual(child.stdout, '""\n');
  assert.strictEqual(child.status, 0);
  const named = run(t, [], 'process.report.writeReport("/none/x")').child.stderr;
  assert.strictEqual(named, '\nFailed to open Node.js report file: /none/x (errno: 2)\n');
});

test('what is left out by options is not there', (t) => {
  const program = 'process.report.writeReport("stdout")';
  const args = ['--report-exclude-network', '--report-exclude-env'];
  const report = JSON.parse(run(t, args, program).child.stdout);
  assert.ok(!('networkInterfaces' in report.header));
  assert.ok(!('environmentVariables' in report));
});

test('an error that nobody catches, a signal and a full heap write reports where asked to', (t) => {
  const thrown = run(t, ['--report-uncaught-exception'], 'throw new Error("why")');
  assert.strictEqual(thrown.child.status, 1);
  assert.strictEqual(thrown.reports[0].header.event, 'Exception');
  assert.strictEqual(thrown.reports[0].header.trigger, 'Exception');
  assert.match(JSON.stringify(thrown.reports[0].javascriptStack), /Error: why/);

  const wait = `
    process.kill(process.pid, 'SIGUSR2');
    const timer = setInterval(() => {
      if (!fs.existsSync('signal.json')) return;
      clearInterval(timer);
      console.log('went on');
    }, 5);`;
  const options = ['--report-on-signal', '--report-filename=signal.json'];
  const signalled = run(t, options, wait);
  assert.strictEqual(signalled.reports[0].header.event, 'SIGUSR2');
  assert.strictEqual(signalled.reports[0].header.trigger, 'Signal');
  assert.strictEqual(signalled.child.stdout, 'went on\n');

  const fill = 'const all = []; for (;;) all.push(new Array(1000).fill(0.5))';
  const full = run(t, ['--report-on-fatalerror', '--max-old-space-size=16'], fill).reports;
  assert.strictEqual(full[0].header.trigger, 'OOMError');

  assert.strictEqual(run(t, [], 'throw new Error("why")').reports.length, 0);
});

test('settings are checked', () => {
  const { report } = process;
  assert.throws(() => (report.directory = 1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => (report.compact = 'yes'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => (report.signal = 'SIGNOTHING'), { code: 'ERR_UNKNOWN_SIGNAL' });
  report.reportOnSignal = true;
  assert.strictEqual(process.listenerCount('SIGUSR2'), 1);
  report.signal = 'SIGUSR1';
  assert.strictEqual(process.listenerCount('SIGUSR2'), 0);
  assert.strictEqual(process.listenerCount('SIGUSR1'), 1);
  report.reportOnSignal = false;
  assert.strictEqual(process.listenerCount('SIGUSR1'), 0);
});

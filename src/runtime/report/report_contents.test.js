'use strict';

const { test, describe, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-report-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (options, code) =>
  spawnSync(process.execPath, [...options, '-e', code], { encoding: 'utf8', cwd: folder });

describe('getReport', () => {
  const report = process.report.getReport(Object.assign(new Error('why'), { code: 'E' }));

  test('tells of process and machine', () => {
    assert.deepStrictEqual(Object.keys(report), [
      'header',
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
    const { header } = report;
    assert.strictEqual(header.processId, process.pid);
    assert.strictEqual(header.nodejsVersion, process.version);
    assert.strictEqual(header.host, os.hostname());
    assert.strictEqual(header.trigger, 'GetReport');
    assert.match(header.glibcVersionRuntime, /^2\.\d+$/);
    assert.strictEqual(header.cpus.length, os.cpus().length);
    assert.deepStrictEqual(report.environmentVariables, { ...process.env });
    assert.ok(report.sharedObjects.some((name) => name.includes('libc.so')));
  });

  test('has the stack of an error, and its properties', () => {
    const { message, stack, errorProperties } = report.javascriptStack;
    assert.strictEqual(message, 'Error: why');
    assert.match(stack[0], /^at .*report_contents\.test\.js:/);
    assert.deepStrictEqual(errorProperties, { code: 'E' });
  });

  test('lists the handles of the event loop', () => {
    assert.ok(
      report.libuv.some(({ type, is_active }) => type === 'loop' && is_active !== undefined),
    );
    for (const { address } of report.libuv) assert.match(address, /^0x[0-9a-f]+$/);
  });

  test('takes objects only', () => {
    assert.throws(() => process.report.getReport(1), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});

describe('writeReport', () => {
  test('writes JSON to a file of its choice, and says so', () => {
    const { stdout, stderr } = run([], 'console.log(process.report.writeReport())');
    const name = stdout.trim();
    assert.match(name, /^report\.\d{8}\.\d{6}\.\d+\.0\.001\.json$/);
    assert.strictEqual(
      stderr,
      `\nWriting Node.js report to file: ${name}\nNode.js report completed\n`,
    );
    const { header } = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
    assert.strictEqual(header.filename, name);
    assert.strictEqual(header.trigger, 'API');
  });

  test('obeys the options', () => {
    const options = ['--report-compact', '--report-exclude-env', `--report-dir=${folder}`];
    run([...options, '--report-filename=own.json'], 'process.report.writeReport()');
    const text = fs.readFileSync(path.join(folder, 'own.json'), 'utf8');
    assert.strictEqual(text.indexOf('\n'), text.length - 1);
    assert.strictEqual(JSON.parse(text).environmentVariables, undefined);
  });

  test('says when it cannot', () => {
    const { stdout, stderr } = run([], 'console.log([process.report.writeReport("/none/x")])');
    assert.strictEqual(stdout, "[ '' ]\n");
    assert.strictEqual(stderr, '\nFailed to open Node.js report file: /none/x (errno: 2)\n');
  });
});

describe('reports that nobody asks for', () => {
  test('--report-uncaught-exception writes one at the end', () => {
    const main = path.join(folder, 'main.js');
    fs.writeFileSync(main, 'throw new Error("last")');
    const options = ['--report-uncaught-exception', '--report-filename=uncaught.json', main];
    assert.strictEqual(spawnSync(process.execPath, options, { cwd: folder }).status, 1);
    const report = JSON.parse(fs.readFileSync(path.join(folder, 'uncaught.json'), 'utf8'));
    assert.strictEqual(report.header.trigger, 'Exception');
    assert.strictEqual(report.javascriptStack.message, 'Error: last');
  });

  test('--report-on-signal writes one at a signal, and the program goes on', () => {
    const options = ['--report-on-signal', '--report-filename=signal.json'];
    const { stdout } = run(
      options,
      `process.kill(process.pid, 'SIGUSR2');
       const timer = setInterval(() => {
         if (!fs.existsSync('signal.json')) return;
         clearInterval(timer);
         console.log('on');
       }, 5);`,
    );
    assert.strictEqual(stdout, 'on\n');
    const report = JSON.parse(fs.readFileSync(path.join(folder, 'signal.json'), 'utf8'));
    assert.strictEqual(report.header.event, 'SIGUSR2');
  });
});

test('settings are checked', () => {
  const { report } = process;
  assert.throws(() => (report.directory = 1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => (report.compact = 1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => (report.signal = 'NONE'), { code: 'ERR_UNKNOWN_SIGNAL' });
});

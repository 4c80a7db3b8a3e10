'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const inspector = require('node:inspector');
const { Session } = require('node:inspector/promises');

function connected(t) {
  const session = new Session();
  session.connect();
  t.after(() => session.disconnect());
  return session;
}

test('a session answers commands and refuses unknown ones', async (t) => {
  const session = connected(t);
  const { result } = await session.post('Runtime.evaluate', { expression: '6 * 7' });
  assert.strictEqual(result.value, 42);
  await assert.rejects(session.post('Nope.nope'), {
    code: 'ERR_INSPECTOR_COMMAND',
    message: "Inspector error -32601: 'Nope.nope' wasn't found",
  });
});

test('a session without a connection throws', () => {
  const session = new inspector.Session();
  assert.throws(() => session.post('Runtime.enable'), { code: 'ERR_INSPECTOR_NOT_CONNECTED' });
  session.connect();
  assert.throws(() => session.connect(), { code: 'ERR_INSPECTOR_ALREADY_CONNECTED' });
  session.disconnect();
});

test('a breakpoint in a script that already runs pauses', async (t) => {
  const session = connected(t);
  const body = () => 'stopped at';
  await session.post('Debugger.enable');
  let reason;
  session.on('Debugger.paused', ({ params }) => {
    reason = params.callFrames[0].functionName;
  });
  const { result } = await session.post('Runtime.evaluate', { expression: '(f) => f' });
  assert.strictEqual(result.type, 'function');
  const line = Number(/test\.js:(\d+)/.exec(new Error().stack)[1]) - 9;
  const { locations } = await session.post('Debugger.setBreakpointByUrl', {
    lineNumber: line,
    columnNumber: 22,
    urlRegex: 'inspector\\.test\\.js$',
  });
  assert.strictEqual(locations.length, 1);
  body();
  assert.strictEqual(reason, 'body');
});

test('console messages reach a session', async (t) => {
  const session = connected(t);
  await session.post('Runtime.enable');
  const heard = once(session, 'Runtime.consoleAPICalled');
  console.debug('to the inspector');
  const [{ params }] = await heard;
  assert.strictEqual(params.type, 'debug');
  assert.strictEqual(params.args[0].value, 'to the inspector');
});

test('the profiler sees functions', async (t) => {
  const session = connected(t);
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  const { profile } = await session.post('Profiler.stop');
  assert.ok(profile.nodes.length > 0);
});

// Node has them with a flag alone.
const hasNetwork =
  process.versions.gyre !== undefined ||
  process.execArgv.includes('--experimental-network-inspection');

test('Network events reach those who listen', { skip: !hasNetwork }, async (t) => {
  const session = connected(t);
  await session.post('Network.enable');
  const heard = once(session, 'Network.loadingFinished');
  inspector.Network.loadingFinished({ requestId: 'a', timestamp: 1 });
  assert.deepStrictEqual((await heard)[0].params, { requestId: 'a', timestamp: 1 });
});

test('the server lists its target and speaks the protocol over a WebSocket', async () => {
  inspector.open(0);
  assert.throws(() => inspector.open(0), { code: 'ERR_INSPECTOR_ALREADY_ACTIVATED' });
  const { host } = new URL(inspector.url());
  const list = await new Promise((resolve) => {
    http.get(`http://${host}/json/list`, async (response) => {
      resolve(JSON.parse((await response.toArray()).join('')));
    });
  });
  assert.strictEqual(list[0].webSocketDebuggerUrl, inspector.url());

  const socket = new WebSocket(inspector.url());
  await once(socket, 'open');
  socket.send(
    JSON.stringify({ id: 5, method: 'Runtime.evaluate', params: { expression: '1 + 1' } }),
  );
  const [{ data }] = await once(socket, 'message');
  assert.strictEqual(JSON.parse(data).result.result.value, 2);
  socket.close();
  await once(socket, 'close');
  inspector.close();
  assert.strictEqual(inspector.url(), undefined);
});

test('profiles and coverage are written at the end', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-recorder-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const script = path.join(folder, 'script.js');
  fs.writeFileSync(script, 'function twice() {}\ntwice(); twice();\nprocess.exit(3);\n');
  const { status, stderr } = spawnSync(process.execPath, ['--cpu-prof', '--heap-prof', script], {
    cwd: folder,
    env: { ...process.env, NODE_V8_COVERAGE: 'coverage' },
    encoding: 'utf8',
  });
  assert.strictEqual(stderr, '');
  assert.strictEqual(status, 3);

  const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  const names = fs.readdirSync(folder);
  assert.ok(read(names.find((each) => each.endsWith('.cpuprofile'))).nodes.length > 0);
  assert.ok(read(names.find((each) => each.endsWith('.heapprofile'))).head);
  const [file] = fs.readdirSync(path.join(folder, 'coverage'));
  const { result } = read(path.join('coverage', file));
  const { functions } = result.find(({ url }) => url.endsWith('/script.js'));
  assert.strictEqual(functions.find((each) => each.functionName === 'twice').ranges[0].count, 2);
});

test('--inspect-brk waits for a debugger and stops at the first statement', {
  timeout: 100_000,
}, async () => {
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['--inspect-brk=0', '-e', 'console.log("ran")']);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  while (!/ws:\S+/.test(text)) await once(child.stderr, 'data');
  const socket = new WebSocket(/ws:\S+/.exec(text)[0]);
  await once(socket, 'open');
  const seen = [];
  socket.addEventListener('message', ({ data }) => {
    const { method } = JSON.parse(data);
    if (method === 'Debugger.paused') {
      seen.push('paused');
      socket.send(JSON.stringify({ id: 4, method: 'Debugger.resume' }));
    }
    if (method === 'Runtime.executionContextDestroyed') socket.close();
  });
  ['Runtime.enable', 'Debugger.enable', 'Runtime.runIfWaitingForDebugger'].forEach((method, id) => {
    socket.send(JSON.stringify({ id: id + 1, method }));
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  assert.strictEqual(code, 0);
  assert.deepStrictEqual(seen, ['paused']);
  assert.strictEqual(output, 'ran\n');
});

test('the command line debugger steps, evaluates and lists', { timeout: 100_000 }, async (t) => {
  const { spawn } = require('node:child_process');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-debugger-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, 'script.js'), 'let x = 1;\nx += 1;\nglobalThis.x = x;\n');
  const child = spawn(process.execPath, ['inspect', '--port=0', 'script.js'], { cwd: folder });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const type = async (line, pattern) => {
    output = '';
    child.stdin.write(`${line}\n`);
    while (!pattern.test(output)) await once(child.stdout, 'data');
  };
  while (!/Break on start in script\.js:1\n> 1 let x = 1;/.test(output))
    await once(child.stdout, 'data');
  await type('next', /step in script\.js:2\n {2}1 let x = 1;\n> 2 x \+= 1;/);
  await type('exec [x, "b"]', /\[ 1, 'b' \]/);
  await type('watch("x")', /debug> /);
  await type('n', /Watchers:\n {2}0: x = 2\n/);
  await type('bt', /#0 \(anonymous\) script\.js:3/);
  await type('list(1)', /> 3 globalThis\.x = x;/);
  child.stdin.end();
  const [code] = await once(child, 'exit');
  assert.strictEqual(code, 0);
});

test('a debugger can pause at exceptions that nobody catches, and at no others', () => {
  const program = `
    const { Session } = require('node:inspector');
    const session = new Session();
    session.connect();
    session.post('Debugger.enable');
    session.post('Debugger.setPauseOnExceptions', { state: 'uncaught' });
    session.on('Debugger.paused', ({ params }) => console.log('at', params.data.description.split('\\n')[0]));
    process.on('uncaughtException', ({ message }) => console.log('caught', message));
    try { throw new Error('never'); } catch {}
    setTimeout(() => { throw new Error('timer'); });
    require('node:fs').stat('.', () => { throw new Error('callback'); });
    process.nextTick(() => { throw new Error('tick'); });
    throw new Error('program');
  `;
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  const told = stdout.trim().split('\n').sort();
  const names = ['callback', 'program', 'tick', 'timer'];
  assert.deepStrictEqual(told, [
    ...names.map((name) => `at Error: ${name}`),
    ...names.map((name) => `caught ${name}`),
  ]);
});

test('opening the server is told to process, with a warning inside a domain', () => {
  const program = `
    process.on('warning', ({ code, message }) => console.log(code, message));
    process.on('internalMessage', (message) => console.log(message));
    const inspector = require('node:inspector');
    require('node:domain').create().run(() => inspector.open(0));
    inspector.close();
    inspector.open(0);
    inspector.close();
  `;
  const { stdout } = spawnSync(process.execPath, ['--no-warnings', '-e', program], {
    encoding: 'utf8',
  });
  const [first, second, warning, ...more] = stdout.trim().split('\n');
  assert.deepStrictEqual([first, second], Array(2).fill("{ cmd: 'NODE_DEBUG_ENABLED' }"));
  assert.match(warning, /^DEP0097 Using a domain property.* calling emit on process\.\)$/);
  assert.deepStrictEqual(more, []);
});

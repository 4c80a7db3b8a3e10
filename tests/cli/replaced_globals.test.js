'use strict';
// What a program puts in place of globals (fake timers do) is not what the runtime itself uses.

const { test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const kFakes = `
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval',
      'clearImmediate', 'queueMicrotask', 'URL', 'AbortController', 'structuredClone']) {
    globalThis[name] = () => { throw new Error(name + ' is fake'); };
  }`;

/** Standard output of a program whose globals are fakes. */
function run(code) {
  const args = ['--no-warnings', '-e', `${kFakes}\n${code}`];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.strictEqual(stderr, '');
  return stdout;
}

const cases = {
  http: `
    const server = http.createServer((request, response) => response.end('http'));
    server.listen(0, '127.0.0.1', () => http.get({ port: server.address().port }, (response) => {
      response.on('data', (data) => console.log(String(data)));
      server.close();
    }));`,
  http2: `
    const server = http2.createServer();
    server.on('stream', (stream) => stream.end('http2'));
    server.listen(0, '127.0.0.1', () => {
      const client = http2.connect('http://127.0.0.1:' + server.address().port);
      const stream = client.request();
      stream.on('data', (data) => console.log(String(data)));
      stream.on('close', () => { client.close(); server.close(); });
    });`,
  import: "import('node:os').then(() => console.log('import'));",
  'child processes': `
    child_process.exec('true', { timeout: 5000 }, () => console.log('child processes'));`,
  streams: `
    stream.pipeline(stream.Readable.from(['streams\\n']), process.stdout, () => {});`,
  readline: `
    readline.createInterface({ input: stream.Readable.from(['readline\\n']) })
      .on('line', (line) => console.log(line));`,
  performance: `
    new PerformanceObserver((list) => console.log(list.getEntries()[0].name)).observe({ type: 'mark' });
    performance.mark('performance');`,
};

for (const [name, code] of Object.entries(cases)) {
  test(name, () => {
    assert.strictEqual(run(code), `${name}\n`);
  });
}

test("a program's own variables are not the runtime's", () => {
  const code = `
    const URL = 1, process = globalThis.process, setImmediate = 2, queueMicrotask = 3;
    import('node:os').then(() => process.stdout.write('fine'));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  assert.strictEqual(stderr, '');
  assert.strictEqual(stdout, 'fine');
});

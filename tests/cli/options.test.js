'use strict';
// Options of the command line: how they are refused, and small ones that change little.

const { test, describe, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-options-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(args, options) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder, ...options });
}

function refused(args, status, message) {
  const result = run(args);
  assert.strictEqual(result.stderr, `${process.execPath}: ${message}\n`);
  assert.strictEqual(result.status, status);
}

describe('what is refused', () => {
  test('the negation of an option that is no switch', () => {
    refused(
      ['--no-max-http-header-size'],
      9,
      '--no-max-http-header-size is an invalid negation because it is not a boolean option',
    );
  });

  test('nothing behind the equals sign', () => {
    refused(['--title='], 9, '--title= requires an argument');
  });

  test('a lone dash as the value of an option', () => {
    refused(['-e', '-'], 9, '-e requires an argument');
  });

  test('two sources of certificates', () => {
    refused(
      ['--use-bundled-ca', '--use-openssl-ca'],
      9,
      'either --use-openssl-ca or --use-bundled-ca can be used, not both',
    );
  });

  test('words that an option does not know', () => {
    refused(['--use-largepages=maybe'], 9, 'invalid value for --use-largepages');
    refused(['--disable-proto=maybe'], 12, 'invalid mode passed to --disable-proto');
    refused(['--security-revert=CVE-1'], 12, 'Error: Attempt to revert an unknown CVE [CVE-1]');
  });

  for (const wrong of ['0', '101', '-1', 'abc', '1%']) {
    test(`${wrong} percent of the memory`, () => {
      refused(
        [`--max-old-space-size-percentage=${wrong}`],
        9,
        `--max-old-space-size-percentage must be greater than 0 and up to 100. Got: ${wrong}`,
      );
    });
  }
});

test('--max-old-space-size-percentage counts more than --max-old-space-size', () => {
  const limit = (percentage) => {
    const code = 'v8.getHeapStatistics().heap_size_limit';
    const args = [`--max-old-space-size-percentage=${percentage}`, '--max-old-space-size=100'];
    return Number(run([...args, '-p', code]).stdout);
  };
  const ratio = limit(10) / limit(20);
  assert.ok(ratio > 0.4 && ratio < 0.6, `${ratio}`);
});

describe('--disable-proto', () => {
  test('delete takes __proto__ away, in every context', () => {
    const code =
      'Object.hasOwn(Object.prototype, "__proto__") || ' +
      'vm.runInNewContext("Object.hasOwn(Object.prototype, \'__proto__\')")';
    assert.strictEqual(run(['--disable-proto=delete', '-p', code]).stdout, 'false\n');
  });

  test('throw makes reading and writing it an error', () => {
    const code = `
      const codes = [];
      for (const f of [() => ({}).__proto__, () => { ({}).__proto__ = {}; },
          () => vm.runInNewContext('({}).__proto__')]) {
        try { f(); } catch (error) { codes.push(error.code); }
      }
      codes.join();`;
    const expected = 'ERR_PROTO_ACCESS,ERR_PROTO_ACCESS,ERR_PROTO_ACCESS\n';
    assert.strictEqual(run(['--disable-proto=throw', '-p', code]).stdout, expected);
  });
});

describe('--print', () => {
  test('a promise is shown when it had its chance to settle', () => {
    assert.strictEqual(run(['-p', 'Promise.resolve().then(() => 42)']).stdout, 'Promise { 42 }\n');
    assert.strictEqual(run(['-p', 'new Promise(() => {})']).stdout, 'Promise { <pending> }\n');
  });

  test('a promise is shown when the program ends before', () => {
    const { stdout, status } = run([
      '-p',
      'setTimeout(process.exit, 1, 42); new Promise(() => {})',
    ]);
    assert.strictEqual(stdout, 'Promise { <pending> }\n');
    assert.strictEqual(status, 42);
  });

  test('what only looks like a promise is shown at once', () => {
    const code = 'process.on("exit", () => console.log("exit")); ({ then() {} })';
    assert.strictEqual(run(['-p', code]).stdout, '{ then: [Function: then] }\nexit\n');
  });
});

describe('--env-file', () => {
  const file = (name, text) => {
    fs.writeFileSync(path.join(folder, name), text);
    return name;
  };

  test('sets what is not set; the later file wins', () => {
    const one = file('one.env', 'A=one\nB=one\nC="two\nlines"\nGYRE_TEST=file\n');
    const two = file('two.env', 'B=two\n');
    const code = 'const { A, B, C, GYRE_TEST } = process.env; JSON.stringify([A, B, C, GYRE_TEST])';
    const { stdout } = run([`--env-file=${one}`, '--env-file', two, '-p', code], {
      env: { ...process.env, GYRE_TEST: 'own' },
    });
    assert.deepStrictEqual(JSON.parse(stdout), ['one', 'two', 'two\nlines', 'own']);
  });

  test('NODE_OPTIONS of a file count', () => {
    const name = file('options.env', 'NODE_OPTIONS="--title=from-file"\n');
    const env = { ...process.env };
    delete env.NODE_OPTIONS;
    const { stdout } = run([`--env-file=${name}`, '-p', 'process.title'], { env });
    assert.strictEqual(stdout, 'from-file\n');
  });

  test('a missing file ends the program, unless it may be missing', () => {
    refused(['--env-file=none.env', '-p', '1'], 9, 'none.env: not found');
    const { stdout, stderr } = run(['--env-file-if-exists=none.env', '-p', '1']);
    assert.strictEqual(stdout, '1\n');
    assert.strictEqual(stderr, 'none.env not found. Continuing without it.\n');
  });
});

test('--completion-bash prints a script that knows the options', () => {
  const { stdout } = run(['--completion-bash']);
  assert.match(stdout, /compgen -W '[^']*--max-http-header-size[^']*'/);
  assert.match(stdout, /^complete .* -F _node_complete node/m);
});

test('-i -e runs the text behind the first prompt', () => {
  const { stdout } = run(['-i', '-e', 'console.log("42")'], { input: '' });
  assert.match(stdout, /\n> 42\n/);
});

describe('options of OpenSSL', () => {
  test('count in NODE_OPTIONS, too', () => {
    const code = "crypto.createHash('md4').update('x').digest('hex')";
    const env = { ...process.env, NODE_OPTIONS: '--openssl-legacy-provider' };
    assert.strictEqual(run(['-p', code], { env }).stdout, '51b834b7c1ef0b59ea50888fcb39ace2\n');
    assert.strictEqual(run(['-p', code]).status, 1);
  });

  test('and so do those of TLS and of the secure heap', () => {
    const code = '[tls.DEFAULT_CIPHERS, crypto.secureHeapUsed().total].join()';
    const options = '--tls-cipher-list=AES128-SHA --secure-heap=65536';
    const env = { ...process.env, NODE_OPTIONS: options };
    assert.strictEqual(run(['-p', code], { env }).stdout, 'AES128-SHA,65536\n');
  });

  test('FIPS mode needs a provider', () => {
    const { stderr, status } = run(['--force-fips', '-p', '1']);
    assert.match(stderr, /: --force-fips requires an active OpenSSL provider named "fips"\./);
    assert.strictEqual(status, 1);
  });
});

test('an option that is on or off may have a value, which counts for nothing', () => {
  const start = (...args) => run(args);
  const warn = ['-e', 'process.emitWarning("x")'];
  assert.strictEqual(start('--no-warnings=false', ...warn).stderr, '');
  assert.match(start('--warnings=0', ...warn).stderr, /Warning: x/);
  assert.strictEqual(
    start('--experimental-vm-modules=', '-p', 'typeof vm.Module').stdout,
    'function\n',
  );
});

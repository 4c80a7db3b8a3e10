'use strict';
// --experimental-config-file: options from node.config.json.

const { test, describe, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-config-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(config, args, env) {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  fs.writeFileSync(path.join(folder, 'node.config.json'), text);
  return spawnSync(process.execPath, ['--experimental-default-config-file', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  });
}

describe('a configuration file', () => {
  test('gives options of NODE_OPTIONS', () => {
    const config = { $schema: 'x', nodeOptions: { title: 'configured', warnings: false } };
    assert.strictEqual(run(config, ['-p', 'process.title']).stdout, 'configured\n');
  });

  test('gives way to the command line and the environment', () => {
    const config = { nodeOptions: { title: 'configured' } };
    const code = ['-p', 'process.title'];
    assert.strictEqual(run(config, ['--title=given', ...code]).stdout, 'given\n');
    assert.strictEqual(run(config, code, { NODE_OPTIONS: '--title=env' }).stdout, 'env\n');
  });

  test('gives lists, also of one', () => {
    fs.writeFileSync(path.join(folder, 'a.cjs'), 'console.log("a")');
    fs.writeFileSync(path.join(folder, 'b.cjs'), 'console.log("b")');
    const both = { nodeOptions: { require: ['./a.cjs', './b.cjs'] } };
    assert.strictEqual(run(both, ['-e', '0']).stdout, 'a\nb\n');
    assert.strictEqual(run({ nodeOptions: { require: './b.cjs' } }, ['-e', '0']).stdout, 'b\n');
  });

  test('has sections of its own for some parts', () => {
    const config = { permission: { 'allow-fs-read': ['*'] } };
    const code = 'process.permission.has("fs.read")';
    assert.strictEqual(run(config, ['--permission', '-p', code]).stdout, 'true\n');
  });

  test('can have another name', () => {
    fs.writeFileSync(path.join(folder, 'own.json'), '{"nodeOptions":{"title":"own"}}');
    const args = ['--experimental-config-file=own.json', '-p', 'process.title'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.strictEqual(stdout, 'own\n');
  });
});

describe('what is refused', () => {
  const cases = [
    ['{bad', "Can't parse node.config.json"],
    [[], 'Root value unexpected not an object for node.config.json\n'],
    [{ other: {} }, 'Unknown namespace other'],
    [
      { nodeOptions: [] },
      '"nodeOptions" value unexpected for node.config.json (should be an object)',
    ],
    [{ nodeOptions: { none: 1 } }, 'Unknown or not allowed option none for namespace nodeOptions'],
    [
      { nodeOptions: { eval: '1' } },
      'Unknown or not allowed option eval for namespace nodeOptions',
    ],
    [{ nodeOptions: { title: 5 } }, 'Invalid value for --title'],
    [{ nodeOptions: { warnings: 'x' } }, 'Invalid value for --warnings'],
    [{ nodeOptions: { 'max-http-header-size': -1 } }, 'Invalid value for --max-http-header-size'],
    [{ nodeOptions: { require: [1] } }, 'Invalid value for --require'],
    [{ nodeOptions: { 'expose-gc': true } }, 'V8 flag --expose-gc is currently not supported'],
    ['{"nodeOptions":{"title":"a","title":"b"}}', 'Option --title is already defined'],
  ];
  for (const [config, message] of cases) {
    test(JSON.stringify(config), () => {
      const { stderr, status } = run(config, ['-e', '0']);
      const end = `${process.execPath}: node.config.json: invalid content\n`;
      assert.strictEqual(stderr, `${message}\n${end}`);
      assert.strictEqual(status, 9);
    });
  }

  test('a file that is not there', () => {
    const args = ['--experimental-config-file=none.json', '-e', '0'];
    const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.strictEqual(
      stderr,
      'Cannot read configuration from none.json: no such file or directory\n' +
        `${process.execPath}: none.json: not found\n`,
    );
    assert.strictEqual(status, 9);
  });
});

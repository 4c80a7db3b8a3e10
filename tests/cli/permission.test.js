'use strict';
// --permission: what a program without grants may not do, and what each grant covers.

const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-permission-')));
const at = (name) => path.join(folder, name);

before(() => {
  fs.mkdirSync(at('open/inner'), { recursive: true });
  fs.mkdirSync(at('shut/inner'), { recursive: true });
  for (const name of ['open/file', 'open/inner/file', 'shut/file']) {
    fs.writeFileSync(at(name), name);
  }
  fs.symlinkSync(at('shut/inner'), at('open/link'));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(options, code, more) {
  return spawnSync(process.execPath, ['--no-warnings', ...options, '-e', code], {
    encoding: 'utf8',
    cwd: folder,
    ...more,
  });
}

/** What `code`, an expression, gives under these options, through JSON. */
function evaluate(options, code) {
  const { stdout, stderr } = run(options, `console.log(JSON.stringify(${code}))`);
  assert.strictEqual(stderr, '');
  return JSON.parse(stdout);
}

/** [code, permission, resource] of the error that the expression throws. */
function refusal(options, code) {
  return evaluate(
    options,
    `(() => { try { ${code}; return 'done'; }
      catch ({ code, permission, resource }) { return [code, permission, resource]; } })()`,
  );
}

describe('grants of paths', () => {
  const has = (grant, ...names) =>
    evaluate(
      ['--permission', ...[grant].flat().map((each) => `--allow-fs-read=${each}`)],
      `${JSON.stringify(names)}.map((name) => process.permission.has('fs.read', name))`,
    );

  test('a folder covers itself and all in it', () => {
    const names = [at('open'), at('open/'), at('open/inner/file'), at('opener'), folder];
    assert.deepStrictEqual(has(at('open'), ...names), [true, true, true, false, false]);
    assert.deepStrictEqual(has('./open', ...names), [true, true, true, false, false]);
  });

  test('a path that does not exist covers nothing else', () => {
    assert.deepStrictEqual(has(at('new'), at('new'), at('new/file')), [true, false]);
    assert.deepStrictEqual(has(at('new/*'), at('new'), at('new/file')), [true, true]);
  });

  test('a star stands for any ending, and ends the pattern', () => {
    assert.deepStrictEqual(has(at('op*'), at('open'), at('opener'), at('shut')), [
      true,
      true,
      false,
    ]);
    assert.deepStrictEqual(has(at('o*/x'), at('open/file'), at('shut')), [true, false]);
    assert.deepStrictEqual(has('*', '/', at('shut')), [true, true]);
  });

  test('".." leads out of no grant', () => {
    assert.deepStrictEqual(has(at('open'), at('open/../shut/file'), 'open/inner/../file'), [
      false,
      true,
    ]);
  });

  // Node asks only how the path reads, and gives shut/file away.
  test('".." behind a link is where the system goes', { skip: !process.versions.gyre }, () => {
    const code = 'console.log(fs.readFileSync("open/link/../file", "utf8"))';
    const { stderr } = run(['--permission', '--allow-fs-read=./open'], code);
    assert.match(stderr, /ERR_ACCESS_DENIED/);
  });

  test('more than one grant', () => {
    const both = [at('open'), at('shut/file')];
    assert.deepStrictEqual(has(both, at('open/file'), at('shut/file'), at('shut')), [
      true,
      true,
      false,
    ]);
  });
});

describe('node:fs', () => {
  const readsOpen = ['--permission', '--allow-fs-read=./open'];
  const file = JSON.stringify(at('shut/file'));

  test('reading, writing and asking are refused', () => {
    for (const call of ['readFileSync', 'statSync', 'lstatSync', 'existsSync', 'accessSync']) {
      const expected = ['ERR_ACCESS_DENIED', 'FileSystemRead', at('shut/file')];
      assert.deepStrictEqual(refusal(readsOpen, `fs.${call}(${file})`), expected, call);
    }
    for (const call of [
      'writeFileSync(FILE, "")',
      'unlinkSync(FILE)',
      'mkdirSync(FILE)',
      'chmodSync(FILE, 0)',
      'openSync(FILE, "w")',
      'utimesSync(FILE, 0, 0)',
    ]) {
      const expected = ['ERR_ACCESS_DENIED', 'FileSystemWrite', at('shut/file')];
      assert.deepStrictEqual(refusal(readsOpen, `fs.${call.replace('FILE', file)}`), expected);
    }
    assert.strictEqual(fs.readFileSync(at('shut/file'), 'utf8'), 'shut/file');
  });

  test('the message names the option that would allow it', () => {
    const { stderr, status } = run(readsOpen, `fs.readFileSync(${file})`);
    assert.strictEqual(status, 1);
    assert.match(stderr, /restricted\. Use --allow-fs-read to manage permissions\./);
  });

  test('callbacks and promises get the same error', () => {
    const code = `
      fs.readFile(${file}, (error) => console.log(error.code));
      fs.promises.readFile(${file}).catch((error) => console.log(error.code));`;
    assert.strictEqual(run(readsOpen, code).stdout, 'ERR_ACCESS_DENIED\n'.repeat(2));
  });

  test('what is granted works', () => {
    assert.strictEqual(
      run(readsOpen, 'console.log(fs.readFileSync("open/file", "utf8"))').stdout,
      'open/file\n',
    );
  });

  test('calls on descriptors that no grant covers are disabled', () => {
    const code = 'fs.fsyncSync(fs.openSync("open/file"))';
    assert.deepStrictEqual(refusal(readsOpen, code), ['ERR_ACCESS_DENIED', '', '']);
  });

  test('links need every permission of the file system', () => {
    const options = [...readsOpen, '--allow-fs-write=./open'];
    const code = 'fs.symlinkSync(path.resolve("open/file"), "open/other")';
    assert.strictEqual(refusal(options, code)[0], 'ERR_ACCESS_DENIED');
  });

  test('modules are read under the same rules; the entry point may always be', () => {
    fs.writeFileSync(at('shut/main.js'), 'require("./part.js")');
    fs.writeFileSync(at('shut/part.js'), 'console.log("part")');
    const main = (...options) =>
      spawnSync(process.execPath, ['--permission', ...options, at('shut/main.js')], {
        encoding: 'utf8',
      });
    assert.match(main().stderr, /ERR_ACCESS_DENIED[^]*part\.js/);
    assert.strictEqual(main(`--allow-fs-read=${at('shut/part.js')}`).stdout, 'part\n');
  });
});

describe('everything else', () => {
  const bare = ['--permission'];

  test('is refused without its option', () => {
    const cases = {
      'child_process.spawnSync("true")': 'ChildProcess',
      'child_process.spawn("true")': 'ChildProcess',
      'new worker_threads.Worker("0", { eval: true })': 'WorkerThreads',
      'new inspector.Session().connect()': 'Inspector',
      'inspector.open(0)': 'Inspector',
      'process.chdir("/")': 'FileSystemRead',
      'v8.writeHeapSnapshot("x")': 'FileSystemWrite',
    };
    for (const [code, permission] of Object.entries(cases)) {
      assert.deepStrictEqual(
        refusal(bare, code).slice(0, 2),
        ['ERR_ACCESS_DENIED', permission],
        code,
      );
    }
    assert.strictEqual(
      refusal(bare, 'process.dlopen({ exports: {} }, "x")')[0],
      'ERR_DLOPEN_DISABLED',
    );
  });

  test('is allowed with it', () => {
    const code = 'child_process.spawnSync("true").status';
    assert.strictEqual(evaluate(['--permission', '--allow-child-process'], code), 0);
  });

  test('grants of paths without --permission are a mistake', () => {
    const { stderr, status } = run(['--allow-fs-read=*'], '0');
    assert.match(stderr, /ERR_MISSING_OPTION[^]*--permission is required/);
    assert.strictEqual(status, 1);
  });

  test('risky options are warned of', () => {
    const { stderr } = spawnSync(
      process.execPath,
      ['--permission', '--allow-child-process', '-e', '0'],
      { encoding: 'utf8' },
    );
    assert.match(stderr, /\[PERM0002\] SecurityWarning: The flag --allow-child-process must be/);
  });

  test('a child process inherits the permissions, unless it is given its own', () => {
    const inner = 'console.log(process.permission.has("fs.read"), process.permission.has("child"))';
    const outer = (args, env) =>
      run(
        ['--permission', '--allow-child-process', '--allow-fs-read=*'],
        `console.log(child_process.spawnSync(process.execPath, ${JSON.stringify([...args, '-e', inner])},
          { encoding: 'utf8' }).stdout.trim())`,
        { env: { ...process.env, NODE_NO_WARNINGS: '1', ...env } },
      ).stdout;
    assert.strictEqual(outer([]), 'true true\n');
    assert.strictEqual(outer(['--permission']), 'false false\n');
  });
});

describe('process.permission', () => {
  test('does not exist without the option', () => {
    assert.strictEqual(run([], 'console.log("permission" in process)').stdout, 'false\n');
  });

  test('has() checks its arguments and knows no other scopes', () => {
    const options = ['--permission', '--allow-fs-read=*'];
    assert.strictEqual(refusal(options, 'process.permission.has(1)')[0], 'ERR_INVALID_ARG_TYPE');
    assert.strictEqual(
      refusal(options, 'process.permission.has("fs", {})')[0],
      'ERR_INVALID_ARG_TYPE',
    );
    const code = '["fs", "fs.read", "nonsense"].map((scope) => process.permission.has(scope))';
    assert.deepStrictEqual(evaluate(options, code), [false, true, false]);
  });

  test('drop() takes back what was granted, for good', () => {
    const grants = ['--permission', '--allow-fs-read=./open', '--allow-child-process'];
    const code = `(() => {
      const { permission } = process;
      const seen = [];
      permission.drop('fs.read', 'open/file');
      seen.push(permission.has('fs.read', 'open/file'));
      permission.drop('fs.read', 'open');
      seen.push(permission.has('fs.read', 'open/file'));
      permission.drop('child');
      seen.push(permission.has('child'));
      return seen;
    })()`;
    assert.deepStrictEqual(evaluate(grants, code), [true, false, false]);
  });

  test('a job that is on its way keeps what it had', () => {
    const code = `
      fs.readFile('open/file', 'utf8', (error, text) => console.log(error?.code ?? text));
      process.permission.drop('fs.read');`;
    assert.strictEqual(run(['--permission', '--allow-fs-read=./open'], code).stdout, 'open/file\n');
  });
});

test('--permission-audit refuses nothing and tells of everything', () => {
  const code = `
    diagnostics_channel.subscribe('node:permission-model:fs', ({ permission, resource }) =>
      console.log(permission, resource));
    fs.statSync('shut/file');
    fs.readFile('shut/file', () => console.log('read'));`;
  const { stdout } = run(['--permission-audit'], code);
  assert.deepStrictEqual(stdout.split('\n').sort(), [
    '',
    'FileSystemRead shut/file',
    'FileSystemRead shut/file',
    'read',
  ]);
});

'use strict';
// npm's own command line, with a registry on loopback: install, ci, run, exec, pack, publish, workspaces.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, write, run } = require('../support/workspace.js');
const { Registry } = require('../support/registry.js');

const program = path.join(__dirname, 'npm/node_modules/npm/bin');
const registry = new Registry();

test.before(async () => {
  await registry.listen();
  registry.add(
    { name: 'greeter', version: '1.0.0', main: 'index.js', dependencies: { words: '^1.0.0' } },
    { 'index.js': "module.exports = () => require('words').join(' ');" },
  );
  registry.add({ name: 'words', version: '1.0.0' }, { 'index.js': "module.exports = ['old'];" });
  registry.add(
    { name: 'words', version: '1.2.0' },
    { 'index.js': "module.exports = ['good', 'day'];" },
  );
  registry.add({ name: 'words', version: '2.0.0' }, { 'index.js': 'module.exports = [];' });
  registry.add(
    {
      name: '@scope/tool',
      version: '0.1.0',
      bin: { tool: 'tool.js' },
      scripts: { postinstall: 'node built.js' },
    },
    {
      'tool.js':
        "#!/usr/bin/env node\nconsole.log('tool', process.argv.slice(2).join());\nprocess.exitCode = 4;\n",
      'built.js':
        "require('fs').writeFileSync('built.txt', process.env.npm_package_name + process.version);",
    },
  );
});
test.after(() => registry.close());

/** A project with a home of its own, and npm to run in it. */
function project(t, manifest, files) {
  const folder = workspace(t, 'npm', files);
  fs.unlinkSync(path.join(folder, 'node_modules'));
  write(folder, 'package.json', JSON.stringify({ name: 'app', version: '1.0.0', ...manifest }));
  const home = workspace(t, 'npm', {
    '.npmrc': `registry=${registry.url}\nfund=false\naudit=false\nfetch-retries=0\n`,
  });
  const env = {
    HOME: home,
    npm_config_update_notifier: 'false',
    npm_config_cache: path.join(home, 'cache'),
  };
  const cli = (script) => (args, options) =>
    run(folder, [path.join(program, script), ...args], {
      ...options,
      env: { ...env, ...options?.env },
    });
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  return { folder, home, read, npm: cli('npm-cli.js'), npx: cli('npx-cli.js') };
}

const good = ({ code, stdout, stderr }) => assert.strictEqual(code, 0, stdout + stderr);

test('install resolves ranges, runs install scripts, links binaries, writes the lock file', async (t) => {
  const { folder, npm, read } = project(t, { dependencies: { greeter: '^1.0.0' } });
  const installed = await npm(['install', '@scope/tool']);
  good(installed);
  assert.match(installed.stdout, /added 3 packages/);
  const ran = await run(folder, ['-p', "require('greeter')()"]);
  assert.strictEqual(ran.stdout, 'good day\n');
  assert.strictEqual(read('node_modules/@scope/tool/built.txt'), `@scope/tool${process.version}`);
  assert.ok(fs.statSync(path.join(folder, 'node_modules/.bin/tool')).mode & 0o100);
  assert.strictEqual(JSON.parse(read('package.json')).dependencies['@scope/tool'], '^0.1.0');
  const lock = JSON.parse(read('package-lock.json'));
  assert.strictEqual(lock.packages['node_modules/words'].version, '1.2.0');
  assert.match(lock.packages['node_modules/words'].integrity, /^sha512-/);
  const listed = JSON.parse((await npm(['ls', '--all', '--json'])).stdout);
  assert.strictEqual(listed.dependencies.greeter.dependencies.words.version, '1.2.0');
  const outdated = await npm(['outdated', '--all', '--json']);
  assert.strictEqual(outdated.code, 1);
  assert.strictEqual(JSON.parse(outdated.stdout).words.latest, '2.0.0');
  good(await npm(['uninstall', 'greeter']));
  assert.ok(!fs.existsSync(path.join(folder, 'node_modules/words')));
});

test('ci installs what the lock file says, offline once it is cached, and refuses what differs', async (t) => {
  const { folder, npm, read } = project(t, { dependencies: { greeter: '1.0.0', words: '1.0.0' } });
  good(await npm(['install', '--package-lock-only']));
  assert.ok(!fs.existsSync(path.join(folder, 'node_modules')));
  write(folder, 'node_modules/stale/index.js', '');
  good(await npm(['ci']));
  assert.ok(!fs.existsSync(path.join(folder, 'node_modules/stale')));
  assert.strictEqual((await run(folder, ['-p', "require('greeter')()"])).stdout, 'old\n');
  registry.requests.length = 0;
  good(await npm(['ci', '--offline']));
  assert.deepStrictEqual(registry.requests, []);
  const manifest = JSON.parse(read('package.json'));
  manifest.dependencies.words = '^2.0.0';
  write(folder, 'package.json', JSON.stringify(manifest));
  const refused = await npm(['ci']);
  assert.strictEqual(refused.code, 1);
  assert.match(
    refused.stderr,
    /can only install packages when your package\.json and package-lock\.json/,
  );
});

test('an archive that is not what the lock file says is refused', async (t) => {
  registry.add({ name: 'victim', version: '1.0.0' });
  const { npm, folder } = project(t, { dependencies: { victim: '1.0.0' } });
  good(await npm(['install', '--package-lock-only']));
  registry.tamper('victim', '1.0.0');
  const { code, stderr } = await npm(['ci']);
  assert.notStrictEqual(code, 0);
  assert.match(stderr, /npm error code EINTEGRITY/);
  assert.ok(!fs.existsSync(path.join(folder, 'node_modules/victim')));
});

test('what the registry lacks is E404, and a failing script is its exit code', async (t) => {
  const { npm } = project(t, { scripts: { bad: 'exit 9', kill: 'kill -9 $$' } });
  const missing = await npm(['install', 'no-such-package']);
  assert.strictEqual(missing.code, 1);
  assert.match(missing.stderr, /npm error code E404/);
  assert.strictEqual((await npm(['run', 'bad'])).code, 9);
  assert.match((await npm(['run', 'unknown'])).stderr, /Missing script: "unknown"/);
});

test('run calls a script with those before and after it, arguments and environment', async (t) => {
  const { npm } = project(
    t,
    {
      scripts: {
        prehello: 'echo before',
        hello:
          'node -p "[process.env.npm_lifecycle_event, process.env.npm_package_config_port, ...process.argv.slice(1)].join()"',
        posthello: 'echo after',
        test: 'node test.js',
      },
      config: { port: '8080' },
    },
    { 'test.js': 'process.stdin.pipe(process.stdout); process.exitCode = 3;' },
  );
  const hello = await npm(['run', 'hello', '--', 'a b', '--c']);
  good(hello);
  assert.match(hello.stdout, /\nbefore\n[^]*\nhello,8080,a b,--c\n[^]*\nafter\n/);
  const tested = await npm(['test', '--silent'], { input: 'from outside' });
  assert.deepStrictEqual([tested.code, tested.stdout], [3, 'from outside']);
});

test('npx runs a binary of the project, and one that it fetches first', async (t) => {
  const { npm, npx, folder } = project(t, { dependencies: { '@scope/tool': '*' } });
  const fetched = await npx(['--yes', '--package=@scope/tool', 'tool', 'x', '--y']);
  assert.deepStrictEqual([fetched.code, fetched.stdout], [4, 'tool x,--y\n']);
  assert.ok(!fs.existsSync(path.join(folder, 'node_modules')));
  good(await npm(['install']));
  const local = await npx(['tool', 'z']);
  assert.deepStrictEqual([local.code, local.stdout], [4, 'tool z\n']);
});

test('pack and publish send what another project can install', async (t) => {
  const maker = project(
    t,
    { name: 'made-here', version: '3.1.4', files: ['lib'], main: 'lib/index.js' },
    {
      'lib/index.js': 'module.exports = 42;',
      'secret.txt': '',
    },
  );
  const packed = await maker.npm(['pack', '--json']);
  good(packed);
  const [{ filename, files }] = JSON.parse(packed.stdout);
  assert.deepStrictEqual(files.map((file) => file.path).sort(), ['lib/index.js', 'package.json']);
  assert.ok(fs.existsSync(path.join(maker.folder, filename)));
  assert.match((await maker.npm(['publish'])).stderr, /npm error code ENEEDAUTH/);
  fs.appendFileSync(
    path.join(maker.home, '.npmrc'),
    `//${new URL(registry.url).host}/:_authToken=let-me-in\n`,
  );
  good(await maker.npm(['publish']));
  const user = project(t, { dependencies: { 'made-here': '^3.0.0' } });
  good(await user.npm(['install']));
  assert.strictEqual((await run(user.folder, ['-p', "require('made-here')"])).stdout, '42\n');
  const viewed = await user.npm(['view', 'made-here', 'version', 'dist.integrity', '--json']);
  assert.strictEqual(JSON.parse(viewed.stdout).version, '3.1.4');
});

test('workspaces are linked and their scripts run', async (t) => {
  const { npm, folder } = project(
    t,
    { private: true, workspaces: ['packages/*'] },
    {
      'packages/a/package.json': JSON.stringify({
        name: 'a',
        version: '1.0.0',
        dependencies: { b: '1.0.0', words: '1' },
      }),
      'packages/a/index.js': "console.log(require('b'), require('words'));",
      'packages/b/package.json': JSON.stringify({
        name: 'b',
        version: '1.0.0',
        scripts: { say: 'echo from b' },
      }),
      'packages/b/index.js': "module.exports = 'b';",
    },
  );
  good(await npm(['install']));
  assert.ok(fs.lstatSync(path.join(folder, 'node_modules/b')).isSymbolicLink());
  assert.strictEqual((await run(folder, ['packages/a'])).stdout, "b [ 'good', 'day' ]\n");
  const said = await npm(['run', 'say', '--workspaces', '--if-present', '--silent']);
  assert.deepStrictEqual([said.code, said.stdout], [0, 'from b\n']);
});

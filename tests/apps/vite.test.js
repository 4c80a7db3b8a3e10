'use strict';
// esbuild (a native program spoken to through pipes), tsx (TypeScript through loader hooks) and Vite: build, dev server.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, serve, run } = require('../support/workspace.js');

test('esbuild bundles, transforms, takes plugins, watches nothing it should not', async (t) => {
  const folder = workspace(t, 'vite', {
    'src/main.tsx': `
      import { add } from './math';
      import data from 'virtual:data';
      enum Kind { A = 'a' }
      console.log(add(1, 2), data.n, Kind.A, <p class="x">text</p>);`,
    'src/math.ts':
      'export const add = (a: number, b: number): number => a + b; export const unused = 1;',
    'build.mjs': `
      import * as esbuild from 'esbuild';
      const plugin = { name: 'virtual', setup(build) {
        build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'v' }));
        build.onLoad({ filter: /.*/, namespace: 'v' }, async () => ({ contents: '{"n": 7}', loader: 'json' }));
      } };
      const result = await esbuild.build({ entryPoints: ['src/main.tsx'], bundle: true, platform: 'node', outfile: 'out.js', minifySyntax: true, metafile: true, jsxFactory: 'h', banner: { js: 'const h = (...all) => JSON.stringify(all);' }, plugins: [plugin] });
      console.log(Object.keys(result.metafile.inputs).sort().join());
      const { code } = await esbuild.transform('let a: number = 1 ** 2', { loader: 'ts', target: 'es2015' });
      console.log(code.trim(), esbuild.transformSync('a ?? b', { target: 'es2019' }).code.includes('??'));
      const failed = await esbuild.build({ stdin: { contents: 'import "./none"' }, bundle: true, logLevel: 'silent' }).catch((e) => e);
      console.log(failed.errors[0].text);`,
  });
  const built = await run(folder, ['build.mjs']);
  assert.deepStrictEqual(
    built.stdout.trimEnd().split('\n'),
    [
      'src/main.tsx,src/math.ts,v:virtual:data',
      'var __pow = Math.pow;',
      'let a = __pow(1, 2); false',
      'Could not resolve "./none"',
    ],
    built.stderr,
  );
  const { stdout } = await run(folder, ['out.js']);
  assert.strictEqual(stdout, '3 7 a ["p",{"class":"x"},"text"]\n');
  const bin = await run(folder, [
    '-p',
    "require('child_process').execFileSync('node_modules/.bin/esbuild', ['--minify', '--loader=ts'], { input: 'let x: number = 1 + 1; use(x)', encoding: 'utf8' })",
  ]);
  assert.strictEqual(bin.stdout, 'let x=2;use(x);\n\n', bin.stderr);
});

test('tsx runs TypeScript of both module systems, with paths, enums and decorators', async (t) => {
  const folder = workspace(t, 'vite', {
    'tsconfig.json': JSON.stringify({
      compilerOptions: { paths: { '@lib/*': ['./lib/*'] }, experimentalDecorators: true },
    }),
    'lib/kinds.ts':
      'export enum Kind { A = 1, B }\nexport namespace Deep { export const value = 3; }',
    'common.cts': "const { sep } = require('node:path');\nexport = { sep };",
    'main.mts': `
      import { Kind, Deep } from '@lib/kinds';
      import common from './common.cjs';
      const log = (target: object, name: string, d: PropertyDescriptor) => { const call = d.value; d.value = (...a: unknown[]) => name + call(...a); };
      class Box { constructor(private inner: number) {} @log twice(n: number) { return n * 2; } get() { return this.inner satisfies number; } }
      const late: { default: number } = await import('./late.ts');
      console.log(Kind.B, Deep.value, common.sep, new Box(5).twice(2), new Box(5).get(), late.default, process.argv.slice(2).join());`,
    'late.ts': 'export default 9 as number;',
    'plain.ts':
      'import assert = require("node:assert");\nassert.ok(__filename.endsWith("plain.ts"));\nthrow new RangeError("at line 3" as string);',
  });
  const tsx = 'node_modules/.bin/tsx';
  const main = await run(folder, [tsx, 'main.mts', 'x', 'y']);
  assert.strictEqual(main.stdout, '2 3 / twice4 5 9 x,y\n', main.stderr);
  const thrown = await run(folder, [tsx, 'plain.ts']);
  assert.strictEqual(thrown.code, 1);
  assert.match(thrown.stderr, /RangeError: at line 3\n\s+at .*plain\.ts:3:7/);
  const flag = await run(folder, ['--import', 'tsx', 'main.mts']);
  assert.match(flag.stdout, /^2 3 \//, flag.stderr);
  const evaluated = await run(folder, [tsx, '--eval', 'const n: number = 4; console.log(n)']);
  assert.strictEqual(evaluated.stdout, '4\n', evaluated.stderr);
});

const site = {
  'package.json': '{ "type": "module" }',
  'index.html':
    '<!doctype html><div id="app"></div><script type="module" src="/src/main.ts"></script>',
  'src/main.ts': `
    import './style.css';
    import image from './dot.svg?url';
    const name: string = import.meta.env.MODE;
    document.querySelector('#app')!.textContent = name + image;
    import('./late.ts').then(({ late }) => late());`,
  'src/late.ts': 'export const late = (): void => console.log("late");',
  'src/style.css': '#app { color: red; &:hover { color: blue; } }',
  'src/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'vite.config.ts': `
    import { defineConfig, type Plugin } from 'vite';
    const own: Plugin = { name: 'own', transformIndexHtml: (html) => html.replace('<div', '<p>own</p><div') };
    export default defineConfig({ plugins: [own], build: { manifest: true, assetsInlineLimit: 0 } });`,
};

test('Vite builds a site', async (t) => {
  const folder = workspace(t, 'vite', site);
  const built = await run(folder, ['node_modules/.bin/vite', 'build']);
  assert.strictEqual(built.code, 0, built.stderr + built.stdout);
  const manifest = JSON.parse(
    fs.readFileSync(path.join(folder, 'dist/.vite/manifest.json'), 'utf8'),
  );
  assert.deepStrictEqual(manifest['index.html'].dynamicImports, ['src/late.ts']);
  const asset = (name) => fs.readFileSync(path.join(folder, 'dist', name), 'utf8');
  assert.match(asset(manifest['index.html'].file), /"production"/);
  assert.match(asset(manifest['index.html'].css[0]), /#app\{color:red/);
  assert.match(asset('index.html'), /assets\/index-[\w-]+\.js.*<p>own<\/p>/s);
});

test("Vite's dev server transforms modules and tells of changes", async (t) => {
  const folder = workspace(t, 'vite', {
    ...site,
    'dev.mjs': `
      import { createServer } from 'vite';
      const server = await createServer({ server: { port: 0, host: '127.0.0.1' }, logLevel: 'error' });
      await server.listen();
      console.log('port ' + server.httpServer.address().port);`,
  });
  const { url } = await serve(t, folder, ['dev.mjs']);
  const get = async (at, accept = '*/*') => (await fetch(url + at, { headers: { accept } })).text();
  assert.match(await get('/', 'text/html'), /<p>own<\/p>/);
  const client = await get('/@vite/client');
  const main = await get('/src/main.ts');
  assert.match(main, /import "\/src\/style\.css"/);
  assert.doesNotMatch(main, /: string/);
  // The server has it in its graph of modules now: a change of it is an update, and no reload of the page.
  await get('/src/style.css');
  const token = /wsToken = "([\w-]+)"/.exec(client)[1];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/?token=${token}`, 'vite-hmr');
  // When a file is watched is not told: it changes until that is heard.
  let timer;
  let count = 0;
  const change = () =>
    fs.writeFileSync(
      path.join(folder, 'src/style.css'),
      `#app { color: green; order: ${count++} }`,
    );
  const update = new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('no WebSocket')));
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'connected') {
        change();
        timer = setInterval(change, 1000);
      } else if (message.type === 'update' || message.type === 'full-reload') resolve(message);
    });
  });
  assert.strictEqual((await update).updates?.[0].path, '/src/style.css');
  clearInterval(timer);
  assert.match(await get(`/src/style.css?t=${Date.now()}`), /color: green/);
  socket.close();
});

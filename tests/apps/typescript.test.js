'use strict';
// TypeScript's compiler: a project of several files, its errors, declarations, incremental and build modes.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, write, run } = require('../support/workspace.js');

const tsc = 'node_modules/.bin/tsc';
const project = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      declaration: true,
      sourceMap: true,
      incremental: true,
      tsBuildInfoFile: 'out/.tsbuildinfo',
      skipLibCheck: true,
      outDir: 'out',
      rootDir: 'src',
      types: ['node'],
    },
    include: ['src'],
  }),
  'package.json': '{ "type": "module" }',
  'src/shapes.ts': `
    export interface Shape { readonly name: string; area(): number }
    export class Circle implements Shape {
      readonly name = 'circle';
      constructor(private readonly radius: number) {}
      area(): number { return Math.PI * this.radius ** 2; }
    }
    export enum Unit { Metre = 'm', Foot = 'ft' }`,
  'src/main.ts': `
    import { readFileSync } from 'node:fs';
    import { Circle, Unit, type Shape } from './shapes.js';
    export function describe(shape: Shape, unit: Unit = Unit.Metre): string {
      return \`\${shape.name} of \${shape.area().toFixed(2)} \${unit}\`;
    }
    const size: number = readFileSync(import.meta.filename).length;
    console.log(describe(new Circle(2)), size > 0);`,
};

test('compiles a project, and what it writes runs', async (t) => {
  const folder = workspace(t, 'typescript', project);
  const first = await run(folder, [tsc, '-p', '.']);
  assert.deepStrictEqual(first, { code: 0, signal: null, stdout: '', stderr: '' });
  assert.deepStrictEqual(fs.readdirSync(path.join(folder, 'out')).sort(), [
    '.tsbuildinfo',
    'main.d.ts',
    'main.js',
    'main.js.map',
    'shapes.d.ts',
    'shapes.js',
    'shapes.js.map',
  ]);
  const declared = fs.readFileSync(path.join(folder, 'out/shapes.d.ts'), 'utf8');
  assert.match(declared, /export declare class Circle implements Shape/);
  const { stdout, code } = await run(folder, ['out/main.js']);
  assert.strictEqual(stdout, 'circle of 12.57 m true\n');
  assert.strictEqual(code, 0);
});

test('an incremental build writes only what a change touches', async (t) => {
  const folder = workspace(t, 'typescript', project);
  assert.strictEqual((await run(folder, [tsc, '-p', '.'])).code, 0);
  const past = new Date(1e12);
  for (const name of ['main.js', 'shapes.js']) {
    fs.utimesSync(path.join(folder, 'out', name), past, past);
  }
  fs.appendFileSync(path.join(folder, 'src/main.ts'), '\nexport const added = 1;\n');
  const second = await run(folder, [tsc, '-p', '.', '--listEmittedFiles']);
  assert.strictEqual(second.code, 0, second.stdout);
  assert.match(second.stdout, /TSFILE: .*main\.js\n/);
  assert.doesNotMatch(second.stdout, /shapes\.js\n/);
  assert.strictEqual(+fs.statSync(path.join(folder, 'out/shapes.js')).mtime, +past);
});

test('reports errors with file, line and code, and exits with 2', async (t) => {
  const folder = workspace(t, 'typescript', project);
  write(folder, 'src/wrong.ts', "export const n: number = 'text';\nmissing();\n");
  const { code, stdout } = await run(folder, [tsc, '-p', '.', '--pretty', 'false']);
  assert.strictEqual(code, 2);
  assert.strictEqual(
    stdout,
    "src/wrong.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.\n" +
      "src/wrong.ts(2,1): error TS2304: Cannot find name 'missing'.\n",
  );
  const unwritten = await run(folder, [tsc, '-p', '.', '--noEmit', '--noEmitOnError']);
  assert.strictEqual(unwritten.code, 2);
  assert.strictEqual((await run(folder, [tsc, '-p', 'nowhere'])).code, 1);
});

test('builds projects that reference each other, in order', async (t) => {
  const options = {
    composite: true,
    skipLibCheck: true,
    module: 'commonjs',
    target: 'es2022',
    outDir: 'out',
  };
  const folder = workspace(t, 'typescript', {
    'lib/tsconfig.json': JSON.stringify({ compilerOptions: options, files: ['index.ts'] }),
    'lib/index.ts': 'export const twice = (n: number) => 2 * n;\n',
    'app/tsconfig.json': JSON.stringify({
      compilerOptions: options,
      files: ['index.ts'],
      references: [{ path: '../lib' }],
    }),
    'app/index.ts': "import { twice } from '../lib';\nconsole.log(twice(21));\n",
  });
  const built = await run(folder, [tsc, '--build', 'app', '--verbose', '--pretty', 'false']);
  assert.strictEqual(built.code, 0, built.stdout);
  assert.ok(
    built.stdout.indexOf("'lib/tsconfig.json'") < built.stdout.indexOf("'app/tsconfig.json'"),
  );
  assert.ok(fs.existsSync(path.join(folder, 'lib/out/index.d.ts')));
  assert.match((await run(folder, [tsc, '--build', 'app', '--verbose'])).stdout, /up to date/);
});

test('answers as a library: a transpiled module and a language service', async (t) => {
  const folder = workspace(t, 'typescript', {
    'service.js': `
      const ts = require('typescript');
      const { outputText } = ts.transpileModule('export const a: number = 1;', {
        compilerOptions: { module: ts.ModuleKind.CommonJS },
      });
      const text = 'const list = [1]; list.fla';
      const host = {
        ...ts.sys,
        useCaseSensitiveFileNames: () => true,
        getScriptFileNames: () => ['virtual.ts'],
        getScriptVersion: () => '1',
        getScriptSnapshot: (name) => {
          const found = name === 'virtual.ts' ? text : ts.sys.readFile(name);
          return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
        },
        getCompilationSettings: () => ({ target: ts.ScriptTarget.ESNext, types: [] }),
        getCurrentDirectory: () => process.cwd(),
        getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      };
      const service = ts.createLanguageService(host, ts.createDocumentRegistry());
      const names = service.getCompletionsAtPosition('virtual.ts', text.length, {}).entries.map((e) => e.name);
      console.log(/exports\\.a = 1/.test(outputText), names.includes('flatMap'));`,
  });
  const { stdout, stderr } = await run(folder, ['service.js']);
  assert.strictEqual(stdout, 'true true\n', stderr);
});

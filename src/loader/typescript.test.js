'use strict';

const { after, describe, test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { stripTypeScriptTypes } = require('node:module');

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-ts-')));
after(() => fs.rmSync(root, { recursive: true }));

function run(files, ...args) {
  const folder = fs.mkdtempSync(path.join(root, 'p-'));
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('programs', () => {
  test('types are stripped, and lines stay where they are', () => {
    const { stdout, stderr, status } = run(
      {
        'm.ts':
          'interface A { x: number }\nconst a: A = { x: 1 };\nconsole.log(a.x, typeof require);\nthrow new Error("here");',
      },
      'm.ts',
    );
    assert.strictEqual(stdout, '1 function\n');
    assert.match(stderr, /m\.ts:4\nthrow new Error\("here"\);/);
    assert.strictEqual(status, 1);
  });

  test('.mts is a module, .cts is CommonJS, .ts is what its syntax says', () => {
    const files = {
      'a.mts': 'import { b } from "./b.ts"; import c from "./c.cts"; console.log(b, c);',
      'b.ts': 'export const b: string = "b";',
      'c.cts': 'module.exports = "c" as string;',
    };
    assert.strictEqual(run(files, 'a.mts').stdout, 'b c\n');
  });

  test('what cannot be stripped is refused, unless it may be transformed', () => {
    const files = { 'e.ts': 'enum E { A = 3 }\nconsole.log(E.A);' };
    const refused = run(files, 'e.ts');
    assert.strictEqual(refused.status, 1);
    assert.match(
      refused.stderr,
      /e\.ts:1\nenum E \{ A = 3 \}\n\^+\n[^]*SyntaxError \[ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX\]/,
    );
    assert.strictEqual(
      run(files, '--no-warnings', '--experimental-transform-types', 'e.ts').stdout,
      '3\n',
    );
  });

  test('packages are not stripped', () => {
    const files = {
      'm.mjs': 'import "p"',
      'node_modules/p/index.ts': '',
      'node_modules/p/package.json': '{"main":"index.ts"}',
    };
    assert.match(run(files, 'm.mjs').stderr, /ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING/);
  });

  test('-e takes TypeScript', () => {
    assert.strictEqual(run({}, '-e', 'const x: number = 4; console.log(x)').stdout, '4\n');
  });
});

describe('stripTypeScriptTypes', () => {
  test('puts white space in place of types', () => {
    assert.strictEqual(stripTypeScriptTypes('const x: number = 1;'), 'const x         = 1;');
    assert.strictEqual(
      stripTypeScriptTypes('let a: b', { sourceUrl: 'a.ts' }),
      'let a   \n\n//# sourceURL=a.ts',
    );
  });

  test('transforms when asked to', () => {
    const code = stripTypeScriptTypes('enum A { B }', { mode: 'transform', sourceMap: true });
    assert.match(code, /A\[A\["B"\] = 0\] = "B"/);
    assert.match(code, /\n\/\/# sourceMappingURL=data:application\/json;base64,\S+$/);
  });

  test('checks its arguments', () => {
    assert.throws(() => stripTypeScriptTypes(1), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => stripTypeScriptTypes('', { mode: 'x' }), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => stripTypeScriptTypes('', { sourceMap: true }), {
      code: 'ERR_INVALID_ARG_VALUE',
    });
    assert.throws(() => stripTypeScriptTypes('enum A {}'), {
      code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
    });
    assert.throws(() => stripTypeScriptTypes('let x: ='), {
      code: 'ERR_INVALID_TYPESCRIPT_SYNTAX',
    });
  });
});

test('what cannot be stripped from a text is shown as JavaScript, and named', () => {
  const { stderr, status } = run({}, '-e', 'enum Foo { A }');
  assert.match(
    stderr,
    /^\[eval\]:1\nenum Foo \{ A \}\n\^+\nTypeScript enum is not supported in strip-only mode\n\nSyntaxError: /,
  );
  assert.strictEqual(status, 1);
});

test('an .mts file is an ES module, which require() may have to refuse', () => {
  const files = { 'a.mts': 'export const a: number = 1;' };
  const code = ['-e', "console.log(require('./a.mts').a)"];
  assert.strictEqual(run(files, ...code).stdout, '1\n');
  assert.match(run(files, '--no-experimental-require-module', ...code).stderr, /ERR_REQUIRE_ESM/);
});

// V8 takes no sourceURL with white space.
const skip = /\s/.test(root) && 'the path of the folder of temporary files has white space';
test('debuggers see that a script was generated', { skip }, async () => {
  const { Session } = require('node:inspector/promises');
  const file = path.join(root, 'generated.ts');
  fs.writeFileSync(file, 'module.exports = 1 as number;');
  const session = new Session();
  session.connect();
  const found = new Promise((resolve) => {
    session.on('Debugger.scriptParsed', ({ params }) => {
      if (params.url.endsWith('generated.ts')) resolve(params);
    });
  });
  await session.post('Debugger.enable');
  assert.strictEqual(require(file), 1);
  assert.strictEqual((await found).hasSourceURL, true);
  session.disconnect();
});

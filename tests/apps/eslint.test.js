'use strict';
// ESLint with a flat configuration that is an ES module: findings, formats, fixes, cache, own rules.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, run } = require('../support/workspace.js');

const eslint = 'node_modules/.bin/eslint';
const project = {
  'eslint.config.mjs': `
    import js from '@eslint/js';
    import { own } from './own_rule.mjs';
    export default [
      js.configs.recommended,
      { ignores: ['dist/'] },
      {
        files: ['**/*.js'],
        plugins: { own },
        languageOptions: { sourceType: 'commonjs', globals: { console: 'readonly' } },
        rules: { 'prefer-const': 'error', eqeqeq: 'warn', 'own/no-shouting': 'error' },
      },
    ];`,
  'own_rule.mjs': `
    export const own = {
      rules: {
        'no-shouting': {
          meta: { fixable: 'code', schema: [] },
          create: (context) => ({
            Literal(node) {
              if (typeof node.value !== 'string' || !/^[A-Z]+!$/.test(node.value)) return;
              const quiet = JSON.stringify(node.value.toLowerCase());
              context.report({ node, message: 'No shouting.', fix: (f) => f.replaceText(node, quiet) });
            },
          }),
        },
      },
    };`,
  'clean.js': "'use strict';\nconsole.log(1);\n",
  'dist/ignored.js': 'let;;;',
};
const bad = "let count = 1;\nif (count == 2) console.log('HEY!', missing);\n";

test('a clean project exits with 0 and says nothing', async (t) => {
  const folder = workspace(t, 'eslint', project);
  const { code, stdout, stderr } = await run(folder, [eslint, '.']);
  assert.deepStrictEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
});

test('findings come as JSON with their places; errors exit with 1', async (t) => {
  const folder = workspace(t, 'eslint', { ...project, 'bad.js': bad });
  const { code, stdout } = await run(folder, [eslint, '--format', 'json', 'bad.js']);
  assert.strictEqual(code, 1);
  const [{ filePath, messages, errorCount, warningCount }] = JSON.parse(stdout);
  assert.strictEqual(filePath, path.join(folder, 'bad.js'));
  assert.deepStrictEqual(
    messages.map((m) => `${m.line}:${m.column} ${m.ruleId}`),
    ['1:5 prefer-const', '2:11 eqeqeq', '2:29 own/no-shouting', '2:37 no-undef'],
  );
  assert.deepStrictEqual([errorCount, warningCount], [3, 1]);
});

test('the default format counts; only warnings pass unless they are capped', async (t) => {
  const folder = workspace(t, 'eslint', { ...project, 'warn.js': 'console.log(1 == 2);\n' });
  const { code, stdout } = await run(folder, [eslint, 'warn.js']);
  assert.strictEqual(code, 0);
  assert.match(stdout, /1:15 {2}warning {2}Expected '===' and instead saw '==' {2}eqeqeq/);
  assert.match(stdout, /1 problem \(0 errors, 1 warning\)/);
  assert.strictEqual((await run(folder, [eslint, '--max-warnings', '0', 'warn.js'])).code, 1);
});

test('--fix writes what rules mend, and a cache remembers clean files', async (t) => {
  const folder = workspace(t, 'eslint', { ...project, 'bad.js': bad });
  const args = [eslint, '--fix', '--cache', '--cache-location', '.cache', '.'];
  assert.strictEqual((await run(folder, args)).code, 1);
  assert.strictEqual(
    fs.readFileSync(path.join(folder, 'bad.js'), 'utf8'),
    'const count = 1;\nif (count == 2) console.log("hey!", missing);\n',
  );
  assert.ok(Object.keys(JSON.parse(fs.readFileSync(path.join(folder, '.cache')))).length > 0);
});

test('code on standard input, and a configuration that throws exits with 2', async (t) => {
  const folder = workspace(t, 'eslint', project);
  const piped = await run(folder, [eslint, '--stdin', '--stdin-filename', 'x.js'], { input: bad });
  assert.strictEqual(piped.code, 1);
  assert.match(piped.stdout, /4 problems \(3 errors, 1 warning\)/);
  fs.writeFileSync(
    path.join(folder, 'eslint.config.mjs'),
    "throw new Error('broken configuration');",
  );
  const broken = await run(folder, [eslint, '.']);
  assert.strictEqual(broken.code, 2);
  assert.match(broken.stderr, /broken configuration/);
});

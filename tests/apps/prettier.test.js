'use strict';
// Prettier: check, write, configuration and ignore files, standard input, every bundled language it loads lazily.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, run } = require('../support/workspace.js');

const prettier = 'node_modules/.bin/prettier';
const ugly = {
  'a.js': 'const a={b:1,\n  c :"two"};export  default a',
  'b.ts': 'type  A={x:number}|null ;let a :A=null as  unknown as A',
  'c.css': 'a{color:RED;margin:0 0 0 0}',
  'd.md': '# Title\n* one\n* two\n',
  'e.json': '{"a":1,\n"b":[1,2]}',
  'f.yaml': 'a:   1\nb:\n    - 2\n',
  'g.html': '<ul><li>one</li></ul>',
};
const pretty = {
  'a.js': "const a = { b: 1, c: 'two' };\nexport default a;\n",
  'b.ts': 'type A = { x: number } | null;\nlet a: A = null as unknown as A;\n',
  'c.css': 'a {\n  color: RED;\n  margin: 0 0 0 0;\n}\n',
  'd.md': '# Title\n\n- one\n- two\n',
  'e.json': '{ "a": 1, "b": [1, 2] }\n',
  'f.yaml': 'a: 1\nb:\n  - 2\n',
  'g.html': '<ul>\n  <li>one</li>\n</ul>\n',
};
const settings = { '.prettierrc': 'singleQuote: true\n' };

test('--check names what is not formatted and exits with 1', async (t) => {
  const folder = workspace(t, 'prettier', { ...settings, 'a.js': ugly['a.js'], 'ok.js': 'a();\n' });
  const { code, stderr } = await run(folder, [prettier, '--check', '.']);
  assert.strictEqual(code, 1);
  assert.match(stderr, /\[warn\] a\.js/);
  assert.doesNotMatch(stderr, /ok\.js/);
});

test('--write formats each language and then --check passes', async (t) => {
  const folder = workspace(t, 'prettier', { ...settings, ...ugly });
  const { code, stderr } = await run(folder, [prettier, '--write', '.']);
  assert.strictEqual(code, 0, stderr);
  for (const [name, text] of Object.entries(pretty)) {
    assert.strictEqual(fs.readFileSync(path.join(folder, name), 'utf8'), text);
  }
  const checked = await run(folder, [prettier, '--check', '.']);
  assert.strictEqual(checked.code, 0);
  assert.match(checked.stdout, /All matched files use Prettier code style!/);
});

test('takes its settings from a module and files to leave out from .prettierignore', async (t) => {
  const folder = workspace(t, 'prettier', {
    'prettier.config.mjs': 'export default { semi: false, tabWidth: 8 };',
    '.prettierignore': 'left_out.js\n',
    'left_out.js': ugly['a.js'],
    'nested/a.js': 'if(a){b()}',
  });
  assert.strictEqual((await run(folder, [prettier, '--write', '.'])).code, 0);
  assert.strictEqual(fs.readFileSync(path.join(folder, 'left_out.js'), 'utf8'), ugly['a.js']);
  const nested = fs.readFileSync(path.join(folder, 'nested/a.js'), 'utf8');
  assert.strictEqual(nested, 'if (a) {\n        b()\n}\n');
});

test('formats standard input; a syntax error exits with 2 and shows the place', async (t) => {
  const folder = workspace(t, 'prettier', settings);
  const args = [prettier, '--stdin-filepath', 'x.ts'];
  const good = await run(folder, args, { input: ugly['b.ts'] });
  assert.deepStrictEqual([good.code, good.stdout], [0, pretty['b.ts']]);
  const broken = await run(folder, args, { input: 'let = = 1' });
  assert.strictEqual(broken.code, 2);
  assert.match(broken.stderr, /SyntaxError.*\(1:\d+\)/);
});

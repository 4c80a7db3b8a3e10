'use strict';

// Loading modules: 200 small files, CommonJS and ES, each time under new names. The figure is for
// all of the 200.

const fs = require('node:fs');
const { pathToFileURL } = require('node:url');
const { measure, measureAsync } = require('./measure');
const { scratch } = require('./lib/scratch');

const COUNT = 200;
const { join } = scratch('modules');

const kinds = {
  cjs: {
    leaf: (i) => `const path = require('node:path');
exports.name = path.basename(__filename);
exports.add = function add(a, b) { return a + b + ${i}; };
`,
    all: (i) => `exports.m${i} = require('./leaf${i}.cjs');\n`,
  },
  mjs: {
    leaf: (i) => `import { basename } from 'node:path';
export const name = basename(import.meta.url);
export function add(a, b) { return a + b + ${i}; }
`,
    all: (i) => `export * as m${i} from './leaf${i}.mjs';\n`,
  },
};

/** Writes a folder of modules, and one that loads them all. */
function writeTree(folder, extension) {
  const { leaf, all } = kinds[extension];
  fs.mkdirSync(folder);
  let text = '';
  for (let i = 0; i < COUNT; i++) {
    fs.writeFileSync(`${folder}/leaf${i}.${extension}`, leaf(i));
    text += all(i);
  }
  fs.writeFileSync(`${folder}/all.${extension}`, text);
  return `${folder}/all.${extension}`;
}

// A tree can be loaded once: as many as the measuring asks for are linked to one set of files.
let used = 0;
const trees = { cjs: writeTree(join('cjs'), 'cjs'), mjs: writeTree(join('mjs'), 'mjs') };

async function main() {
  const loaded = [];
  measure('module require of 200 files', () => {
    for (const name of Object.keys(require.cache)) {
      if (name.endsWith('.cjs')) delete require.cache[name];
    }
    loaded.push(Object.keys(require(trees.cjs)).length);
  });
  await measureAsync('module import of 200 modules', async () => {
    const folder = join(`mjs${used++}`);
    fs.symlinkSync(join('mjs'), folder);
    loaded.push(Object.keys(await import(pathToFileURL(`${folder}/all.mjs`))).length);
  });
  if (!loaded.every((count) => count === COUNT)) throw new Error('modules are missing');
  const seen = require(trees.cjs);
  measure('module require of a module seen before', () => {
    if (require(trees.cjs) !== seen) throw new Error('loaded again');
  });
  measure('module require.resolve', () => require.resolve('./measure'));
}

main();

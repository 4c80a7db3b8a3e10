'use strict';

// Which files are test files.

const kNames = [
  '**/*.test.EXT',
  '**/*-test.EXT',
  '**/*_test.EXT',
  '**/test-*.EXT',
  '**/test.EXT',
  '**/test/**/*.EXT',
];

/** The patterns that say so when the command line names none. */
function defaultPatterns() {
  const { stripsTypes } = require('loader/flags');
  const extensions = ['{cjs,mjs,js}'];
  if (stripsTypes()) extensions.push('{cts,mts,ts}');
  return extensions.flatMap((extension) => kNames.map((name) => name.replace('EXT', extension)));
}

/** The files that the patterns match, in order. */
function findTestFiles(patterns, cwd) {
  const hasOwn = patterns !== undefined && patterns.length > 0;
  const { globSync } = require('node:fs');
  const files = globSync(hasOwn ? patterns : defaultPatterns(), {
    __proto__: null,
    cwd,
    exclude: (name) => name === 'node_modules',
  });
  return [...new Set(files)].sort();
}

module.exports = { defaultPatterns, findTestFiles };

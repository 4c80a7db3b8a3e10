'use strict';

// What the command line says about tests.

const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');

/** The value of a command-line option, or `fallback` where the option is unknown or not set. */
function option(name, fallback) {
  const { getOptionValue } = require('runtime/options');
  const value = getOptionValue(name);
  return value === undefined || value === null ? fallback : value;
}

/** A pattern from the command line: the text of one, or a literal with slashes and flags. */
function toRegExp(text, name) {
  const literal = /^\/(.*)\/([a-z]*)$/s.exec(text);
  try {
    return literal ? new RegExp(literal[1], literal[2]) : new RegExp(text);
  } catch (cause) {
    throw new ERR_INVALID_ARG_VALUE(name, text, `is an invalid regular expression. ${cause}`);
  }
}

function patterns(name) {
  const texts = option(name, []);
  return texts.length === 0 ? null : texts.map((text) => toRegExp(text, name));
}

/** The settings of this process's tests. Reading them is deferred to the first test. */
function readSettings() {
  const isChild = process.env.NODE_TEST_CONTEXT === 'child-v8';
  const timeout = Number(option('--test-timeout', 0)) || Infinity;
  return {
    isChild,
    isRunner: option('--test', false) === true,
    only: option('--test-only', false) === true,
    namePatterns: patterns('--test-name-pattern'),
    skipPatterns: patterns('--test-skip-pattern'),
    tagFilters: option('--experimental-test-tag-filter', []).map((tag) => tag.toLowerCase()),
    timeout,
    updateSnapshots: option('--test-update-snapshots', false) === true,
    forceExit: option('--test-force-exit', false) === true,
    coverage: option('--experimental-test-coverage', false) === true,
    coverageInclude: option('--test-coverage-include', []),
    coverageExclude: option('--test-coverage-exclude', []),
    coverageThresholds: {
      line: option('--test-coverage-lines', 0),
      branch: option('--test-coverage-branches', 0),
      function: option('--test-coverage-functions', 0),
    },
    reporters: option('--test-reporter', []),
    destinations: option('--test-reporter-destination', []),
    isolation: option('--test-isolation', 'process') || 'process',
    concurrency: option('--test-concurrency', 0),
    globalSetup: option('--test-global-setup', ''),
    rerunFile: option('--test-rerun-failures', ''),
    watch: option('--watch', false) === true,
    randomize: option('--test-randomize', false) === true,
    randomSeed: option('--test-random-seed', undefined),
    shard: option('--test-shard', ''),
    sourceMaps: option('--enable-source-maps', false) === true,
    cwd: process.cwd(),
  };
}

module.exports = { option, readSettings, toRegExp };

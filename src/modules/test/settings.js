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

// The test files themselves do not count unless the command line says otherwise.
function coverageExcludes() {
  const given = option('--test-coverage-exclude', []);
  return given.length > 0 ? given : require('modules/test/discovery').defaultPatterns();
}

// The order is random where a seed is given, and with one of ours where that is all that is asked for.
function readSeed() {
  const { kMaxSeed, randomSeed } = require('modules/test/random');
  if (native('options').isGiven('--test-random-seed')) {
    const seed = option('--test-random-seed', 0);
    require('runtime/validators').validateInteger(seed, '--test-random-seed', 0, kMaxSeed);
    return seed;
  }
  return option('--test-randomize', false) === true ? randomSeed() : undefined;
}

function threshold(name) {
  const value = option(name, 0);
  require('runtime/validators').validateInteger(value, name, 0, 100);
  return value;
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
    coverageExclude: coverageExcludes(),
    coverageThresholds: {
      line: threshold('--test-coverage-lines'),
      branch: threshold('--test-coverage-branches'),
      function: threshold('--test-coverage-functions'),
    },
    reporters: option('--test-reporter', []),
    destinations: option('--test-reporter-destination', []),
    isolation: option('--test-isolation', 'process') || 'process',
    concurrency: option('--test-concurrency', 0),
    globalSetup: option('--test-global-setup', ''),
    rerunFile: option('--test-rerun-failures', ''),
    watch: option('--watch', false) === true,
    randomSeed: readSeed(),
    shard: option('--test-shard', ''),
    sourceMaps: option('--enable-source-maps', false) === true,
    cwd: process.cwd(),
  };
}

module.exports = { option, readSettings, toRegExp };

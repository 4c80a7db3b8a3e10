'use strict';

// The checked options of run().

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const {
  validateAbortSignal,
  validateArray,
  validateBoolean,
  validateFunction,
  validateInteger,
  validateObject,
  validateOneOf,
  validateString,
  validateStringArray,
} = require('runtime/validators');

function readPatterns(value, name) {
  if (value === undefined || value === null) return null;
  const { toRegExp } = require('modules/test/settings');
  return (Array.isArray(value) ? value : [value]).map((pattern, i) => {
    if (require('node:util/types').isRegExp(pattern)) return pattern;
    if (typeof pattern === 'string') return toRegExp(pattern, name);
    throw new ERR_INVALID_ARG_TYPE(
      Array.isArray(value) ? `${name}[${i}]` : name,
      ['string', 'RegExp'],
      pattern,
    );
  });
}

function readShard(shard, watch) {
  if (shard === undefined || shard === null) return undefined;
  validateObject(shard, 'options.shard');
  const { index, total } = shard;
  validateInteger(total, 'options.shard.total', 1);
  validateInteger(index, 'options.shard.index', 1, total);
  if (watch) {
    throw new ERR_INVALID_ARG_VALUE('options.shard', watch, 'shards not supported with watch mode');
  }
  return { index, total };
}

function readGlobs(globs, name) {
  if (globs === undefined || globs === null) return [];
  const list = Array.isArray(globs) ? globs : [globs];
  validateStringArray(list, name);
  return list;
}

function readSeed({ randomize = false, randomSeed: seed, watch }) {
  const { kMaxSeed, randomSeed } = require('modules/test/random');
  validateBoolean(randomize, 'options.randomize');
  if (seed !== undefined) validateInteger(seed, 'options.randomSeed', 0, kMaxSeed);
  for (const [name, value] of Object.entries({
    randomize: randomize || undefined,
    randomSeed: seed,
  })) {
    if (!watch || value === undefined) continue;
    throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value, 'is not supported with watch mode');
  }
  return seed ?? (randomize ? randomSeed() : undefined);
}

function readCoverage(options) {
  const { coverage = false, lineCoverage = 0, branchCoverage = 0, functionCoverage = 0 } = options;
  validateBoolean(coverage, 'options.coverage');
  validateInteger(lineCoverage, 'options.lineCoverage', 0, 100);
  validateInteger(branchCoverage, 'options.branchCoverage', 0, 100);
  validateInteger(functionCoverage, 'options.functionCoverage', 0, 100);
  return {
    coverage,
    coverageInclude: readGlobs(options.coverageIncludeGlobs, 'options.coverageIncludeGlobs'),
    coverageExclude: readGlobs(options.coverageExcludeGlobs, 'options.coverageExcludeGlobs'),
    coverageThresholds: { line: lineCoverage, branch: branchCoverage, function: functionCoverage },
  };
}

/** Checks what run() was given; throws for the first option that is wrong. */
function readRunOptions(options = {}) {
  validateObject(options, 'options');
  const {
    concurrency = false,
    cwd = process.cwd(),
    files,
    forceExit = false,
    globPatterns,
    inspectPort,
    isolation = 'process',
    only,
    setup,
    shard,
    signal,
    testNamePatterns,
    testSkipPatterns,
    timeout,
    watch = false,
    execArgv,
    argv,
    env,
    globalSetupPath,
    rerunFailuresFilePath,
  } = options;
  if (files !== undefined && files !== null) validateArray(files, 'options.files');
  if (globPatterns !== undefined && globPatterns !== null) {
    validateArray(globPatterns, 'options.globPatterns');
  }
  if (watch !== undefined) validateBoolean(watch, 'options.watch');
  validateBoolean(forceExit, 'options.forceExit');
  if (forceExit && watch) {
    throw new ERR_INVALID_ARG_VALUE(
      'options.forceExit',
      watch,
      'is not supported with watch mode.',
    );
  }
  if (only !== undefined && only !== null) validateBoolean(only, 'options.only');
  if (setup !== undefined && setup !== null) validateFunction(setup, 'options.setup');
  if (files && globPatterns?.length > 0) {
    throw new ERR_INVALID_ARG_VALUE(
      'options.globPatterns',
      globPatterns,
      "is not supported when specifying 'options.files'",
    );
  }
  validateString(cwd, 'options.cwd');
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  validateOneOf(isolation, 'options.isolation', ['process', 'none']);
  if (execArgv !== undefined) validateArray(execArgv, 'options.execArgv');
  if (argv !== undefined) validateArray(argv, 'options.argv');
  if (globalSetupPath !== undefined) validateString(globalSetupPath, 'options.globalSetupPath');
  if (rerunFailuresFilePath !== undefined && rerunFailuresFilePath !== null) {
    validateString(rerunFailuresFilePath, 'options.rerunFailuresFilePath');
  }
  if (env !== undefined) {
    validateObject(env, 'options.env');
    if (isolation === 'none') {
      throw new ERR_INVALID_ARG_VALUE('options.env', env, "is not supported with isolation='none'");
    }
  }
  if (inspectPort !== undefined && inspectPort !== null && typeof inspectPort !== 'function') {
    validateInteger(inspectPort, 'options.inspectPort');
  }
  const randomSeed = readSeed(options);
  return {
    ...options,
    ...readCoverage(options),
    randomSeed,
    concurrency,
    cwd,
    files: files ?? undefined,
    forceExit,
    globPatterns: globPatterns ?? undefined,
    isolation,
    shard: readShard(shard, watch),
    testNamePatterns: readPatterns(testNamePatterns, 'options.testNamePatterns'),
    testSkipPatterns: readPatterns(testSkipPatterns, 'options.testSkipPatterns'),
    timeout,
    rerunFailuresFilePath: rerunFailuresFilePath ?? undefined,
  };
}

module.exports = { readRunOptions };

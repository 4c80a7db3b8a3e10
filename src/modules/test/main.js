'use strict';

// The command `--test`.

const { readSettings } = require('modules/test/settings');
const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');

function readShard(text) {
  if (!text) return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (match === null) {
    throw new ERR_INVALID_ARG_VALUE('--test-shard', text, 'must be in the form of <index>/<total>');
  }
  return { index: Number(match[1]), total: Number(match[2]) };
}

/** Runs the test files that the arguments name or match, or all that are found. */
function run(args) {
  const settings = readSettings();
  const { isolation } = settings;
  const options = {
    concurrency: isolation === 'none' ? 1 : settings.concurrency || true,
    cwd: settings.cwd,
    globPatterns: args.length > 0 ? args : undefined,
    isolation,
    only: settings.only || undefined,
    testNamePatterns: settings.namePatterns ?? undefined,
    testSkipPatterns: settings.skipPatterns ?? undefined,
    timeout: settings.timeout,
    forceExit: settings.forceExit,
    shard: readShard(settings.shard),
    watch: settings.watch,
    globalSetupPath: settings.globalSetup || undefined,
    rerunFailuresFilePath: settings.rerunFile || undefined,
    randomSeed: settings.randomSeed,
    coverage: settings.coverage,
    coverageIncludeGlobs: settings.coverageInclude,
    coverageExcludeGlobs: settings.coverageExclude,
    lineCoverage: settings.coverageThresholds.line,
    branchCoverage: settings.coverageThresholds.branch,
    functionCoverage: settings.coverageThresholds.function,
    fromCommandLine: true,
  };
  require('node:util').debuglog('test_runner')('test runner configuration: %O', {
    ...options,
    reporters: settings.reporters,
  });

  const { findTestFiles } = require('modules/test/discovery');
  const files = findTestFiles(options.globPatterns, options.cwd);
  if (args.length > 0 && files.length === 0) {
    console.error(`Could not find '${args.join(', ')}'`);
    process.exit(1);
  }
  const { attachReporters } = require('modules/test/output');
  const { startRun } = require('modules/test/runner');
  const requests = require('runtime/options').getOptionValue('--require');
  if (requests.length > 0) require('loader/cjs/module').Module._preloadModules(requests);

  const reporting = { settings: { ...settings, isChild: false }, listeners: [], ready: undefined };
  attachReporters(reporting);
  const { stream, testRun } = startRun({ ...options, ready: reporting.ready });
  if (testRun !== undefined) endOnSignals(testRun);
  const emit = (type, data) => {
    for (const listener of reporting.listeners) listener(type, data);
  };
  stream.on('data', ({ type, data }) => emit(type, data));
  stream.on('test:summary', ({ file, success }) => {
    if (file === undefined && !success) process.exitCode = 1;
  });
  stream.on('end', () => reporting.onEnd?.());
}

/** A signal that would end the process ends the run: what has come so far is reported. */
function endOnSignals(testRun) {
  const end = async () => {
    const { root } = testRun;
    const tests = root.children
      .filter((test) => !test.finished && test.startTime !== null)
      .map(({ name, nesting, location }) => ({ name, nesting, ...location }));
    testRun.emit('test:interrupted', { tests });
    for (const child of testRun.children) child.kill('SIGTERM');
    await root.end();
    process.exit(1);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

module.exports = { run };

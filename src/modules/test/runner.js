'use strict';

// run(): test files, each in a process of its own or all in this one.

const { Run, attachToProcess } = require('modules/test/harness');
const { TestsStream } = require('modules/test/stream');
const { readRunOptions } = require('modules/test/run_options');

// What a test file's process must not get from the command line of the runner.
const kOwnFlags = new Set([
  '--test',
  '--experimental-test-coverage',
  '--watch',
  '--test-randomize',
]);
const kOwnFlagsWithValue = new Set([
  '--test-reporter',
  '--test-reporter-destination',
  '--test-random-seed',
  '--test-concurrency',
  '--test-isolation',
  '--experimental-test-isolation',
  '--test-shard',
  '--test-global-setup',
  '--experimental-config-file',
  '--test-coverage-include',
  '--test-coverage-exclude',
  '--test-coverage-lines',
  '--test-coverage-branches',
  '--test-coverage-functions',
]);

/** The flags of this process that its test files' processes share. */
function inheritedFlags() {
  const flags = [];
  const given = process.execArgv;
  for (let i = 0; i < given.length; i++) {
    const [name] = given[i].split('=', 1);
    if (kOwnFlags.has(name)) continue;
    if (kOwnFlagsWithValue.has(name)) {
      if (!given[i].includes('=')) i++;
      continue;
    }
    flags.push(given[i]);
  }
  return flags;
}

function patternFlags(name, patterns) {
  return (patterns ?? []).map((pattern) => `${name}=${pattern}`);
}

/** What the processes of the test files are started with. */
function childSettings(options) {
  const flags = inheritedFlags();
  if (!options.fromCommandLine) {
    flags.push(...patternFlags('--test-name-pattern', options.testNamePatterns));
    flags.push(...patternFlags('--test-skip-pattern', options.testSkipPatterns));
    if (options.only) flags.push('--test-only');
    if (options.timeout !== undefined && options.timeout !== Infinity) {
      flags.push(`--test-timeout=${options.timeout}`);
    }
    if (options.rerunFailuresFilePath) {
      flags.push('--test-rerun-failures', options.rerunFailuresFilePath);
    }
  }
  if (options.randomSeed !== undefined) flags.push(`--test-random-seed=${options.randomSeed}`);
  return {
    cwd: options.cwd,
    env: options.env ?? process.env,
    args: (file) => [...flags, ...(options.execArgv ?? []), file, ...(options.argv ?? [])],
  };
}

/** The settings of a run that was not asked for by this process's own command line. */
function runSettings(options) {
  return {
    isRunner: true,
    only: options.isolation === 'none' && Boolean(options.only),
    namePatterns: options.isolation === 'none' ? options.testNamePatterns : null,
    skipPatterns: options.isolation === 'none' ? options.testSkipPatterns : null,
    tagFilters: [],
    timeout: options.timeout ?? Infinity,
    updateSnapshots:
      require('modules/test/settings').option('--test-update-snapshots', false) === true,
    forceExit: options.forceExit,
    rerunFile: options.rerunFailuresFilePath,
    cwd: options.cwd,
    randomSeed: options.randomSeed,
    coverage: options.coverage,
    sourceMaps: require('modules/test/settings').option('--enable-source-maps', false) === true,
    coverageInclude: options.coverageInclude,
    coverageExclude: options.coverageExclude,
    coverageThresholds: options.coverageThresholds,
    child: childSettings(options),
  };
}

function takeShard(files, shard) {
  if (shard === undefined) return files;
  return files.filter((_file, i) => i % shard.total === shard.index - 1);
}

/** Runs test files and streams what happens; see the API page. */
function run(given) {
  return startRun(given).stream;
}

/** The same, with the run itself; it is undefined inside of test files. */
function startRun(given) {
  const options = readRunOptions(given);
  const stream = new TestsStream();
  if (process.env.NODE_TEST_CONTEXT !== undefined) {
    process.emitWarning(
      'node:test run() is being called recursively within a test file. skipping running files.',
    );
    stream.end();
    return { stream };
  }
  if (options.coverage) require('modules/test/coverage').start(options.isolation === 'none');
  options.setup?.(stream);
  if (options.watch) {
    const { watch } = require('modules/test/watch');
    watch(options, stream, (files) =>
      runOnce({ ...options, isolation: 'process', files }, stream),
    ).catch((error) => stream.destroy(error));
    return { stream };
  }
  const testRun = new Run(runSettings(options));
  testRun.listeners.push((type, data) => stream.report(type, data));
  testRun.onEnd = () => {
    stream.end();
    if (options.forceExit) process.exit(process.exitCode ?? (testRun.success ? 0 : 1));
  };
  runFiles(testRun, options).catch((error) => stream.destroy(error));
  return { stream, testRun };
}

/** One of the runs of watch mode. */
async function runOnce(options, stream) {
  const testRun = new Run(runSettings(options));
  testRun.listeners.push((type, data) => stream.report(type, data));
  await runFiles(testRun, options);
}

async function runFiles(testRun, options) {
  await null;
  await options.ready;
  const { findTestFiles } = require('modules/test/discovery');
  const files = takeShard(
    options.files ?? findTestFiles(options.globPatterns, options.cwd),
    options.shard,
  );
  const { setUp, tearDown } = require('modules/test/global_setup');
  const setup = await setUp(options.globalSetupPath, options.cwd);
  if (options.isolation === 'none') {
    await importFiles(testRun, files, options);
    // All tests are known: `only` counts as soon as one has it.
    const { hasOnlyBelow } = require('modules/test/filter');
    testRun.settings.only ||= hasOnlyBelow(testRun.root);
  } else addFileTests(testRun, files, options);
  testRun.tearDown = () => tearDown(setup);
  await testRun.start();
  // In this process tests may leave work behind, which has its say before the run ends.
  if (options.isolation === 'none') return;
  await testRun.root.waitForChildren();
  await testRun.root.end();
}

function addFileTests(testRun, files, options) {
  const { FileTest } = require('modules/test/file_test');
  const path = require('node:path');
  testRun.root.concurrency =
    options.concurrency === true
      ? Math.max(require('node:os').availableParallelism() - 1, 1)
      : Number(options.concurrency) || 1;
  for (const name of files) {
    const file = path.resolve(options.cwd, name);
    testRun.root.addChild(FileTest, {
      name,
      file,
      fn: () => {},
      signal: options.signal,
      location: { line: 1, column: 1, file },
    });
  }
}

// The files' tests are those of this process: its root is that of the run.
async function importFiles(testRun, files, options) {
  attachToProcess(testRun);
  const path = require('node:path');
  const { pathToFileURL } = require('node:url');
  const { importFrom } = require('loader/esm/import');
  for (const name of files) {
    const file = path.resolve(options.cwd, name);
    testRun.settings.entryFile = file;
    try {
      await importFrom(pathToFileURL(file).href, undefined, { __proto__: null }, undefined);
    } catch (error) {
      addFailedFile(testRun, name, file, error);
    }
  }
}

// A file that cannot even be loaded fails as a test of its name.
function addFailedFile(testRun, name, file, error) {
  const { Test } = require('modules/test/test_case');
  testRun.root.addChild(Test, {
    name,
    fn() {
      throw error;
    },
    location: { line: 1, column: 1, file },
  });
}

module.exports = { run, startRun };

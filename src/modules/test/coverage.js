'use strict';

// What of the program the tests ran: collected from this process and those that it starts.

const kFileName = /^coverage-\d+-\d+-\d+\.json$/;
const kUnavailable = 'The inspector is disabled, coverage could not be collected';

let collection;

/** The files with the coverage of the processes, until the run is over. */
class Collection {
  #asked = process.env.NODE_V8_COVERAGE;

  constructor(isOwnCounted) {
    const fs = require('node:fs');
    const path = require('node:path');
    this.directory = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'gyre-coverage-'));
    // The processes of test files write to it, too.
    process.env.NODE_V8_COVERAGE = this.directory;
    if (isOwnCounted) require('modules/v8/coverage').startCoverage(this.directory);
  }

  /** What has been collected so far, of each file. */
  read(settings) {
    require('modules/v8/coverage').takeCoverage();
    const fs = require('node:fs');
    const path = require('node:path');
    const { mergeScript } = require('modules/test/coverage_ranges');
    const scripts = new Map();
    for (const name of fs.readdirSync(this.directory).sort()) {
      if (!kFileName.test(name)) continue;
      const report = JSON.parse(fs.readFileSync(path.join(this.directory, name), 'utf8'));
      for (const script of mapReport(report, settings)) {
        const known = scripts.get(script.url);
        if (known === undefined) scripts.set(script.url, script);
        else mergeScript(known, script);
      }
    }
    return scripts;
  }

  /** Ends the collecting; who asked for the files by NODE_V8_COVERAGE gets them. */
  end() {
    const fs = require('node:fs');
    require('modules/v8/coverage').stopCoverage();
    try {
      if (this.#asked === undefined) delete process.env.NODE_V8_COVERAGE;
      else {
        process.env.NODE_V8_COVERAGE = this.#asked;
        fs.cpSync(this.directory, this.#asked, { recursive: true });
      }
    } finally {
      fs.rmSync(this.directory, { recursive: true, force: true });
      collection = undefined;
    }
  }
}

// The scripts of one process; with source maps, what these were made from.
function mapReport({ result, 'source-map-cache': maps }, settings) {
  if (!settings.sourceMaps || maps === undefined) return result;
  const { isWantedURL } = require('modules/test/coverage_summary');
  const { mapScript } = require('modules/test/coverage_maps');
  return result.flatMap((script) => {
    const entry = maps[script.url];
    return entry !== undefined && isWantedURL(script.url, settings)
      ? mapScript(script, entry)
      : [script];
  });
}

/** Begins to collect before the program is loaded, for `--experimental-test-coverage`. */
function startFromCommandLine() {
  const { option } = require('modules/test/settings');
  const isOnlyRunner =
    option('--test', false) === true && option('--test-isolation', '') !== 'none';
  const { isMainThread } = require('node:worker_threads');
  if (isMainThread && process.env.NODE_TEST_CONTEXT === undefined) start(!isOnlyRunner);
}

/** Begins to collect unless that is impossible, or was done; `isOwnCounted` where tests run in this process. */
function start(isOwnCounted) {
  if (collection !== undefined) return;
  const { canCollect } = require('modules/v8/coverage');
  if (canCollect()) collection = new Collection(isOwnCounted);
  else process.emitWarning(kUnavailable);
}

/** Reports the coverage of a run that is over, and fails it where that is below what was asked for. */
function reportCoverage(run) {
  if (collection === undefined) return;
  const { summarize } = require('modules/test/coverage_summary');
  const say = (message, level) => run.emit('test:diagnostic', { nesting: 0, message, level });
  let summary;
  try {
    summary = summarize(collection.read(run.settings), run.settings);
  } catch (error) {
    say(`Warning: Could not report code coverage. ${error}`, 'warn');
    process.exitCode = 1;
  }
  try {
    collection.end();
  } catch (error) {
    say(`Warning: Could not clean up code coverage. ${error}`, 'warn');
    process.exitCode = 1;
  }
  if (summary !== undefined) run.coverage = summary;
}

const kMeasures = [
  ['line', 'coveredLinePercent'],
  ['branch', 'coveredBranchPercent'],
  ['function', 'coveredFunctionPercent'],
];

/** Says which of the thresholds are not met; that is a failure. */
function checkThresholds(run) {
  const { coverage } = run;
  if (coverage === undefined) return;
  for (const [name, key] of kMeasures) {
    const threshold = coverage.thresholds[name];
    const actual = coverage.totals[key];
    if (actual >= threshold) continue;
    run.success = false;
    process.exitCode = 1;
    const message = `Error: ${actual.toFixed(2)}% ${name} coverage does not meet threshold of ${threshold}%.`;
    run.emit('test:diagnostic', { nesting: 0, message, level: 'error' });
  }
}

module.exports = { checkThresholds, reportCoverage, start, startFromCommandLine };

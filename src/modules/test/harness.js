'use strict';

// The tests of this process: the root of the tree, and what starts and ends it.

const { failure, isFailure, kinds } = require('modules/test/failure');
const { readSettings } = require('modules/test/settings');
const { Test, now } = require('modules/test/test_case');

// Tests may mock the timers: ours are those from before.
const { setInterval: setTimer, clearInterval: clearTimer } = globalThis;

const kLongTime = 2 ** 31 - 1;
const kPending = 'Promise resolution is still pending but the event loop has already resolved';

/** What all tests of one run share. */
class Run {
  constructor(settings) {
    this.settings = settings;
    this.counts = {
      tests: 0, failed: 0, passed: 0, cancelled: 0, skipped: 0, todo: 0, topLevel: 0, suites: 0,
    };
    this.success = true;
    this.hasStarted = false;
    this.builds = [];
    this.listeners = [];
    const { AsyncLocalStorage } = require('node:async_hooks');
    this.current = new AsyncLocalStorage();
    this.root = new Root(this);
  }

  emit(type, data) {
    for (const listener of this.listeners) listener(type, data);
  }

  addBuild(promise) {
    this.builds.push(promise);
  }

  /** The file that the program began with, for tests that other files declare. */
  entryFile(test) {
    let top = test;
    while (top.parent !== null && top.parent.parent !== null) top = top.parent;
    return this.settings.entryFile ?? process.argv[1] ?? top.location.file;
  }

  countResult(test) {
    const { counts } = this;
    if (test.parent === null) return;
    if (!test.passed && !test.isTodo) this.success = false;
    if (test.parent.parent === null) counts.topLevel++;
    if (test.isSuite) {
      counts.suites++;
      return;
    }
    counts.tests++;
    if (test.isSkipped) counts.skipped++;
    else if (test.isTodo) counts.todo++;
    else if (test.cancelled) counts.cancelled++;
    else if (test.passed) counts.passed++;
    else counts.failed++;
  }

  /** Starts the tests once all suites that were declared so far are built. */
  async start() {
    while (this.builds.length > 0) await Promise.all(this.builds.splice(0));
    if (this.hasStarted) return;
    this.hasStarted = true;
    for (const child of this.root.children) child.start();
    this.holdOpen();
  }

  /** Keeps the process alive as long as a test is running, whatever it waits for. */
  holdOpen() {
    if (!this.settings.holdsOpen) return;
    const { active, waiting } = this.root;
    if (active > 0 || waiting.length > 0) this.hold ??= setTimer(() => {}, kLongTime);
    else if (this.hold !== undefined) {
      clearTimer(this.hold);
      this.hold = undefined;
    }
  }
}

/** The parent of all top-level tests; it is never shown. */
class Root extends Test {
  constructor(run) {
    super({ name: '<root>', location: {}, timeout: run.settings.timeout }, null, run);
    this.startTime = now();
    this.makeContext();
  }

  /** Ends the run: what is still pending is cancelled, and the totals are reported. */
  async end() {
    if (this.isEnding) return;
    this.isEnding = true;
    const { runHooks } = require('modules/test/hook');
    for (const child of this.children) {
      if (!child.finished) child.cancel(failure(kPending, kinds.cancelledByParent));
    }
    try {
      await this.beforeHooks;
      await runHooks(this, 'after');
    } catch (error) {
      this.fail(error);
    }
    this.reportTotals();
  }

  reportTotals() {
    if (this.finished) return;
    this.finished = true;
    this.endTime = now();
    const { run_: run } = this;
    if (this.error !== null) {
      run.success = false;
      this.#reportOwnFailure();
    }
    this.drainReports();
    run.emit('test:plan', { nesting: 0, count: this.reportedChildren });
    const counts = { ...run.counts };
    for (const [message, level] of this.diagnostics) this.#say(message, level);
    const { tests, suites, passed, failed, cancelled, skipped, todo } = counts;
    const lines = { tests, suites, pass: passed, fail: failed, cancelled, skipped, todo };
    for (const [name, count] of Object.entries(lines)) this.#say(`${name} ${count}`);
    this.#say(`duration_ms ${this.duration}`);
    run.onTotals?.();
    run.emit('test:summary', {
      success: run.success, counts, duration_ms: this.duration, file: run.settings.summaryFile,
    });
    run.onEnd?.();
  }

  // A failing hook of the root has no test to be shown with.
  #reportOwnFailure() {
    const file = this.run_.entryFile(this);
    const data = {
      name: file,
      nesting: 0,
      testNumber: this.nextNumber,
      details: { duration_ms: this.duration, type: undefined, error: this.error },
      file,
    };
    this.drainReports();
    this.run_.emit('test:fail', data);
  }

  #say(message, level = 'info') {
    this.run_.emit('test:diagnostic', { nesting: 0, message, level });
  }
}

/** Attributes an error that nobody caught to the test that was running when it was caused. */
function handleStrayError(run, error, event) {
  const test = run.current.getStore();
  if (test === undefined || test.finished || test.parent === null) {
    const what = test === undefined || test.parent === null
      ? 'A resource'
      : `Test "${test.name}"${placeOf(test)}`;
    const consequence = test === undefined || test.parent === null
      ? `which triggered an ${event} event, caught by the test runner.`
      : 'and would have caused the test to fail, but instead triggered an ' + `${event} event.`;
    run.root.addDiagnostic(
      `Error: ${what} generated asynchronous activity after the test ended. This activity ` +
        `created the error "${error}" ${consequence}`,
      'error',
    );
    process.exitCode = 1;
    return;
  }
  test.fail(failure(error, kinds[event]));
  test.controller.abort();
}

function placeOf(test) {
  const { file, line, column } = test.location;
  if (file === undefined) return '';
  const path = require('node:path').relative(process.cwd(), file);
  return ` at ${path}:${line}:${column}`;
}

let processRun;

/** The run of this process, made with its first test. */
function currentRun() {
  return processRun ?? startProcessRun();
}

function startProcessRun() {
  const settings = { ...readSettings(), holdsOpen: true };
  processRun = new Run(settings);
  const run = processRun;
  run.onEnd = () => {
    if (!run.success && !process.exitCode) process.exitCode = 1;
    if (settings.forceExit) process.exit();
  };
  process.on('uncaughtException', (error) => handleStrayError(run, error, 'uncaughtException'));
  process.on('unhandledRejection', (error) => handleStrayError(run, error, 'unhandledRejection'));
  process.on('beforeExit', () => run.root.end());
  process.on('exit', () => {
    for (const child of run.root.children) {
      if (!child.finished) child.cancel(failure(kPending, kinds.cancelledByParent));
    }
    run.root.reportTotals();
  });
  // After the listener above: what is reported at the exit must be written, too.
  require('modules/test/output').attachReporters(run);
  process.nextTick(() => run.start());
  return run;
}

/** The test that the caller belongs to: the root outside of any. */
function currentTest() {
  const run = currentRun();
  return run.current.getStore() ?? run.root;
}

module.exports = { Run, Root, currentRun, currentTest, isFailure, handleStrayError };

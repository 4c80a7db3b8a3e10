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
      tests: 0,
      failed: 0,
      passed: 0,
      cancelled: 0,
      skipped: 0,
      todo: 0,
      topLevel: 0,
      suites: 0,
    };
    this.success = true;
    this.hasStarted = false;
    this.builds = [];
    this.listeners = [];
    this.ready = undefined;
    // Of runs of files: the processes, and the numbers that they have.
    this.children = new Set();
    this.workerIds = new Set();
    const { AsyncLocalStorage } = require('node:async_hooks');
    this.current = new AsyncLocalStorage();
    if (settings.rerunFile) {
      const { Rerun } = require('modules/test/rerun');
      this.rerun = new Rerun(settings.rerunFile, settings.cwd);
      if (!settings.isChild) this.listeners.push((type, data) => this.rerun.note(type, data));
    }
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
    if (test.parent === null) return;
    if (test.isFile && !test.standsForItself) {
      if (!test.passed) this.success = false;
      return;
    }
    const { passed, isTodo, isSkipped, isSuite, cancelled } = test;
    const isTopLevel = test.parent.parent === null;
    this.countOutcome({ passed, isTodo, isSkipped, isSuite, cancelled, isTopLevel });
  }

  /** Counts one test, of this process or of that of a test file. */
  countOutcome({ passed, isTodo, isSkipped, isSuite, cancelled, isTopLevel }) {
    const { counts } = this;
    if (!passed && !isTodo) this.success = false;
    if (isTopLevel) counts.topLevel++;
    if (isSuite) {
      counts.suites++;
      return;
    }
    counts.tests++;
    if (isSkipped) counts.skipped++;
    else if (isTodo) counts.todo++;
    else if (cancelled) counts.cancelled++;
    else if (passed) counts.passed++;
    else counts.failed++;
  }

  /** Reorders tests that are about to start, where that is asked for. */
  shuffle(tests) {
    const { randomSeed } = this.settings;
    if (randomSeed === undefined) return;
    require('modules/test/random').shuffle(tests, randomSeed);
  }

  /** The smallest number that no running file has. */
  takeWorkerId() {
    let id = 1;
    while (this.workerIds.has(id)) id++;
    this.workerIds.add(id);
    return id;
  }

  returnWorkerId(id) {
    this.workerIds.delete(id);
  }

  /** Starts the tests once all suites that were declared so far are built. */
  async start() {
    await this.ready;
    while (this.builds.length > 0) await Promise.all(this.builds.splice(0));
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.shuffle(this.root.children);
    for (const child of this.root.children) child.start();
    this.holdOpen();
  }

  /** Called whenever a top-level test is over: when none is left, the last hooks run. */
  rootChildEnded() {
    this.holdOpen();
    const { root } = this;
    if (!this.settings.holdsOpen || !this.hasStarted) return;
    const isIdle = () =>
      root.active === 0 && root.waiting.length === 0 && root.children.every((c) => c.finished);
    if (!isIdle()) return;
    process.nextTick(() => {
      if (!isIdle()) return;
      if (this.settings.forceExit) root.end();
      else root.runLastHooks();
    });
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
    this.reportedFileTests = 0;
    this.makeContext();
  }

  // The top-level tests of test files are numbered as they are reported.
  nextReportNumber() {
    return ++this.reportedFileTests;
  }

  /** Ends the run: what is still pending is cancelled, and the totals are reported. */
  async end() {
    if (this.isEnding) return;
    this.isEnding = true;
    for (const child of this.children) {
      if (!child.finished) child.cancel(failure(kPending, kinds.cancelledByParent));
    }
    await this.runLastHooks();
    await this.run_.tearDown?.();
    this.reportTotals();
  }

  /** Runs the hooks after all tests, each once. Tests may come later, with hooks of their own. */
  runLastHooks() {
    const earlier = this.lastHooks;
    this.lastHooks = earlier?.then(() => this.#runAfterHooks()) ?? this.#runAfterHooks();
    return this.lastHooks;
  }

  async #runAfterHooks() {
    try {
      await this.beforeHooks;
      const { after } = this.hooks;
      while (after.length > 0) await after.shift().run(this.context, 'after');
    } catch (error) {
      this.fail(error);
    }
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
    const isOfFiles = this.children.some((child) => child.isFile);
    const count = isOfFiles ? this.reportedFileTests : this.reportedChildren;
    run.emit('test:plan', { nesting: 0, count });
    const { coverage: isCovered, isChild, isRunner } = run.settings;
    if (isCovered && !isChild) require('modules/test/coverage').reportCoverage(run);
    const counts = { ...run.counts };
    for (const [message, level] of this.diagnostics) this.#say(message, level);
    const { tests, suites, passed, failed, cancelled, skipped, todo } = counts;
    const { randomSeed } = run.settings;
    if (isRunner && randomSeed !== undefined)
      this.#say(`Randomized test order seed: ${randomSeed}`);
    const lines = { tests, suites, pass: passed, fail: failed, cancelled, skipped, todo };
    for (const [name, count] of Object.entries(lines)) this.#say(`${name} ${count}`);
    this.#say(`duration_ms ${this.duration}`);
    run.onTotals?.();
    if (run.coverage !== undefined) {
      run.emit('test:coverage', { nesting: 0, summary: run.coverage });
      require('modules/test/coverage').checkThresholds(run);
    }
    run.emit('test:summary', {
      success: run.success,
      counts,
      duration_ms: this.duration,
      file: isChild && !isRunner ? run.entryFile(this) : undefined,
    });
    require('modules/test/snapshot').writeSnapshots();
    if (!isChild) run.rerun?.write();
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
  const cause = run.current.getStore();
  const isKnown = cause !== undefined && (cause.isHook || cause.parent !== null);
  if (isKnown && !cause.finished && !cause.isHook) {
    cause.fail(failure(error, kinds[event]));
    cause.controller.abort();
    return;
  }
  const what = isKnown ? describeCause(cause) : 'A resource';
  const consequence = isKnown
    ? `and would have caused the test to fail, but instead triggered an ${event} event.`
    : `which triggered an ${event} event, caught by the test runner.`;
  run.root.addDiagnostic(
    `Error: ${what} generated asynchronous activity after the test ended. This activity ` +
      `created the error "${error}" ${consequence}`,
    'error',
  );
  process.exitCode = 1;
}

function describeCause({ isHook, name, location }) {
  const { file, line, column } = location;
  const path = file && require('node:path').relative(process.cwd(), file);
  const place = file === undefined ? '' : ` at ${path}:${line}:${column}`;
  return `Test ${isHook ? 'hook ' : ''}"${name}"${place}`;
}

let processRun;

/** The run of this process, made with its first test. */
function currentRun() {
  return processRun ?? startProcessRun();
}

function startProcessRun() {
  const settings = readSettings();
  const run = new Run(settings);
  attachToProcess(run);
  run.onEnd = () => {
    if (!run.success && !process.exitCode) process.exitCode = 1;
    if (settings.forceExit) process.exit();
  };
  // After the listeners of attachToProcess(): what is reported at the exit must be written, too.
  require('modules/test/output').attachReporters(run);
  process.nextTick(() => {
    // A file that is run by itself has no runner to ask for `only`: one test that has it is enough.
    const { hasOnlyBelow } = require('modules/test/filter');
    if (process.env.NODE_TEST_CONTEXT === undefined) settings.only ||= hasOnlyBelow(run.root);
    run.start();
  });
  return run;
}

/** Makes a run that of this process: tests that are declared belong to it, and errors and the end. */
function attachToProcess(run) {
  processRun = run;
  run.settings.holdsOpen = true;
  const { root } = run;
  process.on('uncaughtException', (error) => handleStrayError(run, error, 'uncaughtException'));
  process.on('unhandledRejection', (error) => handleStrayError(run, error, 'unhandledRejection'));
  process.on('beforeExit', () => {
    if (run.hasStarted) root.end();
  });
  process.on('exit', () => {
    for (const child of root.children) {
      if (!child.finished) child.cancel(failure(kPending, kinds.cancelledByParent));
    }
    root.reportTotals();
  });
}

/** The test that the caller belongs to: the root outside of any. */
function currentTest() {
  const run = currentRun();
  const current = run.current.getStore();
  if (current === undefined) return run.root;
  return current.isHook ? current.test : current;
}

module.exports = {
  Run,
  Root,
  attachToProcess,
  currentRun,
  currentTest,
  isFailure,
  handleStrayError,
};

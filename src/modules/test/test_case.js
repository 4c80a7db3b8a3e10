'use strict';

// One node of the tree of tests. Tests run their own function and then wait for the subtests that it
// made; suites (suite.js) make their children first and then run them.
//
// Results are reported in the order in which tests were declared: a test is reported once all before
// it are (see `drainReports`). Some events tell of progress instead and are sent at once.

const { asFailure, failure, isFailure, kinds } = require('modules/test/failure');
const { isFilteredOut } = require('modules/test/filter');
const { Plan } = require('modules/test/plan');
const { Hook, runHooks } = require('modules/test/hook');
const { callWithDone, stopAfter } = require('modules/test/running');

const kTooLate = 'test could not be started because its parent finished';
const kCancelled = 'test did not finish before its parent and was cancelled';

let lastId = 0;

const { hrtime } = process;
const origin = hrtime.bigint();

/** Milliseconds with the clock's whole precision, whatever a test does to the timers. */
function now() {
  return Number(hrtime.bigint() - origin) / 1e6;
}

class Test {
  /**
   * @param {object} options as validated by options.js, with `fn`, `name` and `location`
   * @param {Test | null} parent null for the root
   * @param {object} run what all tests of this run share: settings, counters, `emit`
   */
  constructor(options, parent, run) {
    this.run_ = run;
    this.parent = parent;
    this.name = options.name;
    this.fn = options.fn;
    this.location = options.location;
    this.nesting = parent === null ? -1 : parent.nesting + 1;
    this.id = parent === null ? 0 : ++lastId;
    this.only = options.only;
    this.skip = options.skip;
    this.todo = options.todo ?? parent?.todo;
    this.expectFailure = options.expectFailure ?? parent?.expectFailure;
    this.timeout = options.timeout ?? parent?.timeout ?? Infinity;
    this.concurrency = options.concurrency ?? parent?.concurrency ?? 1;
    this.tags = mergeTags(parent?.tags, options.tags);
    this.outerSignal = options.signal;
    this.plan = options.plan === undefined ? null : new Plan(options.plan);
    this.children = [];
    this.waiting = [];
    this.active = 0;
    this.number = 0;
    this.nextNumber = 1;
    this.hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
    this.beforeHooks = undefined;
    this.runsOnlySome = false;
    this.controller = new AbortController();
    this.passed = false;
    this.error = null;
    this.cancelled = false;
    this.startTime = null;
    this.endTime = null;
    this.finished = false;
    // Whether nothing may be added any more, though it has not run yet: a suite that is built.
    this.isClosed = false;
    this.isLate = false;
    this.filtered = false;
    this.diagnostics = [];
    this.context = undefined;
    this.done = Promise.withResolvers();
    // How far the report has come.
    this.isReporting = parent === null;
    this.reportedStart = parent === null;
    this.reportedChildren = 0;
    this.finalReports = null;
    this.isReported = false;
    this.nextToReport = 0;
  }

  get isSuite() {
    return false;
  }

  get isFile() {
    return false;
  }

  get type() {
    return this.isSuite ? 'suite' : 'test';
  }

  get signal() {
    return this.controller.signal;
  }

  // ' > '-joined names are what snapshots are filed under.
  get fullName() {
    if (this.parent === null) return this.name;
    const names = [];
    for (let at = this; at.parent !== null; at = at.parent) names.unshift(at.name);
    return names.join(' > ');
  }

  // -- Making and starting ---------------------------------------------------------------------

  /** Adds a child and, unless this is a suite that is still being built, starts it. */
  addChild(Class, options) {
    if (this.finished || this.isClosed) return this.#addLateChild(Class, options);
    const child = new Class(options, this, this.run_);
    this.children.push(child);
    child.build();
    if (this.startsChildrenAtOnce()) child.start();
    return child;
  }

  // Its parent is over: it can only be shown, as failed, at the end of the run.
  #addLateChild(Class, options) {
    const { root } = this.run_;
    const child = new Class(options, root, this.run_);
    child.isLate = true;
    root.children.push(child);
    if (root.startsChildrenAtOnce()) child.start();
    return child;
  }

  startsChildrenAtOnce() {
    return this.parent !== null || this.run_.hasStarted;
  }

  /** What has to happen when the test is declared; suites run their function. */
  build() {}

  /** Gives the test its number, unless a filter leaves it out. */
  #take() {
    if (!isFilteredOut(this, this.run_.settings)) {
      this.number = this.parent.nextNumber++;
      return true;
    }
    this.filtered = true;
    this.finished = true;
    this.isReported = true;
    this.done.resolve();
    this.run_.root.drainReports();
    return false;
  }

  start() {
    if (!this.#take()) return;
    this.emit('test:enqueue', { ...this.#identity(), type: this.type });
    if (this.isLate) {
      this.parent.active++;
      this.fail(failure(kTooLate, kinds.parentFinished));
      this.finish();
    } else if (this.parent.active < this.parent.concurrency) {
      this.parent.active++;
      if (this.parent.parent === null) this.run_.holdOpen();
      this.#begin();
    } else {
      this.parent.waiting.push(this);
    }
  }

  // What has passed in an earlier attempt is not run again.
  #skipIfPassedBefore() {
    const { rerun } = this.run_;
    if (rerun === undefined || this.isFile) return;
    this.attempt = rerun.attempt;
    if (this.isSuite) return;
    this.passedOnAttempt = rerun.passedOn(this.location);
    if (this.passedOnAttempt !== undefined) this.fn = () => {};
  }

  #begin() {
    const { run_ } = this;
    this.#skipIfPassedBefore();
    run_.current.run(this, () => {
      const { traced } = require('modules/test/tracing');
      traced(this, () => this.execute()).catch((error) => {
        // Nothing of ours should throw here; a test must not vanish if it does.
        this.fail(asFailure(error));
        this.finish();
      });
    });
  }

  /** Starts as many of the waiting children as may run together. */
  startWaiting() {
    while (this.waiting.length > 0 && this.active < this.concurrency && !this.finished) {
      const next = this.waiting.shift();
      if (next.finished) continue;
      this.active++;
      next.#begin();
    }
  }

  // -- Running ---------------------------------------------------------------------------------

  /** Hooks, the function, the plan, the subtests, and hooks again. */
  async execute() {
    this.startTime = now();
    this.emit('test:dequeue', { ...this.#identity(), type: this.type });
    this.makeContext();
    this.#followOuterSignal();
    let stop;
    try {
      if (this.signal.aborted) throw this.#abortFailure();
      await this.parent.runBeforeHooks();
      if (!this.isSkipped) {
        await runHooks(this, 'beforeEach');
        stop = stopAfter(this.timeout, this.signal, () => this.#abortFailure());
        await Promise.race([this.runBody(), stop.promise]);
      }
      this.pass();
    } catch (error) {
      if (isStop(error)) this.#cancelBy(error);
      else this.fail(asFailure(error));
    }
    stop?.dispose();
    if (!this.isSkipped) await this.#runHooksAfter('afterEach');
    await this.#runHooksAfter('after');
    this.mock?.reset();
    this.finish();
  }

  async #runHooksAfter(name) {
    try {
      await runHooks(this, name);
    } catch (error) {
      this.fail(asFailure(error));
    }
  }

  async runBody() {
    await callWithDone(this.fn, this.context);
    try {
      await this.beforeHooks;
    } catch (error) {
      throw error.cause;
    }
    if (this.plan) await this.plan.check();
    await this.waitForChildren();
  }

  async waitForChildren() {
    for (let i = 0; i < this.children.length; i++) await this.children[i].done.promise;
  }

  #followOuterSignal() {
    const { outerSignal } = this;
    if (outerSignal === undefined) return;
    if (outerSignal.aborted) this.controller.abort();
    else outerSignal.addEventListener('abort', () => this.controller.abort(), { once: true });
  }

  #abortFailure() {
    const reason = this.outerSignal?.aborted ? this.outerSignal.reason : this.signal.reason;
    return failure(reason, kinds.aborted);
  }

  #cancelBy(error) {
    // What an error of its own has stopped has failed before.
    this.cancelled = this.error === null;
    this.fail(error);
    this.controller.abort();
  }

  makeContext() {
    const { TestContext } = require('modules/test/context');
    this.context = new TestContext(this);
  }

  // What subtests wait for: hooks before the first of them run as soon as a running test adds them.
  runBeforeHooks() {
    return this.beforeHooks;
  }

  addHook(name, fn, options, location) {
    const hook = new Hook(fn, options, name, this, location);
    if (name !== 'before' || this.isSuite) {
      this.hooks[name].push(hook);
      return;
    }
    this.beforeHooks = Promise.all([this.beforeHooks, hook.run(this.context, name)]);
    this.beforeHooks.catch(() => {});
  }

  get isSkipped() {
    return this.skip !== undefined && this.skip !== false;
  }

  get isTodo() {
    return this.todo !== undefined && this.todo !== false;
  }

  get expectsFailure() {
    return this.expectFailure !== undefined && this.expectFailure !== false;
  }

  // -- Results ---------------------------------------------------------------------------------

  pass() {
    if (this.error !== null) return;
    if (this.expectsFailure && !this.isSkipped && !this.isTodo && !this.isSuite) {
      this.error = failure('test was expected to fail but passed', kinds.expectedFailure);
      return;
    }
    this.passed = true;
  }

  fail(error) {
    if (this.error !== null) return;
    if (this.expectsFailure && !this.isSkipped && !this.isTodo && !this.isSuite) {
      const mismatch = this.#mismatch(error);
      if (mismatch === undefined) {
        this.passed = true;
        return;
      }
      error = asFailure(mismatch);
    }
    this.passed = false;
    this.error = error;
  }

  // What is wrong with an error that was expected; undefined if nothing is.
  #mismatch(error) {
    const { match } = this.expectFailure;
    if (match === undefined) return undefined;
    const cause = isFailure(error) ? error.cause : error;
    try {
      require('node:assert').throws(() => {
        throw cause;
      }, match);
      return undefined;
    } catch (mismatch) {
      return mismatch;
    }
  }

  /** Ends a test that has not ended by itself. */
  cancel(error = failure(kCancelled, kinds.cancelledByParent)) {
    if (this.finished) return;
    if (this.number === 0 && !this.#take()) return;
    this.fail(error);
    this.cancelled = true;
    this.startTime ??= this.endTime = now();
    this.controller.abort();
    this.finish(error);
  }

  /** Settles the result and reports it. `pending` is why children that are not done are cancelled. */
  finish(pending = undefined) {
    if (this.finished) return;
    for (const child of this.children) child.cancel(pending);
    const failed = this.children.filter(
      (child) => !child.passed && !child.isTodo && !child.filtered,
    );
    if (failed.length > 0 && (this.passed || this.error === null)) {
      this.passed = false;
      const text = `${failed.length} subtest${failed.length > 1 ? 's' : ''} failed`;
      this.error = failure(text, kinds.subtests);
    }
    this.endTime ??= now();
    this.finished = true;
    this.controller.abort();
    this.run_.countResult(this);
    this.#sendReports();
    if (this.parent !== null) {
      this.parent.active--;
      this.parent.startWaiting();
      if (this.parent.parent === null) this.run_.rootChildEnded();
    }
    this.done.resolve();
  }

  // -- Reports ---------------------------------------------------------------------------------

  get duration() {
    const time = (this.endTime ?? now()) - (this.startTime ?? this.endTime ?? 0);
    return Math.round(time * 1e6) / 1e6;
  }

  emit(type, data) {
    this.run_.emit(type, { ...data, ...this.location });
  }

  #identity() {
    return {
      nesting: this.nesting,
      name: this.name,
      testId: this.id,
      parentId: this.parent?.id,
      tags: this.tags,
    };
  }

  #directive() {
    if (this.isSkipped) return { skip: this.skip };
    if (this.isTodo) return { todo: this.todo };
    if (this.expectsFailure) return { expectFailure: this.expectFailure.label ?? true };
    return {};
  }

  #sendReports() {
    const details = { duration_ms: this.duration, type: this.type };
    if (!this.passed) details.error = this.error;
    const { attempt, passedOnAttempt } = this;
    if (attempt !== undefined) details.attempt = attempt;
    if (passedOnAttempt !== undefined) details.passed_on_attempt = passedOnAttempt;
    if (this.nesting > 0) details.classname = this.parent.name;
    const result = {
      name: this.name,
      nesting: this.nesting,
      testNumber: this.number,
      testId: this.id,
      parentId: this.parent.id,
      details,
      tags: this.tags,
      ...(this.nesting > 0 ? { classname: this.parent.name } : undefined),
      ...this.#directive(),
      ...(this.isFile ? { isFile: true } : undefined),
    };
    this.emit('test:complete', { ...result, details: { ...details, passed: this.passed } });
    this.finalReports = [[this.passed ? 'test:pass' : 'test:fail', result]];
    this.run_.root.drainReports();
  }

  /** Diagnostics of a test follow its result. */
  addDiagnostic(message, level = 'info') {
    if (this.isReported) return this.emitDiagnostic(message, level);
    this.diagnostics.push([message, level]);
  }

  emitDiagnostic(message, level) {
    this.emit('test:diagnostic', { nesting: this.nesting, message, level });
  }

  reportStart() {
    if (this.reportedStart) return;
    this.parent.reportStart();
    this.reportedStart = true;
    this.emit('test:start', this.#identity());
  }

  /** Reports what can be reported of this test and those below it. */
  drainReports() {
    while (this.nextToReport < this.children.length) {
      const child = this.children[this.nextToReport];
      if (!child.filtered) {
        child.drainReports();
        if (!child.isReported) return;
        this.reportedChildren++;
      }
      this.nextToReport++;
    }
    if (this.finalReports === null || this.isReported) return;
    this.reportStart();
    if (this.reportedChildren > 0) {
      this.emit('test:plan', { nesting: this.nesting + 1, count: this.reportedChildren });
    }
    for (const [type, data] of this.finalReports) this.emit(type, data);
    this.isReported = true;
    for (const [message, level] of this.diagnostics) this.emitDiagnostic(message, level);
  }
}

function isStop(error) {
  return (
    isFailure(error) && (error.failureType === kinds.timeout || error.failureType === kinds.aborted)
  );
}

function mergeTags(inherited = [], own = []) {
  return Object.freeze([...new Set([...inherited, ...own.map((tag) => tag.toLowerCase())])]);
}

module.exports = { Test, now };

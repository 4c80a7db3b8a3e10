'use strict';

// What test and suite functions get as their argument.

const { failure, kinds } = require('modules/test/failure');
const { readHook, readTest } = require('modules/test/arguments');
const { callerLocation } = require('modules/test/location');
const { validateFunction, validateNumber, validateObject } = require('runtime/validators');
const { clearTimeout, setTimeout } = require('runtime/timers');

/** What the contexts of tests and of suites have in common. */
class Context {
  #test;

  constructor(test) {
    this.#test = test;
  }

  static testOf(context) {
    return context.#test;
  }

  get signal() {
    return this.#test.signal;
  }

  get name() {
    return this.#test.name;
  }

  get filePath() {
    return this.#test.run_.entryFile(this.#test);
  }

  get fullName() {
    return this.#test.fullName;
  }

  get passed() {
    return this.#test.passed;
  }

  get attempt() {
    return this.#test.attempt ?? 0;
  }

  /** Reports a message after the test's result. */
  diagnostic(message) {
    this.#test.addDiagnostic(message);
  }

  /** Reports a message at once. */
  log(message, data) {
    const test = this.#test;
    test.emit('test:log', {
      message,
      name: test.name,
      nesting: test.nesting,
      testId: test.id,
      parentId: test.parent?.id,
      ...(data === undefined ? undefined : { data }),
    });
  }
}

/** The argument of suite functions. */
class SuiteContext extends Context {}

/** The argument of test functions. */
class TestContext extends Context {
  #test;
  #assert;

  constructor(test) {
    super(test);
    this.#test = test;
  }

  get error() {
    return this.#test.error;
  }

  get tags() {
    return this.#test.tags;
  }

  get workerId() {
    return Number(process.env.NODE_TEST_WORKER_ID) || 1;
  }

  /** How many assertions (of `assert`) and subtests are expected to run. */
  plan(count, options = {}) {
    if (this.#test.plan !== null) throw failure('cannot set plan more than once', kinds.testCode);
    const { Plan } = require('modules/test/plan');
    this.#test.plan = new Plan(count, options);
  }

  /** The assertions of node:assert and the registered ones, counted for the plan. */
  get assert() {
    this.#assert ??= require('modules/test/assertions').bindAssertions(this, this.#test);
    return this.#assert;
  }

  get mock() {
    const { MockTracker } = require('modules/test/mock');
    this.#test.mock ??= new MockTracker();
    return this.#test.mock;
  }

  /** Whether from here on only subtests with the `only` option run. */
  runOnly(value) {
    this.#test.runsOnlySome = Boolean(value);
  }

  skip(message) {
    this.#test.skip = message || true;
  }

  todo(message) {
    this.#test.todo = message || true;
  }

  /** Adds a subtest. */
  test(name, options, fn) {
    const { Test } = require('modules/test/test_case');
    const read = readTest(name, options, fn, {}, callerLocation());
    this.#test.plan?.count();
    return this.#test.addChild(Test, read).done.promise;
  }

  before(fn, options) {
    this.#test.addHook('before', ...readHook(fn, options), callerLocation());
  }

  after(fn, options) {
    this.#test.addHook('after', ...readHook(fn, options), callerLocation());
  }

  beforeEach(fn, options) {
    this.#test.addHook('beforeEach', ...readHook(fn, options), callerLocation());
  }

  afterEach(fn, options) {
    this.#test.addHook('afterEach', ...readHook(fn, options), callerLocation());
  }

  /** Calls `condition` again and again until it does not throw. */
  waitFor(condition, options = {}) {
    validateFunction(condition, 'condition');
    validateObject(options, 'options');
    const { interval = 50, timeout = 1000 } = options;
    validateNumber(interval, 'options.interval', 0, 2 ** 31 - 1);
    validateNumber(timeout, 'options.timeout', 0, 2 ** 31 - 1);
    return waitFor(condition, interval, timeout);
  }
}

async function waitFor(condition, interval, timeout) {
  const { promise, resolve, reject } = Promise.withResolvers();
  let timer;
  let over = false;
  let lastError;
  const limit = setTimeout(() => {
    over = true;
    clearTimeout(timer);
    const error = new Error('waitFor() timed out');
    if (lastError !== undefined) error.cause = lastError.error;
    reject(error);
  }, timeout);
  const poll = async () => {
    try {
      const result = await condition();
      if (over) return;
      clearTimeout(limit);
      resolve(result);
    } catch (error) {
      lastError = { error };
      if (!over) timer = setTimeout(poll, interval);
    }
  };
  poll();
  return promise;
}

module.exports = { SuiteContext, TestContext };

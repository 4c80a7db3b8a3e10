// node:test
'use strict';

const { readHook, readTest } = require('modules/test/arguments');
const { currentTest } = require('modules/test/harness');
const { callerLocation } = require('modules/test/location');

function declare(isSuite, args, overrides) {
  const Class = isSuite
    ? require('modules/test/suite').Suite
    : require('modules/test/test_case').Test;
  const read = readTest(args[0], args[1], args[2], overrides, callerLocation());
  const parent = currentTest();
  const child = parent.addChild(Class, read);
  return isSuite || parent.isSuite ? Promise.resolve() : child.done.promise;
}

/** Declares a test. */
function test(name, options, fn) {
  return declare(false, [name, options, fn], undefined);
}

/** Declares a suite: a test that holds tests. */
function suite(name, options, fn) {
  return declare(true, [name, options, fn], undefined);
}

for (const [declaring, isSuite] of [
  [test, false],
  [suite, true],
]) {
  for (const keyword of ['expectFailure', 'skip', 'todo', 'only']) {
    declaring[keyword] = (name, options, fn) =>
      declare(isSuite, [name, options, fn], { [keyword]: true });
  }
}

const hooks = {};
for (const name of ['after', 'afterEach', 'before', 'beforeEach']) {
  hooks[name] = (fn, options) => {
    currentTest().addHook(name, ...readHook(fn, options), callerLocation());
  };
}

function getter(get) {
  return { configurable: true, enumerable: true, get };
}

module.exports = test;
Object.assign(test, {
  ...hooks,
  describe: suite,
  /** The context of the test or suite that the caller belongs to. */
  getTestContext() {
    const current = currentTest();
    return current.parent === null ? undefined : current.context;
  },
  it: test,
  /** Runs test files; see the API page. */
  run(options) {
    return require('modules/test/runner').run(options);
  },
  suite,
  test,
});

let mock;
let snapshot;
let assertions;
Object.defineProperties(test, {
  mock: getter(() => {
    mock ??= new (require('modules/test/mock').MockTracker)();
    return mock;
  }),
  snapshot: getter(() => {
    snapshot ??= require('modules/test/snapshot').configuration;
    return snapshot;
  }),
  assert: getter(() => {
    assertions ??= { register: require('modules/test/assertions').register };
    return assertions;
  }),
});

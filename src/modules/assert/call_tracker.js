'use strict';

// assert.CallTracker: deprecated in favour of the test runner's mocks, but still there.

const { AssertionError } = require('modules/assert/assertion_error');
const { ERR_INVALID_ARG_VALUE, ERR_UNAVAILABLE_DURING_EXIT } = require('runtime/errors');
const { validateUint32 } = require('runtime/validators');

class Expectation {
  constructor(name, count, where) {
    this.name = name;
    this.count = count;
    this.where = where;
    this.calls = [];
  }

  record(thisArg, args) {
    this.calls.push(Object.freeze({ thisArg, arguments: Object.freeze(args) }));
  }

  get isMet() {
    return this.calls.length === this.count;
  }

  report() {
    const actual = this.calls.length;
    return {
      message:
        `Expected the ${this.name} function to be executed ${this.count} time(s) but was ` +
        `executed ${actual} time(s).`,
      actual,
      expected: this.count,
      operator: this.name,
      stack: this.where,
    };
  }
}

/** Counts the calls of functions and tells which were not called as often as they should. */
class CallTracker {
  #expectations = new Map();

  /** A function that behaves as `fn` and is expected to be called `exact` times. */
  calls(fn, exact = 1) {
    if (process._exiting) throw new ERR_UNAVAILABLE_DURING_EXIT();
    if (typeof fn === 'number') {
      exact = fn;
      fn = undefined;
    }
    fn ??= () => {};
    validateUint32(exact, 'exact', true);
    const expectation = new Expectation(fn.name || 'calls', exact, new Error());
    const tracked = new Proxy(fn, {
      __proto__: null,
      apply(target, thisArg, args) {
        expectation.record(thisArg, args);
        return Reflect.apply(target, thisArg, args);
      },
    });
    this.#expectations.set(tracked, expectation);
    return tracked;
  }

  #find(tracked) {
    const expectation = this.#expectations.get(tracked);
    if (expectation === undefined) {
      throw new ERR_INVALID_ARG_VALUE('tracked', tracked, 'is not a tracked function');
    }
    return expectation;
  }

  /** The calls of one tracked function, with their arguments and this. */
  getCalls(tracked) {
    return Object.freeze([...this.#find(tracked).calls]);
  }

  /** Forgets the calls of one tracked function, or of all. */
  reset(tracked) {
    if (tracked === undefined) {
      for (const expectation of this.#expectations.values()) expectation.calls = [];
      return;
    }
    this.#find(tracked).calls = [];
  }

  /** What was not called as expected. */
  report() {
    return [...this.#expectations.values()].filter((one) => !one.isMet).map((one) => one.report());
  }

  /** Throws if something was not called as expected. */
  verify() {
    const details = this.report();
    if (details.length === 0) return;
    const message =
      details.length === 1
        ? details[0].message
        : 'Functions were not called the expected number of times';
    throw new AssertionError({ message, details });
  }
}

module.exports = CallTracker;

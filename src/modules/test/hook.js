'use strict';

// before, after, beforeEach and afterEach.

const { failure, isFailure, kinds } = require('modules/test/failure');
const { callWithDone, stopAfter } = require('modules/test/running');

/** One hook, with the time limit and the signal that it was registered with. */
class Hook {
  constructor(fn, options, name, test, location) {
    this.fn = fn;
    this.name = name;
    this.test = test;
    this.location = location;
    this.finished = false;
    this.timeout = options.timeout ?? Infinity;
    this.signal = options.signal ?? new AbortController().signal;
  }

  get isHook() {
    return true;
  }

  async run(context, name) {
    // What stops the hook comes first in the race: a hook that aborts itself fails.
    const stop = stopAfter(this.timeout, this.signal, () =>
      failure(this.signal.reason, kinds.aborted),
    );
    try {
      if (this.signal.aborted) throw failure(this.signal.reason, kinds.aborted);
      const { current } = this.test.run_;
      await Promise.race([stop.promise, current.run(this, () => callWithDone(this.fn, context))]);
    } catch (error) {
      const wrapped = failure(`failed running ${name} hook`, kinds.hook);
      wrapped.cause = isFailure(error) ? error.cause : error;
      throw wrapped;
    } finally {
      this.finished = true;
      stop.dispose();
    }
  }
}

/** Those of `test`'s ancestors whose hooks apply to it, the outermost first. */
function ancestorsOf(test) {
  const ancestors = [];
  for (let at = test.parent; at !== null; at = at.parent) ancestors.unshift(at);
  return ancestors;
}

/**
 * Runs the hooks called `name` that apply to a test: `before` and `after` are its own, the others
 * those of all its ancestors.
 */
async function runHooks(test, name) {
  if (name === 'before' || name === 'after') {
    for (const hook of test.hooks[name]) await hook.run(test.context, name);
    return;
  }
  if (test.isSuite) return;
  const ancestors = ancestorsOf(test);
  if (name === 'afterEach') ancestors.reverse();
  for (const ancestor of ancestors) {
    for (const hook of ancestor.hooks[name]) await hook.run(test.context, name);
  }
}

module.exports = { Hook, runHooks };

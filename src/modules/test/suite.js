'use strict';

const { asFailure } = require('modules/test/failure');
const { runHooks } = require('modules/test/hook');
const { Test } = require('modules/test/test_case');

/** A test that holds tests: its function declares them before any of them runs. */
class Suite extends Test {
  get isSuite() {
    return true;
  }

  startsChildrenAtOnce() {
    return false;
  }

  build() {
    const { SuiteContext } = require('modules/test/context');
    const { settings } = this.run_;
    this.context = new SuiteContext(this);
    const isExcluded = settings.only && this.only === false;
    if (this.isSkipped || isExcluded || this.outerSignal?.aborted) return;
    try {
      const built = this.run_.current.run(this, () =>
        Reflect.apply(this.fn, this.context, [this.context]),
      );
      if (typeof built?.then !== 'function') {
        this.isClosed = true;
        return;
      }
      this.built = this.#awaitBuild(built);
      this.run_.addBuild(this.built);
    } catch (error) {
      this.fail(asFailure(error));
    }
  }

  async #awaitBuild(built) {
    try {
      await built;
    } catch (error) {
      this.fail(asFailure(error));
    }
    this.isClosed = true;
  }

  makeContext() {}

  async execute() {
    await this.built;
    return super.execute();
  }

  /** The children run once the hooks before them have. */
  async runBody() {
    if (this.error !== null) throw this.error;
    await runHooks(this, 'before');
    this.run_.shuffle(this.children);
    for (const child of this.children) child.start();
    await this.waitForChildren();
  }

  runBeforeHooks() {
    return undefined;
  }
}

module.exports = { Suite };

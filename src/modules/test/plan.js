'use strict';

const { failure, kinds } = require('modules/test/failure');
const { validateOneOf, validateUint32 } = require('runtime/validators');
const { clearTimeout, setTimeout } = require('runtime/timers');

/** How many assertions and subtests a test expects, and whether it waits for them. */
class Plan {
  #expected;
  #wait = false;
  #actual = 0;
  #wake = () => {};

  constructor(count, options = {}) {
    validateUint32(count, 'count');
    this.#expected = count;
    const { wait } = options;
    if (wait === undefined) return;
    if (typeof wait === 'number') validateUint32(wait, 'options.wait');
    else validateOneOf(wait, 'options.wait', [true, false]);
    this.#wait = wait;
  }

  /** Counts one assertion or subtest. */
  count() {
    this.#actual++;
    if (this.#actual === this.#expected) this.#wake();
  }

  /** Fails, or waits, unless all that was planned has run. */
  async check() {
    if (this.#actual === this.#expected) return;
    if (this.#wait !== false && this.#actual < this.#expected) {
      await this.#waitForRest();
      if (this.#actual === this.#expected) return;
    }
    throw failure(this.#describe(), kinds.testCode);
  }

  #describe() {
    return `plan expected ${this.#expected} assertions but received ${this.#actual}`;
  }

  #waitForRest() {
    return new Promise((resolve, reject) => {
      let timer;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#wait === true) return;
      timer = setTimeout(() => {
        reject(
          failure(
            `plan timed out after ${this.#wait}ms with ${this.#actual} assertions when expecting ` +
              `${this.#expected}`,
            kinds.testCode,
          ),
        );
      }, this.#wait);
    });
  }
}

module.exports = { Plan };

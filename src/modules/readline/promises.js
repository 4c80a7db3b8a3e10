// node:readline/promises
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/readline.html#promises-api

const { AbortError, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateAbortSignal, validateBoolean, validateInteger } = require('runtime/validators');
const { lineClearing, movement, sequences } = require('modules/readline/cursor');
const { Editor } = require('modules/readline/editor');
const { kCancelQuestion, kQuestion } = require('modules/readline/interface');

class Interface extends Editor {
  // Rejects the question that waits for an answer.
  #reject;

  /** Called when the user ends the input instead of answering. */
  _abandonQuestion(message) {
    this.#reject?.(new AbortError(message));
  }

  /** Shows a query and resolves to the answer, the next line. */
  question(query, options = {}) {
    return new Promise((resolve, reject) => {
      let settle = resolve;
      const signal = options?.signal;
      if (signal) {
        validateAbortSignal(signal, 'options.signal');
        if (signal.aborted) {
          reject(new AbortError(undefined, { cause: signal.reason }));
          return;
        }
        const onAbort = () => {
          this[kCancelQuestion]();
          reject(new AbortError(undefined, { cause: signal.reason }));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        settle = (answer) => {
          signal.removeEventListener('abort', onAbort);
          resolve(answer);
        };
      }
      this[kQuestion](query, settle);
      this.#reject = reject;
    });
  }

  /** A completer returns its answer or a promise of it. */
  _runCompleter(line, callback) {
    new Promise((resolve) => resolve(this.completer(line))).then(
      (answer) => callback(null, answer),
      (error) => callback(error ?? new Error(`${error}`)),
    );
  }
}

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

/** Collects changes of a terminal and sends them at once. */
class Readline {
  #stream;
  #isAutomatic = false;
  #pending = '';

  constructor(stream, options = undefined) {
    const isWritable =
      typeof stream?.write === 'function' &&
      typeof stream.on === 'function' &&
      stream.writable !== false;
    if (!isWritable) throw new ERR_INVALID_ARG_TYPE('stream', 'Writable', stream);
    this.#stream = stream;
    if (options?.autoCommit != null) {
      validateBoolean(options.autoCommit, 'options.autoCommit');
      this.#isAutomatic = options.autoCommit;
    }
  }

  #add(data) {
    if (this.#isAutomatic) process.nextTick(() => this.#stream.write(data));
    else this.#pending += data;
    return this;
  }

  cursorTo(x, y = undefined) {
    validateInteger(x, 'x');
    if (y != null) validateInteger(y, 'y');
    return this.#add(y == null ? sequences.column(x) : sequences.position(x, y));
  }

  moveCursor(dx, dy) {
    if (dx || dy) {
      validateInteger(dx, 'dx');
      validateInteger(dy, 'dy');
      this.#add(movement(dx, dy));
    }
    return this;
  }

  clearLine(dir) {
    validateInteger(dir, 'dir', -1, 1);
    return this.#add(lineClearing(dir));
  }

  clearScreenDown() {
    return this.#add(sequences.clearScreenDown);
  }

  commit() {
    return new Promise((resolve) => {
      const data = this.#pending;
      this.#pending = '';
      this.#stream.write(data, resolve);
    });
  }

  rollback() {
    this.#pending = '';
    return this;
  }
}

module.exports = { Interface, Readline, createInterface };

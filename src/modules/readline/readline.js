// node:readline
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/readline.html

const { AbortError } = require('runtime/errors');
const { defineLazy } = require('runtime/lazy_property');
const { promisify: kPromisify } = require('runtime/symbols');
const { validateAbortSignal } = require('runtime/validators');
const { clearLine, clearScreenDown, cursorTo, moveCursor } = require('modules/readline/cursor');
const { Editor } = require('modules/readline/editor');
const { kCancelQuestion, kQuestion, makeInterface } = require('modules/readline/interface');
const { emitKeypressEvents } = require('modules/readline/keypress');

/** The callback-based interface; it may be called without `new`, and for the object of an heir's. */
function Interface(input, output, completer, terminal) {
  const args = [input, output, completer, terminal];
  if (new.target !== undefined || !(this instanceof Interface)) {
    return Reflect.construct(Editor, args, new.target ?? Interface);
  }
  makeInterface(this, Editor, args);
}
Interface.prototype = Object.create(Editor.prototype, {
  constructor: { value: Interface, writable: true, configurable: true },
});
Object.setPrototypeOf(Interface, Editor);

/** Shows a query and gives the answer, the next line, to a callback. */
Interface.prototype.question = function question(query, options, callback) {
  if (typeof options === 'function') callback = options;
  const signal = typeof options === 'object' ? options?.signal : undefined;
  if (signal) {
    validateAbortSignal(signal, 'options.signal');
    if (signal.aborted) return;
    const onAbort = () => this[kCancelQuestion]();
    signal.addEventListener('abort', onAbort, { once: true });
    const answered = callback;
    callback = (answer) => {
      signal.removeEventListener('abort', onAbort);
      if (typeof answered === 'function') answered(answer);
    };
  }
  if (typeof callback === 'function') this[kQuestion](query, callback);
};

Object.defineProperty(Interface.prototype.question, kPromisify, {
  value: function question(query, options) {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
    return new Promise((resolve, reject) => {
      let settle = resolve;
      if (signal) {
        const onAbort = () => reject(new AbortError(undefined, { cause: signal.reason }));
        signal.addEventListener('abort', onAbort, { once: true });
        settle = (answer) => {
          signal.removeEventListener('abort', onAbort);
          resolve(answer);
        };
      }
      this.question(query, options, settle);
    });
  },
  configurable: true,
});

/** A completer takes a callback as its second argument, or returns its answer. */
Interface.prototype._runCompleter = function runCompleter(line, callback) {
  if (this.completer.length === 2) {
    this.completer(line, callback);
    return;
  }
  callback(null, this.completer(line));
};

/** Makes an Interface of options, or of input, output, completer and terminal. */
function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = {
  Interface,
  clearLine,
  clearScreenDown,
  createInterface,
  cursorTo,
  emitKeypressEvents,
  moveCursor,
};

defineLazy(module.exports, 'promises', () => require('node:readline/promises'));

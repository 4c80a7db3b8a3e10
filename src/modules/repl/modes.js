'use strict';

const REPL_MODE_SLOPPY = Symbol('repl-sloppy');
const REPL_MODE_STRICT = Symbol('repl-strict');

/** What an eval function answers where more input may make sense of what there is. */
function Recoverable(err) {
  this.err = err;
}
Object.setPrototypeOf(Recoverable, SyntaxError);
Object.setPrototypeOf(Recoverable.prototype, SyntaxError.prototype);

module.exports = { REPL_MODE_SLOPPY, REPL_MODE_STRICT, Recoverable };

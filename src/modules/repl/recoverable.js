'use strict';

// Whether code that does not compile may only be unfinished.

let parser;
/** acorn's parser, which says where it gave up. */
function acorn() {
  parser ??= require('third_party/acorn/acorn');
  return parser;
}

const options = { ecmaVersion: 'latest', allowAwaitOutsideFunction: true };

/** A parser that notes when it met the end of the input, or an unfinished string, template or comment. */
function unfinishedParser(onUnfinished) {
  const { Parser, tokTypes } = acorn();
  return class extends Parser {
    nextToken() {
      super.nextToken();
      if (this.type === tokTypes.eof) onUnfinished();
    }

    raise(position, message) {
      if (/^Unterminated (?:template|comment)/.test(message)) onUnfinished();
      // A string goes on behind a backslash at the end of its line.
      else if (message === 'Unterminated string constant' && /\\\r?\n?$/.test(this.input))
        onUnfinished();
      else if (message === 'Unterminated string constant') {
        const token = this.input.slice(this.lastTokStart, this.lastTokEnd);
        if (token.endsWith('\\\n')) onUnfinished();
      }
      super.raise(position, message);
    }
  };
}

/** Whether `code`, which failed to compile with `error`, is the beginning of something. */
function isRecoverableError(error, code) {
  if (error?.name !== 'SyntaxError') return false;
  let isUnfinished = false;
  const Parser = unfinishedParser(() => {
    isUnfinished = true;
  });
  try {
    Parser.parse(code, options);
  } catch {
    // Where it failed is what was asked for.
    return isUnfinished;
  }
  return false;
}

/** Whether code is whole and has no errors. */
function parses(code) {
  try {
    acorn().parse(code, options);
    return true;
  } catch {
    return false;
  }
}

/** Whether code in braces is meant as an object: it is one in parentheses. */
function isObjectLiteral(code) {
  return /^\s*\{/.test(code) && !/;\s*$/.test(code) && parses(`(${code.trim()}\n)`);
}

module.exports = { acorn, isObjectLiteral, isRecoverableError, options, parses };

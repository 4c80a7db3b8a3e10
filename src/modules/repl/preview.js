'use strict';

// What a REPL on a terminal shows before Enter is pressed: how the word goes on, behind the cursor,
// and what the line gives, below it. The line is evaluated by the inspector, which stops at the
// first side effect.

const { clearLine, clearScreenDown, cursorTo, moveCursor } = require('modules/readline/cursor');
const { commonPrefix } = require('modules/readline/completion');
const { getStringWidth, inspect } = require('modules/util/inspect');
const { acorn } = require('modules/repl/recoverable');

const kMaxColumns = 250;
const kTimeout = 333;
const valueOptions = { __proto__: null, colors: false, depth: 1, showHidden: false };
const objectOptions = { colors: false, depth: 1, compact: true, breakLength: Infinity };

const gray = (text) => `\x1b[90m${text}\x1b[39m`;

class Preview {
  #repl;
  #connection = null;
  #answer = null;
  // What is shown: the rest of a word, and a result.
  #rest = null;
  #result = null;
  // The line whose completion Escape refused.
  #refused = null;
  #hasCompletions = false;
  #round = 0;

  constructor(repl) {
    this.#repl = repl;
  }

  /** Shows what there is to show for the line. */
  show(withCompletion) {
    const repl = this.#repl;
    // While the keys of one write are taken, only the last of them shows something.
    if (this.#result !== null || !repl.isCompletionEnabled || repl._bufferedCommand !== '') return;
    const line = repl.line.trim();
    if (line === '') return;
    this.#hasCompletions = false;
    if (withCompletion) this.#showRest();
    let code = line;
    if (this.#rest !== null && this.#isCursorAtEnd() && this.#refused !== repl.line)
      code += this.#rest;
    const text = this.#resultOf(code);
    if (text === null || text === line) return;
    if (text === 'undefined' && (!repl.useColors || repl.ignoreUndefined)) return;
    this.#showResult(text);
  }

  /** Takes away what is shown, before a key does its work. */
  clear(key) {
    const repl = this.#repl;
    if (this.#result !== null) {
      const { end, cursor } = this.#positions();
      const rows = end.rows - cursor.rows + 1;
      moveCursor(repl.output, 0, rows);
      clearLine(repl.output);
      moveCursor(repl.output, 0, -rows);
      this.#result = null;
    }
    if (this.#rest !== null) {
      this.#clearRest();
      this.#accept(key);
      this.#rest = null;
    }
    if (this.#refused !== repl.line) this.#refused = null;
  }

  #clearRest() {
    const { output, line, cursor } = this.#repl;
    const moves = line.length !== cursor;
    const at = this.#positions();
    const rows = at.end.rows - at.cursor.rows;
    if (moves) {
      cursorTo(output, at.end.cols);
      moveCursor(output, 0, rows);
    }
    const whole = this.#repl._getDisplayPos(this.#repl.getPrompt() + line + this.#rest);
    if (whole.rows === 0 || (moves && at.end.rows === whole.rows)) clearLine(output, 1);
    else clearScreenDown(output);
    if (moves) {
      cursorTo(output, at.cursor.cols);
      moveCursor(output, 0, -rows);
    }
  }

  // Enter takes the rest of the word, and Escape refuses it.
  #accept(key) {
    const repl = this.#repl;
    if (key.ctrl || key.shift) return;
    if (key.name === 'escape') {
      if (this.#refused === null && key.meta) this.#refused = repl.line;
      return;
    }
    const isEnter = key.name === 'return' || key.name === 'enter';
    if (isEnter && !key.meta && this.#refused !== repl.line && this.#isCursorAtEnd()) {
      repl._insertString(this.#rest);
    }
  }

  #positions() {
    const repl = this.#repl;
    const end = repl._getDisplayPos(repl.getPrompt() + repl.line);
    const cursor = repl.line.length === repl.cursor ? end : repl.getCursorPos();
    return { end, cursor };
  }

  #isCursorAtEnd() {
    const { end, cursor } = this.#positions();
    return end.rows === cursor.rows && end.cols === cursor.cols;
  }

  #showRest() {
    const repl = this.#repl;
    const round = ++this.#round;
    repl.completer(repl.line, (error, answer) => {
      // The answer may come when the line is another already.
      if (round !== this.#round || error) return;
      const [found, word] = answer;
      if (!found || found.length === 0) return;
      this.#hasCompletions = true;
      const prefix = commonPrefix(found.filter((each) => each !== ''));
      if (prefix.length <= word.length) return;
      this.#rest = prefix.slice(word.length);
      this.#writeRest();
    });
  }

  #writeRest() {
    const repl = this.#repl;
    const { output } = repl;
    const { end, cursor } = this.#positions();
    if (repl.line.length !== repl.cursor) {
      cursorTo(output, end.cols);
      moveCursor(output, 0, end.rows - cursor.rows);
    }
    output.write(repl.useColors ? gray(this.#rest) : ` // ${this.#rest}`);
    cursorTo(output, cursor.cols);
    const whole = repl.getPrompt() + repl.line + this.#rest + (repl.useColors ? '' : ' // ');
    const after = repl._getDisplayPos(whole);
    moveCursor(output, 0, -(after.rows - end.rows - (after.cols === 0 ? 1 : 0)));
  }

  #showResult(text) {
    const repl = this.#repl;
    const { output } = repl;
    this.#result = text;
    let columns = Math.min(repl.columns, kMaxColumns);
    if (getStringWidth(text) > columns) {
      columns -= 4 + (repl.useColors ? 0 : 3);
      text = `${text.slice(0, columns)}...`;
    }
    // What does not fit on a line, like a message of many lines, ends at the first.
    text = /^[^\r\n\v]*/.exec(text)[0];
    const { end, cursor } = this.#positions();
    const rows = end.rows - cursor.rows;
    moveCursor(output, 0, rows);
    output.write(`\n${repl.useColors ? gray(text) : `// ${text}`}`);
    cursorTo(output, cursor.cols);
    moveCursor(output, 0, -rows - 1);
  }

  /** What a line gives, as text; null if that is not to be shown. */
  #resultOf(code) {
    if (code.startsWith('{') && !code.endsWith(';') && isExpression(`(${code})`)) {
      const text = this.#evaluate(`(${code})`);
      if (text !== null) return text;
    }
    return this.#evaluate(code);
  }

  #evaluate(expression) {
    const repl = this.#repl;
    const answer = this.#post('Runtime.evaluate', {
      expression,
      throwOnSideEffect: true,
      timeout: kTimeout,
      contextId: this.#contextId(),
    });
    if (answer === undefined) return null;
    const { result, exceptionDetails } = answer;
    if (result.value !== undefined) return inspect(result.value, valueOptions);
    if (exceptionDetails !== undefined && this.#isExpected(result.className)) return null;
    if (result.objectId !== undefined) {
      const value = this.#connection.unwrap(result.objectId);
      return inspect(value, { ...repl.writer.options, ...objectOptions });
    }
    return result.unserializableValue || result.type;
  }

  // Errors of lines that are not finished, or that had a side effect.
  #isExpected(className) {
    if (className === 'EvalError' || className === 'SyntaxError') return true;
    return className === 'ReferenceError' && (this.#hasCompletions || !isStrict(this.#repl));
  }

  #contextId() {
    const repl = this.#repl;
    const { runInContext } = require('node:vm');
    const global = repl.useGlobal ? globalThis : runInContext('globalThis', repl.context);
    return native('inspector').contextId(global);
  }

  /** Sends a command, which is answered at once. */
  #post(method, params) {
    if (this.#connection === null) {
      const { Connection } = native('inspector');
      this.#connection = new Connection((message) => {
        this.#answer = JSON.parse(message);
      });
      this.#repl.once('exit', () => this.#connection.disconnect());
    }
    this.#answer = null;
    this.#connection.dispatch(JSON.stringify({ id: 1, method, params }));
    return this.#answer?.result;
  }
}

function isExpression(code) {
  try {
    acorn().parse(code, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
    return true;
  } catch {
    return false;
  }
}

function isStrict(repl) {
  const { REPL_MODE_STRICT } = require('modules/repl/modes');
  return (
    repl.replMode === REPL_MODE_STRICT ||
    process.execArgv.some((each) => each.toLowerCase().replaceAll('_', '-') === '--use-strict')
  );
}

/** The preview of a REPL on a terminal. */
function makePreview(repl) {
  return new Preview(repl);
}

module.exports = { makePreview };

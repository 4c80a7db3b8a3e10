'use strict';

// What a REPL on a terminal shows beside the line: the search in the history, and previews.

const { clearScreenDown, cursorTo, moveCursor } = require('modules/readline/cursor');

/** Ctrl+R and Ctrl+S: searches the history for what is typed, backward or forward. */
class HistorySearch {
  #repl;
  #isActive = false;
  #isBackward = true;
  #input = '';
  #index = -1;
  #hasFailed = false;
  #original;

  constructor(repl) {
    this.#repl = repl;
  }

  /** Takes a key if it is one of the search; returns whether it was. */
  take(text, key) {
    const isStart = key.ctrl && (key.name === 'r' || key.name === 's');
    if (!this.#isActive && !isStart) return false;
    if (isStart) {
      this.#isBackward = key.name === 'r';
      if (this.#isActive) this.#find(true);
      else this.#begin();
      return true;
    }
    if (key.name === 'escape' || (key.ctrl && (key.name === 'c' || key.name === 'g'))) {
      this.#end(this.#original);
      return true;
    }
    if (key.name === 'backspace' || (key.ctrl && key.name === 'h')) {
      this.#input = this.#input.slice(0, -1);
      this.#index = this.#isBackward ? -1 : this.#repl.history.length;
      this.#find(false);
      return true;
    }
    if (
      typeof text === 'string' &&
      text !== '' &&
      !key.ctrl &&
      !key.meta &&
      !/[\x00-\x1f\x7f]/.test(text)
    ) {
      this.#input += text;
      this.#find(false);
      return true;
    }
    // Any other key accepts what was found and then does what it does.
    this.#end({ line: this.#repl.line, cursor: this.#repl.cursor });
    return false;
  }

  #begin() {
    const { line, cursor, history } = this.#repl;
    this.#original = { line, cursor };
    this.#isActive = true;
    this.#input = '';
    this.#hasFailed = false;
    this.#index = this.#isBackward ? -1 : history.length;
    this.#draw();
  }

  /** Finds the next line with the input in it; `isNext` leaves the present one. */
  #find(isNext) {
    const repl = this.#repl;
    this.#hasFailed = false;
    if (this.#input === '') {
      repl.line = this.#original.line;
      repl.cursor = this.#original.cursor;
      this.#draw();
      return;
    }
    const step = this.#isBackward ? 1 : -1;
    let index = this.#index + (isNext ? step : 0);
    if (index === -1 && this.#isBackward) index = 0;
    for (; index >= 0 && index < repl.history.length; index += step) {
      const line = repl.history[index];
      const isSame = isNext && line === repl.line;
      if (!isSame && line.includes(this.#input)) {
        this.#index = index;
        repl.line = line;
        repl.cursor = line.lastIndexOf(this.#input);
        this.#draw();
        return;
      }
    }
    this.#hasFailed = true;
    this.#draw();
  }

  #draw() {
    const repl = this.#repl;
    repl._refreshLine();
    const direction = this.#isBackward ? 'bck' : 'fwd';
    const text = `${this.#hasFailed ? 'failed-' : ''}${direction}-i-search: ${this.#input}_`;
    const end = repl._getDisplayPos(repl._prompt + repl.line);
    const at = repl.getCursorPos();
    if (end.rows > at.rows) moveCursor(repl.output, 0, end.rows - at.rows);
    repl._writeToOutput(`\n${text}`);
    moveCursor(repl.output, 0, at.rows - end.rows - 1);
    cursorTo(repl.output, at.cols);
  }

  #end({ line, cursor }) {
    const repl = this.#repl;
    this.#isActive = false;
    repl.line = line;
    repl.cursor = cursor;
    repl._refreshLine();
    clearScreenDown(repl.output);
    repl._refreshLine();
  }
}

/** The search of a REPL on a terminal. */
function makeSearch(repl) {
  return new HistorySearch(repl);
}

/** The preview of a REPL. */
function makePreview(repl) {
  return require('modules/repl/preview').makePreview(repl);
}

module.exports = { makePreview, makeSearch };

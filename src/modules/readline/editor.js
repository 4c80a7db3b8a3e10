'use strict';

// The line-editing half of readline: what keys do to the line, and how the line is drawn.

const { getStringWidth, stripVTControlCharacters } = require('modules/util/inspect_layout');
const { InterfaceConstructor } = require('modules/readline/interface');
const { clearScreenDown, cursorTo, moveCursor } = require('modules/readline/cursor');

const kMaxUndo = 2048;
const kMaxKilled = 32;

const lineEnding = /\r\n|[\n\r\u2028\u2029]/;

/** Length of the character before a position: two for a surrogate pair. */
function lengthLeft(text, at) {
  if (at <= 0) return 0;
  return at > 1 && text.codePointAt(at - 2) > 0xffff ? 2 : 1;
}

/** Length of the character at a position; one at the end, where the cursor stops anyway. */
function lengthAt(text, at) {
  return at < text.length && text.codePointAt(at) > 0xffff ? 2 : 1;
}

const reverse = (text) => Array.from(text).reverse().join('');

/** How far left the word before the cursor begins. */
function wordLengthLeft(before) {
  return /^\s*(?:[^\w\s]+|\w+)?/.exec(reverse(before))[0].length;
}

class Editor extends InterfaceConstructor {
  _initialize() {
    this._previousKey = null;
    this._killRing = [];
    this._killRingCursor = 0;
    this._isYanking = false;
    this._undoStack = [];
    this._redoStack = [];
    // While up and down are pressed: what the lines to find begin with.
    this._substringSearch = null;
    this.prevRows = 0;
    if (!this.terminal && this.history.length === 0) this.historyIndex = -1;
  }

  // ---- The history

  /** Puts the line into the history and returns it. */
  _addHistory() {
    const { line, history } = this;
    if (line.length === 0) return '';
    if (!history || this.historySize === 0 || line.trim().length === 0) return line;
    if (history.length === 0 || history[0] !== line) {
      if (this.removeHistoryDuplicates) {
        const duplicate = history.indexOf(line);
        if (duplicate !== -1) history.splice(duplicate, 1);
      }
      history.unshift(line);
      if (history.length > this.historySize) history.pop();
    }
    this.historyIndex = -1;
    // A listener may take out what should not be kept.
    this.emit('history', history);
    return line;
  }

  #showHistory(index) {
    const search = this._substringSearch ?? '';
    const isOutside = index === -1 || index === this.history.length;
    this.line = isOutside ? search : this.history[index];
    this.historyIndex = index;
    this.cursor = this.line.length;
    this._refreshLine();
  }

  _historyNext() {
    if (!this.history || this.historyIndex < 0) return;
    this._beforeEdit();
    const search = this._substringSearch ?? '';
    let index = this.historyIndex - 1;
    while (
      index >= 0 &&
      (!this.history[index].startsWith(search) || this.line === this.history[index])
    )
      index--;
    this.#showHistory(index);
  }

  _historyPrev() {
    const { history } = this;
    if (!history || history.length === 0 || this.historyIndex >= history.length) return;
    this._beforeEdit();
    const search = this._substringSearch ?? '';
    let index = this.historyIndex + 1;
    while (
      index < history.length &&
      (!history[index].startsWith(search) || this.line === history[index])
    )
      index++;
    this.#showHistory(index);
  }

  // ---- Drawing

  _refreshLine() {
    const { output } = this;
    const end = this._getDisplayPos(this._prompt + this.line);
    const at = this.getCursorPos();
    if (this.prevRows > 0) moveCursor(output, 0, -this.prevRows);
    cursorTo(output, 0);
    clearScreenDown(output);
    this._writeToOutput(this._prompt + this.line);
    // A line that ends at the margin: the terminal has not moved to the next one yet.
    if (end.cols === 0) this._writeToOutput(' ');
    cursorTo(output, at.cols);
    if (end.rows > at.rows) moveCursor(output, 0, at.rows - end.rows);
    this.prevRows = at.rows;
  }

  /** Where the cursor is after a text that begins at the margin. */
  _getDisplayPos(text) {
    const { columns, tabSize } = this;
    let offset = 0;
    let rows = 0;
    for (const character of stripVTControlCharacters(text)) {
      if (character === '\n') {
        rows += Math.ceil(offset / columns) || 1;
        offset = 0;
      } else if (character === '\t') {
        offset += tabSize - (offset % tabSize);
      } else {
        const width = getStringWidth(character, false);
        // A wide character does not begin in the last column.
        if (width === 2 && (offset + 1) % columns === 0) offset++;
        offset += width;
      }
    }
    const cols = offset % columns;
    rows += (offset - cols) / columns;
    return { cols, rows };
  }

  /** Where the cursor is, from the beginning of the prompt. */
  getCursorPos() {
    return this._getDisplayPos(this._prompt + this.line.slice(0, this.cursor));
  }

  /** Its name from before it was documented, which programs still call. */
  _getCursorPos() {
    return this.getCursorPos();
  }

  /** Moves the cursor by characters, within the line. */
  _moveCursor(dx) {
    if (dx === 0) return;
    const before = this.getCursorPos();
    this.cursor = Math.min(Math.max(this.cursor + dx, 0), this.line.length);
    const after = this.getCursorPos();
    if (before.rows === after.rows) moveCursor(this.output, after.cols - before.cols, 0);
    else this._refreshLine();
  }

  clearLine() {
    this._moveCursor(+Infinity);
    this._writeToOutput('\r\n');
    this.line = '';
    this.cursor = 0;
    this.prevRows = 0;
  }

  // ---- Changing the line

  _beforeEdit(text = this.line, cursor = this.cursor) {
    this._undoStack.push({ text, cursor });
    if (this._undoStack.length > kMaxUndo) this._undoStack.shift();
  }

  #restore(from, to) {
    const state = from.pop();
    if (state === undefined) return;
    to.push({ text: this.line, cursor: this.cursor });
    this.line = state.text;
    this.cursor = state.cursor;
    this._refreshLine();
  }

  _insertString(text) {
    this._beforeEdit();
    const isInside = this.cursor < this.line.length;
    if (isInside || !this.isCompletionEnabled) {
      this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
      this.cursor += text.length;
      // While more of a pasted text follows, the line is not worth drawing.
      if (this.isCompletionEnabled) this._refreshLine();
      else this._writeToOutput(text);
      return;
    }
    const before = this.getCursorPos();
    this.line += text;
    this.cursor += text.length;
    if (before.rows < this.getCursorPos().rows) this._refreshLine();
    else this._writeToOutput(text);
  }

  /** Takes out the characters from `start` to `end` and leaves the cursor where they were. */
  #remove(start, end) {
    this.line = this.line.slice(0, start) + this.line.slice(end);
    this.cursor = start;
    this._refreshLine();
  }

  _deleteLeft() {
    if (this.cursor === 0 || this.line.length === 0) return;
    this._beforeEdit();
    this.#remove(this.cursor - lengthLeft(this.line, this.cursor), this.cursor);
  }

  _deleteRight() {
    if (this.cursor >= this.line.length) return;
    this._beforeEdit();
    this.#remove(this.cursor, this.cursor + lengthAt(this.line, this.cursor));
  }

  _wordLeft() {
    if (this.cursor > 0) this._moveCursor(-wordLengthLeft(this.line.slice(0, this.cursor)));
  }

  _wordRight() {
    if (this.cursor >= this.line.length) return;
    const after = this.line.slice(this.cursor);
    this._moveCursor(/^(?:\s+|[^\w\s]+|\w+)\s*/.exec(after)[0].length);
  }

  _deleteWordLeft() {
    if (this.cursor === 0) return;
    this._beforeEdit();
    this.#remove(this.cursor - wordLengthLeft(this.line.slice(0, this.cursor)), this.cursor);
  }

  _deleteWordRight() {
    if (this.cursor >= this.line.length) return;
    this._beforeEdit();
    const length = /^(?:\s+|\W+|\w+)\s*/.exec(this.line.slice(this.cursor))[0].length;
    this.#remove(this.cursor, this.cursor + length);
  }

  _deleteLineLeft() {
    this._beforeEdit();
    this.#kill(this.line.slice(0, this.cursor));
    this.#remove(0, this.cursor);
  }

  _deleteLineRight() {
    this._beforeEdit();
    this.#kill(this.line.slice(this.cursor));
    this.#remove(this.cursor, this.line.length);
  }

  /** Keeps a deleted text for yanking. */
  #kill(text) {
    if (text === '' || text === this._killRing[0]) return;
    this._killRing.unshift(text);
    this._killRingCursor = 0;
    if (this._killRing.length > kMaxKilled) this._killRing.pop();
  }

  _yank() {
    if (this._killRing.length === 0) return;
    this._isYanking = true;
    this._insertString(this._killRing[this._killRingCursor]);
  }

  /** Replaces what was just yanked by what was killed before that. */
  _yankPop() {
    if (!this._isYanking || this._killRing.length < 2) return;
    const last = this._killRing[this._killRingCursor];
    this._killRingCursor = (this._killRingCursor + 1) % this._killRing.length;
    const text = this._killRing[this._killRingCursor];
    const head = this.line.slice(0, this.cursor - last.length);
    this.line = head + text + this.line.slice(this.cursor);
    this.cursor = head.length + text.length;
    this._refreshLine();
  }

  /** Ends the line. */
  _line() {
    const line = this._addHistory();
    this._undoStack = [];
    this._redoStack = [];
    this.clearLine();
    this._onLine(line);
  }

  // ---- Keys

  _onKey(text, key) {
    this._ttyWrite(text, key);
    if (key?.sequence) {
      // Half of a surrogate pair: the whole character is drawn once both are there.
      const code = key.sequence.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) this._refreshLine();
    }
  }

  /** What a key does; `text` is what was typed. */
  _ttyWrite(text, key) {
    const previousKey = this._previousKey;
    key ??= {};
    this._previousKey = key;
    if (!key.meta || key.name !== 'y') this._isYanking = false;
    this.#trackSearch(key);

    if (key.sequence === '\x1f') this.#restore(this._undoStack, this._redoStack);
    else if (key.sequence === '\x1e') this.#restore(this._redoStack, this._undoStack);
    else if (key.name === 'escape') return;
    else if (key.ctrl && key.shift) this.#controlShiftKey(key.name);
    else if (key.ctrl) this.#controlKey(key.name);
    else if (key.meta) this.#metaKey(key.name);
    else this.#plainKey(text, key, previousKey);
  }

  #trackSearch(key) {
    const isArrow =
      (key.name === 'up' || key.name === 'down') && !key.ctrl && !key.meta && !key.shift;
    if (isArrow) {
      this._substringSearch ??= this.line.slice(0, this.cursor);
    } else if (this._substringSearch !== null) {
      this._substringSearch = null;
      if (this.history.length === this.historyIndex) this.historyIndex = -1;
    }
  }

  #controlShiftKey(name) {
    if (name === 'backspace') this._deleteLineLeft();
    else if (name === 'delete') this._deleteLineRight();
  }

  #controlKey(name) {
    switch (name) {
      case 'c':
        if (this.listenerCount('SIGINT') > 0) {
          this.emit('SIGINT');
        } else {
          this._abandonQuestion?.('Aborted with Ctrl+C');
          this.close();
        }
        break;
      case 'h':
        this._deleteLeft();
        break;
      case 'd':
        if (this.cursor === 0 && this.line.length === 0) {
          this._abandonQuestion?.('Aborted with Ctrl+D');
          this.close();
        } else {
          this._deleteRight();
        }
        break;
      case 'u':
        this._deleteLineLeft();
        break;
      case 'k':
        this._deleteLineRight();
        break;
      case 'a':
        this._moveCursor(-Infinity);
        break;
      case 'e':
        this._moveCursor(+Infinity);
        break;
      case 'b':
        this._moveCursor(-lengthLeft(this.line, this.cursor));
        break;
      case 'f':
        this._moveCursor(lengthAt(this.line, this.cursor));
        break;
      case 'l':
        cursorTo(this.output, 0, 0);
        clearScreenDown(this.output);
        this._refreshLine();
        break;
      case 'n':
        this._historyNext();
        break;
      case 'p':
        this._historyPrev();
        break;
      case 'y':
        this._yank();
        break;
      case 'z':
        this.#suspend();
        break;
      case 'w':
      case 'backspace':
        this._deleteWordLeft();
        break;
      case 'delete':
        this._deleteWordRight();
        break;
      case 'left':
        this._wordLeft();
        break;
      case 'right':
        this._wordRight();
        break;
    }
  }

  /** Sends the program to the background, and draws the line again when it comes back. */
  #suspend() {
    if (process.platform === 'win32') return;
    if (this.listenerCount('SIGTSTP') > 0) {
      this.emit('SIGTSTP');
      return;
    }
    process.once('SIGCONT', () => {
      // A program that paused before is not woken.
      if (!this.paused) {
        this.pause();
        this.emit('SIGCONT');
      }
      this._setRawMode(true);
      this._refreshLine();
    });
    this._setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
  }

  #metaKey(name) {
    switch (name) {
      case 'b':
        this._wordLeft();
        break;
      case 'f':
        this._wordRight();
        break;
      case 'd':
      case 'delete':
        this._deleteWordRight();
        break;
      case 'backspace':
        this._deleteWordLeft();
        break;
      case 'y':
        this._yankPop();
        break;
    }
  }

  #plainKey(text, key, previousKey) {
    if (this._sawReturnAt && key.name !== 'enter') this._sawReturnAt = 0;
    switch (key.name) {
      case 'return':
        this._sawReturnAt = Date.now();
        this._line();
        break;
      case 'enter':
        // Behind a return it is the rest of the same line end, unless it comes late.
        if (this._sawReturnAt === 0 || Date.now() - this._sawReturnAt > this.crlfDelay)
          this._line();
        this._sawReturnAt = 0;
        break;
      case 'backspace':
        this._deleteLeft();
        break;
      case 'delete':
        this._deleteRight();
        break;
      case 'left':
        this._moveCursor(-lengthLeft(this.line, this.cursor));
        break;
      case 'right':
        this._moveCursor(lengthAt(this.line, this.cursor));
        break;
      case 'home':
        this._moveCursor(-Infinity);
        break;
      case 'end':
        this._moveCursor(+Infinity);
        break;
      case 'up':
        this._historyPrev();
        break;
      case 'down':
        this._historyNext();
        break;
      case 'tab':
        if (typeof this.completer === 'function' && this.isCompletionEnabled) {
          this._tabComplete(previousKey?.name === 'tab');
          break;
        }
      // Without a completer a tab is a character.
      default:
        if (typeof text === 'string' && text !== '') this.#type(text);
    }
  }

  /** Inserts text, which may have line ends. */
  #type(text) {
    const [first, ...rest] = text.split(lineEnding);
    if (first !== '' || rest.length === 0) this._insertString(first);
    for (const each of rest) {
      this._line();
      if (each !== '') this._insertString(each);
    }
  }

  _tabComplete(isRepeated) {
    require('modules/readline/completion').complete(this, isRepeated);
  }
}

module.exports = { Editor, lengthAt, lengthLeft };

'use strict';

// The history of a REPL in a file, so that the next session begins with it.

const { clearTimeout, setTimeout } = require('runtime/timers');

const kDebounce = 15;
const kDisabled =
  '\nPersistent history support disabled. Set the NODE_REPL_HISTORY environment\n' +
  'variable to a valid, user-writable path to enable.\n';

function readConfig(config, callback) {
  if (typeof config === 'string' || config === undefined || config === null) {
    return { filePath: config ?? undefined, onLoaded: callback };
  }
  if (typeof config === 'function') return { onLoaded: config };
  const { filePath, size, removeHistoryDuplicates, onHistoryFileLoaded } = config;
  return { filePath, size, removeHistoryDuplicates, onLoaded: callback ?? onHistoryFileLoaded };
}

class HistoryFile {
  #repl;
  #handle;
  #timer;
  #pending = false;

  constructor(repl) {
    this.#repl = repl;
    this.isFlushing = false;
    // What to say, once, to someone who looks for a history where there is none.
    this.note = undefined;
  }

  /** Says why there is no history. */
  showNote() {
    const { note } = this;
    this.note = undefined;
    this.#say(note);
  }

  /** Loads the history and begins to write it; `callback(error, repl)` when that is done. */
  setup(config, callback) {
    const {
      filePath,
      size,
      removeHistoryDuplicates,
      onLoaded = () => {},
    } = readConfig(config, callback);
    const repl = this.#repl;
    if (size !== undefined) {
      require('runtime/validators').validateNumber(size, 'size', 0);
      repl.historySize = size;
    }
    if (removeHistoryDuplicates !== undefined)
      repl.removeHistoryDuplicates = Boolean(removeHistoryDuplicates);

    let file = typeof filePath === 'string' ? filePath.trim() : filePath;
    if (file === '') {
      this.note = kDisabled;
      onLoaded(null, repl);
      return;
    }
    if (!file) {
      try {
        file = require('node:path').join(require('node:os').homedir(), '.node_repl_history');
      } catch {
        this.#say(
          '\nError: Could not get the home directory.\nREPL session history will not be persisted.\n',
        );
        this.note = kDisabled;
        onLoaded(null, repl);
        return;
      }
    }
    repl.pause();
    this.#open(file).then(
      () => {
        repl.resume();
        onLoaded(null, repl);
      },
      () => {
        this.#say(
          '\nError: Could not open history file.\nREPL session history will not be persisted.\n',
        );
        this.note = kDisabled;
        repl.resume();
        onLoaded(null, repl);
      },
    );
  }

  /** Writes a note above the prompt. */
  #say(text) {
    const repl = this.#repl;
    repl._writeToOutput(text);
    repl._refreshLine();
  }

  async #open(file) {
    const fs = require('node:fs/promises');
    // Others have no business in what was typed.
    const created = await fs.open(file, 'a+', 0o600);
    await created.close();
    const text = await fs.readFile(file, 'utf8');
    const repl = this.#repl;
    if (text !== '')
      repl.history = text
        .split(/[\n\r]+/)
        .filter((line) => line !== '')
        .slice(0, repl.historySize);
    this.#handle = await fs.open(file, 'r+');
    repl.on('line', () => this.#schedule());
    repl.once('exit', () => this.#handle?.close().catch(() => {}));
  }

  #schedule() {
    this.isFlushing = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), kDebounce);
  }

  async #flush() {
    this.#timer = undefined;
    if (this.#pending) {
      this.#schedule();
      return;
    }
    this.#pending = true;
    const text = this.#repl.history.join('\n');
    try {
      await this.#handle.truncate(0);
      await this.#handle.write(text, 0, 'utf8');
    } catch {
      // A history that cannot be written is no reason to stop.
    }
    this.#pending = false;
    if (this.#timer) return;
    this.isFlushing = false;
    this.#repl.emit('flushHistory');
  }
}

module.exports = { HistoryFile };

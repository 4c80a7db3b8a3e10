'use strict';

// REPLServer: reads commands, evaluates them, prints what came out, and begins again.

const { ERR_INVALID_REPL_EVAL_CONFIG } = require('runtime/errors');
const { deprecate } = require('modules/util/deprecate');
const { validateFunction } = require('runtime/validators');
const { inspect } = require('modules/util/inspect');
const { Interface } = require('node:readline');
const { REPL_MODE_SLOPPY, Recoverable } = require('modules/repl/modes');

const kMultilinePrompt = '| ';

let commandCount = 0;

/** How results are shown: util.inspect with options of its own. */
function writer(value) {
  return inspect(value, writer.options);
}
writer.options = { ...inspect.defaultOptions, showProxy: true };

/** The options of start(), whose arguments may also come one by one. */
function readOptions(prompt, stream, eval_, useGlobal, ignoreUndefined, replMode) {
  let options;
  if (prompt !== null && typeof prompt === 'object') {
    options = { ...prompt };
  } else {
    options = { prompt, eval: eval_, useGlobal, ignoreUndefined, replMode };
    if (stream) options.stream = stream;
  }
  if (!options.input && !options.output) {
    // One stream, or an object that holds two.
    const source = options.stream ?? process;
    if (source.stdin && source.stdout) {
      options.input = source.stdin;
      options.output = source.stdout;
    } else {
      options.input = source;
      options.output = source;
    }
  }
  options.terminal ??= options.output.isTTY;
  options.terminal = Boolean(options.terminal);
  if (options.terminal && options.useColors === undefined) {
    options.useColors = require('modules/util/style_text').shouldColorize(options.output);
  }
  return options;
}

/** A completer that calls back, of one that may return its answer. */
function withCallback(completer) {
  if (typeof completer !== 'function' || completer.length === 2) return completer;
  return (line, callback) => callback(null, completer(line));
}

/** The methods of a REPLServer, which is a function so that it can be called for the object of an heir's. */
class Methods extends Interface {
  _start(options) {
    if (options.breakEvalOnSigint && options.eval) throw new ERR_INVALID_REPL_EVAL_CONFIG();
    const prompt = options.prompt !== undefined ? options.prompt : '> ';
    const holder = {};
    Interface.call(this, {
      input: options.input,
      output: options.output,
      completer: withCallback(
        options.completer ?? ((line, callback) => holder.self._defaultComplete(line, callback)),
      ),
      terminal: options.terminal,
      historySize: options.historySize,
      prompt,
    });
    holder.self = this;
    this._initialPrompt = prompt;
    this.useColors = Boolean(options.useColors);
    this.useGlobal = Boolean(options.useGlobal);
    this.ignoreUndefined = Boolean(options.ignoreUndefined);
    this.replMode = options.replMode || REPL_MODE_SLOPPY;
    this.breakEvalOnSigint = Boolean(options.breakEvalOnSigint);
    this.allowBlockingCompletions = Boolean(options.allowBlockingCompletions);
    this.editorMode = false;
    this.underscoreAssigned = false;
    this.last = undefined;
    this.underscoreErrAssigned = false;
    this.lastError = undefined;
    this.lines = [];
    this.commands = { __proto__: null };
    this._isStandalone = Boolean(options[kStandalone]);
    this._isLoading = false;
    this._bufferedCommand = '';
    this._sawSIGINT = false;
    this._sawCtrlD = false;
    // What stops a command that waits; what was typed while it did.
    this._interrupts = new Set();
    this._typedAhead = [];
    this._isEvaluating = false;
    this._isWaiting = false;
    this._takeWriter(options.writer);
    this._makeDomain(options.eval, options.handleError);
    this._makeHistory();
    this._makePreview(options);
    this.resetContext();
    require('modules/repl/commands').defineCommands(this);
    this._listen();
    this.displayPrompt();
  }

  _takeWriter(own) {
    if (own) {
      this.writer = own;
      return;
    }
    this.writer = (value) => inspect(value, this.writer.options);
    this.writer.options = { ...writer.options, colors: this.useColors };
    if (!this._isStandalone) return;
    // Only there can a program say how its results are to look.
    Object.defineProperty(inspect, 'replDefaults', {
      get: () => this.writer.options,
      set: (options) => {
        require('runtime/validators').validateObject(options, 'options');
        Object.assign(this.writer.options, options);
      },
      enumerable: true,
      configurable: true,
    });
  }

  /** What commands throw, at once or later, comes out of the domain they run in. */
  _makeDomain(own, handleError) {
    const domain = require('node:domain');
    const { evaluate } = require('modules/repl/evaluate');
    this._domain = domain.create();
    const evaluator =
      own ??
      ((code, context, filename, callback) => evaluate(this, code, context, filename, callback));
    this._hasOwnEval = own !== undefined;
    this.eval = this._domain.bind(evaluator);
    this._domain.on('error', (error) => {
      if (handleError?.(error) === 'unhandled') {
        process.nextTick(() => {
          throw error;
        });
        return;
      }
      this._showError(error);
    });
    require('modules/repl/uncaught').guardProcess(this);
  }

  _makeHistory() {
    const { HistoryFile } = require('modules/repl/history');
    this.historyManager = new HistoryFile(this);
  }

  _makePreview(options) {
    const { makePreview, makeSearch } = require('modules/repl/assist');
    this._search = this.terminal ? makeSearch(this) : undefined;
    const wanted = options.preview ?? !this._hasOwnEval;
    this._preview =
      this.terminal && wanted && process.env.TERM !== 'dumb' ? makePreview(this) : undefined;
  }

  _listen() {
    this.on('line', (line) => this._takeLine(line));
    this.on('SIGINT', () => this._onInterrupt());
    this.on('SIGCONT', () => {
      if (this.editorMode) {
        this.output.write(`${this._initialPrompt}.editor\n`);
        this.output.write('// Entering editor mode (Ctrl+D to finish, Ctrl+C to cancel)\n');
        this.output.write(`${this._bufferedCommand}\n`);
        this.prompt(true);
      } else {
        this.displayPrompt(true);
      }
    });
    this.on('close', () => {
      if (this.historyManager.isFlushing) this.once('flushHistory', () => this.emit('exit'));
      else process.nextTick(() => this.emit('exit'));
    });
  }

  // ---- Contexts

  createContext() {
    return require('modules/repl/context').createContext(this.useGlobal, this.output);
  }

  resetContext() {
    this.context = this.createContext();
    // Variables that are no properties of the context: those of let, const and class.
    this._lexicalNames = new Set();
    this.underscoreAssigned = false;
    this.underscoreErrAssigned = false;
    this.lines = [];
    this._defineUnderscore('_', 'last', 'underscoreAssigned');
    this._defineUnderscore('_error', 'lastError', 'underscoreErrAssigned');
    this.emit('reset', this.context);
  }

  _defineUnderscore(name, key, assigned) {
    Object.defineProperty(this.context, name, {
      get: () => this[key],
      set: (value) => {
        this[key] = value;
        if (this[assigned]) return;
        this[assigned] = true;
        this.output.write(`Expression assignment to ${name} now disabled.\n`);
      },
      configurable: true,
    });
  }

  // ---- Commands and code

  _takeLine(line) {
    if (this._isWaiting) {
      this._typedAhead.push(() => this._takeLine(line));
      return;
    }
    line ??= '';
    this._sawSIGINT = false;
    if (this.editorMode) {
      this._bufferedCommand += `${line}\n`;
      this.lines.push(line);
      // The next line is indented like this one, unless both are pasted.
      const isTyped = this._sawKeyPress && !this._isLoading;
      const indentation = isTyped ? /^\s+/.exec(line) : null;
      if (indentation) {
        const [prefix] = indentation;
        this.output.write(prefix);
        this.line = prefix;
        this.cursor = prefix.length;
      }
      return;
    }
    const trimmed = line.trim();
    if (this._runKeyword(trimmed)) return;
    this._evaluate(line, trimmed);
  }

  /** Runs a command such as .help; returns whether the line was one. */
  _runKeyword(trimmed) {
    if (trimmed[0] !== '.' || trimmed[1] === '.' || !Number.isNaN(Number.parseFloat(trimmed)))
      return false;
    const match = /^\.([^\s]+)\s*(.*)$/.exec(trimmed);
    const command = this.commands[match?.[1]];
    if (command) {
      Reflect.apply(command.action, this, [match[2]]);
      return true;
    }
    if (this._bufferedCommand !== '') return false;
    this.output.write('Invalid REPL keyword\n');
    this._finish('', '', null);
    return true;
  }

  _evaluate(line, trimmed) {
    const code = `${this._bufferedCommand}${line}\n`;
    commandCount++;
    let isFinished = false;
    const finish = (...result) => {
      if (isFinished) return;
      isFinished = true;
      this._finish(line, trimmed, ...result);
    };
    this.eval(code, this.context, `REPL${commandCount}`, finish);
  }

  /** Called with the error and, where there is one, the value of a command. */
  _finish(line, trimmed, ...result) {
    const [error, value] = result;
    const hasFailed = error !== undefined && error !== null;
    if (trimmed !== '' || this._sawCtrlD) this.lines.push(line);
    if (
      hasFailed &&
      this._bufferedCommand === '' &&
      trimmed.startsWith('npm ') &&
      !(error instanceof Recoverable)
    ) {
      this.output.write(
        'npm should be run outside of the Node.js REPL, in your normal shell.\n(Press Ctrl+D to exit.)\n',
      );
      this.displayPrompt();
      return;
    }
    if (error instanceof Recoverable && !this._sawCtrlD) {
      this._bufferedCommand += `${line}\n`;
      this.displayPrompt();
      return;
    }
    if (hasFailed)
      this._domain.emit('error', error instanceof Recoverable ? (error.err ?? error) : error);
    this.clearBufferedCommand();
    this._sawCtrlD = false;
    if (!hasFailed && result.length === 2 && (!this.ignoreUndefined || value !== undefined)) {
      if (!this.underscoreAssigned) this.last = value;
      this.output.write(`${this.writer(value)}\n`);
    }
    if (!this.closed && !hasFailed) this.displayPrompt();
  }

  _showError(error) {
    const { reportText, trimStack } = require('modules/repl/report');
    if (!this.underscoreErrAssigned) this.lastError = error;
    if (this._isStandalone && process.listenerCount('uncaughtException') !== 0) {
      process.nextTick(() => {
        process.emit('uncaughtException', error);
        this.clearBufferedCommand();
        this.displayPrompt();
      });
      return;
    }
    if (typeof error === 'object' && error !== null) {
      trimStack(error);
      if (error.domainThrown) {
        // That it came through the REPL's domain is nothing the program has to know.
        delete error.domain;
        delete error.domainThrown;
      }
    }
    this.output.write(reportText(this, error));
    this.clearBufferedCommand();
    if (!this.closed) this.displayPrompt();
  }

  clearBufferedCommand() {
    this._bufferedCommand = '';
  }

  defineCommand(keyword, command) {
    if (typeof command === 'function') command = { action: command };
    else validateFunction(command.action, 'cmd.action');
    this.commands[keyword] = command;
  }

  // ---- Prompts and keys

  setPrompt(prompt) {
    this._initialPrompt = prompt;
    super.setPrompt(prompt);
  }

  displayPrompt(preserveCursor) {
    super.setPrompt(this._bufferedCommand === '' ? this._initialPrompt : kMultilinePrompt);
    this.prompt(preserveCursor);
  }

  _onInterrupt() {
    const isEmpty = this.line.length === 0;
    this.clearLine();
    this._turnOffEditorMode();
    if (this._bufferedCommand === '' && isEmpty) {
      if (this._sawSIGINT) {
        this._sawSIGINT = false;
        this.close();
        return;
      }
      this.output.write('(To exit, press Ctrl+C again or Ctrl+D or type .exit)\n');
      this._sawSIGINT = true;
    } else {
      this._sawSIGINT = false;
    }
    this.clearBufferedCommand();
    this.displayPrompt();
  }

  _turnOnEditorMode() {
    this.editorMode = true;
    super.setPrompt('');
  }

  _turnOffEditorMode() {
    this.editorMode = false;
    super.setPrompt(this._initialPrompt);
  }

  _ttyWrite(text, key) {
    key ??= {};
    if (this._isWaiting) {
      if (key.ctrl && key.name === 'c') for (const interrupt of this._interrupts) interrupt();
      else this._typedAhead.push(() => this._ttyWrite(text, key));
      return;
    }
    if (this.editorMode) {
      this._editorKey(text, key);
      return;
    }
    // What the preview wrote must not stay behind.
    if (key.ctrl && key.name === 'd' && this.cursor === 0 && this.line.length === 0)
      this.clearLine();
    this._preview?.clear(key);
    if (this._search?.take(text, key)) return;
    super._ttyWrite(text, key);
    this._preview?.show(key.name !== 'escape');
  }

  _editorKey(text, key) {
    if (key.ctrl && !key.shift) {
      if (key.name === 'd') {
        this._turnOffEditorMode();
        this._sawCtrlD = true;
        super._ttyWrite(text, { name: 'return' });
      } else if (key.name !== 'n' && key.name !== 'p') {
        super._ttyWrite(text, key);
      }
      return;
    }
    if (key.name === 'up' || key.name === 'down') return;
    // A second tab would list completions into the middle of the text.
    if (key.name === 'tab') this._previousKey = null;
    super._ttyWrite(text, key);
  }

  /** Holds back what is typed until the command that waits is done. */
  _pauseInput() {
    this._isWaiting = true;
  }

  _resumeInput() {
    this._isWaiting = false;
    while (!this._isWaiting && this._typedAhead.length > 0) this._typedAhead.shift()();
    if (this._closeWhenDone && !this._isWaiting) this.close();
  }

  close() {
    // The end of the input does not end a command that is still running.
    if (this._isWaiting) {
      this._closeWhenDone = true;
      return;
    }
    super.close();
  }

  // ---- Completion and history

  _historyPrev() {
    if (this.history.length === 0 && this.historyManager.note !== undefined) {
      this.historyManager.showNote();
      return;
    }
    super._historyPrev();
  }

  complete(...args) {
    Reflect.apply(this.completer, this, args);
  }

  get completer() {
    return this.editorMode ? this._completeInEditor : this._completer;
  }

  set completer(completer) {
    this._completer = completer;
    this._completeInEditor = (line, callback) =>
      completer(line, (error, answer) => {
        const { completeInEditor } = require('modules/repl/complete');
        completeInEditor(error, answer, callback);
      });
  }

  _defaultComplete(line, callback) {
    require('modules/repl/complete').complete(this, line, callback);
  }

  setupHistory(config = {}, callback = undefined) {
    this.historyManager.setup(config, callback);
  }
}

/** https://nodejs.org/docs/latest-v24.x/api/repl.html#class-replserver */
function REPLServer(prompt, source, eval_, useGlobal, ignoreUndefined, replMode) {
  if (!(this instanceof REPLServer)) {
    return new REPLServer(prompt, source, eval_, useGlobal, ignoreUndefined, replMode);
  }
  this._start(readOptions(prompt, source, eval_, useGlobal, ignoreUndefined, replMode));
}
Object.setPrototypeOf(REPLServer, Interface);
Object.setPrototypeOf(REPLServer.prototype, Interface.prototype);

for (const [name, property] of Object.entries(
  Object.getOwnPropertyDescriptors(Methods.prototype),
)) {
  if (name === 'constructor') continue;
  Object.defineProperty(REPLServer.prototype, name, { ...property, enumerable: !property.get });
}

for (const [name, key] of [
  ['inputStream', 'input'],
  ['outputStream', 'output'],
]) {
  const message =
    'repl.inputStream and repl.outputStream are deprecated. Use repl.input and repl.output instead';
  Object.defineProperty(REPLServer.prototype, name, {
    get: deprecate(
      function get() {
        return this[key];
      },
      message,
      'DEP0141',
    ),
    set: deprecate(
      function set(value) {
        this[key] = value;
      },
      message,
      'DEP0141',
    ),
    enumerable: false,
    configurable: true,
  });
}

/** Option that makes a REPL the program itself: `gyre` without arguments. */
const kStandalone = Symbol('standalone');

module.exports = { REPLServer, kStandalone, writer };

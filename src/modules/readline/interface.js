'use strict';

// The line-reading half of readline: input to lines, prompts and questions. What a terminal adds,
// editing, is in modules/readline/editor.

const EventEmitter = require('node:events');
const { ERR_INVALID_ARG_VALUE, ERR_USE_AFTER_CLOSE } = require('runtime/errors');
const {
  validateAbortSignal,
  validateArray,
  validateNumber,
  validateString,
  validateUint32,
} = require('runtime/validators');

const kDefaultHistorySize = 30;
const kMinCrlfDelay = 100;

const kQuestion = Symbol('question');
const kCancelQuestion = Symbol('cancelQuestion');

/** Text by its ends of lines; a \r\n that was cut apart is put together by time. */
function splitLines(text) {
  // A search for one character is several times as fast as one for a pattern, and few files have others.
  const hasOthers = text.includes('\r') || text.includes('\u2028') || text.includes('\u2029');
  return text.split(hasOthers ? /\r\n|[\n\r\u2028\u2029]/ : '\n');
}

/** Takes both forms of arguments: an object, or input, output, completer and terminal. */
function readOptions(input, output, completer, terminal) {
  if (!input?.input) return { input, output, completer, terminal, prompt: '> ' };
  const { input: stream, prompt = '> ', ...rest } = input;
  return { ...rest, input: stream, prompt };
}

function validateOptions(options) {
  const { signal, completer, history, historySize, tabSize, escapeCodeTimeout } = options;
  if (signal) validateAbortSignal(signal, 'options.signal');
  if (escapeCodeTimeout !== undefined && !Number.isFinite(escapeCodeTimeout)) {
    throw new ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', escapeCodeTimeout);
  }
  if (completer !== undefined && typeof completer !== 'function') {
    throw new ERR_INVALID_ARG_VALUE('completer', completer);
  }
  if (history !== undefined) validateArray(history, 'history');
  if (historySize !== undefined) validateNumber(historySize, 'historySize', 0);
  if (tabSize !== undefined) validateUint32(tabSize, 'tabSize', true);
}

// The object of an heir's that is about to become an interface, where no new one does.
let heir;

/** What an interface is made of: a new emitter, or an heir's object. */
function Origin() {
  const object = heir ?? this;
  heir = undefined;
  EventEmitter.call(object);
  return object;
}
Origin.prototype = EventEmitter.prototype;
Object.setPrototypeOf(Origin, EventEmitter);

/** Makes an interface of `object`, which inherits from `Class`: for constructors that heirs call. */
function makeInterface(object, Class, args) {
  heir = object;
  Reflect.construct(Class, args);
}

/** https://nodejs.org/docs/latest-v24.x/api/readline.html#class-interfaceconstructor */
class InterfaceConstructor extends Origin {
  #questionCallback = null;
  #promptBeforeQuestion = '';
  #unfinishedLine = '';
  #decoder;
  #lines;

  constructor(...args) {
    super();
    const options = readOptions(...args);
    validateOptions(options);
    const { input, output, crlfDelay } = options;
    this.isCompletionEnabled = true;
    this.escapeCodeTimeout = options.escapeCodeTimeout ?? 500;
    this.crlfDelay = crlfDelay ? Math.max(kMinCrlfDelay, crlfDelay) : kMinCrlfDelay;
    this.tabSize = options.tabSize ?? 8;
    this.completer = options.completer;
    this.input = input;
    this.output = output;
    this.history = options.history ?? [];
    this.historySize = options.historySize ?? kDefaultHistorySize;
    this.removeHistoryDuplicates = Boolean(options.removeHistoryDuplicates);
    this.historyIndex = -1;
    this.line = '';
    this.cursor = 0;
    this.paused = false;
    this.closed = false;
    // When a \r came last, so that a \n soon after it is the same line end.
    this._sawReturnAt = 0;
    this.terminal = Boolean(options.terminal === undefined ? output?.isTTY : options.terminal);
    this.setPrompt(options.prompt);
    this._initialize?.();
    if (this.terminal) this.#listenToKeys();
    else this.#listenToData();
    if (options.signal) this.#closeOnAbort(options.signal);
    input.resume();
  }

  #listenToData() {
    const { StringDecoder } = require('node:string_decoder');
    const { input } = this;
    this.#decoder = new StringDecoder('utf8');
    const onError = (error) => this.emit('error', error);
    const onData = (data) => this._normalWrite(data);
    const onEnd = () => {
      if (this.#unfinishedLine.length > 0) this.emit('line', this.#unfinishedLine);
      this.close();
    };
    input.on('error', onError);
    input.on('data', onData);
    input.on('end', onEnd);
    this.once('close', () => {
      input.removeListener('error', onError);
      input.removeListener('data', onData);
      input.removeListener('end', onEnd);
    });
  }

  #listenToKeys() {
    const { emitKeypressEvents } = require('modules/readline/keypress');
    const { input, output } = this;
    emitKeypressEvents(input, this);
    const onError = (error) => this.emit('error', error);
    const onKey = (text, key) => this._onKey(text, key);
    const onEnd = () => {
      if (this.line.length > 0) this.emit('line', this.line);
      this.close();
    };
    const onResize = () => this._refreshLine();
    input.on('error', onError);
    input.on('keypress', onKey);
    input.on('end', onEnd);
    this._setRawMode(true);
    if (output != null) output.on('resize', onResize);
    this.once('close', () => {
      input.removeListener('error', onError);
      input.removeListener('keypress', onKey);
      input.removeListener('end', onEnd);
      if (output != null) output.removeListener('resize', onResize);
    });
  }

  #closeOnAbort(signal) {
    const onAborted = () => this.close();
    if (signal.aborted) {
      process.nextTick(onAborted);
      return;
    }
    signal.addEventListener('abort', onAborted, { once: true });
    this.once('close', () => signal.removeEventListener('abort', onAborted));
  }

  /** Columns of the terminal. */
  get columns() {
    return this.output?.columns || Infinity;
  }

  getPrompt() {
    return this._prompt;
  }

  setPrompt(prompt) {
    this._prompt = prompt;
  }

  _setRawMode(mode) {
    const wasRaw = this.input.isRaw;
    if (typeof this.input.setRawMode === 'function') this.input.setRawMode(mode);
    return wasRaw;
  }

  prompt(preserveCursor) {
    if (this.paused) this.resume();
    if (this.terminal && process.env.TERM !== 'dumb') {
      if (!preserveCursor) this.cursor = 0;
      this._refreshLine();
    } else {
      this._writeToOutput(this._prompt);
    }
  }

  /** Shows a query and gives the next line to `callback`; while one waits, only its prompt again. */
  [kQuestion](query, callback) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.#questionCallback) {
      this.prompt();
      return;
    }
    this.#promptBeforeQuestion = this._prompt;
    this.setPrompt(query);
    this.#questionCallback = callback;
    this.prompt();
  }

  [kCancelQuestion]() {
    if (!this.#questionCallback) return;
    this.#questionCallback = null;
    this.setPrompt(this.#promptBeforeQuestion);
    this.clearLine();
  }

  _onLine(line) {
    if (this.#questionCallback) this.#answer(line);
    else this.emit('line', line);
  }

  #answer(line) {
    const callback = this.#questionCallback;
    this.#questionCallback = null;
    this.setPrompt(this.#promptBeforeQuestion);
    callback(line);
  }

  _writeToOutput(text) {
    validateString(text, 'stringToWrite');
    if (this.output != null) this.output.write(text);
  }

  close() {
    if (this.closed) return;
    this.pause();
    if (this.terminal) this._setRawMode(false);
    this.closed = true;
    this.emit('close');
  }

  pause() {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) return this;
    this.input.pause();
    this.paused = true;
    this.emit('pause');
    return this;
  }

  resume() {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (!this.paused) return this;
    this.input.resume();
    this.paused = false;
    this.emit('resume');
    return this;
  }

  /** Takes data as if it had been typed. */
  write(data, key) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) this.resume();
    if (this.terminal) this._ttyWrite(data, key);
    else this._normalWrite(data);
  }

  /** Splits what came into lines, the last of which may be unfinished. */
  _normalWrite(data) {
    if (data === undefined) return;
    let text = this.#decoder.write(data);
    if (this._sawReturnAt && Date.now() - this._sawReturnAt <= this.crlfDelay) {
      if (text.charCodeAt(0) === 10) text = text.slice(1);
      this._sawReturnAt = 0;
    }
    const lines = splitLines(text);
    lines[0] = this.#unfinishedLine + lines[0];
    this.#unfinishedLine = lines.pop();
    if (lines.length === 0) return;
    this._sawReturnAt = text.endsWith('\r') ? Date.now() : 0;
    if (this.#isIterated()) {
      this.#lines.take(lines);
      return;
    }
    for (const line of lines) this._onLine(line);
  }

  /** The lines one by one; breaking out of the loop closes the interface. */
  [Symbol.asyncIterator]() {
    // One for all loops: lines that came together are waiting in it.
    if (this.#lines === undefined) {
      const { LineIterator } = require('modules/readline/line_iterator');
      this.#lines = new LineIterator(this);
    }
    return this.#lines;
  }

  /** Whether lines go to the loops over this interface and to nobody else. */
  #isIterated() {
    return (
      this.#lines !== undefined &&
      this.#questionCallback === null &&
      this._events.line === this.#lines.onLine &&
      this.emit === EventEmitter.prototype.emit &&
      this._onLine === InterfaceConstructor.prototype._onLine
    );
  }
}

Object.defineProperty(InterfaceConstructor.prototype, Symbol.dispose, {
  value: InterfaceConstructor.prototype.close,
  writable: true,
  configurable: true,
});

module.exports = { InterfaceConstructor, kCancelQuestion, kQuestion, makeInterface };

'use strict';

// The class Console: what it prints, and to which of its two streams.

const {
  ERR_CONSOLE_WRITABLE_STREAM,
  ERR_INCOMPATIBLE_OPTION_PAIR,
  isStackOverflowError,
} = require('runtime/errors');
const { kOrderlyWrite } = require('runtime/symbols');
const {
  validateArray,
  validateInteger,
  validateObject,
  validateOneOf,
} = require('runtime/validators');

const diagnosticsChannel = require('modules/diagnostics_channel/state');

const kState = Symbol('kState');
const kMaxGroupIndentation = 1000;

const noop = () => {};

/** Text of arguments as the stream wants it, or with no look at the stream where it is a string. */
let formatArguments;
function format(self, stream, args) {
  if (args.length === 1 && typeof args[0] === 'string') return args[0];
  formatArguments ??= require('modules/util/format').formatArguments;
  return formatArguments(inspectOptions(self, stream), args);
}

const withColors = { colors: true };

function inspectOptions(self, stream) {
  const { colorMode, options } = self[kState];
  let colors = colorMode;
  if (colors === 'auto') {
    // What decides is who reads the stream; most streams are no terminals.
    const mayHaveColors = stream.isTTY || process.env.FORCE_COLOR !== undefined;
    colors = mayHaveColors ? require('modules/util/style_text').shouldColorize(stream) : false;
  }
  const own = options instanceof Map ? options.get(stream) : options;
  if (own !== undefined) return own.colors === undefined ? { ...own, colors } : own;
  return colors ? withColors : undefined;
}

function indent(text, indentation) {
  return indentation + text.replaceAll('\n', `\n${indentation}`);
}

function write(self, isError, stream, text) {
  const { indentation } = self[kState];
  if (indentation !== '') text = indent(text, indentation);
  text += '\n';
  if (self._ignoreErrors === false) return void stream.write(text);

  // A write can fail at once or later. Neither may become the program's business: printing is
  // best effort.
  if (isOrderly(stream)) {
    stream.write(text, isError ? self._stderrErrorHandler : self._stdoutErrorHandler);
    return;
  }
  const isUnheard = stream.listenerCount('error') === 0;
  if (isUnheard) stream.on('error', noop);
  try {
    stream.write(text, isError ? self._stderrErrorHandler : self._stdoutErrorHandler);
  } catch (error) {
    // A stack overflow is the program's own, wherever it happened.
    if (isStackOverflowError(error)) throw error;
  } finally {
    if (isUnheard) stream.removeListener('error', noop);
  }
}

let orderlyWrite;

/** Whether it is one of our own streams, which neither throw nor emit errors out of write(). */
function isOrderly(stream) {
  const own = stream[kOrderlyWrite];
  if (own === undefined || stream._write !== own) return false;
  orderlyWrite ??= require('node:stream').Writable.prototype.write;
  return stream.write === orderlyWrite && !stream.destroyed;
}

/** What follows a failed write: the stream is about to emit an error that nobody waits for. */
function makeErrorHandler(stream) {
  return (error) => {
    if (error != null && stream() && !stream()._writableState?.errorEmitted) {
      if (stream().listenerCount('error') === 0) stream().once('error', noop);
    }
  };
}

/** Tells the subscribers of a diagnostics channel, of which there are none unless it is loaded. */
function publish(name, args) {
  if (!diagnosticsChannel.loaded) return;
  const { channel } = require('node:diagnostics_channel');
  const subscribed = channel(name);
  if (subscribed.hasSubscribers) subscribed.publish(args);
}

function printTime(self, name, label, args) {
  label = `${label}`;
  const start = self._times.get(label);
  if (start === undefined) {
    process.emitWarning(`No such label '${label}' for console.${name}()`);
    return false;
  }
  const [seconds, nanoseconds] = process.hrtime(start);
  const { formatTime } = require('modules/console/format_time');
  const text = formatTime(seconds * 1000 + nanoseconds / 1e6);
  if (args === undefined) self.log('%s: %s', label, text);
  else self.log('%s: %s', label, text, ...args);
  return true;
}

const methods = {
  log(...args) {
    publish('console.log', args);
    const stream = this._stdout;
    write(this, false, stream, format(this, stream, args));
  },

  info(...args) {
    publish('console.info', args);
    const stream = this._stdout;
    write(this, false, stream, format(this, stream, args));
  },

  debug(...args) {
    publish('console.debug', args);
    const stream = this._stdout;
    write(this, false, stream, format(this, stream, args));
  },

  warn(...args) {
    publish('console.warn', args);
    const stream = this._stderr;
    write(this, true, stream, format(this, stream, args));
  },

  error(...args) {
    publish('console.error', args);
    const stream = this._stderr;
    write(this, true, stream, format(this, stream, args));
  },

  dir(object, options) {
    const { inspect } = require('modules/util/inspect');
    const stream = this._stdout;
    const all = { customInspect: false, ...inspectOptions(this, stream), ...options };
    write(this, false, stream, inspect(object, all));
  },

  time(label = 'default') {
    label = `${label}`;
    if (this._times.has(label)) {
      process.emitWarning(`Label '${label}' already exists for console.time()`);
    } else {
      this._times.set(label, process.hrtime());
    }
  },

  timeEnd(label = 'default') {
    if (printTime(this, 'timeEnd', label, undefined)) this._times.delete(`${label}`);
  },

  timeLog(label = 'default', ...args) {
    printTime(this, 'timeLog', label, args);
  },

  trace(...args) {
    const error = { name: 'Trace', message: format(this, this._stderr, args) };
    Error.captureStackTrace(error, methods.trace);
    this.error(error.stack);
  },

  assert(expression, ...args) {
    if (expression) return;
    if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
    else args.unshift('Assertion failed');
    Reflect.apply(this.warn, this, args);
  },

  clear() {
    if (!this._stdout.isTTY || process.env.TERM === 'dumb') return;
    const { cursorTo, clearScreenDown } = require('node:readline');
    cursorTo(this._stdout, 0, 0);
    clearScreenDown(this._stdout);
  },

  count(label = 'default') {
    label = `${label}`;
    const { counts } = this[kState];
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    this.log(`${label}: ${count}`);
  },

  countReset(label = 'default') {
    label = `${label}`;
    if (!this[kState].counts.delete(label)) {
      process.emitWarning(`Count for '${label}' does not exist`);
    }
  },

  group(...args) {
    if (args.length > 0) Reflect.apply(this.log, this, args);
    const state = this[kState];
    state.indentation += ' '.repeat(state.groupIndentation);
  },

  groupEnd() {
    const state = this[kState];
    state.indentation = state.indentation.slice(
      0,
      Math.max(0, state.indentation.length - state.groupIndentation),
    );
  },

  table(tabularData, properties) {
    if (tabularData === null || typeof tabularData !== 'object') return this.log(tabularData);
    if (properties !== undefined) validateArray(properties, 'properties');
    const { formatTable } = require('modules/console/table');
    this.log(formatTable(tabularData, properties, inspectOptions(this, this._stdout)));
  },
};
methods.dirxml = methods.log;
methods.groupCollapsed = methods.group;

function defineHidden(target, name, value) {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** Makes a console of an object that has the methods: binds them and gives it its state. */
function initialize(self, { ignoreErrors, colorMode, groupIndentation, options }) {
  for (const name of Object.keys(methods)) {
    const bound = self[name].bind(self);
    Object.defineProperty(bound, 'name', { value: name, configurable: true });
    self[name] = bound;
  }
  defineHidden(
    self,
    '_stdoutErrorHandler',
    makeErrorHandler(() => self._stdout),
  );
  defineHidden(
    self,
    '_stderrErrorHandler',
    makeErrorHandler(() => self._stderr),
  );
  defineHidden(self, '_ignoreErrors', Boolean(ignoreErrors));
  defineHidden(self, '_times', new Map());
  defineHidden(self, kState, {
    counts: new Map(),
    colorMode,
    options,
    groupIndentation,
    indentation: '',
  });
  Object.defineProperty(self, Symbol.toStringTag, {
    value: 'console',
    writable: false,
    enumerable: false,
    configurable: true,
  });
}

function validateInspectOptions(options, colorMode) {
  validateObject(options, 'options.inspectOptions');
  const each = options instanceof Map ? options.values() : [options];
  for (const one of each) {
    if (options instanceof Map) validateObject(one, 'options.inspectOptions');
    if (one.colors !== undefined && colorMode !== undefined) {
      throw new ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode');
    }
  }
}

/** https://nodejs.org/docs/latest-v24.x/api/console.html#class-console */
function Console(options) {
  if (new.target === undefined) return Reflect.construct(Console, arguments);
  if (!options || typeof options.write === 'function') {
    options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] };
  }
  const {
    stdout,
    stderr = stdout,
    ignoreErrors = true,
    colorMode,
    inspectOptions: given,
    groupIndentation,
  } = options;
  if (!stdout || typeof stdout.write !== 'function')
    throw new ERR_CONSOLE_WRITABLE_STREAM('stdout');
  if (!stderr || typeof stderr.write !== 'function')
    throw new ERR_CONSOLE_WRITABLE_STREAM('stderr');
  if (colorMode !== undefined) validateOneOf(colorMode, 'colorMode', ['auto', true, false]);
  if (groupIndentation !== undefined) {
    validateInteger(groupIndentation, 'groupIndentation', 0, kMaxGroupIndentation);
  }
  if (given !== undefined) validateInspectOptions(given, colorMode);

  defineHidden(this, '_stdout', stdout);
  defineHidden(this, '_stderr', stderr);
  initialize(this, {
    ignoreErrors,
    colorMode: colorMode ?? 'auto',
    groupIndentation: groupIndentation ?? 2,
    options: given,
  });
}
Object.assign(Console.prototype, methods);
Object.defineProperty(Console, Symbol.hasInstance, {
  value: (value) => value !== null && typeof value === 'object' && value[kState] !== undefined,
});

module.exports = { Console, initialize, methods };

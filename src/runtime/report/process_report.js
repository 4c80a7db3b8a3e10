'use strict';
// process.report: https://nodejs.org/api/process.html#processreport

const { ERR_INVALID_ARG_TYPE, ERR_SYNTHETIC, ERR_UNKNOWN_SIGNAL } = require('runtime/errors');
const { validateBoolean, validateObject, validateString } = require('runtime/validators');
const { getOptionValue } = require('runtime/options');
const { isMainThread } = require('runtime/process_state');
const native_ = native('report');

// What a report says of an error: the first line of its stack, the other lines, and its own
// properties as [name, text, ...].
function describe(error) {
  if (typeof error !== 'object' || error === null) return [String(error), [], []];
  const { stack } = error;
  if (typeof stack !== 'string') return ['No stack.', ['Unavailable.'], []];
  const [message, ...frames] = stack.split('\n');
  const properties = [];
  for (const name of Object.keys(error)) {
    try {
      properties.push(name, String(error[name]));
    } catch {
      // A value without a text, or a getter that throws: the rest is worth more.
    }
  }
  return [message, frames.map((frame) => frame.trim()), properties];
}

function describeHere(below) {
  const error = new ERR_SYNTHETIC();
  Error.captureStackTrace(error, below);
  return describe(error);
}

function writeReport(file, err) {
  if (typeof file === 'object' && file !== null) {
    err = file;
    file = undefined;
  } else if (file !== undefined && typeof file !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('file', 'String', file);
  }
  if (err !== undefined) validateObject(err, 'err');
  const described = err === undefined ? describeHere(writeReport) : describe(err);
  return native_.write('JavaScript API', 'API', ...described, file ?? '');
}

function getReport(err) {
  if (err !== undefined) validateObject(err, 'err');
  const described = err === undefined ? describeHere(getReport) : describe(err);
  return JSON.parse(native_.get('JavaScript API', 'GetReport', ...described));
}

let signal = getOptionValue('--report-signal');
let onSignal = false;
let onUncaughtException = getOptionValue('--report-uncaught-exception');

function reportSignal(name) {
  native_.write(name, 'Signal', '', [], [], '');
}

function setOnSignal(enabled) {
  if (enabled === onSignal) return;
  onSignal = enabled;
  // Signals are the main thread's.
  if (!isMainThread) return;
  if (enabled) process.on(signal, reportSignal);
  else process.removeListener(signal, reportSignal);
}

const report = { writeReport, getReport };

function accessor(name, get, set) {
  Object.defineProperty(report, name, {
    get: { [name]: get }[name],
    set,
    enumerable: true,
    configurable: true,
  });
}

function text(name) {
  accessor(name, native_[name], (value) => {
    validateString(value, name);
    native_.setText(name, value);
  });
}

function flag(name) {
  accessor(name, native_[name], (value) => {
    validateBoolean(value, name);
    native_.setFlag(name, value);
  });
}

text('directory');
text('filename');
flag('compact');
flag('excludeNetwork');
accessor(
  'signal',
  () => signal,
  (value) => {
    validateString(value, 'signal');
    const { signals } = require('node:os').constants;
    if (signals[value] === undefined) {
      if (signals[value.toUpperCase()] === undefined) throw new ERR_UNKNOWN_SIGNAL(value);
      throw new ERR_UNKNOWN_SIGNAL(`${value} (signals must use all capital letters)`);
    }
    const wasOn = onSignal;
    setOnSignal(false);
    signal = value;
    setOnSignal(wasOn);
  },
);
flag('reportOnFatalError');
accessor(
  'reportOnSignal',
  () => onSignal,
  (value) => {
    validateBoolean(value, 'trigger');
    setOnSignal(value);
  },
);
accessor(
  'reportOnUncaughtException',
  () => onUncaughtException,
  (value) => {
    validateBoolean(value, 'trigger');
    onUncaughtException = value;
  },
);
flag('excludeEnv');

module.exports = {
  report,
  /** Called at start where --report-on-signal was given. */
  enableSignal: () => setOnSignal(true),
  /** Writes the report of an error that ends the process, if that was asked for. */
  reportUncaught(error) {
    if (onUncaughtException) native_.write('Exception', 'Exception', ...describe(error), '');
  },
};

'use strict';
// process.report: diagnostic reports on demand, at a signal, at an uncaught exception.
// https://nodejs.org/api/process.html#processreport

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const {
  validateBoolean,
  validateObject,
  validateSignalName,
  validateString,
} = require('runtime/validators');
const { getOptionValue } = require('runtime/options');

const settings = {
  directory: getOptionValue('--report-dir'),
  filename: getOptionValue('--report-filename'),
  compact: getOptionValue('--report-compact'),
  excludeNetwork: getOptionValue('--report-exclude-network'),
  excludeEnv: getOptionValue('--report-exclude-env'),
  signal: getOptionValue('--report-signal'),
  reportOnFatalError: getOptionValue('--report-on-fatalerror'),
  reportOnSignal: false, // start() turns it on
  reportOnUncaughtException: getOptionValue('--report-uncaught-exception'),
};

let sequence = 0;

function here() {
  const error = new Error('JavaScript Callstack');
  error.code = 'ERR_SYNTHETIC';
  error.stack = error.stack.replace('Error:', 'Error [ERR_SYNTHETIC]:');
  return error;
}

function collect(trigger, event, error, filename) {
  const { excludeNetwork, excludeEnv } = settings;
  const { collect: make } = require('runtime/diagnostic_report');
  return make({ trigger, event, error, filename, excludeNetwork, excludeEnv });
}

const two = (number) => String(number).padStart(2, '0');

function defaultName() {
  const now = new Date();
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const { threadId } = native('report');
  const number = String(++sequence).padStart(3, '0');
  return `report.${date}.${time}.${process.pid}.${threadId()}.${number}.json`;
}

// Writes a report, and returns the name of its file; '' when that could not be written.
function write(trigger, event, error, file) {
  const fs = require('node:fs');
  const name = file || settings.filename || defaultName();
  const report = collect(trigger, event, error, name);
  const text = `${JSON.stringify(report, null, settings.compact ? 0 : 2)}\n`;
  if (name === 'stdout' || name === 'stderr') {
    fs.writeSync(name === 'stdout' ? 1 : 2, text);
    return name;
  }
  const { writeStderr } = native('process');
  const path = require('node:path').resolve(settings.directory, name);
  try {
    fs.writeFileSync(path, text);
  } catch (error) {
    if (error.code === 'ERR_ACCESS_DENIED') throw error;
    const where = settings.directory ? ` directory: ${settings.directory}` : '';
    writeStderr(`\nFailed to open Node.js report file: ${name}${where} (errno: ${-error.errno})\n`);
    return '';
  }
  writeStderr(`\nWriting Node.js report to file: ${name}\nNode.js report completed\n`);
  return name;
}

function onSignal(signal) {
  write('Signal', signal, here());
}

// A setting that is checked by `validate(value, name)`.
function setting(name, validate, onChange) {
  return {
    get: () => settings[name],
    set(value) {
      validate(value, name);
      onChange?.(value);
      settings[name] = value;
    },
    enumerable: true,
    configurable: true,
  };
}

function listen(signal, on) {
  process.removeListener(signal, onSignal);
  if (on) process.on(signal, onSignal);
}

const report = {
  /** Writes a report to a file, whose name it returns. */
  writeReport(file, err) {
    if (typeof file === 'object' && file !== null) {
      err = file;
      file = undefined;
    } else if (file !== undefined) {
      validateString(file, 'file');
    }
    if (err === undefined) err = here();
    else validateObject(err, 'err');
    return write('API', 'JavaScript API', err, file);
  },

  /** The report as an object. */
  getReport(err) {
    if (err === undefined) err = here();
    else if (typeof err !== 'object' || err === null) {
      throw new ERR_INVALID_ARG_TYPE('err', 'object', err);
    }
    return collect('GetReport', 'JavaScript API', err, null);
  },
};
Object.defineProperties(report, {
  directory: setting('directory', validateString),
  filename: setting('filename', validateString),
  compact: setting('compact', validateBoolean),
  excludeNetwork: setting('excludeNetwork', validateBoolean),
  signal: setting('signal', validateSignalName, (signal) => {
    listen(settings.signal, false);
    listen(signal, settings.reportOnSignal);
  }),
  reportOnFatalError: setting('reportOnFatalError', validateBoolean),
  reportOnSignal: setting('reportOnSignal', validateBoolean, (on) => listen(settings.signal, on)),
  reportOnUncaughtException: setting('reportOnUncaughtException', validateBoolean),
  excludeEnv: setting('excludeEnv', validateBoolean),
});

/** Called at the start of a program whose command line asks for reports. */
function start() {
  if (getOptionValue('--report-on-signal')) report.reportOnSignal = true;
}

// An exception that nobody caught is about to end the program.
function onUncaughtException(error) {
  if (settings.reportOnUncaughtException) write('Exception', 'Exception', error);
}

require('runtime/lifecycle').setReporter(onUncaughtException);

module.exports = { report, start };

'use strict';
// process.emitWarning and how a warning is shown.
// https://nodejs.org/api/process.html#processemitwarningwarning-options

const errors = require('runtime/errors');

let toldHow = false; // the hint on --trace-warnings is given once
let redirect; // descriptor of --redirect-warnings' file

function disabled(warning) {
  const list = require('runtime/options').getOptionValue('--disable-warning');
  return list.length > 0 && (list.includes(warning.name) || list.includes(warning.code));
}

function write(text) {
  const file =
    require('runtime/options').getOptionValue('--redirect-warnings') ||
    process.env.NODE_REDIRECT_WARNINGS;
  if (file) {
    const fs = require('node:fs');
    try {
      redirect ??= fs.openSync(file, 'a');
      fs.writeSync(redirect, `${text}\n`);
      return;
    } catch {
      // A file that cannot be written: standard error takes it.
    }
  }
  process.stderr.write(`${text}\n`);
}

function onWarning(warning) {
  if (!(warning instanceof Error) || disabled(warning)) return;
  const isDeprecation = warning.name === 'DeprecationWarning';
  if (isDeprecation && process.noDeprecation) return;
  const trace = process.traceProcessWarnings || (isDeprecation && process.traceDeprecation);
  let text = `(${process.release.name}:${process.pid}) `;
  if (warning.code) text += `[${warning.code}] `;
  if (trace && warning.stack) {
    text += `${warning.stack}`;
  } else {
    text +=
      typeof warning.toString === 'function'
        ? `${warning.toString()}`
        : Error.prototype.toString.call(warning);
  }
  if (typeof warning.detail === 'string') text += `\n${warning.detail}`;
  if (!trace && !toldHow) {
    toldHow = true;
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings';
    const name = require('node:path').basename(process.argv0 || 'node', '.exe');
    const program = name === 'gyre' ? 'node' : name; // the other name of the same file
    text += `\n(Use \`${program} ${flag} ...\` to show where the warning was created)`;
  }
  write(text);
}

function emitWarning(warning, type, code, creator) {
  const { validateString } = require('runtime/validators');
  let detail;
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    creator = type.ctor;
    code = type.code;
    if (typeof type.detail === 'string') detail = type.detail;
    type = type.type || 'Warning';
  } else if (typeof type === 'function') {
    creator = type;
    code = '';
    type = 'Warning';
  }
  if (type !== undefined) validateString(type, 'type');
  if (typeof code === 'function') {
    creator = code;
    code = '';
  } else if (code !== undefined) {
    validateString(code, 'code');
  }
  if (typeof warning === 'string') {
    warning = create(warning, type, code, creator, detail);
  } else if (!(warning instanceof Error)) {
    throw new errors.ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  }
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      process.nextTick(() => {
        throw warning;
      });
      return;
    }
  }
  process.nextTick(() => process.emit('warning', warning));
}

function create(message, type = 'Warning', code, creator, detail) {
  const limit = Error.stackTraceLimit;
  const keepsStack = type !== 'DeprecationWarning' || !process.noDeprecation;
  // A program may have frozen the property.
  const isSet = !keepsStack && Reflect.set(Error, 'stackTraceLimit', 0);
  const warning = new Error(message);
  if (isSet) Error.stackTraceLimit = limit;
  warning.name = String(type);
  if (code !== undefined) warning.code = code;
  if (detail !== undefined) warning.detail = detail;
  Error.captureStackTrace(warning, creator || process.emitWarning);
  return warning;
}

module.exports = {
  emitWarning,
  onWarning,
  /** For a program that goes on in another process. */
  startAnew() {
    toldHow = false;
    redirect = undefined;
  },
};

'use strict';

// The (file, args, options) of the functions that start processes, checked and completed.

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_OUT_OF_RANGE,
  ERR_UNKNOWN_SIGNAL,
} = require('runtime/errors');
const { isInt32, validateBoolean, validateObject, validateString } = require('runtime/validators');
const { environmentPairs } = native('process');

function checkNoNull(value, name) {
  if (typeof value === 'string' && value.includes('\0')) {
    throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes');
  }
}

/** The number of a signal given by name, in any case, or by number. */
function toSignalNumber(signal) {
  const { signals } = require('node:os').constants;
  if (typeof signal === 'number') {
    if (Object.values(signals).includes(signal)) return signal;
  } else if (typeof signal === 'string') {
    const number = signals[signal] ?? signals[signal.toUpperCase()];
    if (number !== undefined) return number;
  }
  throw new ERR_UNKNOWN_SIGNAL(signal);
}

/** The name of a signal by its number; null for 0. */
function toSignalName(number) {
  if (number === 0) return null;
  const { signals } = require('node:os').constants;
  return Object.keys(signals).find((name) => signals[name] === number) ?? null;
}

function toKillSignal(signal) {
  if (typeof signal === 'string' || typeof signal === 'number') return toSignalNumber(signal);
  if (signal != null) {
    throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], signal);
  }
  return undefined;
}

function checkTimeout(timeout) {
  if (timeout != null && !(Number.isInteger(timeout) && timeout >= 0)) {
    throw new ERR_OUT_OF_RANGE('timeout', 'an unsigned integer', timeout);
  }
}

function checkMaxBuffer(maxBuffer) {
  if (maxBuffer != null && !(typeof maxBuffer === 'number' && maxBuffer >= 0)) {
    throw new ERR_OUT_OF_RANGE('options.maxBuffer', 'a positive number', maxBuffer);
  }
}

/** Coverage goes on in a process that gets an environment of its own. */
function withCoverage(env) {
  const { NODE_V8_COVERAGE } = process.env;
  if (NODE_V8_COVERAGE === undefined || Object.hasOwn(env, 'NODE_V8_COVERAGE')) return env;
  return { __proto__: env, NODE_V8_COVERAGE };
}

/** `NAME=value` for everything in `env`, also what it inherits; undefined values stay away. */
function toPairs(env) {
  const pairs = [];
  for (const name in env) {
    const value = env[name];
    if (value === undefined) continue;
    const pair = `${name}=${value}`;
    if (pair.includes('\0')) {
      checkNoNull(name, `options.env['${name}']`);
      checkNoNull(`${value}`, `options.env['${name}']`);
    }
    pairs.push(pair);
  }
  return pairs;
}

/** The pairs of process.env, which native code has at hand unless somebody replaced or extended it. */
function ownPairs() {
  const { env } = process;
  for (const _name in Object.prototype) return toPairs(env);
  return environmentPairs(env) ?? toPairs(env);
}

let warnedAboutArguments = false;

function warnAboutShellArguments() {
  if (warnedAboutArguments) return;
  warnedAboutArguments = true;
  process.emitWarning(
    'Passing args to a child process with shell option true can lead to security ' +
      'vulnerabilities, as the arguments are not escaped, only concatenated.',
    'DeprecationWarning',
    'DEP0190',
  );
}

function checkOptional(value, name, validate) {
  if (value != null) validate(value, name);
}

function checkId(value, name) {
  if (value != null && !isInt32(value)) throw new ERR_INVALID_ARG_TYPE(name, 'int32', value);
}

/** What ChildProcess.spawn and spawnSync take, from the arguments of the public functions. */
function toSpawnOptions(file, args, options) {
  validateString(file, 'file');
  checkNoNull(file, 'file');
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty');
  if (Array.isArray(args)) {
    args = args.slice();
  } else if (args == null) {
    args = [];
  } else if (typeof args !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('args', 'object', args);
  } else {
    options = args;
    args = [];
  }
  args.forEach((arg, index) => {
    args[index] = `${arg}`;
    checkNoNull(args[index], `args[${index}]`);
  });
  if (options !== undefined) validateObject(options, 'options');
  // Nothing that a program put on Object.prototype is an option.
  options = { __proto__: null, ...options };
  let { cwd } = options;
  if (cwd != null) cwd = require('modules/fs/arguments').toPath(cwd, 'options.cwd') || undefined;
  checkOptional(options.detached, 'options.detached', validateBoolean);
  checkId(options.uid, 'options.uid');
  checkId(options.gid, 'options.gid');
  const { shell } = options;
  if (shell != null && typeof shell !== 'boolean' && typeof shell !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.shell', ['boolean', 'string'], shell);
  }
  checkOptional(options.argv0, 'options.argv0', validateString);
  checkNoNull(options.argv0, 'options.argv0');
  checkOptional(options.windowsHide, 'options.windowsHide', validateBoolean);
  checkOptional(
    options.windowsVerbatimArguments,
    'options.windowsVerbatimArguments',
    validateBoolean,
  );
  if (shell) {
    checkNoNull(shell, 'options.shell');
    if (args.length > 0) warnAboutShellArguments();
    const command = [file, ...args].join(' ');
    file = typeof shell === 'string' ? shell : '/bin/sh';
    args = ['-c', command];
  }
  const envPairs = options.env ? toPairs(withCoverage(options.env)) : ownPairs();
  if (process.permission !== undefined) require('runtime/permission').handDown(envPairs, args);
  args.unshift(typeof options.argv0 === 'string' ? options.argv0 : file);
  return {
    __proto__: null,
    ...options,
    args,
    cwd,
    detached: Boolean(options.detached),
    envPairs,
    file,
    windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments),
  };
}

/** [file, args, options, callback] of execFile, whose middle arguments may all be missing. */
function toExecFileArguments(file, args, options, callback) {
  if (Array.isArray(args)) {
    args = args.slice();
  } else if (args !== null && typeof args === 'object') {
    callback = options;
    options = args;
    args = null;
  } else if (typeof args === 'function') {
    callback = args;
    options = null;
    args = null;
  }
  if (args == null) args = [];
  else if (!Array.isArray(args)) throw new ERR_INVALID_ARG_TYPE('args', 'object', args);
  if (typeof options === 'function') callback = options;
  else if (options != null) validateObject(options, 'options');
  options = { __proto__: null, ...(typeof options === 'function' ? undefined : options) };
  if (callback != null) {
    require('runtime/validators').validateFunction(callback, 'callback');
  }
  if (options.argv0 != null) {
    validateString(options.argv0, 'options.argv0');
    checkNoNull(options.argv0, 'options.argv0');
  }
  return { file, args, options, callback };
}

/** The same for exec, which always asks for a shell. */
function toExecArguments(command, options, callback) {
  validateString(command, 'command');
  checkNoNull(command, 'command');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  options = { __proto__: null, ...options };
  options.shell = typeof options.shell === 'string' ? options.shell : true;
  return { file: command, options, callback };
}

module.exports = {
  checkMaxBuffer,
  checkNoNull,
  checkTimeout,
  toExecArguments,
  toExecFileArguments,
  toKillSignal,
  toSignalName,
  toSignalNumber,
  toSpawnOptions,
};

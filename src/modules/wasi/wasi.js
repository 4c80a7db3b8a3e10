// node:wasi
'use strict';

// The WebAssembly System Interface, preview 1. https://nodejs.org/api/wasi.html

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_WASI_ALREADY_STARTED,
  ERR_WASI_NOT_STARTED,
} = require('runtime/errors');
const {
  validateArray,
  validateBoolean,
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
} = require('runtime/validators');

const kModuleNames = { unstable: 'wasi_unstable', preview1: 'wasi_snapshot_preview1' };

let isWarned = false;

function warn() {
  if (isWarned) return;
  isWarned = true;
  process.emitWarning(
    'WASI is an experimental feature and might change at any time',
    'ExperimentalWarning',
  );
}

const toText = (value) => Buffer.from(`${value}\0`);

function textsOf({ args, env }) {
  if (args !== undefined) validateArray(args, 'options.args');
  if (env !== undefined) validateObject(env, 'options.env');
  const pairs = Object.entries(env ?? {}).filter(([, value]) => value !== undefined);
  return {
    args: (args ?? []).map(toText),
    env: pairs.map(([name, value]) => toText(`${name}=${value}`)),
  };
}

function descriptorsOf({ preopens, stdin = 0, stdout = 1, stderr = 2 }) {
  if (preopens !== undefined) validateObject(preopens, 'options.preopens');
  const streams = { stdin, stdout, stderr };
  for (const name of Object.keys(streams)) validateInt32(streams[name], `options.${name}`, 0);
  const { Descriptors } = require('modules/wasi/descriptors');
  try {
    return new Descriptors([stdin, stdout, stderr], preopens ?? {});
  } catch (error) {
    if (error.syscall === undefined) throw error;
    const code = `UVWASI_${error.code}`;
    throw Object.assign(new Error(`${code}, uvwasi_init`), { code });
  }
}

// Thrown through the program by proc_exit(), and caught by start().
const kExit = Symbol('exit');

// What the calls share: see calls_*.js, whose functions get it as their first argument.
class Host {
  memory = undefined;
  exitCode = 0;
  #returnsOnExit;

  constructor(options) {
    const { returnOnExit = true } = options;
    if (options.returnOnExit !== undefined) validateBoolean(returnOnExit, 'options.returnOnExit');
    Object.assign(this, textsOf(options));
    this.descriptors = descriptorsOf(options);
    this.#returnsOnExit = returnOnExit;
  }

  exit(code) {
    if (!this.#returnsOnExit) process.reallyExit(code);
    this.exitCode = code;
    throw kExit;
  }
}

const isNumber = (value) => typeof value === 'number' || typeof value === 'bigint';

// The calls as the program imports them: numbers in, an errno out.
function importsOf(host) {
  const { errno, errnoOf } = require('modules/wasi/constants');
  const calls = {
    ...require('modules/wasi/calls_process'),
    ...require('modules/wasi/calls_fd'),
    ...require('modules/wasi/calls_path'),
  };
  const imports = { __proto__: null };
  for (const name of Object.keys(calls).sort()) {
    // Others are helpers that these files share.
    if (!name.includes('_')) continue;
    const call = calls[name];
    const count = call.length - 1;
    const bound = {
      [name](...args) {
        if (host.memory === undefined) throw new ERR_WASI_NOT_STARTED();
        if (args.length < count || !args.every(isNumber)) return errno.INVAL;
        try {
          call(host, ...args);
          return errno.SUCCESS;
        } catch (error) {
          if (error === kExit) throw error;
          return errnoOf(error);
        }
      },
    }[name];
    Object.defineProperty(bound, 'length', { value: Math.max(count, 0) });
    imports[name] = bound;
  }
  return Object.setPrototypeOf(imports, Object.prototype);
}

// The memory of another context is one, too.
function isMemory(value) {
  try {
    Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, 'buffer').get.call(value);
    return true;
  } catch {
    return false;
  }
}

class WASI {
  #host;
  #moduleName;
  #isStarted = false;
  #instance;

  constructor(options = {}) {
    warn();
    if (process.permission !== undefined) require('runtime/permission').checkPermission('wasi');
    validateObject(options, 'options');
    validateString(options.version, 'options.version');
    this.#moduleName = Object.hasOwn(kModuleNames, options.version)
      ? kModuleNames[options.version]
      : undefined;
    if (this.#moduleName === undefined) {
      throw new ERR_INVALID_ARG_VALUE(
        'options.version',
        options.version,
        'unsupported WASI version',
      );
    }
    this.#host = new Host(options);
    this.wasiImport = importsOf(this.#host);
  }

  /** What WebAssembly.instantiate() is given, where a program imports nothing else. */
  getImportObject() {
    return { [this.#moduleName]: this.wasiImport };
  }

  /** Binds the calls to the memory of an instance. */
  finalizeBindings(instance, { memory = instance?.exports?.memory } = {}) {
    if (this.#isStarted) throw new ERR_WASI_ALREADY_STARTED();
    validateObject(instance, 'instance');
    validateObject(instance.exports, 'instance.exports');
    if (!isMemory(memory)) {
      const message = '"instance.exports.memory" property must be a WebAssembly.Memory object';
      throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    const { Memory } = require('modules/wasi/memory');
    this.#host.memory = new Memory(memory);
    this.#isStarted = true;
    this.#instance = instance;
  }

  /** Runs a command: its _start(). Returns its exit code. */
  start(instance) {
    this.finalizeBindings(instance);
    const { _start, _initialize } = this.#instance.exports;
    validateFunction(_start, 'instance.exports._start');
    if (_initialize !== undefined) refuse('_initialize', _initialize);
    try {
      _start();
    } catch (error) {
      if (error !== kExit) throw error;
    }
    return this.#host.exitCode;
  }

  /** Prepares a reactor: its _initialize(), if it has one. */
  initialize(instance) {
    this.finalizeBindings(instance);
    const { _start, _initialize } = this.#instance.exports;
    if (_initialize !== undefined) validateFunction(_initialize, 'instance.exports._initialize');
    if (_start !== undefined) refuse('_start', _start);
    _initialize?.();
  }
}

function refuse(name, value) {
  throw new ERR_INVALID_ARG_TYPE(`instance.exports.${name}`, 'undefined', value);
}

module.exports = { WASI };

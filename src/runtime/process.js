// node:process
'use strict';
// The process object. What every program touches is here and in the snapshot; what belongs to this
// run (arguments, environment, ids) is put on by patch() when a thread starts; the rest is loaded at
// its first use from runtime/process_*.js.

const EventEmitter = require('node:events');
const { beginExit, nextTick } = require('runtime/task_queue');

// process's prototype: an object named process between it and EventEmitter.prototype. Its constructor
// may be called and gives back what it is called on: Jest does, with its own copy of process.
const makeProcess = function process() {
  return new.target ? undefined : Object(this ?? globalThis);
};
Object.setPrototypeOf(makeProcess.prototype, EventEmitter.prototype);
const self = process; // an empty object until now: see runtime/bootstrap.js
Object.setPrototypeOf(self, makeProcess.prototype);
Object.defineProperty(self, Symbol.toStringTag, {
  value: 'process',
  configurable: false,
  enumerable: false,
  writable: true,
});
module.exports = self;
EventEmitter.call(self);

const natives = () => native('process');
const state = require('runtime/process_state');
state.patch = patch;

// Methods that live in a lazily loaded file.
function lazyMethods(id, names) {
  for (const name of names) {
    const stub = {
      [name](...args) {
        return install(id, name).apply(this, args);
      },
    }[name];
    Object.defineProperty(stub, 'length', { value: 0 });
    self[name] = stub;
  }
}

// Replaces the stub, unless the program has put something else there.
function install(id, name) {
  const implementation = require(id)[name];
  if (self[name]?.name === name) self[name] = implementation;
  return implementation;
}

function lazyValue(id, name, { enumerable = true, writable = true } = {}) {
  if (!require('runtime/builtins').has(id)) return; // what does not exist yet is absent
  Object.defineProperty(self, name, {
    get() {
      const value = require(id)[name];
      Object.defineProperty(self, name, { value, enumerable, writable, configurable: true });
      return value;
    },
    set: writable
      ? (value) =>
          Object.defineProperty(self, name, { value, enumerable, writable, configurable: true })
      : undefined,
    enumerable,
    configurable: true,
  });
}

// Assigning does nothing; tests that play another system define the property anew.
function constant(name, value) {
  Object.defineProperty(self, name, {
    value,
    enumerable: true,
    writable: false,
    configurable: true,
  });
}

const kNodeVersion = 'v24.21.0';
constant('version', kNodeVersion);
lazyValue('runtime/process_info', 'versions', { writable: false });
constant('arch', 'x64');
constant('platform', 'linux');
lazyValue('runtime/process_info', 'release', { writable: false });
lazyValue('runtime/process_info', 'config', { writable: false });
lazyValue('runtime/process_info', 'features', { writable: false });
lazyValue('runtime/process_info', 'allowedNodeEnvironmentFlags');
lazyValue('runtime/report/process_report', 'report');
lazyValue('runtime/process_finalization', 'finalization');
self.moduleLoadList = [];
self._exiting = false;
self.nextTick = nextTick;

let exitCode;
Object.defineProperty(self, 'exitCode', {
  get: () => exitCode,
  set(value) {
    if (value !== undefined && value !== null) {
      if (typeof value === 'string' && value !== '' && Number.isInteger(Number(value))) {
        value = Number(value);
      }
      require('runtime/validators').validateInteger(value, 'code');
    }
    exitCode = value;
  },
  enumerable: true,
  configurable: false,
});

/** Ends the process: 'exit' handlers run first. https://nodejs.org/api/process.html#processexitcode */
self.exit = function exit(code) {
  if (arguments.length !== 0) self.exitCode = code;
  if (!self._exiting) {
    beginExit();
    self.emit('exit', self.exitCode || 0);
  }
  self.reallyExit(self.exitCode || 0);
  // In a worker the thread is told to stop, and does so at the next call.
  (() => {})();
};
self.reallyExit = undefined; // C++'s own, so that stacks show nothing above exit()

lazyMethods('runtime/process_methods', [
  'abort',
  'assert',
  'availableMemory',
  'chdir',
  'constrainedMemory',
  'cpuUsage',
  'dlopen',
  'emitWarning',
  'execve',
  'getActiveResourcesInfo',
  'getBuiltinModule',
  'getegid',
  'geteuid',
  'getgid',
  'getgroups',
  'getuid',
  'hasUncaughtExceptionCaptureCallback',
  'initgroups',
  'kill',
  'loadEnvFile',
  'memoryUsage',
  'openStdin',
  'ref',
  'resourceUsage',
  'setSourceMapsEnabled',
  'setUncaughtExceptionCaptureCallback',
  'setegid',
  'seteuid',
  'setgid',
  'setgroups',
  'setuid',
  'threadCpuUsage',
  'umask',
  'unref',
  'uptime',
  '_debugEnd',
  '_debugProcess',
  '_getActiveHandles',
  '_getActiveRequests',
  '_kill',
  '_rawDebug',
  '_startProfilerIdleNotifier',
  '_stopProfilerIdleNotifier',
  '_tickCallback',
]);
delete self.memoryUsage;
lazyValue('runtime/process_methods', 'memoryUsage');

/** The current working directory. */
self.cwd = function cwd() {
  return (state.cwd ??= natives().cwd());
};

const time = new Uint32Array(new ArrayBuffer(3 * 4));
const nanoseconds = new BigUint64Array(new ArrayBuffer(8));
const clock = natives();
/** The high-resolution clock as [seconds, nanoseconds]; with an earlier value, the time since it. */
self.hrtime = function hrtime(previous) {
  clock.hrtime(time);
  const seconds = time[0] * 0x100000000 + time[1];
  if (previous === undefined) return [seconds, time[2]];
  const { validateArray } = require('runtime/validators');
  validateArray(previous, 'time');
  if (previous.length !== 2) {
    const { ERR_OUT_OF_RANGE } = require('runtime/errors');
    throw new ERR_OUT_OF_RANGE('time', 2, previous.length);
  }
  const difference = seconds - previous[0];
  const rest = time[2] - previous[1];
  return rest < 0 ? [difference - 1, rest + 1e9] : [difference, rest];
};
self.hrtime.bigint = function bigint() {
  clock.hrtimeBigInt(nanoseconds);
  return nanoseconds[0];
};

for (const [name, fd] of [
  ['stdin', 0],
  ['stdout', 1],
  ['stderr', 2],
]) {
  let stream;
  Object.defineProperty(self, name, {
    get() {
      stream ??= require('runtime/stdio').open(fd);
      return stream;
    },
    set(value) {
      stream = value;
    },
    enumerable: true,
    configurable: true,
  });
}

Object.defineProperty(self, 'title', {
  get: () => natives().getTitle(),
  set: (value) => natives().setTitle(String(value)),
  enumerable: true,
  configurable: true,
});
Object.defineProperty(self, 'sourceMapsEnabled', {
  get: () => require('loader/source_map/state').isEnabled(),
  enumerable: true,
  configurable: true,
});
Object.defineProperty(self, 'ppid', {
  get: () => natives().ppid(),
  set: (value) => Object.defineProperty(self, 'ppid', { value, writable: true }),
  enumerable: true,
  configurable: true,
});
Object.defineProperty(self, 'debugPort', {
  get: () => debugPort,
  set(value) {
    const { validateInt32 } = require('runtime/validators');
    value = value === '' ? 0 : Number(value) | 0;
    if (value !== 0) validateInt32(value, 'debugPort', 1024, 65535);
    debugPort = value;
  },
  enumerable: true,
  configurable: true,
});
let debugPort = 9229;

// The first listener of a signal starts its watcher, the last one's removal ends it.
function isSignal(name) {
  return typeof name === 'string' && name.startsWith('SIG');
}
self.on('newListener', (name) => {
  if (isSignal(name)) require('runtime/signals').start(name);
});
self.on('removeListener', (name) => {
  if (isSignal(name) && self.listenerCount(name) === 0) require('runtime/signals').stop(name);
});

let showsWarnings = false;

/** What belongs to this run of the program; called once when a thread starts. */
function patch() {
  const own = natives();
  const run = own.start();
  self.env = run.env;
  self.argv = run.argv;
  self.execArgv = run.execArgv;
  self.reallyExit = own.reallyExit;
  self.execPath = run.execPath;
  self.argv0 = run.argv0;
  constant('pid', run.pid);
  require('runtime/process_state').isMainThread = run.isMainThread;
  if (!run.isMainThread) {
    for (const name of [
      'abort',
      'chdir',
      'initgroups',
      'setegid',
      'seteuid',
      'setgid',
      'setgroups',
      'setuid',
    ]) {
      const message = `process.${name}()`;
      const refused = {
        [name]() {
          const { ERR_WORKER_UNSUPPORTED_OPERATION } = require('runtime/errors');
          throw new ERR_WORKER_UNSUPPORTED_OPERATION(message);
        },
      }[name];
      refused.disabled = true;
      self[name] = refused;
    }
  }
  state.changesCrypto = run.changesCrypto;
  if (run.hasPermissions) require('runtime/permission').install();
  const { getOptionValue } = require('runtime/options');
  if (getOptionValue('--no-deprecation')) self.noDeprecation = true;
  if (getOptionValue('--trace-deprecation')) self.traceDeprecation = true;
  if (getOptionValue('--throw-deprecation')) self.throwDeprecation = true;
  if (getOptionValue('--trace-warnings')) self.traceProcessWarnings = true;
  const title = getOptionValue('--title');
  if (title) self.title = title;
  // Once: a program that was restored from a snapshot of its own has the listener already.
  if (!showsWarnings && getOptionValue('--warnings') && self.env.NODE_NO_WARNINGS !== '1') {
    showsWarnings = true;
    self.on('warning', (warning) => require('runtime/warnings').onWarning(warning));
  }
}

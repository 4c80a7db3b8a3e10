'use strict';
// The methods of process that an ordinary program seldom calls; runtime/process.js loads them at
// first use.

const errors = require('runtime/errors');
const {
  validateArray,
  validateObject,
  validateString,
  validateUint32,
  parseFileMode,
} = require('runtime/validators');
const { kOwner } = require('runtime/symbols');
const own = native('process');
const state = require('runtime/process_state');

function abort() {
  own.abort();
}

function assert(value, message) {
  if (!value) throw new errors.ERR_ASSERTION(message || 'assertion error');
}

const availableMemory = () => own.availableMemory();
const constrainedMemory = () => own.constrainedMemory();

function chdir(directory) {
  validateString(directory, 'directory');
  own.chdir(directory);
  state.cwd = undefined;
}

function checkPrevious(value, name) {
  validateObject(value, 'prevValue');
  for (const key of ['user', 'system']) {
    if (typeof value[key] !== 'number') {
      throw new errors.ERR_INVALID_ARG_TYPE(`prevValue.${key}`, 'number', value[key]);
    }
    if (!(value[key] >= 0 && value[key] <= Number.MAX_SAFE_INTEGER)) {
      throw new errors.ERR_INVALID_ARG_VALUE.RangeError(`prevValue.${key}`, value[key]);
    }
  }
}

function usageSince(read, previous) {
  if (previous) checkPrevious(previous);
  const [user, system] = read();
  if (previous) return { user: user - previous.user, system: system - previous.system };
  return { user, system };
}

const cpuUsage = (previous) => usageSince(own.cpuUsage, previous);
const threadCpuUsage = (previous) => usageSince(own.threadCpuUsage, previous);

function memoryUsage() {
  const [rss, heapTotal, heapUsed, external, arrayBuffers] = own.memoryUsage();
  return { rss, heapTotal, heapUsed, external, arrayBuffers };
}
memoryUsage.rss = () => own.rss();

function resourceUsage() {
  const names = [
    'userCPUTime',
    'systemCPUTime',
    'maxRSS',
    'sharedMemorySize',
    'unsharedDataSize',
    'unsharedStackSize',
    'minorPageFault',
    'majorPageFault',
    'swappedOut',
    'fsRead',
    'fsWrite',
    'ipcSent',
    'ipcReceived',
    'signalsCount',
    'voluntaryContextSwitches',
    'involuntaryContextSwitches',
  ];
  const values = own.resourceUsage();
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

function kill(pid, signal) {
  // Anything that reads as the same number will do: '42'.
  if (pid != (pid | 0)) throw new errors.ERR_INVALID_ARG_TYPE('pid', 'number', pid); // eslint-disable-line eqeqeq
  let err;
  if (typeof signal === 'number') {
    err = process._kill(pid, signal);
  } else {
    signal = signal || 'SIGTERM';
    const number = require('node:os').constants.signals[signal];
    if (number === undefined) throw new errors.ERR_UNKNOWN_SIGNAL(signal);
    err = process._kill(pid, number);
  }
  if (err) throw errors.errnoException(err, 'kill');
  return true;
}
const _kill = (pid, signal) => {
  pid |= 0;
  signal |= 0;
  if (signal > 0 && (pid === 0 || Math.abs(pid) === process.pid)) beforeOwnSignal(signal);
  return own.kill(pid, signal);
};

// A signal that nothing listens to may end the process.
function beforeOwnSignal(signal) {
  const { signals } = require('node:os').constants;
  const name = Object.keys(signals).find((each) => signals[each] === signal);
  if (name === undefined || process.listenerCount(name) === 0)
    require('runtime/lifecycle').beforeKill();
}

function umask(mask) {
  if (mask === undefined) return own.getUmask();
  return own.setUmask(parseFileMode(mask, 'mask'));
}

function uptime() {
  return require('node:perf_hooks').performance.now() / 1000;
}

function dlopen(...args) {
  return require('loader/addon').dlopen(...args);
}

function execve(path, args = [], env = process.env) {
  if (process.emitWarning.execveWarned !== true) {
    process.emitWarning.execveWarned = true;
    process.emitWarning(
      'process.execve is an experimental feature and might change at any time',
      'ExperimentalWarning',
    );
  }
  validateString(path, 'execPath');
  validateArray(args, 'args');
  for (let i = 0; i < args.length; i++) {
    if (typeof args[i] !== 'string' || args[i].includes('\0')) {
      throw new errors.ERR_INVALID_ARG_VALUE(
        `args[${i}]`,
        args[i],
        'must be a string without null bytes',
      );
    }
  }
  const pairs = [];
  if (env !== undefined) {
    validateObject(env, 'env');
    for (const [key, value] of Object.entries(env)) {
      if (
        typeof key !== 'string' ||
        typeof value !== 'string' ||
        key.includes('\0') ||
        value.includes('\0')
      ) {
        throw new errors.ERR_INVALID_ARG_VALUE(
          'env',
          env,
          'must be an object with string keys and values without null bytes',
        );
      }
      pairs.push(`${key}=${value}`);
    }
  }
  own.execve(path, args, pairs);
}

// The requests that are told of, by what async_hooks calls them.
const kRequestNames = {
  __proto__: null,
  FSREQCALLBACK: 'FSReqCallback',
  FSREQPROMISE: 'FSReqPromise',
  GETADDRINFOREQWRAP: 'GetAddrInfoReqWrap',
  GETNAMEINFOREQWRAP: 'GetNameInfoReqWrap',
  PIPECONNECTWRAP: 'ConnectWrap',
  SHUTDOWNWRAP: 'ShutdownWrap',
  TCPCONNECTWRAP: 'ConnectWrap',
  WRITEWRAP: 'WriteWrap',
};

function* pairs(flat) {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i], flat[i + 1]];
}

function getActiveResourcesInfo() {
  const { immediateInfo, activeTimers } = require('runtime/timers');
  const resources = [];
  for (const [provider] of pairs(own.activeRequests())) {
    const name = kRequestNames[provider];
    if (name !== undefined) resources.push(name);
  }
  for (const [name] of pairs(own.activeHandles())) resources.push(name);
  for (let i = 0; i < immediateInfo[1]; i++) resources.push('Immediate');
  return resources.concat(activeTimers());
}

function getBuiltinModule(id) {
  validateString(id, 'id');
  const name = id.startsWith('node:') ? id.slice(5) : id;
  const { publicIds } = require('runtime/builtins');
  if (!publicIds.has(name)) return undefined;
  const schemeOnly = ['sea', 'sqlite', 'test', 'test/reporters'];
  if (!id.startsWith('node:') && schemeOnly.includes(name)) return undefined;
  return require(`node:${name}`);
}

const getuid = () => own.getuid();
const geteuid = () => own.geteuid();
const getgid = () => own.getgid();
const getegid = () => own.getegid();
const getgroups = () => own.getgroups();

function validateId(id, name) {
  if (typeof id === 'number') validateUint32(id, name);
  else if (typeof id !== 'string') {
    throw new errors.ERR_INVALID_ARG_TYPE(name, ['number', 'string'], id);
  }
}

function resolveId(id, kind, name = 'id') {
  validateId(id, name);
  if (typeof id === 'number') return id;
  const found = kind === 'User' ? own.userOf(id) : own.groupOf(id);
  if (found < 0) throw new errors.ERR_UNKNOWN_CREDENTIAL(kind, id);
  return found;
}

// These report in the words of the system: "EPERM, Operation not permitted".
function changeIdentity(syscall, ...args) {
  const errno = own[syscall](...args);
  if (errno === 0) return;
  const [code] = require('node:util').getSystemErrorMap().get(-errno);
  const error = new Error(`${code}, ${own.describeErrno(errno)}`);
  throw Object.assign(error, { errno, code, syscall });
}

const setuid = (id) => changeIdentity('setuid', resolveId(id, 'User'));
const seteuid = (id) => changeIdentity('seteuid', resolveId(id, 'User'));
const setgid = (id) => changeIdentity('setgid', resolveId(id, 'Group'));
const setegid = (id) => changeIdentity('setegid', resolveId(id, 'Group'));

function setgroups(groups) {
  validateArray(groups, 'groups');
  const ids = groups.map((group, i) => resolveId(group, 'Group', `groups[${i}]`));
  changeIdentity('setgroups', ids);
}

function initgroups(user, extraGroup) {
  validateId(user, 'user');
  validateId(extraGroup, 'extraGroup');
  const group = resolveId(extraGroup, 'Group', 'extraGroup');
  const name =
    typeof user === 'number' ? require('node:os').userInfo({ uid: user }).username : user;
  if (own.userOf(name) < 0) throw new errors.ERR_UNKNOWN_CREDENTIAL('User', user);
  changeIdentity('initgroups', name, group);
}

function hasUncaughtExceptionCaptureCallback() {
  return require('runtime/lifecycle').hasCaptureCallback();
}

function setUncaughtExceptionCaptureCallback(callback) {
  const lifecycle = require('runtime/lifecycle');
  if (lifecycle.domainStack() !== '') {
    const error = new errors.ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE();
    error.stack += `\n${'-'.repeat(40)}\n${lifecycle.domainStack()}`;
    throw error;
  }
  if (callback === null) {
    lifecycle.setCaptureCallback(null);
    return;
  }
  if (typeof callback !== 'function') {
    throw new errors.ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], callback);
  }
  if (lifecycle.hasCaptureCallback()) throw new errors.ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  lifecycle.setCaptureCallback(callback);
}

function loadEnvFile(path = undefined) {
  const fs = require('node:fs');
  const { parseEnv } = require('node:util');
  const parsed = parseEnv(fs.readFileSync(path ?? '.env', 'utf8'));
  for (const [key, value] of Object.entries(parsed)) {
    if (process.env[key] === undefined) process.env[key] = value;
  }
}

function openStdin() {
  process.stdin.resume();
  return process.stdin;
}

function ref(maybeRefable) {
  const method =
    maybeRefable?.[Symbol.for('nodejs.ref')] ??
    maybeRefable?.[Symbol.for('node:ref')] ??
    maybeRefable?.ref;
  if (typeof method === 'function') method.call(maybeRefable);
}

function unref(maybeRefable) {
  const method =
    maybeRefable?.[Symbol.for('nodejs.unref')] ??
    maybeRefable?.[Symbol.for('node:unref')] ??
    maybeRefable?.unref;
  if (typeof method === 'function') method.call(maybeRefable);
}

function setSourceMapsEnabled(enabled) {
  require('runtime/validators').validateBoolean(enabled, 'enabled');
  require('node:module').setSourceMapsSupport(enabled, {
    nodeModules: enabled,
    generatedCode: enabled,
  });
}

function _rawDebug(...args) {
  own.writeStderr(`${require('node:util').format(...args)}\n`);
}

const _tickCallback = () => require('runtime/task_queue').processTicksAndRejections();

/** The objects that hold the loop open, or rather what a program knows them as. */
function _getActiveHandles() {
  return Array.from(pairs(own.activeHandles()), ([, handle]) => handle[kOwner] ?? handle);
}

function _getActiveRequests() {
  const known = Array.from(pairs(own.activeRequests()));
  return known.filter(([name]) => name in kRequestNames).map(([, request]) => request);
}

module.exports = {
  abort,
  assert,
  availableMemory,
  chdir,
  constrainedMemory,
  cpuUsage,
  dlopen,
  emitWarning: require('runtime/warnings').emitWarning,
  execve,
  getActiveResourcesInfo,
  getBuiltinModule,
  getegid,
  geteuid,
  getgid,
  getgroups,
  getuid,
  hasUncaughtExceptionCaptureCallback,
  initgroups,
  kill,
  loadEnvFile,
  memoryUsage,
  openStdin,
  ref,
  resourceUsage,
  setSourceMapsEnabled,
  setUncaughtExceptionCaptureCallback,
  setegid,
  seteuid,
  setgid,
  setgroups,
  setuid,
  threadCpuUsage,
  umask,
  unref,
  uptime,
  _debugEnd: () => require('node:inspector').close(),
  _debugProcess: (pid) => void kill(pid, 'SIGUSR1'),
  _getActiveHandles,
  _getActiveRequests,
  _kill,
  _rawDebug,
  _startProfilerIdleNotifier: () => {},
  _stopProfilerIdleNotifier: () => {},
  _tickCallback,
};

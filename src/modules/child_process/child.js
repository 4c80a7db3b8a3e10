'use strict';

// The ChildProcess class: a process handle, the parent's ends of its pipes, and its IPC channel.

const { EventEmitter } = require('node:events');
const net = require('node:net');
const { ERR_INVALID_ARG_TYPE, errnoException } = require('runtime/errors');
const {
  validateArray,
  validateObject,
  validateOneOf,
  validateString,
} = require('runtime/validators');
const { kOwner } = require('runtime/symbols');
const { toSignalName, toSignalNumber } = require('modules/child_process/arguments');
const { toStdio } = require('modules/child_process/stdio');
const { Process } = native('child_process');

const UV_ESRCH = -3;
const UV_EINVAL = -22;
const UV_ENFILE = -23;
const UV_EMFILE = -24;
const UV_ENOSYS = -38;
// EACCES, EAGAIN, ENOENT: the child could not be started, which is an 'error' event and no exception.
const DEFERRED_ERRORS = new Set([-13, -11, -2, UV_EMFILE, UV_ENFILE]);

// Sockets of another process's stdio that are given to a third one are read there, not here.
const kGivenAway = Symbol('given away');

function ChildProcess() {
  if (!(this instanceof ChildProcess)) return new ChildProcess();
  EventEmitter.call(this);
  this._closesNeeded = 1;
  this._closesGot = 0;
  this.connected = false;
  this.signalCode = null;
  this.exitCode = null;
  this.killed = false;
  this.spawnfile = null;
  this._handle = new Process();
  this._handle[kOwner] = this;
  const onExited = (exitCode, signal) => onExit(this, exitCode, toSignalName(signal));
  this._handle.onexit = onExited;
  require('modules/diagnostics_channel/publish').publish('child_process', () => ({
    process: this,
  }));
}
Object.setPrototypeOf(ChildProcess.prototype, EventEmitter.prototype);
Object.setPrototypeOf(ChildProcess, EventEmitter);

function spawnError(child, errno) {
  const error = errnoException(errno, child.spawnfile ? `spawn ${child.spawnfile}` : 'spawn');
  if (child.spawnfile) error.path = child.spawnfile;
  error.spawnargs = child.spawnargs.slice(1);
  return error;
}

function onExit(child, exitCode, signalCode) {
  if (signalCode) child.signalCode = signalCode;
  else child.exitCode = exitCode;
  child.stdin?.destroy();
  child._handle?.close();
  child._handle = null;
  if (exitCode < 0) child.emit('error', spawnError(child, exitCode));
  else child.emit('exit', child.exitCode, child.signalCode);
  // What nobody reads would keep its pipe, and with it 'close', waiting for ever.
  process.nextTick(() => flushStdio(child));
  maybeClose(child);
}

function flushStdio(child) {
  for (const stream of child.stdio ?? []) {
    if (!stream?.readable || stream[kGivenAway]) continue;
    // A reader that has paused, or reads by itself, will come back for the rest.
    if (stream.listenerCount('readable') > 0 || stream.readableFlowing === false) continue;
    stream.resume();
  }
}

function maybeClose(child) {
  child._closesGot++;
  if (child._closesGot === child._closesNeeded)
    child.emit('close', child.exitCode, child.signalCode);
}

function toStream(entry, index) {
  const socket = new net.Socket({ handle: entry.handle, readable: index > 0 });
  return socket;
}

/** Starts the process; options are those of toSpawnOptions. */
ChildProcess.prototype.spawn = function spawn(options) {
  validateObject(options, 'options');
  const { serialization } = options;
  validateOneOf(serialization, 'options.serialization', [undefined, 'json', 'advanced']);
  const { stdio, ipc, ipcFd } = toStdio(options.stdio || 'pipe', false);
  const closeAll = () => {
    for (const { handle } of stdio) handle?.close();
  };
  let { envPairs } = options;
  if (envPairs !== undefined) validateArray(envPairs, 'options.envPairs');
  if (ipc !== undefined) {
    envPairs = [
      ...(envPairs ?? []),
      `NODE_CHANNEL_FD=${ipcFd}`,
      `NODE_CHANNEL_SERIALIZATION_MODE=${serialization ?? 'json'}`,
    ];
  }
  validateString(options.file, 'options.file');
  this.spawnfile = options.file;
  if (options.args === undefined) this.spawnargs = [];
  else if (Array.isArray(options.args)) this.spawnargs = options.args;
  else throw new ERR_INVALID_ARG_TYPE('options.args', 'Array', options.args);

  const errno = this._handle.spawn({
    __proto__: null,
    ...options,
    args: this.spawnargs,
    envPairs,
    stdio,
  });
  if (DEFERRED_ERRORS.has(errno)) {
    process.nextTick(() => onExit(this, errno, null));
    // Without descriptors there are no pipes either.
    if (errno === UV_EMFILE || errno === UV_ENFILE) {
      closeAll();
      return errno;
    }
  } else if (errno) {
    closeAll();
    this._handle.close();
    this._handle = null;
    throw errnoException(errno, 'spawn');
  } else {
    process.nextTick(() => this.emit('spawn'));
  }
  this.pid = this._handle.pid;

  const streams = [];
  for (const [index, entry] of stdio.entries()) {
    if (entry.type === 'fd' && typeof entry.stream === 'object') giveAway(entry.stream);
    if (entry.type !== 'pipe' || entry.ipc) {
      streams.push(null);
      continue;
    }
    // A child that was not started has no use for its ends, but its streams exist and end.
    const socket = toStream(entry, index);
    if (index > 0 && this.pid !== 0) {
      this._closesNeeded++;
      socket.on('close', () => maybeClose(this));
    }
    streams.push(socket);
  }
  this.stdin = streams[0] ?? null;
  this.stdout = streams[1] ?? null;
  this.stderr = streams[2] ?? null;
  this.stdio = streams;
  if (ipc !== undefined) {
    const { openChannel } = require('modules/child_process/channel');
    openChannel(this, ipc, serialization ?? 'json');
  }
  return errno;
};

/** Stops reading from a stream whose descriptor a child has got. */
function giveAway(stream) {
  const handle = stream._handle;
  if (!handle?.readStop) return;
  handle.reading = false;
  handle.readStop();
  stream.pause();
  // Who reads here again later starts from the beginning.
  stream._readableState.reading = false;
  stream[kGivenAway] = true;
}

/** Sends a signal; true when it was delivered. */
ChildProcess.prototype.kill = function kill(signal) {
  const number = signal === 0 ? 0 : toSignalNumber(signal === undefined ? 'SIGTERM' : signal);
  if (!this._handle) return false;
  const errno = this._handle.kill(number);
  if (errno === 0) {
    this.killed = true;
    return true;
  }
  // ESRCH means that the process has ended already.
  if (errno === UV_ESRCH) return false;
  const error = errnoException(errno, 'kill');
  if (errno === UV_EINVAL || errno === UV_ENOSYS) throw error;
  this.emit('error', error);
  return false;
};

ChildProcess.prototype[Symbol.dispose] = function () {
  if (!this.killed) this.kill();
};

ChildProcess.prototype.ref = function ref() {
  this._handle?.ref();
};

ChildProcess.prototype.unref = function unref() {
  this._handle?.unref();
};

module.exports = { ChildProcess, maybeClose };

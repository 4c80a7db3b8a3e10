'use strict';

// The start of a worker's thread: takes what its starter sent, then runs the program.

const { portOf, receiveMessageOnPort } = require('web/messaging/port');
const shared = require('modules/worker_threads/shared');

/** A process.env of this thread's own: like the process's, it holds strings and nothing else. */
function environment(initial) {
  const { ERR_INVALID_OBJECT_DEFINE_PROPERTY } = require('runtime/errors');
  const variables = { ...initial };
  const text = (value) => {
    if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
    return `${value}`;
  };
  return new Proxy(variables, {
    set(target, name, value) {
      if (typeof name === 'symbol') text(name);
      target[name] = text(value);
      return true;
    },
    get(target, name) {
      return typeof name === 'symbol' ? undefined : target[name];
    },
    has(target, name) {
      return typeof name === 'symbol' ? false : name in target;
    },
    defineProperty(target, name, descriptor) {
      if ('get' in descriptor || 'set' in descriptor) {
        throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY(
          "'process.env' does not accept an accessor(getter/setter) descriptor",
        );
      }
      if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
        throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY(
          "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
        );
      }
      target[name] = text(descriptor.value);
      return true;
    },
  });
}

/**
 * Replaces the standard streams by ends of the port, each made when somebody asks for it.
 * Returns { get(name), made(name) }: the latter is undefined while nobody has.
 */
function replaceStreams(port, hasStdin) {
  const streams = {};
  const make = (name) => {
    const { ReadableWorkerStdio, WritableWorkerStdio } = require('modules/worker_threads/stdio');
    if (name !== 'stdin') return new WritableWorkerStdio(port, name);
    const stdin = new ReadableWorkerStdio(port, name);
    if (!hasStdin) {
      stdin.push(null);
      stdin.keepsAlive = false;
    }
    return stdin;
  };
  const get = (name) => (streams[name] ??= make(name));
  for (const name of ['stdin', 'stdout', 'stderr']) {
    Object.defineProperty(process, name, {
      __proto__: null,
      get: () => get(name),
      set: (value) => {
        const replaced = { __proto__: null, value, writable: true, enumerable: true };
        Object.defineProperty(process, name, replaced);
      },
      enumerable: true,
      configurable: true,
    });
  }
  return { get, made: (name) => streams[name] };
}

const cpuProfiles = new Map();

// What the starter may ask for, and what answers.
const kRequests = {
  startCpuProfile() {
    const id = shared.nextRequest();
    cpuProfiles.set(id, require('node:v8').startCpuProfile());
    return id;
  },
  stopCpuProfile(id) {
    const profile = cpuProfiles.get(id).stop();
    cpuProfiles.delete(id);
    return profile;
  },
  startHeapProfile() {
    if (native('heap_profile').start()) return;
    const { ERR_HEAP_PROFILE_HAVE_BEEN_STARTED } = require('runtime/errors');
    throw new ERR_HEAP_PROFILE_HAVE_BEEN_STARTED();
  },
  stopHeapProfile: () => native('heap_profile').stop(),
  heapStatistics() {
    const statistics = require('node:v8').getHeapStatistics();
    // What is a number there is a boolean here.
    return { ...statistics, does_zap_garbage: statistics.does_zap_garbage !== 0 };
  },
  cpuUsage: (previous) => process.threadCpuUsage(previous),
  heapSnapshot(options) {
    const chunks = [];
    const stream = require('node:v8').getHeapSnapshot(options);
    return new Promise((resolve, reject) => {
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => resolve(chunks));
      stream.on('error', reject);
    });
  },
};

async function answer(port, { id, kind, options }) {
  try {
    port.postMessage({ type: 'answer', id, value: await kRequests[kind](options) });
  } catch (error) {
    const { pack } = require('modules/worker_threads/error_transfer');
    port.postMessage({ type: 'answer', id, error: pack(error) });
  }
}

function reportFatal(port, error) {
  try {
    const { pack } = require('modules/worker_threads/error_transfer');
    port.postMessage({ type: 'error', error: pack(error) });
  } catch {
    const { ERR_WORKER_UNSERIALIZABLE_ERROR } = require('runtime/errors');
    const { pack } = require('modules/worker_threads/error_transfer');
    port.postMessage({ type: 'error', error: pack(new ERR_WORKER_UNSERIALIZABLE_ERROR()) });
  }
}

// What of process concerns the process as a whole, and the channel to a parent process.
function refuseProcessWide() {
  const { ERR_WORKER_UNSUPPORTED_OPERATION } = require('runtime/errors');
  const refusal = (what) => () => {
    throw new ERR_WORKER_UNSUPPORTED_OPERATION(`process.${what}`);
  };
  for (const name of ['send', 'disconnect']) {
    process[name] = Object.assign(refusal(`${name}()`), { disabled: true });
  }
  const { umask } = process;
  process.umask = (mask) => {
    // Asking is allowed, changing would change it for all threads.
    if (mask !== undefined) throw new ERR_WORKER_UNSUPPORTED_OPERATION('Setting process.umask()');
    return umask();
  };
  for (const name of ['channel', 'connected']) {
    const get = refusal(name);
    Object.defineProperty(process, name, {
      __proto__: null,
      get,
      set: undefined,
      enumerable: false,
      configurable: true,
    });
  }
  for (const name of [
    '_startProfilerIdleNotifier',
    '_stopProfilerIdleNotifier',
    '_debugProcess',
    '_debugPause',
    '_debugEnd',
  ]) {
    delete process[name];
  }
}

/** Called once, when the thread starts. */
function start() {
  const port = portOf(native('worker').takePort());
  const { message: load } = receiveMessageOnPort(port);
  if (load.env !== undefined) process.env = environment(load.env);
  const streams = replaceStreams(port, load.hasStdin);
  shared.workerData = load.workerData;
  shared.environmentData = load.environmentData;
  shared.parentPort = load.publicPort;
  shared.resourceLimits = load.resourceLimits;
  shared.threadName = load.name;
  require('runtime/lifecycle').startTracing();

  require('runtime/lifecycle').setFatalHook((error) => reportFatal(port, error));
  port.on('message', (message) => {
    if (message.type === 'stdio') streams.get(message.name).receive(message.chunks);
    else if (message.type === 'wantsMore') streams.made(message.name)?.acknowledge();
    else if (message.type === 'request') answer(port, message);
  });
  port.unref();
  refuseProcessWide();
  // First of the 'exit' listeners: what is written from here on is not held back any more.
  process.on('exit', () => {
    streams.made('stdout')?.acknowledge();
    streams.made('stderr')?.acknowledge();
  });
  const { adopt } = require('modules/worker_threads/thread_messages');
  adopt(native('worker').takeInbox());
  port.postMessage({ type: 'online' });
  require('loader/main').runWorker(load.kind, load.program);
}

module.exports = { start };

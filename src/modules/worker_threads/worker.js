'use strict';

const EventEmitter = require('node:events');
const path = require('node:path');
const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_WORKER_INIT_FAILED,
  ERR_WORKER_INVALID_EXEC_ARGV,
  ERR_WORKER_NOT_RUNNING,
  ERR_WORKER_OUT_OF_MEMORY,
  ERR_WORKER_PATH,
} = require('runtime/errors');
const { validateArray, validateObject, validateString } = require('runtime/validators');
const { MessageChannel, drainPort, portOf } = require('web/messaging/port');
const { channel } = require('node:diagnostics_channel');
const shared = require('modules/worker_threads/shared');
const { Thread, defaultLimits, nextThreadId, refusedArguments } = native('worker');

const onCreated = channel('worker_threads');
const stdio = () => require('modules/worker_threads/stdio');

const kLimitNames = [
  'maxOldGenerationSizeMb',
  'maxYoungGenerationSizeMb',
  'codeRangeSizeMb',
  'stackSizeMb',
];

/** What to run: [kind, program] for the loader. */
function programOf(filename, options) {
  if (options[shared.kInternal]) return ['internal', filename];
  if (options.eval) {
    if (typeof filename !== 'string') {
      throw new ERR_INVALID_ARG_VALUE(
        'options.eval',
        options.eval,
        "must be false when 'filename' is not a string",
      );
    }
    return ['text', filename];
  }
  const isURL =
    typeof filename === 'object' && filename !== null && typeof filename.href === 'string';
  if (isURL && filename.protocol === 'data:') return ['url', filename.href];
  if (isURL) return ['file', require('node:url').fileURLToPath(filename)];
  if (typeof filename !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename);
  }
  if (path.isAbsolute(filename) || /^\.\.?[\\/]/.test(filename)) {
    return ['file', path.resolve(filename)];
  }
  throw new ERR_WORKER_PATH(filename);
}

/** The environment variables of the worker, or undefined if it shares those of the process. */
function environmentOf(env) {
  if (env === shared.SHARE_ENV) {
    process.env = native('process').shareEnvironment(process.env);
    return undefined;
  }
  if (env === undefined || env === null) return { ...process.env };
  if (typeof env !== 'object') {
    throw new ERR_INVALID_ARG_TYPE(
      'options.env',
      ['object', 'undefined', 'null', 'worker_threads.SHARE_ENV'],
      env,
    );
  }
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, `${value}`]));
}

// NODE_OPTIONS of a worker's environment, where they are not those of the process.
function ownNodeOptions(env) {
  const own = env?.NODE_OPTIONS;
  return typeof own === 'string' && own !== process.env.NODE_OPTIONS ? own : undefined;
}

function checkArguments(options) {
  if (options.execArgv && !Array.isArray(options.execArgv)) {
    throw new ERR_INVALID_ARG_TYPE('options.execArgv', 'Array', options.execArgv);
  }
  if (options.argv && !Array.isArray(options.argv)) {
    throw new ERR_INVALID_ARG_TYPE('options.argv', 'Array', options.argv);
  }
  if (options.execArgv) {
    const refused = refusedArguments(options.execArgv.map(String), undefined);
    if (refused.length > 0) throw new ERR_WORKER_INVALID_EXEC_ARGV(refused);
  }
  const own = ownNodeOptions(options.env);
  if (own !== undefined) {
    const refused = refusedArguments([], own);
    if (refused.length > 0) {
      throw new ERR_WORKER_INVALID_EXEC_ARGV(refused, 'invalid NODE_OPTIONS env variable');
    }
  }
}

function limitsOf(resourceLimits) {
  const defaults = defaultLimits();
  return kLimitNames.map((name, index) => {
    const value = resourceLimits?.[name];
    return typeof value === 'number' ? Math.max(value, 0.1) : defaults[index];
  });
}

/** A profile that a worker takes of itself. Whoever stops it again gets the same text. */
class ProfileHandle {
  #stop;
  #profile;

  constructor(stop) {
    this.#stop = stop;
  }

  stop() {
    this.#profile ??= this.#stop();
    return this.#profile;
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}

/** https://nodejs.org/api/v8.html#class-cpuprofilehandle */
class CPUProfileHandle extends ProfileHandle {}

/** https://nodejs.org/api/v8.html#class-heapprofilehandle */
class HeapProfileHandle extends ProfileHandle {}

/** https://nodejs.org/api/worker_threads.html#class-worker */
class Worker extends EventEmitter {
  #thread;
  #port; // for what the runtime says
  #publicPort; // for what programs say
  #stdin = null;
  #captured; // which of the outputs the program wants for itself
  #outputs = { stdout: undefined, stderr: undefined };
  #id;
  #name;
  #limits;
  #requests = new Map();
  #isOnline = false;

  constructor(filename, options = {}) {
    super();
    if (process.permission !== undefined) require('runtime/permission').checkPermission('worker');
    validateObject(options, 'options');
    checkArguments(options);
    const [kind, program] = programOf(filename, options);
    const env = environmentOf(options.env);
    this.#name = 'WorkerThread';
    if (options.name !== undefined && options.name !== null) {
      validateString(options.name, 'options.name');
      this.#name = options.name.trim() || this.#name;
    }
    if (options.resourceLimits !== undefined) {
      validateObject(options.resourceLimits, 'options.resourceLimits', { nullable: true });
    }
    if (options.transferList) validateArray(options.transferList, 'options.transferList');

    this.#id = nextThreadId();
    this.#limits = limitsOf(options.resourceLimits);
    const argv = [
      process.execPath,
      ...(kind === 'text' ? ['[worker eval]'] : [program]),
      ...(options.argv ?? []).map(String),
    ];
    this.#thread = new Thread(
      this.#id,
      argv,
      options.execArgv?.map(String),
      ownNodeOptions(options.env),
      this.#limits,
      this.#name,
      options.trackUnmanagedFds == null ? undefined : Boolean(options.trackUnmanagedFds),
    );
    this.#thread.onexit = (code, reason) => this.#onExit(code, reason);

    this.#port = portOf(this.#thread.port());
    this.#port.on('message', (message) => this.#onMessage(message));
    this.#port.unref();
    if (options.stdin) this.#stdin = new (stdio().WritableWorkerStdio)(this.#port, 'stdin');
    this.#captured = { stdout: options.stdout, stderr: options.stderr };

    const { port1, port2 } = new MessageChannel();
    this.#publicPort = port1;
    this.#publicPort.on('message', (message) => this.emit('message', message));
    this.#publicPort.on('messageerror', (error) => this.emit('messageerror', error));
    this.#publicPort.unref();

    const load = {
      type: 'load',
      kind,
      program,
      env,
      workerData: options.workerData,
      environmentData: shared.environmentData,
      publicPort: port2,
      hasStdin: Boolean(options.stdin),
      resourceLimits: this.#limitsByName(),
      name: this.#name,
    };
    try {
      this.#port.postMessage(load, [port2, ...(options.transferList ?? [])]);
      if (this.#thread.start() !== 0) throw new ERR_WORKER_INIT_FAILED('ERR_WORKER_INIT_FAILED');
    } catch (error) {
      this.#thread.close();
      this.#port.close();
      this.#publicPort.close();
      throw error;
    }
    if (options[shared.kInternal]) return;
    if (onCreated.hasSubscribers) onCreated.publish({ worker: this });
    process.nextTick(() => process.emit('worker', this));
  }

  // The worker's 'stdout' or 'stderr': made when somebody asks for it, or when the first of it comes.
  #output(name) {
    if (this.#outputs[name] === undefined) {
      const stream = new (stdio().ReadableWorkerStdio)(this.#port, name);
      this.#outputs[name] = stream;
      if (!this.#captured[name]) this.#forward(stream, name);
      if (this.#thread === null) stream.finish();
    }
    return this.#outputs[name];
  }

  // What the worker writes and nobody asked for goes where this thread's output goes.
  #forward(stream, name) {
    stream.keepsAlive = false;
    const target = process[name];
    const limit = target.getMaxListeners();
    target.setMaxListeners(Infinity);
    stream.pipe(target, { end: false });
    target.setMaxListeners(limit);
  }

  #limitsByName() {
    const limits = {};
    for (const index of [1, 0, 2, 3]) limits[kLimitNames[index]] = this.#limits[index];
    return limits;
  }

  #onMessage(message) {
    switch (message.type) {
      case 'online':
        this.#isOnline = true;
        this.emit('online');
        break;
      case 'error':
        this.emit('error', require('modules/worker_threads/error_transfer').unpack(message.error));
        break;
      case 'stdio':
        this.#output(message.name).receive(message.chunks);
        break;
      case 'wantsMore':
        this.#stdin?.acknowledge();
        break;
      case 'answer': {
        const { resolve, reject } = this.#requests.get(message.id);
        this.#requests.delete(message.id);
        if (message.error === undefined) resolve(message.value);
        else reject(require('modules/worker_threads/error_transfer').unpack(message.error));
        break;
      }
    }
  }

  #onExit(code, reason) {
    // All that it said comes before the news of its end.
    drainPort(this.#publicPort);
    drainPort(this.#port);
    // Its closing is heard of later, but from now on it holds nobody.
    this.#publicPort.unref();
    this.#publicPort.close();
    this.#port.close();
    this.#thread = null;
    this.#isOnline = false;
    for (const { reject } of this.#requests.values()) reject(new ERR_WORKER_NOT_RUNNING());
    this.#requests.clear();
    this.#outputs.stdout?.finish();
    this.#outputs.stderr?.finish();
    this.#stdin?.acknowledge();
    if (reason === 'ERR_WORKER_OUT_OF_MEMORY') {
      this.emit('error', new ERR_WORKER_OUT_OF_MEMORY('JS heap out of memory'));
    } else if (reason !== '') {
      this.emit('error', new ERR_WORKER_INIT_FAILED(reason));
    }
    this.emit('exit', code);
  }

  /** Asks the worker's own thread for something; it answers when it returns to its loop. */
  #request(kind, options) {
    if (this.#thread === null) return Promise.reject(new ERR_WORKER_NOT_RUNNING());
    return new Promise((resolve, reject) => {
      const id = shared.nextRequest();
      this.#requests.set(id, { resolve, reject });
      this.#port.postMessage({ type: 'request', id, kind, options });
    });
  }

  postMessage(value, transferList) {
    if (this.#thread === null) return;
    if (arguments.length === 0) this.#publicPort.postMessage();
    else this.#publicPort.postMessage(value, transferList);
  }

  terminate(callback) {
    this.ref();
    if (typeof callback === 'function') {
      process.emitWarning(
        'Passing a callback to worker.terminate() is deprecated. ' +
          'It returns a Promise instead.',
        'DeprecationWarning',
        'DEP0132',
      );
      if (this.#thread === null) return Promise.resolve();
      this.once('exit', (exitCode) => callback(null, exitCode));
    }
    if (this.#thread === null) return Promise.resolve();
    this.#thread.terminate();
    // Not events.once(): an 'error' event must not make this fail.
    return new Promise((resolve) => this.once('exit', resolve));
  }

  async [Symbol.asyncDispose]() {
    await this.terminate();
  }

  ref() {
    if (this.#thread === null) return;
    this.#thread.ref();
    this.#publicPort.ref();
  }

  unref() {
    if (this.#thread === null) return;
    this.#thread.unref();
    this.#publicPort.unref();
  }

  get threadId() {
    return this.#thread === null ? -1 : this.#id;
  }

  get threadName() {
    return this.#thread === null ? null : this.#name;
  }

  get stdin() {
    return this.#stdin;
  }

  get stdout() {
    return this.#output('stdout');
  }

  get stderr() {
    return this.#output('stderr');
  }

  get resourceLimits() {
    return this.#thread === null ? {} : this.#limitsByName();
  }

  get performance() {
    return {
      eventLoopUtilization: (earlier, evenEarlier) => {
        const { utilizationOf } = require('web/performance/event_loop');
        const { now } = require('web/performance/clock');
        const [ago, idle] = this.#isOnline ? this.#thread.loopTimes() : [-1, 0];
        return utilizationOf(ago < 0 ? -1 : now() - ago, idle, earlier, evenEarlier);
      },
    };
  }

  getHeapSnapshot(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      const { validateBoolean } = require('runtime/validators');
      for (const name of ['exposeInternals', 'exposeNumericValues']) {
        if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`);
      }
    }
    return this.#request('heapSnapshot', options).then((chunks) => {
      const { Readable } = require('node:stream');
      // All of it is here: one read() may take it whole.
      const stream = new Readable({ read() {} });
      for (const chunk of [...chunks, null]) stream.push(chunk);
      return stream;
    });
  }

  getHeapStatistics() {
    return this.#request('heapStatistics');
  }

  async startCpuProfile() {
    const id = await this.#request('startCpuProfile');
    return new CPUProfileHandle(() => this.#request('stopCpuProfile', id));
  }

  async startHeapProfile() {
    await this.#request('startHeapProfile');
    return new HeapProfileHandle(() => this.#request('stopHeapProfile'));
  }

  cpuUsage(previous) {
    if (previous !== undefined) {
      validateObject(previous, 'prev');
      const { validateNumber } = require('runtime/validators');
      validateNumber(previous.user, 'prev.user', 0);
      validateNumber(previous.system, 'prev.system', 0);
    }
    return this.#request('cpuUsage', previous);
  }
}

module.exports = { Worker };

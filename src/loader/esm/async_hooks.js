'use strict';
// module.register(): hooks that run in a thread of their own. This thread asks them through a port,
// and, where it needs the answer at once, waits for it.
// https://nodejs.org/api/module.html#asynchronous-customization-hooks

const {
  ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED,
  ERR_METHOD_NOT_IMPLEMENTED,
} = require('runtime/errors');
const { isHooksThread, setAsyncHooks } = require('loader/esm/pipeline');
const { workingDirectoryURL } = require('loader/esm/resolve');

class HooksClient {
  #port;
  #lock = new Int32Array(new SharedArrayBuffer(4));
  #pending = new Map();
  #lastId = 0;
  #hasEnded = false;

  constructor() {
    const { MessageChannel, Worker } = require('node:worker_threads');
    const { kInternal } = require('modules/worker_threads/shared');
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker('loader/esm/hooks_thread', {
      [kInternal]: true,
      workerData: { port: port2, lock: this.#lock },
      transferList: [port2],
    });
    worker.unref();
    this.#port = port1;
    port1.on('message', (reply) => this.#settle(reply));
    port1.unref();
    // The thread ends with the program, in the midst of what it does: what it counted is asked for before.
    if (process.env.NODE_V8_COVERAGE) {
      require('modules/inspector/recorder').atEnd(() => this.#takeCoverage());
    }
  }

  #takeCoverage() {
    if (!this.#hasEnded) this.#requestSync({ type: 'takeCoverage' });
  }

  resolve(specifier, context) {
    return this.#request({ type: 'resolve', specifier, context });
  }

  load(url, context) {
    return this.#request({ type: 'load', url, context });
  }

  resolveSync(specifier, context) {
    return this.#requestSync({ type: 'resolve', specifier, context: { ...context } });
  }

  loadSync(url, context) {
    return this.#requestSync({ type: 'load', url, context: { ...context } });
  }

  register(specifier, parentURL, data, transferList) {
    this.#requestSync({ type: 'register', specifier, parentURL, data }, transferList);
  }

  #request(request) {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#pending.set(id, { resolve, reject });
    // What waits for an answer keeps the program running.
    if (this.#pending.size === 1) this.#port.ref();
    this.#port.postMessage({ ...request, id });
    return promise;
  }

  #settle(reply) {
    if (reply.exit !== undefined) return this.#end(reply.exit);
    const waiting = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#port.unref();
    if ('error' in reply) waiting.reject(unpackError(reply.error));
    else waiting.resolve(reply.value);
  }

  // The hooks' thread is gone: what it was asked will never be answered.
  #end(code) {
    this.#hasEnded = true;
    if (code !== 0) process.exit(code);
    for (const { reject } of this.#pending.values()) {
      reject(new ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED());
    }
    this.#pending.clear();
  }

  #requestSync(request, transferList) {
    const { receiveMessageOnPort } = require('node:worker_threads');
    const id = ++this.#lastId;
    Atomics.store(this.#lock, 0, 0);
    this.#port.postMessage({ ...request, id, isSync: true }, transferList);
    for (;;) {
      Atomics.wait(this.#lock, 0, 0);
      Atomics.store(this.#lock, 0, 0);
      for (
        let got = receiveMessageOnPort(this.#port);
        got;
        got = receiveMessageOnPort(this.#port)
      ) {
        const reply = got.message;
        if (reply.exit !== undefined) {
          this.#end(reply.exit);
          throw new ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED();
        }
        if (reply.id !== id) this.#settle(reply);
        else if ('error' in reply) throw unpackError(reply.error);
        else return reply.value;
      }
    }
  }
}

function unpackError(packed) {
  return require('modules/worker_threads/error_transfer').unpack(packed);
}

let client;

function connect() {
  if (client === undefined) {
    client = new HooksClient();
    setAsyncHooks(client);
  }
  return client;
}

/** module.register */
function register(specifier, parentURL = 'data:', options = undefined) {
  // The hooks cannot be asked by themselves.
  if (isHooksThread()) throw new ERR_METHOD_NOT_IMPLEMENTED('register()');
  if (typeof parentURL === 'object' && parentURL !== null && typeof parentURL.href !== 'string') {
    options = parentURL;
    parentURL = options.parentURL ?? 'data:';
  }
  const { data, transferList } = options ?? {};
  connect().register(String(specifier), String(parentURL), data, transferList);
}

/** --experimental-loader */
function registerFromCommandLine(specifiers) {
  process.emitWarning(
    '`--experimental-loader` may be removed in the future; instead use `register()`:\n' +
      `--import 'data:text/javascript,import { register } from "node:module"; import ` +
      `{ pathToFileURL } from "node:url"; ` +
      `${specifiers.map((name) => `register(${JSON.stringify(name)}, pathToFileURL("./"));`).join('')}'`,
    'ExperimentalWarning',
  );
  const base = workingDirectoryURL();
  for (const specifier of specifiers) connect().register(specifier, base, undefined, undefined);
}

module.exports = { register, registerFromCommandLine };

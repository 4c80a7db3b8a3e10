// node:inspector
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/inspector.html

const EventEmitter = require('node:events');
const {
  ERR_INSPECTOR_ALREADY_ACTIVATED,
  ERR_INSPECTOR_ALREADY_CONNECTED,
  ERR_INSPECTOR_CLOSED,
  ERR_INSPECTOR_COMMAND,
  ERR_INSPECTOR_NOT_ACTIVE,
  ERR_INSPECTOR_NOT_CONNECTED,
  ERR_INSPECTOR_NOT_WORKER,
} = require('runtime/errors');
const {
  isUint32,
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
} = require('runtime/validators');
const { engineConsole } = require('runtime/globals');
const { listen, prepareProgram } = require('modules/inspector/listening');
const native_ = native('inspector');

/** A connection to the inspector of this thread. */
class Session extends EventEmitter {
  #connection = null;
  #nextId = 1;
  #callbacks = new Map();

  connect() {
    if (this.#connection) throw new ERR_INSPECTOR_ALREADY_CONNECTED('The inspector session');
    prepareProgram();
    if (process.permission !== undefined) {
      require('runtime/permission').checkPermission('inspector');
    }
    this.#connection = new native_.Connection((message) => this.#onMessage(message));
  }

  connectToMainThread() {
    const { isMainThread } = require('node:worker_threads');
    if (isMainThread) throw new ERR_INSPECTOR_NOT_WORKER();
    if (this.#connection) throw new ERR_INSPECTOR_ALREADY_CONNECTED('The inspector session');
    this.#connection = new native_.MainSession((message) => this.#onMessage(message));
  }

  #onMessage(message) {
    const parsed = JSON.parse(message);
    try {
      if (parsed.id) this.#answer(parsed);
      else {
        this.emit(parsed.method, parsed);
        this.emit('inspectorNotification', parsed);
      }
    } catch (error) {
      process.emitWarning(error);
    }
  }

  #answer({ id, error, result }) {
    const callback = this.#callbacks.get(id);
    this.#callbacks.delete(id);
    if (!callback) return;
    if (error) callback(new ERR_INSPECTOR_COMMAND(error.code, error.message));
    else callback(null, result);
  }

  /** Sends a command; `callback(error, result)` gets the answer. */
  post(method, params, callback) {
    validateString(method, 'method');
    if (!callback && typeof params === 'function') {
      callback = params;
      params = null;
    }
    if (params) validateObject(params, 'params');
    if (callback) validateFunction(callback, 'callback');
    if (!this.#connection) throw new ERR_INSPECTOR_NOT_CONNECTED();
    const id = this.#nextId++;
    const message = { id, method };
    if (params) message.params = params;
    if (callback) this.#callbacks.set(id, callback);
    this.#connection.dispatch(JSON.stringify(message));
  }

  disconnect() {
    if (!this.#connection) return;
    this.#connection.disconnect();
    this.#connection = null;
    for (const callback of this.#callbacks.values()) {
      process.nextTick(callback, new ERR_INSPECTOR_CLOSED());
    }
    this.#callbacks.clear();
    this.#nextId = 1;
  }
}

/** Opens the server on a port and host; with `wait`, blocks until a debugger lets the program run. */
function open(port, host, wait) {
  if (native_.url() !== undefined) throw new ERR_INSPECTOR_ALREADY_ACTIVATED();
  const { defaultAddress } = require('modules/inspector/command_line');
  const known = defaultAddress();
  // 0 asks for any port; values that do not fit are taken modulo 2 ** 16, as is the address.
  if (isUint32(port)) validateInt32(port, 'port', 0, 65535);
  if (wait) native_.expectDebugger();
  listen(host || known.host, isUint32(port) ? port : known.port);
  if (wait) native_.waitForDebugger();
  return { __proto__: null, [Symbol.dispose]: close };
}

function close() {
  native_.close();
}

/** Blocks until a debugger has sent Runtime.runIfWaitingForDebugger. */
function waitForDebugger() {
  if (native_.url() === undefined) throw new ERR_INSPECTOR_NOT_ACTIVE();
  native_.waitForDebugger();
}

/** The functions of a domain whose events a program reports itself. */
function domain(report, events) {
  const functions = {};
  for (const event of events) {
    functions[event] = {
      [event](parameters) {
        if (parameters === undefined) parameters = {};
        validateObject(parameters, 'params');
        report(event, parameters);
      },
    }[event];
  }
  return functions;
}

const reportNetwork = (...event) => require('modules/inspector/network').report(...event);
const Network = domain(reportNetwork, [
  'requestWillBeSent',
  'responseReceived',
  'loadingFinished',
  'loadingFailed',
  'dataReceived',
  'dataSent',
  'webSocketCreated',
  'webSocketClosed',
  'webSocketHandshakeResponseReceived',
]);

const NetworkResources = {
  put(url, data) {
    validateString(url, 'url');
    validateString(data, 'data');
    require('modules/inspector/network_resources').put(url, data);
  },
};

// The domain DOMStorage is told of only with --experimental-storage-inspection, which does not exist yet:
// without it these check their arguments and no more, as with Node.
const DOMStorage = domain(() => {}, [
  'domStorageItemAdded',
  'domStorageItemRemoved',
  'domStorageItemUpdated',
  'domStorageItemsCleared',
  'registerStorage',
]);

module.exports = {
  open,
  close,
  url: () => native_.url(),
  waitForDebugger,
  console: engineConsole,
  Session,
  Network,
  NetworkResources,
  DOMStorage,
};
Object.defineProperty(module.exports.url, 'name', { value: 'url' });

'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_THIS,
} = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { makeEnumerable } = require('web/dom/event');
const { bindToFrame } = require('runtime/async_context');
const { publish } = require('modules/diagnostics_channel/publish');
const { Client } = native('locks');
const { queueMicrotask } = require('runtime/task_queue');

const kCreate = Symbol('create');
const [kGranted, kUnavailable, kStolen] = [0, 1, 2];

/** https://w3c.github.io/web-locks/#api-lock */
class Lock {
  #name;
  #mode;

  constructor(token = undefined, name = undefined, mode = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#mode = mode;
  }

  get name() {
    if (!(#name in this)) throw new ERR_INVALID_THIS('Lock');
    return this.#name;
  }

  get mode() {
    if (!(#mode in this)) throw new ERR_INVALID_THIS('Lock');
    return this.#mode;
  }
}

function notSupported(message) {
  const { DOMException } = require('web/dom/exception');
  return new DOMException(message, 'NotSupportedError');
}

function coded(code, message) {
  const error = new TypeError(message);
  error.code = code;
  return error;
}

/** The options of a request, checked. https://w3c.github.io/web-locks/#api-lock-manager-request */
function checked(name, options) {
  const { mode = 'exclusive', ifAvailable = false, steal = false, signal } = options ?? {};
  if (`${mode}` !== 'exclusive' && `${mode}` !== 'shared') {
    throw coded(
      'ERR_INVALID_ARG_VALUE',
      `mode '${mode}' is not a valid enum value of type LockMode.`,
    );
  }
  if (signal !== undefined && (typeof signal !== 'object' || signal === null)) {
    throw coded('ERR_INVALID_ARG_TYPE', 'signal is not an object.');
  }
  // 4-8. What excludes one another.
  if (name.startsWith('-')) throw notSupported('Lock name may not start with hyphen');
  if (ifAvailable && steal) throw notSupported('ifAvailable and steal are mutually exclusive');
  if (mode !== 'exclusive' && steal) {
    throw notSupported('mode: "shared" and steal are mutually exclusive');
  }
  if (signal !== undefined && (steal || ifAvailable)) {
    throw notSupported('signal cannot be used with steal or ifAvailable');
  }
  // 9. A request that is aborted already.
  signal?.throwIfAborted();
  return { mode: `${mode}`, ifAvailable: Boolean(ifAvailable), steal: Boolean(steal), signal };
}

let client;
const requests = new Map(); // by number: what to do when its outcome is known
let waiting = 0;

function theClient() {
  if (client === undefined) {
    client = new Client();
    client.ontell = (id, outcome) => requests.get(id)?.(outcome);
  }
  return client;
}

// The loop stays open while a request waits for its turn.
function countWaiting(change) {
  waiting += change;
  if (waiting > 0) client.ref();
  else client.unref();
}

// What this thread did may have decided requests of its own: they need not wait for the loop.
function tellSoon() {
  const told = client.take();
  for (let i = 0; i < told.length; i += 2) {
    queueMicrotask(() => requests.get(told[i])?.(told[i + 1]));
  }
}

/** Makes a request; settles as `callback` does while it holds the lock. */
function request(name, { mode, ifAvailable, steal, signal }, callback) {
  const owner = theClient();
  const { promise, resolve, reject } = Promise.withResolvers();
  const run = bindToFrame(callback);
  const message = { name, mode };
  publish('locks.request.start', () => message);
  let state = 'waiting';
  let id;

  const finish = (settle, value) => {
    if (state === 'done') return;
    if (state === 'waiting') countWaiting(-1);
    state = 'done';
    requests.delete(id);
    signal?.removeEventListener('abort', onAbort);
    const error = settle === reject ? value : undefined;
    publish('locks.request.end', () => ({ ...message, steal, ifAvailable, error }));
    settle(value);
  };
  // The callback goes on after a theft, but no longer under the lock.
  const onStolen = () => {
    const { DOMException } = require('web/dom/exception');
    finish(reject, new DOMException('The operation was aborted', 'AbortError'));
  };
  const release = (settle, value) => {
    const wasStolen = state === 'held' && !owner.release(id);
    tellSoon();
    if (wasStolen) onStolen();
    else finish(settle, value);
  };
  function onAbort() {
    if (state !== 'waiting') return;
    owner.release(id);
    tellSoon();
    finish(reject, signal.reason);
  }
  const onOutcome = (outcome) => {
    if (outcome === kStolen) return onStolen();
    if (state === 'done') return;
    signal?.removeEventListener('abort', onAbort);
    countWaiting(-1);
    state = outcome === kGranted ? 'held' : 'refused';
    publish(outcome === kUnavailable ? 'locks.request.miss' : 'locks.request.grant', () => message);
    const lock = outcome === kUnavailable ? null : new Lock(kCreate, name, mode);
    new Promise((settled) => settled(run(lock))).then(
      (value) => release(resolve, value),
      (error) => release(reject, error),
    );
  };

  countWaiting(1);
  id = owner.request(toNative(name), mode === 'exclusive', ifAvailable, steal);
  requests.set(id, onOutcome);
  tellSoon();
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}

// Native code takes well-formed text only. No name begins with a '-', so that can mark the others.
const toNative = (name) => (name.isWellFormed() ? name : `-${JSON.stringify(name)}`);
const fromNative = (text) => (text.startsWith('-') ? JSON.parse(text.slice(1)) : text);

function described(flat) {
  const all = [];
  for (let i = 0; i < flat.length; i += 3) {
    const mode = flat[i + 1] ? 'exclusive' : 'shared';
    all.push({ name: fromNative(flat[i]), mode, clientId: flat[i + 2] });
  }
  return all;
}

/** https://w3c.github.io/web-locks/#api-lock-manager */
class LockManager {
  constructor(token = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  async request(name, options, callback = undefined) {
    if (callback === undefined) {
      callback = options;
      options = undefined;
    }
    name = `${name}`;
    validateFunction(callback, 'callback');
    if (options !== undefined && options !== null && typeof options !== 'object') {
      throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    return request(name, checked(name, options), callback);
  }

  async query() {
    const owner = theClient();
    return { held: described(owner.list(true)), pending: described(owner.list(false)) };
  }
}

for (const interface_ of [Lock, LockManager]) {
  Object.defineProperty(interface_.prototype, Symbol.toStringTag, {
    __proto__: null,
    value: interface_.name,
    configurable: true,
  });
}
makeEnumerable(Lock.prototype, ['name', 'mode']);
makeEnumerable(LockManager.prototype, ['request', 'query']);

module.exports = { Lock, LockManager, locks: new LockManager(kCreate) };

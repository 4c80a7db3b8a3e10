'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_THIS,
} = require('runtime/errors');
const { validateUint32 } = require('runtime/validators');
const {
  EventTarget,
  defineEventHandler,
  fireEvent,
  hasStrongListeners,
  kListenerAdded,
  kListenerRemoved,
  setMaxListenersOf,
} = require('web/dom/event_target');
const { makeEnumerable } = require('web/dom/event');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

// The Dependents of each signal that others were made from by AbortSignal.any().
const kDependents = Symbol('kDependantSignals');

// What makes the constructor willing.
const kCreate = Symbol('create');

function asAbortError(error) {
  return require('web/dom/exception').asAbortError(error);
}

/**
 * What a source (a signal, or a timer) holds of a signal that depends on it. The signal is held
 * strongly only while someone listens to it: https://dom.spec.whatwg.org/#abort-signal-garbage-collection
 */
class Dependent {
  strong = undefined;

  constructor(weak) {
    this.weak = weak;
  }

  get signal() {
    return this.weak.deref();
  }
}

/** The Dependents of a source, by the WeakRef of the signal. */
class Dependents extends Map {
  constructor(source) {
    super();
    this.source = new WeakRef(source);
  }
}

// Made when first needed; each tidies up after a signal that was collected.
let forgottenDependents;
let forgottenTimeouts;

// The state of a signal: in properties, not private fields, for the sake of Proxies (see EventTarget).
const kAborted = Symbol('aborted');
const kReason = Symbol('reason');
// Few signals have those that follow.
// Signals that this one depends on, if any() made it. None of them depends on another one.
const kSources = Symbol('sources');
// The Dependent by which the sources or the timer hold this signal.
const kDependent = Symbol('dependent');

/** Whether a value is an AbortSignal. */
function isAbortSignal(value) {
  return typeof value === 'object' && value !== null && kAborted in value;
}

/** The signal behind a Proxy, whose traps need not allow that it gets a listener; or the signal. */
function signalBehind(signal) {
  const details = native('util').getProxyDetails(signal);
  return details === undefined ? signal : signalBehind(details[0]);
}

function checkSignal(value) {
  if (!isAbortSignal(value)) throw new ERR_INVALID_THIS('AbortSignal');
}

/** https://dom.spec.whatwg.org/#interface-AbortSignal */
class AbortSignal extends EventTarget {
  constructor(token = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kAborted] = false;
    this[kReason] = undefined;
    // Thousands of listeners for one signal are no leak.
    setMaxListenersOf(this, 0);
  }

  get aborted() {
    checkSignal(this);
    return this[kAborted];
  }

  get reason() {
    checkSignal(this);
    return this[kReason];
  }

  throwIfAborted() {
    checkSignal(this);
    if (this[kAborted]) throw this[kReason];
  }

  // https://dom.spec.whatwg.org/#dom-abortsignal-abort
  static abort(reason = asAbortError(new Error())) {
    const signal = new AbortSignal(kCreate);
    signal[kAborted] = true;
    signal[kReason] = reason;
    return signal;
  }

  // https://dom.spec.whatwg.org/#dom-abortsignal-timeout
  static timeout(delay) {
    validateUint32(delay, 'delay', false);
    const signal = new AbortSignal(kCreate);
    const dependent = new Dependent(new WeakRef(signal));
    signal[kDependent] = dependent;
    const { clearTimeout, setTimeout } = require('node:timers');
    const timer = setTimeout(abortAfterTimeout, delay, dependent);
    timer.unref();
    forgottenTimeouts ??= new FinalizationRegistry(clearTimeout);
    forgottenTimeouts.register(signal, timer);
    return signal;
  }

  // https://dom.spec.whatwg.org/#dom-abortsignal-any
  static any(signals) {
    if (typeof signals?.[Symbol.iterator] !== 'function' || typeof signals === 'string') {
      throw new ERR_INVALID_ARG_TYPE('signals', 'Iterable', signals);
    }
    const inputs = [...signals];
    // https://dom.spec.whatwg.org/#create-a-dependent-abort-signal
    // 2. The first aborted signal decides.
    let aborted;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      if (!isAbortSignal(input)) {
        throw new ERR_INVALID_ARG_TYPE(`signals[${i}]`, 'AbortSignal', input);
      }
      if (input[kAborted]) aborted ??= input;
    }
    if (aborted !== undefined) return AbortSignal.abort(aborted[kReason]);
    // 1, 3-4. Otherwise it depends on each signal, or on what that signal depends on.
    const signal = new AbortSignal(kCreate);
    const dependent = new Dependent(new WeakRef(signal));
    signal[kSources] = [];
    signal[kDependent] = dependent;
    for (const input of inputs) {
      if (input[kSources] === undefined) dependOn(signal, dependent, input);
      else for (const source of input[kSources]) dependOn(signal, dependent, source);
    }
    forgetWhenCollected(signal, dependent);
    return signal;
  }

  [kListenerAdded](type) {
    if (type === 'abort') updateRetention(this);
  }

  [kListenerRemoved](type) {
    if (type === 'abort') updateRetention(this);
  }

  [kInspect](depth, options) {
    return inspectAs('AbortSignal', { aborted: this.aborted }, depth, options);
  }
}

function dependOn(signal, dependent, source) {
  if (source[kDependents] === undefined) {
    Object.defineProperty(source, kDependents, { __proto__: null, value: new Dependents(source) });
  }
  const dependents = source[kDependents];
  if (dependents.has(dependent.weak)) return;
  dependents.set(dependent.weak, dependent);
  // DIFFERS: held strongly. A timeout's signal would otherwise be collected before it fires,
  // and a signal that only its dependents refer to costs no more than they do.
  signal[kSources].push(source);
}

function forgetWhenCollected(signal, { weak }) {
  forgottenDependents ??= new FinalizationRegistry(({ sources, weak }) => {
    for (const source of sources) source.deref()?.[kDependents].delete(weak);
  });
  // What the registry holds lives as long as the signal: so neither the sources, nor the Dependent, which
  // leads back to a signal with listeners.
  const sources = [];
  for (const source of signal[kSources]) sources.push(source[kDependents].source);
  forgottenDependents.register(signal, { sources, weak });
}

function isHeld(dependents) {
  for (const { strong } of dependents.values()) if (strong !== undefined) return true;
  return false;
}

/** Makes what a signal depends on hold it strongly if, and only if, that matters. */
function updateRetention(signal) {
  const dependent = signal[kDependent];
  if (dependent === undefined) return;
  const needed =
    !signal[kAborted] &&
    (hasStrongListeners(signal, 'abort') ||
      (signal[kDependents] !== undefined && isHeld(signal[kDependents])));
  dependent.strong = needed ? signal : undefined;
  for (const source of signal[kSources] ?? []) updateRetention(source);
}

// https://dom.spec.whatwg.org/#abortsignal-signal-abort
function signalAbort(signal, reason) {
  // 1-2. A signal aborts once.
  if (signal[kAborted]) return;
  signal[kAborted] = true;
  signal[kReason] = reason;
  if (signal[kDependents] === undefined) {
    tellAborted(signal);
    return;
  }
  // 3-4. All dependents are aborted before any listener runs.
  const toAbort = [signal];
  for (const dependent of signal[kDependents].values()) {
    const other = dependent.signal;
    if (other === undefined || other[kAborted]) continue;
    other[kAborted] = true;
    other[kReason] = reason;
    toAbort.push(other);
  }
  // 5-6. Now the events, in the order in which the signals were made.
  for (const each of toAbort) tellAborted(each);
  signal[kDependents].clear();
}

function tellAborted(signal) {
  fireEvent(signal, 'abort');
  updateRetention(signal);
}

function inspectAs(name, shown, depth, options) {
  if (depth < 0) return `[${name}]`;
  const { inspect } = require('modules/util/inspect');
  const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
  return `${name} ${inspect(shown, inner)}`;
}

makeEnumerable(AbortSignal.prototype, ['aborted']);
defineEventHandler(AbortSignal.prototype, 'abort');
Object.defineProperty(AbortSignal.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'AbortSignal',
  configurable: true,
});

function abortAfterTimeout(dependent) {
  const { signal } = dependent;
  if (signal === undefined) return;
  const { DOMException } = require('web/dom/exception');
  signalAbort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
}

/** https://dom.spec.whatwg.org/#interface-abortcontroller */
class AbortController {
  // Made when first asked for.
  #signal;

  static signalOf(controller) {
    controller.#signal ??= new AbortSignal(kCreate);
    return controller.#signal;
  }

  get signal() {
    return signalOf(this);
  }

  abort(reason = asAbortError(new Error())) {
    signalAbort(signalOf(this), reason);
  }

  [kInspect](depth, options) {
    return inspectAs('AbortController', { signal: this.signal }, depth, options);
  }
}

const { signalOf } = AbortController;
delete AbortController.signalOf;

makeEnumerable(AbortController.prototype, ['signal', 'abort']);
Object.defineProperty(AbortController.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'AbortController',
  configurable: true,
});
Object.defineProperty(AbortController.prototype.abort, 'length', { __proto__: null, value: 0 });

/**
 * Resolves when the signal aborts; stays pending for ever once `resource` was collected.
 * https://nodejs.org/api/util.html#utilabortedsignal-resource
 */
function aborted(signal, resource) {
  const { kWeakHandler } = require('web/dom/event_target');
  const { promise, resolve } = Promise.withResolvers();
  // The listener must not see the resource, not even by the scope that it was made in.
  signal.addEventListener('abort', calling(resolve), { [kWeakHandler]: resource, once: true });
  return promise;
}

function calling(resolve) {
  return () => resolve();
}

/**
 * Lets a signal be sent to other threads, as a signal that follows it.
 * https://nodejs.org/api/util.html#utiltransferableabortsignalsignal
 */
function makeTransferable(signal) {
  const { kTransfer } = require('runtime/symbols');
  Object.defineProperty(signal, kTransfer, { __proto__: null, value: () => sendSignal(signal) });
  return signal;
}

function sendSignal(signal) {
  const deserializeInfo = 'web/dom/abort:receiveSignal';
  if (signal.aborted) return { deserializeInfo, data: { aborted: true, reason: signal.reason } };
  const { MessageChannel } = require('web/messaging/port');
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  signal.addEventListener(
    'abort',
    () => {
      port1.postMessage(signal.reason);
      port1.close();
    },
    { once: true },
  );
  return { deserializeInfo, data: { aborted: false, port: port2 }, ports: [port2] };
}

function receiveSignal({ aborted, reason, port }) {
  if (aborted) return AbortSignal.abort(reason);
  const signal = new AbortSignal(kCreate);
  port.once('message', (received) => {
    signalAbort(signal, received);
    port.close();
  });
  port.unref();
  return signal;
}

module.exports = {
  AbortController,
  AbortSignal,
  aborted,
  isAbortSignal,
  makeTransferable,
  receiveSignal,
  signalBehind,
};

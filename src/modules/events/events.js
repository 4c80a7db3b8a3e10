// node:events
'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_UNHANDLED_ERROR } = require('runtime/errors');
const {
  validateAbortSignal,
  validateBoolean,
  validateFunction,
  validateNumber,
} = require('runtime/validators');
const {
  captureRejection,
  kCapture,
  kErrorMonitor,
  kRejection,
  kShared,
  setOrdinaryEmit,
} = require('modules/events/emission');
const limits = require('modules/events/limits');

// True for an emitter whose `_events` was laid out before the constructor ran. Its keys are
// emptied rather than deleted, so that the object keeps its hidden class.
const kShapeMode = Symbol('shapeMode');

/**
 * An object that calls listeners by event name.
 * https://nodejs.org/api/events.html#class-eventemitter
 */
function EventEmitter(opts) {
  EventEmitter.init.call(this, opts);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;
Object.defineProperty(EventEmitter.prototype, kCapture, { value: false, writable: true });

function checkListener(listener) {
  if (typeof listener !== 'function') validateFunction(listener, 'listener');
}

// The table of each emitter to which nobody listens: most never get a listener, or lose the last one
// for good.
const kNoEvents = Object.freeze(Object.create(null));

/** An empty table of listeners; V8 makes these faster than literals with a __proto__. */
function makeTable() {
  return Object.create(null);
}

function effectiveMaxListeners(emitter) {
  return emitter._maxListeners === undefined ? limits.defaultMaxListeners : emitter._maxListeners;
}

EventEmitter.prototype.setMaxListeners = function setMaxListeners(n) {
  validateNumber(n, 'setMaxListeners', 0);
  this._maxListeners = n;
  return this;
};

EventEmitter.prototype.getMaxListeners = function getMaxListeners() {
  return effectiveMaxListeners(this);
};

/** What `emit('error')` does when nobody listens: throw the error, or one that tells of it. */
function throwUnhandled(emitter, args) {
  let er;
  if (args.length > 0) {
    er = args[0];
    if (er instanceof Error) {
      require('modules/events/unhandled_error').noteEmission(er, emitter);
      throw er; // Unhandled 'error' event
    }
  }
  let shown;
  try {
    shown = require('modules/util/inspect').inspect(er);
  } catch {
    shown = er;
  }
  const err = new ERR_UNHANDLED_ERROR(shown);
  err.context = er;
  throw err;
}

// A rest array that is only handed on costs nothing: V8 forwards the arguments without making
// it. Passing each count of arguments separately was measured to be slower at every tier.
EventEmitter.prototype.emit = function emit(type, ...args) {
  if (type === 'error') {
    if (this._events?.[kErrorMonitor] !== undefined) this.emit(kErrorMonitor, ...args);
    if (this._events?.error === undefined) throwUnhandled(this, args);
  }

  const events = this._events;
  if (events === undefined) return false;
  const handler = events[type];
  if (handler === undefined) return false;

  if (typeof handler === 'function') {
    const result = handler.apply(this, args);
    if (result !== undefined && result !== null && this[kCapture]) {
      captureRejection(this, result, type, args);
    }
    return true;
  }

  handler[kShared] = true;
  // Whoever adds a listener during the emission adds it to a copy: the length cannot change.
  const { length } = handler;
  for (let i = 0; i < length; i++) {
    const result = handler[i].apply(this, args);
    if (result !== undefined && result !== null && this[kCapture]) {
      captureRejection(this, result, type, args);
    }
  }
  return true;
};
setOrdinaryEmit(EventEmitter.prototype.emit);

/** Makes a listener array, or a copy of one, that no emission walks. */
function unshared(list) {
  const copy = list.slice();
  copy[kShared] = false;
  if (list.warned) copy.warned = true;
  return copy;
}

function addListener(emitter, type, listener, prepend) {
  checkListener(listener);
  let events = emitter._events;
  if (events !== undefined && events.newListener !== undefined) {
    // Before the listener is in the list, so that a listener for 'newListener' is not told of
    // itself. It may replace the whole table, for instance by removeAllListeners().
    emitter.emit('newListener', type, listener.listener ?? listener);
    events = emitter._events;
  }
  if (events === undefined || events === kNoEvents) {
    events = emitter._events = makeTable();
    emitter._eventsCount = 0;
  }

  const existing = events[type];
  if (existing === undefined) {
    events[type] = listener;
    ++emitter._eventsCount;
    return emitter;
  }

  let list;
  if (typeof existing === 'function') {
    list = events[type] = prepend ? [listener, existing] : [existing, listener];
    list[kShared] = false;
  } else {
    list = existing[kShared] ? (events[type] = unshared(existing)) : existing;
    if (prepend) list.unshift(listener);
    else list.push(listener);
  }

  const max = effectiveMaxListeners(emitter);
  if (max > 0 && list.length > max && !list.warned) {
    list.warned = true;
    require('modules/events/leak_warning').warnOfEmitter(emitter, type, list.length);
  }
  return emitter;
}

EventEmitter.prototype.addListener = function addListener_(type, listener) {
  return addListener(this, type, listener, false);
};
Object.defineProperty(EventEmitter.prototype.addListener, 'name', { value: 'addListener' });

EventEmitter.prototype.on = EventEmitter.prototype.addListener;

EventEmitter.prototype.prependListener = function prependListener(type, listener) {
  return addListener(this, type, listener, true);
};

function onceWrapper(emitter, type, listener) {
  let fired = false;
  function wrapper(...args) {
    if (fired) return undefined;
    emitter.removeListener(type, wrapper);
    fired = true;
    return listener.apply(emitter, args);
  }
  wrapper.listener = listener;
  return wrapper;
}

EventEmitter.prototype.once = function once(type, listener) {
  checkListener(listener);
  return this.on(type, onceWrapper(this, type, listener));
};

EventEmitter.prototype.prependOnceListener = function prependOnceListener(type, listener) {
  checkListener(listener);
  return this.prependListener(type, onceWrapper(this, type, listener));
};

/** Forgets the event name itself, once its last listener is gone. */
function removeEvent(emitter, events, type) {
  emitter._eventsCount--;
  if (emitter[kShapeMode]) events[type] = undefined;
  else if (emitter._eventsCount === 0) emitter._events = kNoEvents;
  else delete events[type];
}

EventEmitter.prototype.removeListener = function removeListener(type, listener) {
  checkListener(listener);
  const events = this._events;
  const list = events?.[type];
  if (list === undefined) return this;

  if (list === listener || list.listener === listener) {
    removeEvent(this, events, type);
    if (events.removeListener !== undefined) {
      this.emit('removeListener', type, list.listener ?? listener);
    }
    return this;
  }
  if (typeof list === 'function') return this;

  // The latest registration goes first.
  let index = list.length - 1;
  while (index >= 0 && list[index] !== listener && list[index].listener !== listener) index--;
  if (index < 0) return this;

  if (list.length === 2) {
    events[type] = list[1 - index];
  } else {
    const target = list[kShared] ? (events[type] = unshared(list)) : list;
    if (index === target.length - 1) target.pop();
    else if (index === 0) target.shift();
    else target.splice(index, 1);
  }
  if (events.removeListener !== undefined) this.emit('removeListener', type, listener);
  return this;
};

EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

function clear(emitter) {
  emitter._events = kNoEvents;
  emitter._eventsCount = 0;
  if (emitter[kShapeMode]) emitter[kShapeMode] = false;
}

EventEmitter.prototype.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;

  if (events.removeListener === undefined) {
    if (arguments.length === 0) {
      clear(this);
    } else if (events[type] !== undefined) {
      removeEvent(this, events, type);
    }
    return this;
  }

  // Each removal has to be told to the 'removeListener' listeners, which go last.
  if (arguments.length === 0) {
    for (const key of Reflect.ownKeys(events)) {
      if (key !== 'removeListener') this.removeAllListeners(key);
    }
    this.removeAllListeners('removeListener');
    clear(this);
    return this;
  }

  const list = events[type];
  if (typeof list === 'function') {
    this.removeListener(type, list);
  } else if (list !== undefined) {
    for (const listener of list.toReversed()) this.removeListener(type, listener);
  }
  return this;
};

function unwrapped(listener) {
  return listener.listener ?? listener;
}

EventEmitter.prototype.listeners = function listeners(type) {
  const list = this._events?.[type];
  if (list === undefined) return [];
  if (typeof list === 'function') return [unwrapped(list)];
  const { length } = list;
  const all = new Array(length);
  for (let i = 0; i < length; i++) all[i] = unwrapped(list[i]);
  return all;
};

EventEmitter.prototype.rawListeners = function rawListeners(type) {
  const list = this._events?.[type];
  if (list === undefined) return [];
  return typeof list === 'function' ? [list] : list.slice();
};

EventEmitter.prototype.listenerCount = function listenerCount(type, listener) {
  const list = this._events?.[type];
  if (list === undefined) return 0;
  const wanted = listener !== undefined && listener !== null;
  if (typeof list === 'function') {
    return !wanted || list === listener || list.listener === listener ? 1 : 0;
  }
  if (!wanted) return list.length;
  let count = 0;
  for (const entry of list) {
    if (entry === listener || entry.listener === listener) count++;
  }
  return count;
};

EventEmitter.prototype.eventNames = function eventNames() {
  if (this._eventsCount === 0) return [];
  const names = Reflect.ownKeys(this._events);
  return this[kShapeMode] ? names.filter((name) => this._events[name] !== undefined) : names;
};

/** Sets up an emitter; a function of its own, because `domain` replaces it. */
EventEmitter.init = function (opts) {
  const events = this._events;
  if (events === undefined || events === Object.getPrototypeOf(this)._events) {
    this._events = kNoEvents;
    this._eventsCount = 0;
    this[kShapeMode] = false;
  } else {
    this[kShapeMode] = true;
  }
  this._maxListeners = this._maxListeners || undefined;

  if (opts?.captureRejections) {
    validateBoolean(opts.captureRejections, 'options.captureRejections');
    this[kCapture] = Boolean(opts.captureRejections);
  } else {
    // An own property costs a store; inheriting would make each read walk the prototypes.
    this[kCapture] = EventEmitter.prototype[kCapture];
  }
};

module.exports = EventEmitter;

function eventTargets() {
  return require('web/dom/event_target');
}

function notAnEmitter(value, name = 'emitter') {
  return new ERR_INVALID_ARG_TYPE(name, ['EventEmitter', 'EventTarget'], value);
}

/** https://nodejs.org/api/events.html#eventsaddabortlistenersignal-listener */
EventEmitter.addAbortListener = function addAbortListener(signal, listener) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateFunction(listener, 'listener');

  let aborted = false;
  if (signal.aborted) {
    aborted = true;
    require('runtime/task_queue').queueMicrotask(() => listener());
  } else {
    const options = { __proto__: null, once: true };
    options[eventTargets().kResistStopImmediatePropagation] = true;
    signal.addEventListener('abort', listener, options);
  }
  return {
    __proto__: null,
    [Symbol.dispose]() {
      if (!aborted) signal.removeEventListener('abort', listener);
    },
  };
};

EventEmitter.once = async function once(emitter, name, options = {}) {
  return require('modules/events/waiting').once(emitter, name, options);
};

EventEmitter.on = function on(emitter, event, options = {}) {
  return require('modules/events/waiting').on(emitter, event, options);
};

EventEmitter.getEventListeners = function getEventListeners(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listeners === 'function') return emitterOrTarget.listeners(type);
  const { isEventTarget, listenersOf } = eventTargets();
  if (isEventTarget(emitterOrTarget)) return listenersOf(emitterOrTarget, type);
  throw notAnEmitter(emitterOrTarget);
};

EventEmitter.getMaxListeners = function getMaxListeners(emitterOrTarget) {
  if (typeof emitterOrTarget?.getMaxListeners === 'function') {
    return effectiveMaxListeners(emitterOrTarget);
  }
  const { isEventTarget, maxListenersOf } = eventTargets();
  if (isEventTarget(emitterOrTarget)) return maxListenersOf(emitterOrTarget);
  throw notAnEmitter(emitterOrTarget);
};

EventEmitter.listenerCount = function listenerCount(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listenerCount === 'function') {
    return emitterOrTarget.listenerCount(type);
  }
  const { isEventTarget, listenersOf } = eventTargets();
  if (isEventTarget(emitterOrTarget)) return listenersOf(emitterOrTarget, type).length;
  throw notAnEmitter(emitterOrTarget);
};

EventEmitter.EventEmitter = EventEmitter;
EventEmitter.usingDomains = false;
EventEmitter.captureRejectionSymbol = kRejection;

Object.defineProperties(EventEmitter, {
  captureRejections: {
    __proto__: null,
    get() {
      return EventEmitter.prototype[kCapture];
    },
    set(value) {
      validateBoolean(value, 'EventEmitter.captureRejections');
      EventEmitter.prototype[kCapture] = value;
    },
    enumerable: true,
  },
  EventEmitterAsyncResource: {
    __proto__: null,
    get() {
      return require('modules/events/async_resource');
    },
    set: undefined,
    enumerable: true,
    configurable: true,
  },
  defaultMaxListeners: {
    __proto__: null,
    get() {
      return limits.defaultMaxListeners;
    },
    set(value) {
      validateNumber(value, 'defaultMaxListeners', 0);
      limits.defaultMaxListeners = value;
    },
    enumerable: true,
  },
});

for (const name of ['kMaxEventTargetListeners', 'kMaxEventTargetListenersWarned']) {
  Object.defineProperty(EventEmitter, name, { __proto__: null, value: limits[name] });
}

EventEmitter.errorMonitor = kErrorMonitor;

EventEmitter.setMaxListeners = function (n = limits.defaultMaxListeners, ...targets) {
  validateNumber(n, 'setMaxListeners', 0);
  if (targets.length === 0) limits.defaultMaxListeners = n;
  for (const target of targets) {
    if (typeof target?.setMaxListeners === 'function') {
      target.setMaxListeners(n);
      continue;
    }
    const { isEventTarget, setMaxListenersOf } = eventTargets();
    if (!isEventTarget(target)) throw notAnEmitter(target, 'eventTargets');
    setMaxListenersOf(target, n);
  }
};

'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('runtime/errors');
const { validateAbortSignal, validateNumber, validateString } = require('runtime/validators');
const {
  CustomEvent,
  Event,
  internals,
  kTrusted,
  makeEnumerable,
  validateEvent,
} = require('web/dom/event');
const limits = require('modules/events/limits');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const kIsEventTarget = Symbol.for('nodejs.event_target');

/**
 * Options of addEventListener() that only the runtime can name.
 * kWeakHandler: an object; the listener lives as long as it does, and no longer.
 * kResistStopImmediatePropagation: the listener runs though another one stopped the event.
 */
const kWeakHandler = Symbol('weakHandler');
const kResistStopImmediatePropagation = Symbol('resistStopImmediatePropagation');
const kNodeStyle = Symbol('nodeStyle');

/**
 * Methods that a subclass may define: what to do after a listener was added or removed (with the
 * event type and how many listeners it has now), and which event to make of an emitted value.
 */
const kListenerAdded = Symbol('listenerAdded');
const kListenerRemoved = Symbol('listenerRemoved');
const kCreateEvent = Symbol('createEvent');

// A listener that is only held weakly must live as long as its owner.
const heldByOwner = new WeakMap();
let collected; // a FinalizationRegistry, once a weak listener exists

function keepAlive(owner, callback) {
  const held = heldByOwner.get(owner);
  if (held === undefined) heldByOwner.set(owner, [callback]);
  else held.push(callback);
}

/** https://dom.spec.whatwg.org/#concept-event-listener */
class Listener {
  constructor(callback, options, owner) {
    this.weak = owner !== undefined;
    this.callback = this.weak ? new WeakRef(callback) : callback;
    this.options = options;
    this.removed = false;
    if (this.weak) keepAlive(owner, callback);
  }

  /** The callback, or undefined when it was collected. */
  deref() {
    return this.weak ? this.callback.deref() : this.callback;
  }
}

const kNone = Object.freeze([]);

/** The listeners of one event type. An array that a dispatch walks is never changed. */
class ListenerList {
  items = kNone;
  walked = false;

  constructor(type) {
    this.type = type;
  }

  add(entry) {
    if (this.items.length === 0) {
      this.items = [entry];
      this.walked = false;
    } else {
      this.#writable().push(entry);
    }
  }

  /** Takes an entry out; returns whether it was in the list. */
  remove(entry) {
    const index = this.items.indexOf(entry);
    if (index < 0) return false;
    if (this.items.length === 1) this.items = kNone;
    else this.#writable().splice(index, 1);
    return true;
  }

  find(callback, capture) {
    const { items } = this;
    for (let i = 0; i < items.length; i++) {
      const entry = items[i];
      if (entry.options.capture === capture && entry.deref() === callback) return entry;
    }
    return undefined;
  }

  #writable() {
    if (this.walked) {
      this.items = this.items.slice();
      this.walked = false;
    }
    return this.items;
  }
}

function throwLater(err) {
  process.nextTick(() => {
    throw err;
  });
}

/** The capture flag of the options, which may be a boolean. */
function captureOf(options) {
  return typeof options === 'boolean' ? options : Boolean(options?.capture);
}

const kDefaultOptions = {
  capture: false,
  once: false,
  passive: false,
  resists: false,
  nodeStyle: false,
};

/** https://dom.spec.whatwg.org/#event-flatten-more, plus what only the runtime can ask for. */
function flattenOptions(options) {
  if (options === undefined || options === null) return kDefaultOptions;
  if (typeof options === 'boolean') return { ...kDefaultOptions, capture: options };
  if (typeof options !== 'object' && typeof options !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  return {
    capture: Boolean(options.capture),
    once: Boolean(options.once),
    passive: Boolean(options.passive),
    resists: Boolean(options[kResistStopImmediatePropagation]),
    nodeStyle: Boolean(options[kNodeStyle]),
  };
}

/** The signal of the options, if they have one. */
function signalOf(options) {
  const signal = options?.signal;
  validateAbortSignal(signal, 'options.signal');
  return signal;
}

/** Whether the value can be a listener; null and undefined are taken, and do nothing. */
function isListener(listener) {
  if (typeof listener === 'function' || (typeof listener === 'object' && listener !== null)) {
    return true;
  }
  if (listener === null || listener === undefined) return false;
  throw new ERR_INVALID_ARG_TYPE('listener', 'EventListener', listener);
}

function warnOfNoListener(target, type, listener) {
  const warning = new Error(`addEventListener called with ${listener} which has no effect.`);
  warning.name = 'AddEventListenerArgumentTypeWarning';
  process.emitWarning(Object.assign(warning, { target, type }));
}

// The state of a target lies in properties that only the runtime can name, not in private fields: a
// program may have a Proxy of a target for a target. Few targets have all of them.
// Most targets have listeners for one type, if any: that list is kFirst, and stays when it gets empty.
// The others are in the Map kOthers, by type: a few stay there, too, for the next listener.
const kFirst = Symbol('first');
const kOthers = Symbol('others');
const kFewLists = 8;
const kMaxListeners = limits.kMaxEventTargetListeners;
const kWarned = limits.kMaxEventTargetListenersWarned;
const kHandlers = Symbol('handlers');

/** Whether a value is an event target. */
function isEventTarget(value) {
  return typeof value === 'object' && value !== null && kFirst in value;
}

/** The list of a type, or undefined if nobody listens. */
function listOf(target, type) {
  const first = target[kFirst];
  if (first === undefined) return undefined;
  const list = first.type === type ? first : target[kOthers]?.get(type);
  return list === undefined || list.items.length === 0 ? undefined : list;
}

/** The list of a type, to which a listener will be added. */
function listToAdd(target, type) {
  const first = target[kFirst];
  if (first === undefined) return (target[kFirst] = new ListenerList(type));
  if (first.type === type) return first;
  return target[kOthers]?.get(type) ?? addOther(target, type);
}

function addOther(target, type) {
  target[kOthers] ??= new Map();
  const list = new ListenerList(type);
  target[kOthers].set(type, list);
  return list;
}

function typesOf(target) {
  const first = target[kFirst];
  if (first === undefined) return [];
  const lists = [first, ...(target[kOthers]?.values() ?? [])];
  return lists.filter(({ items }) => items.length > 0).map(({ type }) => type);
}

function listenerItems(target, type) {
  return listOf(target, type)?.items;
}

// https://dom.spec.whatwg.org/#remove-an-event-listener
function removeEntry(target, type, entry) {
  entry.removed = true;
  const list = listOf(target, type);
  if (list === undefined || !list.remove(entry)) return;
  const { length } = list.items;
  if (length === 0 && list !== target[kFirst] && target[kOthers].size > kFewLists) {
    target[kOthers].delete(type);
  }
  target[kListenerRemoved](type, length);
}

function clearListeners(target, type) {
  const items = listenerItems(target, type) ?? [];
  for (const entry of items.slice()) removeEntry(target, type, entry);
}

function forgetWhenCollected(target, type, entry, callback) {
  collected ??= new FinalizationRegistry(({ target, type, entry }) => {
    const self = target.deref();
    if (self !== undefined) removeEntry(self, type, entry);
  });
  collected.register(callback, { target: new WeakRef(target), type, entry });
}

function warnOfLeak(target, type, count) {
  const limit = target[kMaxListeners];
  if (limit === 0 || count <= limit || target[kWarned]) return;
  target[kWarned] = true;
  require('modules/events/leak_warning').warnOfTarget(target, type, count, limit);
}

/**
 * Calls the listeners of a type. `event` may be undefined: then it is made of `value` for the first
 * listener that wants an event, and listeners added by on() get the value itself.
 *
 * https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke, for the one target of the path.
 */
function invokeListeners(target, type, event, value) {
  const plain = event === undefined;
  if (!plain) internals.begin(event, target);
  const list = listOf(target, type);
  if (list !== undefined) {
    list.walked = true;
    const { items } = list;
    for (let i = 0; i < items.length; i++) {
      const entry = items[i];
      const { options } = entry;
      // 2. A listener removed by an earlier one is left out.
      if (entry.removed) continue;
      if (event !== undefined && internals.isStopped(event) && !options.resists) continue;
      // 5. It is removed before it runs, so that it may dispatch the event again.
      if (options.once) removeEntry(target, type, entry);
      const callback = entry.deref();
      if (callback === undefined) {
        removeEntry(target, type, entry);
        continue;
      }
      let argument = value;
      if (!plain || !options.nodeStyle) {
        if (event === undefined) {
          event = target[kCreateEvent](value, type);
          internals.begin(event, target);
        }
        argument = event;
      }
      callListener(target, options.passive, callback, event, argument);
    }
  }
  if (event !== undefined) internals.end(event);
}

function callListener(target, isPassive, callback, event, argument) {
  // 9. A passive listener cannot cancel.
  const passive = isPassive && event !== undefined;
  if (passive) internals.setPassive(event, true);
  try {
    // 10. A listener is a function, or an object with a method.
    let result;
    if (typeof callback === 'function') {
      result = callback.call(target, argument);
    } else {
      const { handleEvent } = callback;
      if (handleEvent !== undefined && handleEvent !== null) {
        result = Reflect.apply(handleEvent, callback, [argument]);
      }
    }
    // DIFFERS: a promise that rejects counts as a listener that throws.
    if (result !== undefined && result !== null) {
      const { then } = result;
      if (typeof then === 'function') then.call(result, undefined, throwLater);
    }
  } catch (err) {
    // 10.1 Report it, but let the others run.
    throwLater(err);
  }
  if (passive) internals.setPassive(event, false);
}

function removeOnAbort(target, type, listener, capture, signal) {
  signal.addEventListener('abort', () => target.removeEventListener(type, listener, capture), {
    once: true,
    // The signal may outlive this target by far.
    [kWeakHandler]: target,
    [kResistStopImmediatePropagation]: true,
  });
}

/** https://dom.spec.whatwg.org/#interface-eventtarget */
class EventTarget {
  // Not as fields: V8 sets those in a function of its own, which it does not make part of the constructor
  // of a derived class.
  constructor() {
    this[kFirst] = undefined;
    this[kMaxListeners] = limits.defaultMaxListeners;
  }

  addEventListener(type, listener, options = undefined) {
    if (!isEventTarget(this)) throw new ERR_INVALID_THIS('EventTarget');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    const flat = flattenOptions(options);
    const { capture } = flat;
    const signal = flat === kDefaultOptions ? undefined : signalOf(options);
    if (!isListener(listener)) {
      warnOfNoListener(this, type, listener);
      return;
    }
    type = `${type}`;

    // https://dom.spec.whatwg.org/#add-an-event-listener
    // 2. An aborted signal removes the listener before it is added.
    if (signal?.aborted) return;

    // 5. Each pair of callback and capture is there once.
    const list = listToAdd(this, type);
    if (list.find(listener, capture) !== undefined) return;
    const owner = flat === kDefaultOptions ? undefined : options[kWeakHandler];
    const entry = new Listener(listener, flat, owner);
    list.add(entry);
    if (entry.weak) forgetWhenCollected(this, type, entry, listener);
    this[kListenerAdded](type, list.items.length);
    warnOfLeak(this, type, list.items.length);

    // 6. The signal takes the listener away again.
    if (signal !== undefined) removeOnAbort(this, type, listener, capture, signal);
  }

  removeEventListener(type, listener, options = undefined) {
    if (!isEventTarget(this)) throw new ERR_INVALID_THIS('EventTarget');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    if (!isListener(listener)) return;
    type = `${type}`;
    const capture = captureOf(options);
    const entry = listOf(this, type)?.find(listener, capture);
    if (entry !== undefined) removeEntry(this, type, entry);
  }

  dispatchEvent(event) {
    if (!isEventTarget(this)) throw new ERR_INVALID_THIS('EventTarget');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('event');
    validateEvent(event);
    invokeListeners(this, internals.typeOf(event), event, undefined);
    return !internals.isCanceled(event);
  }

  [kListenerAdded]() {}

  [kListenerRemoved]() {}

  [kCreateEvent](value, type) {
    return new CustomEvent(type, { detail: value });
  }

  [kInspect](depth, options) {
    if (!isEventTarget(this)) throw new ERR_INVALID_THIS('EventTarget');
    const { name } = this.constructor;
    if (depth < 0) return name;
    const { inspect } = require('modules/util/inspect');
    const inner = { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : null };
    return `${name} ${inspect({}, inner)}`;
  }
}

makeEnumerable(EventTarget.prototype, ['addEventListener', 'removeEventListener', 'dispatchEvent']);
Object.defineProperty(EventTarget.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'EventTarget',
  configurable: true,
});
EventTarget[kIsEventTarget] = true;

const kNodeEventTarget = Symbol('nodeEventTarget');

function checkNodeTarget(value) {
  if (typeof value !== 'object' || value === null || !(kNodeEventTarget in value)) {
    throw new ERR_INVALID_THIS('NodeEventTarget');
  }
}

/**
 * An event target with a part of EventEmitter's methods.
 * https://nodejs.org/api/events.html#class-nodeeventtarget
 */
class NodeEventTarget extends EventTarget {
  static defaultMaxListeners = 10;

  [kNodeEventTarget] = true;

  setMaxListeners(n) {
    checkNodeTarget(this);
    validateNumber(n, 'setMaxListeners', 0);
    setMaxListenersOf(this, n);
  }

  getMaxListeners() {
    checkNodeTarget(this);
    return this[kMaxListeners];
  }

  eventNames() {
    checkNodeTarget(this);
    return typesOf(this);
  }

  listenerCount(type) {
    checkNodeTarget(this);
    return listenerItems(this, String(type))?.length ?? 0;
  }

  off(type, listener, options) {
    checkNodeTarget(this);
    this.removeEventListener(type, listener, options);
    return this;
  }

  removeListener(type, listener, options) {
    checkNodeTarget(this);
    this.removeEventListener(type, listener, options);
    return this;
  }

  on(type, listener) {
    checkNodeTarget(this);
    this.addEventListener(type, listener, { [kNodeStyle]: true });
    return this;
  }

  addListener(type, listener) {
    checkNodeTarget(this);
    this.addEventListener(type, listener, { [kNodeStyle]: true });
    return this;
  }

  emit(type, arg) {
    checkNodeTarget(this);
    validateString(type, 'type');
    const had = this.listenerCount(type) > 0;
    dispatchValue(this, type, arg);
    return had;
  }

  once(type, listener) {
    checkNodeTarget(this);
    this.addEventListener(type, listener, { once: true, [kNodeStyle]: true });
    return this;
  }

  removeAllListeners(type) {
    checkNodeTarget(this);
    if (type !== undefined) clearListeners(this, String(type));
    else for (const name of this.eventNames()) clearListeners(this, name);
    return this;
  }
}

makeEnumerable(
  NodeEventTarget.prototype,
  Object.getOwnPropertyNames(NodeEventTarget.prototype).filter((name) => name !== 'constructor'),
);

/** Whether a listener for the type is there that is not held weakly. */
function hasStrongListeners(target, type) {
  return listenerItems(target, type)?.some((entry) => !entry.weak) ?? false;
}

/** The callbacks of the listeners for a type, without those that were collected. */
function listenersOf(target, type) {
  const callbacks = (listenerItems(target, String(type)) ?? []).map((entry) => entry.deref());
  return callbacks.filter((callback) => callback !== undefined);
}

function maxListenersOf(target) {
  return target[kMaxListeners];
}

function setMaxListenersOf(target, count) {
  target[kMaxListeners] = count;
  if (target[kWarned]) target[kWarned] = false;
}

/**
 * Gives a value to the listeners of a type: as it is to those added by on(), as the event that
 * the target's [kCreateEvent]() makes of it to those added by addEventListener().
 */
function dispatchValue(target, type, value) {
  invokeListeners(target, type, undefined, value);
}

/** Dispatches an event of the runtime's own, if somebody listens. */
function fireEvent(target, type) {
  if (listOf(target, type) === undefined) return;
  invokeListeners(target, type, internals.trust(new Event(type)), undefined);
}

/**
 * Adds an event handler attribute, such as `onabort`, to a prototype or an object.
 * https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-idl-attributes
 */
function defineEventHandler(holder, name, type = name) {
  const property = `on${name}`;
  Object.defineProperty(holder, property, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    // The method shorthand names the accessors as WebIDL wants.
    ...Object.getOwnPropertyDescriptor(
      {
        get [property]() {
          if (!isEventTarget(this)) throw new ERR_INVALID_THIS('EventTarget');
          return this[kHandlers]?.get(type)?.value ?? null;
        },
        set [property](value) {
          if (!isEventTarget(this)) throw new ERR_INVALID_THIS('EventTarget');
          setHandler(this, type, value);
        },
      },
      property,
    ),
  });
}

function setHandler(target, type, value) {
  const wanted = typeof value === 'function' || (typeof value === 'object' && value !== null);
  const existing = target[kHandlers]?.get(type);
  if (!wanted) {
    if (existing === undefined) return;
    target[kHandlers].delete(type);
    target.removeEventListener(type, existing);
  } else if (existing !== undefined) {
    // A replaced handler keeps its place among the listeners.
    existing.value = value;
  } else {
    const wrapper = function (event) {
      return typeof wrapper.value === 'function' ? wrapper.value.call(this, event) : undefined;
    };
    wrapper.value = value;
    target[kHandlers] ??= new Map();
    target[kHandlers].set(type, wrapper);
    target.addEventListener(type, wrapper);
  }
}

module.exports = {
  CustomEvent,
  Event,
  EventTarget,
  NodeEventTarget,
  defineEventHandler,
  dispatchValue,
  fireEvent,
  hasStrongListeners,
  isEventTarget,
  kCreateEvent,
  kListenerAdded,
  kListenerRemoved,
  kResistStopImmediatePropagation,
  kTrusted,
  kWeakHandler,
  listenersOf,
  maxListenersOf,
  setMaxListenersOf,
};

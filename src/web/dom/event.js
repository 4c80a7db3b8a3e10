'use strict';

const {
  ERR_EVENT_RECURSION,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_THIS,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { validateObject } = require('runtime/validators');
const { now } = require('web/performance/clock');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

/** Option of the Event constructor that a program cannot name: the runtime made the event. */
const kTrusted = Symbol('trusted');

// What #flags holds.
const kBubbles = 1;
const kCancelable = 2;
const kComposed = 4;
const kIsTrusted = 8;
const kCanceled = 16;
const kPropagationStopped = 32;
const kImmediateStopped = 64;
const kDispatching = 128;
const kInPassiveListener = 256;

// The state of an event: in properties that only the runtime can name. Private fields would be set by a
// function of their own, which V8 does not make part of the constructor of a derived class.
const kType = Symbol('type');
const kFlags = Symbol('flags'); // together, as an event is made for each dispatch and each field costs
const kTarget = Symbol('target');
const kTimeStamp = Symbol('timeStamp');
const kDetail = Symbol('detail');

function flagsOf(options) {
  validateObject(options, 'options');
  let flags = 0;
  if (options.bubbles) flags |= kBubbles;
  if (options.cancelable) flags |= kCancelable;
  if (options.composed) flags |= kComposed;
  if (options[kTrusted]) flags |= kIsTrusted;
  return flags;
}

function isEvent(value) {
  return typeof value === 'object' && value !== null && kType in value;
}

function check(value) {
  if (!isEvent(value)) throw new ERR_INVALID_THIS('Event');
}

function has(event, flag) {
  return (event[kFlags] & flag) !== 0;
}

// https://dom.spec.whatwg.org/#set-the-canceled-flag
function cancel(event) {
  if (has(event, kCancelable) && !has(event, kInPassiveListener)) event[kFlags] |= kCanceled;
}

/** What dispatching needs of an event and a program must not have. */
const internals = {
  begin(event, target) {
    if (has(event, kDispatching)) throw new ERR_EVENT_RECURSION(event[kType]);
    event[kFlags] |= kDispatching;
    event[kTarget] = target;
  },
  end(event) {
    event[kFlags] &= ~kDispatching;
  },
  typeOf(event) {
    return event[kType];
  },
  isCanceled(event) {
    return has(event, kCanceled);
  },
  isStopped(event) {
    return has(event, kImmediateStopped);
  },
  setPassive(event, passive) {
    if (passive) event[kFlags] |= kInPassiveListener;
    else event[kFlags] &= ~kInPassiveListener;
  },
  /** Marks an event as the runtime's own. */
  trust(event) {
    event[kFlags] |= kIsTrusted;
    return event;
  },
};

/** https://dom.spec.whatwg.org/#interface-event */
class Event {
  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    const flags = options === undefined || options === null ? 0 : flagsOf(options);
    this[kType] = `${type}`;
    this[kFlags] = flags;
    this[kTarget] = null;
    this[kTimeStamp] = now();
  }

  initEvent(type, bubbles = false, cancelable = false) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (has(this, kDispatching)) return;
    this[kType] = `${type}`;
    this[kFlags] &= ~(kBubbles | kCancelable);
    if (bubbles) this[kFlags] |= kBubbles;
    if (cancelable) this[kFlags] |= kCancelable;
  }

  stopImmediatePropagation() {
    check(this);
    // DIFFERS: there is no path to propagate along, but `cancelBubble` tells of this flag too.
    this[kFlags] |= kPropagationStopped | kImmediateStopped;
  }

  preventDefault() {
    check(this);
    cancel(this);
  }

  get target() {
    check(this);
    return this[kTarget];
  }

  get currentTarget() {
    check(this);
    return has(this, kDispatching) ? this[kTarget] : null;
  }

  get srcElement() {
    check(this);
    return this[kTarget];
  }

  get type() {
    check(this);
    return this[kType];
  }

  get cancelable() {
    check(this);
    return has(this, kCancelable);
  }

  get defaultPrevented() {
    check(this);
    return has(this, kCanceled);
  }

  get timeStamp() {
    check(this);
    return this[kTimeStamp];
  }

  composedPath() {
    check(this);
    return has(this, kDispatching) ? [this[kTarget]] : [];
  }

  get returnValue() {
    check(this);
    return !has(this, kCanceled);
  }

  set returnValue(value) {
    check(this);
    if (!value) cancel(this);
  }

  get bubbles() {
    check(this);
    return has(this, kBubbles);
  }

  get composed() {
    check(this);
    return has(this, kComposed);
  }

  get eventPhase() {
    check(this);
    return has(this, kDispatching) ? Event.AT_TARGET : Event.NONE;
  }

  get cancelBubble() {
    check(this);
    return has(this, kPropagationStopped);
  }

  set cancelBubble(value) {
    check(this);
    if (value) this[kFlags] |= kPropagationStopped;
  }

  stopPropagation() {
    check(this);
    this[kFlags] |= kPropagationStopped;
  }

  get isTrusted() {
    check(this);
    return has(this, kIsTrusted);
  }

  [kInspect](depth, options) {
    check(this);
    const { name } = this.constructor;
    if (depth < 0) return name;
    const { inspect } = require('modules/util/inspect');
    const shown = {
      type: this[kType],
      defaultPrevented: has(this, kCanceled),
      cancelable: has(this, kCancelable),
      timeStamp: this[kTimeStamp],
    };
    const inner = { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : null };
    return `${name} ${inspect(shown, inner)}`;
  }
}

const enumerable = { __proto__: null, enumerable: true };

/** Makes members of a class enumerable, as WebIDL has them. */
function makeEnumerable(prototype, names) {
  for (const name of names) Object.defineProperty(prototype, name, enumerable);
}

makeEnumerable(Event.prototype, [
  'initEvent',
  'stopImmediatePropagation',
  'preventDefault',
  'target',
  'currentTarget',
  'srcElement',
  'type',
  'cancelable',
  'defaultPrevented',
  'timeStamp',
  'composedPath',
  'returnValue',
  'bubbles',
  'composed',
  'eventPhase',
  'cancelBubble',
  'stopPropagation',
]);
Object.defineProperties(Event.prototype, {
  // DIFFERS: the standard has it on each instance ([LegacyUnforgeable]).
  isTrusted: { __proto__: null, enumerable: true, configurable: false },
  [Symbol.toStringTag]: { __proto__: null, value: 'Event', configurable: true },
});
['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].forEach((name, value) => {
  // DIFFERS: the standard has these on the prototype too.
  Object.defineProperty(Event, name, { __proto__: null, value, enumerable: true });
});

/** https://dom.spec.whatwg.org/#interface-customevent */
class CustomEvent extends Event {
  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, options);
    this[kDetail] = options?.detail ?? null;
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(kDetail in this)) {
      throw new ERR_INVALID_THIS('CustomEvent');
    }
    return this[kDetail];
  }
}

makeEnumerable(CustomEvent.prototype, ['detail']);
Object.defineProperty(CustomEvent.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'CustomEvent',
  configurable: true,
});

/** Throws unless the value is an event. */
function validateEvent(value) {
  if (!isEvent(value)) throw new ERR_INVALID_ARG_TYPE('event', 'Event', value);
}

module.exports = { CustomEvent, Event, internals, kTrusted, makeEnumerable, validateEvent };

'use strict';

const {
  ERR_EVENT_RECURSION,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_THIS,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { validateObject } = require('runtime/validators');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

/** Option of the Event constructor that a program cannot name: the runtime made the event. */
const kTrusted = Symbol('trusted');

function now() {
  return require('web/performance/clock').now();
}

// What dispatching needs of an event and a program must not have; set inside the class.
let internals;

/** https://dom.spec.whatwg.org/#interface-event */
class Event {
  #type;
  #cancelable = false;
  #bubbles = false;
  #composed = false;
  #trusted = false;
  #canceled = false;
  #propagationStopped = false;
  #immediateStopped = false;
  #dispatching = false;
  #inPassiveListener = false;
  #target = null;
  #timeStamp = now();

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (options !== undefined && options !== null) {
      validateObject(options, 'options');
      this.#bubbles = Boolean(options.bubbles);
      this.#cancelable = Boolean(options.cancelable);
      this.#composed = Boolean(options.composed);
      if (options[kTrusted]) this.#trusted = true;
    }
    this.#type = `${type}`;
  }

  static {
    internals = {
      isEvent(value) {
        return typeof value === 'object' && value !== null && #type in value;
      },
      begin(event, target) {
        if (event.#dispatching) throw new ERR_EVENT_RECURSION(event.#type);
        event.#dispatching = true;
        event.#target = target;
      },
      end(event) {
        event.#dispatching = false;
      },
      typeOf(event) {
        return event.#type;
      },
      isCanceled(event) {
        return event.#canceled;
      },
      isStopped(event) {
        return event.#immediateStopped;
      },
      setPassive(event, passive) {
        event.#inPassiveListener = passive;
      },
    };
  }

  static #check(value) {
    if (!internals.isEvent(value)) throw new ERR_INVALID_THIS('Event');
  }

  #cancel() {
    // https://dom.spec.whatwg.org/#set-the-canceled-flag
    if (this.#cancelable && !this.#inPassiveListener) this.#canceled = true;
  }

  initEvent(type, bubbles = false, cancelable = false) {
    Event.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (this.#dispatching) return;
    this.#type = `${type}`;
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
  }

  stopImmediatePropagation() {
    Event.#check(this);
    // DIFFERS: there is no path to propagate along, but `cancelBubble` tells of this flag too.
    this.#propagationStopped = true;
    this.#immediateStopped = true;
  }

  preventDefault() {
    Event.#check(this);
    this.#cancel();
  }

  get target() {
    Event.#check(this);
    return this.#target;
  }

  get currentTarget() {
    Event.#check(this);
    return this.#dispatching ? this.#target : null;
  }

  get srcElement() {
    Event.#check(this);
    return this.#target;
  }

  get type() {
    Event.#check(this);
    return this.#type;
  }

  get cancelable() {
    Event.#check(this);
    return this.#cancelable;
  }

  get defaultPrevented() {
    Event.#check(this);
    return this.#canceled;
  }

  get timeStamp() {
    Event.#check(this);
    return this.#timeStamp;
  }

  composedPath() {
    Event.#check(this);
    return this.#dispatching ? [this.#target] : [];
  }

  get returnValue() {
    Event.#check(this);
    return !this.#canceled;
  }

  set returnValue(value) {
    Event.#check(this);
    if (!value) this.#cancel();
  }

  get bubbles() {
    Event.#check(this);
    return this.#bubbles;
  }

  get composed() {
    Event.#check(this);
    return this.#composed;
  }

  get eventPhase() {
    Event.#check(this);
    return this.#dispatching ? Event.AT_TARGET : Event.NONE;
  }

  get cancelBubble() {
    Event.#check(this);
    return this.#propagationStopped;
  }

  set cancelBubble(value) {
    Event.#check(this);
    if (value) this.#propagationStopped = true;
  }

  stopPropagation() {
    Event.#check(this);
    this.#propagationStopped = true;
  }

  get isTrusted() {
    Event.#check(this);
    return this.#trusted;
  }

  [kInspect](depth, options) {
    Event.#check(this);
    const { name } = this.constructor;
    if (depth < 0) return name;
    const { inspect } = require('modules/util/inspect');
    const shown = {
      type: this.#type,
      defaultPrevented: this.#canceled,
      cancelable: this.#cancelable,
      timeStamp: this.#timeStamp,
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
  #detail;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(#detail in this)) {
      throw new ERR_INVALID_THIS('CustomEvent');
    }
    return this.#detail;
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
  if (!internals.isEvent(value)) throw new ERR_INVALID_ARG_TYPE('event', 'Event', value);
}

module.exports = { CustomEvent, Event, internals, kTrusted, makeEnumerable, validateEvent };

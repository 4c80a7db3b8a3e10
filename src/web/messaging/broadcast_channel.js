'use strict';

const { ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('runtime/errors');
const { EventTarget, defineEventHandler, kCreateEvent } = require('web/dom/event_target');
const { makeEnumerable } = require('web/dom/event');
const { copyPlain, kNotPlain } = require('web/messaging/plain');
const { kClosed, kOwner, messageEvent } = require('web/messaging/port');
const { joinBroadcast } = native('messaging');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

// Set inside the class.
let handleOf;

/** https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts */
class BroadcastChannel extends EventTarget {
  #name;
  #handle;
  // Whether there may be one listener, on this thread: it needs no more than a copy.
  #isNear = true;

  constructor(name) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    super();
    this.#name = `${name}`;
    this.#handle = joinBroadcast(this.#name);
    this.#handle[kOwner] = this;
    this.#handle.start();
    this.#handle.ref();
  }

  static {
    handleOf = (value) =>
      typeof value === 'object' && value !== null && #handle in value ? value.#handle : undefined;
  }

  static #check(value) {
    if (typeof value !== 'object' || value === null || !(#name in value)) {
      throw new ERR_INVALID_THIS('BroadcastChannel');
    }
  }

  get name() {
    BroadcastChannel.#check(this);
    return this.#name;
  }

  close() {
    BroadcastChannel.#check(this);
    this.#handle?.shut();
    this.#handle = undefined;
  }

  postMessage(message) {
    BroadcastChannel.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    if (this.#handle === undefined) {
      const { DOMException } = require('web/dom/exception');
      throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
    }
    if (this.#isNear) {
      const copy = copyPlain(message);
      if (copy !== kNotPlain) {
        if (this.#handle.postCopy(copy)) return;
        this.#isNear = false;
      }
    }
    this.#handle.postMessage(message);
  }

  // The standard has neither of these; a channel keeps the process alive until it is closed.
  ref() {
    BroadcastChannel.#check(this);
    this.#handle?.ref();
    return this;
  }

  unref() {
    BroadcastChannel.#check(this);
    this.#handle?.unref();
    return this;
  }

  [kCreateEvent](value, type) {
    return messageEvent(value, type);
  }

  [kClosed]() {}

  [kInspect](depth, options) {
    BroadcastChannel.#check(this);
    if (depth < 0) return 'BroadcastChannel';
    const { inspect } = require('modules/util/inspect');
    const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
    const shown = { name: this.#name, active: this.#handle !== undefined };
    return `BroadcastChannel ${inspect(shown, inner)}`;
  }
}

makeEnumerable(BroadcastChannel.prototype, ['name', 'close', 'postMessage']);
defineEventHandler(BroadcastChannel.prototype, 'message');
defineEventHandler(BroadcastChannel.prototype, 'messageerror');
Object.defineProperty(BroadcastChannel.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'BroadcastChannel',
  configurable: true,
});

module.exports = { BroadcastChannel, handleOf };

'use strict';

const { ERR_INVALID_THIS } = require('runtime/errors');
const { Event } = require('web/dom/event_target');
const { makeEnumerable } = require('web/dom/event');

function notAPort(name, value) {
  const { inspect } = require('modules/util/inspect');
  const shown = typeof value === 'string' ? value : inspect(value);
  return new TypeError(
    `MessageEvent constructor: Expected ${name} ("${shown}") to be an instance of MessagePort.`,
  );
}

function portsOf(ports) {
  if (ports === undefined) return [];
  if (ports === null || typeof ports !== 'object' || typeof ports[Symbol.iterator] !== 'function') {
    throw new TypeError(
      `MessageEvent constructor: eventInitDict.ports (${String(ports)}) is not iterable.`,
    );
  }
  const { isMessagePort } = require('web/messaging/port');
  return [...ports].map((port, index) => {
    if (!isMessagePort(port)) throw notAPort(`eventInitDict.ports[${index}]`, port);
    return port;
  });
}

/** https://html.spec.whatwg.org/multipage/comms.html#messageevent */
class MessageEvent extends Event {
  #data = null;
  #origin = '';
  #lastEventId = '';
  #source = null;
  #ports = [];

  constructor(type, init = undefined) {
    if (arguments.length === 0) {
      throw new TypeError('MessageEvent constructor: 1 argument required, but 0 found.');
    }
    super(type, init);
    if (init === undefined || init === null) return;
    const { data = null, origin = '', lastEventId = '', source = null, ports } = init;
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    if (source !== null) {
      const { isMessagePort } = require('web/messaging/port');
      if (!isMessagePort(source)) throw notAPort('eventInitDict.source', source);
    }
    this.#source = source;
    this.#ports = Object.freeze(portsOf(ports));
  }

  static #check(value) {
    if (typeof value !== 'object' || value === null || !(#data in value)) {
      throw new ERR_INVALID_THIS('MessageEvent');
    }
  }

  get data() {
    MessageEvent.#check(this);
    return this.#data;
  }

  get origin() {
    MessageEvent.#check(this);
    return this.#origin;
  }

  get lastEventId() {
    MessageEvent.#check(this);
    return this.#lastEventId;
  }

  get source() {
    MessageEvent.#check(this);
    return this.#source;
  }

  get ports() {
    MessageEvent.#check(this);
    return this.#ports;
  }

  initMessageEvent(
    type,
    bubbles = false,
    cancelable = false,
    data = null,
    origin = '',
    lastEventId = '',
    source = null,
    ports = [],
  ) {
    MessageEvent.#check(this);
    this.initEvent(type, bubbles, cancelable);
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    this.#source = source;
    this.#ports = Object.freeze(portsOf(ports));
  }
}

makeEnumerable(MessageEvent.prototype, [
  'data',
  'origin',
  'lastEventId',
  'source',
  'ports',
  'initMessageEvent',
]);
Object.defineProperty(MessageEvent.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'MessageEvent',
  configurable: true,
});

module.exports = { MessageEvent };

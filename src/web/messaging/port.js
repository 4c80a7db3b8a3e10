'use strict';

const { ERR_CONSTRUCT_CALL_INVALID, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const {
  Event,
  NodeEventTarget,
  defineEventHandler,
  dispatchValue,
  kCreateEvent,
  kListenerAdded,
  kListenerRemoved,
} = require('web/dom/event_target');
const { makeEnumerable } = require('web/dom/event');
const hooks = require('runtime/async_hooks');
const { kClone, kTransferList, transferOf } = require('web/messaging/transfer');
const { Port, makeChannel } = native('messaging');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const kCreate = Symbol('create');
// On a native port: the MessagePort or BroadcastChannel around it.
const kOwner = Symbol('owner');

// Called by C++ with what was read: the value, then the native ports that came along.
Port.prototype.onmessage = function ([value, ...handles]) {
  const ports = handles.map(portOf);
  deliver(this[kOwner] ?? portOf(this), 'message', value, ports);
};
Port.prototype.onmessageerror = function (error) {
  deliver(this[kOwner] ?? portOf(this), 'messageerror', error, []);
};
Port.prototype.onclose = function () {
  this[kOwner]?.[kClosed]();
};

const kClosed = Symbol('closed');

// The ports that came with the message that is being delivered, for the event made of it.
let arrivedPorts = [];

/** Gives a message to the listeners of a port. */
function deliver(target, type, value, ports) {
  arrivedPorts = ports;
  try {
    dispatchValue(target, type, value);
  } finally {
    arrivedPorts = [];
  }
}

function messageEvent(value, type) {
  const { MessageEvent } = require('web/messaging/message_event');
  return new MessageEvent(type, { data: value, ports: arrivedPorts });
}

// Set inside the class.
let handleOf;

function illegalInvocation() {
  return new TypeError('Illegal invocation');
}

/** https://nodejs.org/api/worker_threads.html#class-messageport */
class MessagePort extends NodeEventTarget {
  #handle;

  constructor(token = undefined, handle = undefined) {
    if (token !== kCreate) throw new ERR_CONSTRUCT_CALL_INVALID();
    super();
    this.#handle = handle;
    handle[kOwner] = this;
    // To hooks the resource is this object, not the handle behind it.
    const id = handle.getAsyncId();
    hooks.emitInit(id, 'MESSAGEPORT', hooks.defaultTriggerId(), this);
  }

  static {
    handleOf = (value) =>
      typeof value === 'object' && value !== null && #handle in value ? value.#handle : undefined;
  }

  static #check(value) {
    const handle = handleOf(value);
    if (handle === undefined) throw illegalInvocation();
    return handle;
  }

  postMessage(message, transferListOrOptions = undefined) {
    const handle = MessagePort.#check(this);
    if (arguments.length === 0) {
      throw new TypeError('Not enough arguments to MessagePort.postMessage');
    }
    return handle.postMessage(message, transferOf(transferListOrOptions));
  }

  start() {
    MessagePort.#check(this).start();
  }

  close(callback) {
    const handle = MessagePort.#check(this);
    if (typeof callback === 'function') this.once('close', callback);
    handle.shut();
  }

  ref() {
    MessagePort.#check(this).ref();
    return this;
  }

  unref() {
    MessagePort.#check(this).unref();
    return this;
  }

  hasRef() {
    return MessagePort.#check(this).hasRef();
  }

  [kListenerAdded](type, count) {
    if (type !== 'message' || count !== 1) return;
    this.#handle.ref();
    this.#handle.start();
  }

  [kListenerRemoved](type, count) {
    if (type === 'message' && count === 0) this.#handle.unref();
  }

  [kCreateEvent](value, type) {
    return messageEvent(value, type);
  }

  [kClosed]() {
    this.dispatchEvent(new Event('close'));
  }

  [kClone]() {
    const handle = handleOf(this);
    return handle && { id: 'web/messaging/port:portOf', data: handle };
  }

  [kTransferList]() {
    return [MessagePort.#check(this)];
  }

  [kInspect](depth, options) {
    const handle = handleOf(this);
    if (depth < 0) return '[MessagePort [EventTarget]]';
    const { inspect } = require('modules/util/inspect');
    const active = handle?.isAttached() ?? false;
    const shown = active ? { active, refed: handle.hasRef() } : { active };
    const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
    return `MessagePort [EventTarget] ${inspect(shown, inner)}`;
  }
}

defineEventHandler(MessagePort.prototype, 'message');
defineEventHandler(MessagePort.prototype, 'messageerror');
makeEnumerable(MessagePort.prototype, ['postMessage', 'start', 'close', 'ref', 'unref', 'hasRef']);
Object.defineProperty(MessagePort, 'length', { __proto__: null, value: 0, configurable: true });

/** The MessagePort around a native port. */
function portOf(handle) {
  return handle[kOwner] ?? new MessagePort(kCreate, handle);
}

function isMessagePort(value) {
  return handleOf(value) !== undefined;
}

/** https://nodejs.org/api/worker_threads.html#class-messagechannel */
class MessageChannel {
  constructor() {
    const [first, second] = makeChannel();
    this.port1 = portOf(first);
    this.port2 = portOf(second);
  }
}

/** Delivers what a port has not delivered yet, though nobody may have asked for it. */
function drainPort(port) {
  handleOf(port).drain();
}

/** Stops the delivery of messages, until start(). */
function stopPort(port) {
  handleOf(port).stop();
}

/** https://nodejs.org/api/worker_threads.html#worker_threadsreceivemessageonportport */
function receiveMessageOnPort(port) {
  const handle = handleOf(port) ?? require('web/messaging/broadcast_channel').handleOf(port);
  if (handle === undefined) {
    const error = new ERR_INVALID_ARG_TYPE('port', 'MessagePort', port);
    error.message = 'The "port" argument must be a MessagePort instance';
    throw error;
  }
  const contents = handle.receive();
  if (contents === undefined) return undefined;
  // Wrapped, so that the same objects are found in the value.
  contents.slice(1).forEach(portOf);
  return { message: contents[0] };
}

module.exports = {
  MessageChannel,
  MessagePort,
  deliver,
  drainPort,
  isMessagePort,
  kClosed,
  kOwner,
  messageEvent,
  portOf,
  receiveMessageOnPort,
  stopPort,
};

'use strict';

const {
  ERR_CONSTRUCT_CALL_INVALID,
  ERR_CONSTRUCT_CALL_REQUIRED,
  ERR_INVALID_ARG_TYPE,
} = require('runtime/errors');
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
const { asyncHooks } = require('runtime/shared');
const { kClone, kTransferList, transferOf } = require('web/messaging/transfer');
const { copyPlain, kNotPlain } = require('web/messaging/plain');
const { smallText, takeBlock } = require('web/messaging/small');
const { kOwner } = require('runtime/symbols');
const { Port, makeChannel, setDelivery } = native('messaging');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const kNoPorts = [];
// The place in asyncHooks of those who want to hear of new resources.
const kInit = 0;

// Called by C++ with what was read: the value, and the native ports that came along, if any did.
setDelivery(function (value, handles) {
  const owner = this[kOwner] ?? portOf(this);
  if (owner === this) {
    // Nobody but us knows of the port: see modules/worker_threads/thread_messages.
    this.onmessage(value);
    return;
  }
  deliver(owner, 'message', value, handles === undefined ? kNoPorts : handles.map(portOf));
});
Port.prototype.onmessageerror = function (error) {
  deliver(this[kOwner] ?? portOf(this), 'messageerror', error, []);
};
Port.prototype.onclose = function () {
  this.leave();
  this[kOwner]?.[kClosed]();
};

const kClosed = Symbol('closed');

// The ports that came with the message that is being delivered, for the event made of it.
let arrivedPorts = kNoPorts;

/** Gives a message to the listeners of a port. */
function deliver(target, type, value, ports) {
  arrivedPorts = ports;
  try {
    dispatchValue(target, type, value);
  } finally {
    arrivedPorts = kNoPorts;
  }
}

function messageEvent(value, type) {
  const { MessageEvent } = require('web/messaging/message_event');
  return new MessageEvent(type, { data: value, ports: arrivedPorts });
}

// Set inside the class.
let handleOf;

// Whether it says that nothing is to be moved.
function isNothing(transferList) {
  return transferList === undefined || (Array.isArray(transferList) && transferList.length === 0);
}

function illegalInvocation() {
  return new TypeError('Illegal invocation');
}

class PortImplementation extends NodeEventTarget {
  #handle;
  #refed = false;
  // Whether the other end may be at home on this thread: then it needs no more than a copy.
  #isNear = true;

  constructor(handle) {
    super();
    this.#handle = handle;
    handle[kOwner] = this;
    if (asyncHooks[kInit] > 0) {
      // To hooks the resource is this object, not the handle behind it.
      const id = handle.getAsyncId();
      hooks.emitInit(id, 'MESSAGEPORT', hooks.defaultTriggerId(), this);
    }
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
    const handle = PortImplementation.#check(this);
    if (arguments.length === 0) {
      throw new TypeError('Not enough arguments to MessagePort.postMessage');
    }
    if (isNothing(transferListOrOptions)) {
      if (this.#isNear) {
        const copy = copyPlain(message);
        if (copy !== kNotPlain) {
          if (handle.postCopy(copy)) return true;
          this.#isNear = false;
        }
      }
      if (typeof message === 'string') return handle.postText(message, false);
      const text = smallText(message);
      if (text !== undefined) return handle.postText(text, true);
      // What was in the way may be bytes, which are best left to themselves.
      const block = takeBlock();
      if (block !== undefined) return handle.postMessage(message, undefined, block);
    }
    const outcome = handle.postMessage(message, transferOf(transferListOrOptions));
    if (outcome !== 'lost') return outcome;
    process.emitWarning(
      'The target port was posted to itself, and the communication channel was lost',
    );
    return true;
  }

  start() {
    PortImplementation.#check(this).start();
  }

  close(callback) {
    const handle = PortImplementation.#check(this);
    if (typeof callback === 'function') this.once('close', callback);
    handle.shut();
  }

  ref() {
    PortImplementation.#check(this).ref();
    this.#refed = true;
    return this;
  }

  unref() {
    PortImplementation.#check(this).unref();
    this.#refed = false;
    return this;
  }

  hasRef() {
    PortImplementation.#check(this);
    return this.#refed;
  }

  [kListenerAdded](type, count) {
    if (type !== 'message' || count !== 1) return;
    this.ref();
    this.#handle.start();
  }

  [kListenerRemoved](type, count) {
    if (type === 'message' && count === 0) this.unref();
  }

  [kCreateEvent](value, type) {
    return messageEvent(value, type);
  }

  [kClosed]() {
    this.#refed = false;
    this.dispatchEvent(new Event('close'));
  }

  [kClone]() {
    const handle = handleOf(this);
    return handle && { deserializeInfo: 'web/messaging/port:receivePort', data: handle };
  }

  [kTransferList]() {
    return [PortImplementation.#check(this)];
  }

  [kInspect](depth, options) {
    const handle = handleOf(this);
    if (depth < 0) return '[MessagePort [EventTarget]]';
    const { inspect } = require('modules/util/inspect');
    const active = handle?.isAttached() ?? false;
    const shown = active ? { active, refed: this.#refed } : { active };
    const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
    return `MessagePort [EventTarget] ${inspect(shown, inner)}`;
  }
}

/**
 * No program can construct a port: the public constructor is a function that refuses, with or
 * without `new`, and shares the prototype of the class.
 * https://nodejs.org/api/worker_threads.html#class-messageport
 */
function MessagePort() {
  throw new ERR_CONSTRUCT_CALL_INVALID();
}
Object.setPrototypeOf(MessagePort, NodeEventTarget);
MessagePort.prototype = PortImplementation.prototype;
Object.defineProperty(MessagePort.prototype, 'constructor', {
  __proto__: null,
  value: MessagePort,
  writable: true,
  configurable: true,
});

defineEventHandler(MessagePort.prototype, 'message');
defineEventHandler(MessagePort.prototype, 'messageerror');
makeEnumerable(MessagePort.prototype, ['postMessage', 'start', 'close', 'ref', 'unref', 'hasRef']);

/** The MessagePort around a native port. */
function portOf(handle) {
  return handle[kOwner] ?? new PortImplementation(handle);
}

function isMessagePort(value) {
  return handleOf(value) !== undefined;
}

/** https://nodejs.org/api/worker_threads.html#class-messagechannel */
function MessageChannel() {
  if (new.target === undefined) throw new ERR_CONSTRUCT_CALL_REQUIRED('MessageChannel');
  const [first, second] = makeChannel();
  this.port1 = portOf(first);
  this.port2 = portOf(second);
}

/** Delivers what a port has not delivered yet, though nobody may have asked for it. */
function drainPort(port) {
  handleOf(port).drain();
}

/** Stops the delivery of messages, until start(). */
function stopPort(port) {
  handleOf(port).stop();
}

function notAPort(value) {
  const error = new ERR_INVALID_ARG_TYPE('port', 'MessagePort', value);
  error.message = 'The "port" argument must be a MessagePort instance';
  return error;
}

/** https://nodejs.org/api/worker_threads.html#worker_threadsreceivemessageonportport */
function receiveMessageOnPort(port) {
  const handle = handleOf(port) ?? require('web/messaging/broadcast_channel').handleOf(port);
  if (handle === undefined) {
    throw notAPort(port);
  }
  const contents = handle.receive();
  if (contents === undefined) return undefined;
  // Wrapped, so that the same objects are found in the value.
  contents.slice(1).forEach(portOf);
  return { message: contents[0] };
}

/** https://nodejs.org/api/worker_threads.html#worker_threadsmovemessageporttocontextport-contextifiedsandbox */
function moveMessagePortToContext(port, contextifiedSandbox) {
  const handle = handleOf(port);
  if (handle === undefined) throw notAPort(port);
  return require('web/messaging/moved_port').movePort(handle, contextifiedSandbox);
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
  moveMessagePortToContext,
  portOf,
  receivePort: portOf,
  receiveMessageOnPort,
  stopPort,
};

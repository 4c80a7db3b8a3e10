'use strict';
// Ports in the context of a vm: what programs there see of them is made there, and so is all that
// they receive.
// https://nodejs.org/api/worker_threads.html#worker_threadsmovemessageporttocontextport-contextifiedsandbox

const {
  ERR_CLOSED_MESSAGE_PORT,
  ERR_INVALID_ARG_TYPE,
  ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE,
} = require('runtime/errors');
const { kClone, kTransferList, transferOf } = require('web/messaging/transfer');

// Object that stands for a port in its context => native port.
const handles = new WeakMap();
// On a native port: the object that stands for it.
const kFace = Symbol('face');
// Context object => what compiled there: { port, event, error }.
const factories = new WeakMap();

// Runs in the context: nothing that it returns may lead out of there. `call` does not throw; it
// returns what went wrong, as the second of two.
function makeFactory(call, symbols) {
  class DOMException extends Error {
    constructor({ message, name, code }) {
      super(message);
      Object.defineProperties(this, { name: { value: name }, code: { value: code } });
    }
  }

  function makeError(shape) {
    if (shape.isException) return new DOMException(shape);
    const error = new (shape.isType ? TypeError : Error)(shape.message);
    if (shape.code !== undefined) error.code = shape.code;
    return error;
  }

  function invoke(target, name, args) {
    const [value, failure] = call(target, name, args);
    if (failure !== undefined) throw makeError(failure);
    return value;
  }

  class MessagePort {
    postMessage(...args) {
      return invoke(this, 'postMessage', args);
    }

    start() {
      invoke(this, 'start', []);
    }

    close() {
      invoke(this, 'close', []);
    }

    ref() {
      invoke(this, 'ref', []);
    }

    unref() {
      invoke(this, 'unref', []);
    }
  }
  for (const symbol of symbols) {
    Object.defineProperty(MessagePort.prototype, symbol, {
      value() {
        return invoke(this, symbol, []);
      },
    });
  }

  class MessageEvent {
    constructor(data, target, type, ports) {
      Object.assign(this, { data, target, type, ports: [...ports] });
    }
  }

  return {
    port: () => new MessagePort(),
    event: (data, target, type, ports) => new MessageEvent(data, target, type, ports),
    error: makeError,
  };
}

/** What a context needs to make an error of ours itself. */
function shapeOf(error) {
  const { isDOMException } = require('web/dom/exception');
  const { message, name, code } = error;
  return {
    message,
    name,
    code,
    isException: isDOMException(error),
    isType: error instanceof TypeError,
  };
}

const methods = {
  postMessage(handle, args) {
    if (args.length === 0) {
      const error = new TypeError('Not enough arguments to MessagePort.postMessage');
      throw Object.assign(error, { code: 'ERR_MISSING_ARGS' });
    }
    return handle.postMessage(args[0], transferOf(args[1])) === true;
  },
  start: (handle) => handle.start(),
  close: (handle) => handle.shut(),
  ref: (handle) => handle.ref(),
  unref: (handle) => handle.unref(),
  [kClone]: (handle) => ({ deserializeInfo: 'web/messaging/port:receivePort', data: handle }),
  [kTransferList]: (handle) => [handle],
};

function call(face, name, args) {
  try {
    const handle = handles.get(face);
    if (handle === undefined) throw new TypeError('Illegal invocation');
    return [methods[name](handle, args)];
  } catch (error) {
    return [undefined, shapeOf(error)];
  }
}

function factoryOf(context) {
  let factory = factories.get(context);
  if (factory === undefined) {
    const make = require('node:vm').runInContext(`(${makeFactory})`, context, {
      filename: 'node:internal/web/messaging/moved_port',
    });
    factory = make(call, [kClone, kTransferList]);
    factories.set(context, factory);
  }
  return factory;
}

function deliver(face, type, data, ports, factory) {
  const listener = face[`on${type}`];
  if (typeof listener === 'function') {
    Reflect.apply(listener, face, [factory.event(data, face, type, ports)]);
  }
}

/** The object that stands for a native port in a context. */
function faceOf(handle, factory) {
  if (handle[kFace] !== undefined) return handle[kFace];
  const face = factory.port();
  handles.set(face, handle);
  handle[kFace] = face;
  // Called by C++, in place of what the ports of the main context have.
  const onMessage = (value, arrived = []) => {
    const ports = arrived.map((each) => faceOf(each, factory));
    deliver(face, 'message', value, ports, factory);
  };
  handle.onmessage = onMessage;
  const onMessageError = (error) => {
    deliver(face, 'messageerror', factory.error(shapeOf(error)), [], factory);
  };
  handle.onmessageerror = onMessageError;
  const onClose = () => handle.leave();
  handle.onclose = onClose;
  handle.enterContext(factory.port, (deserializeInfo, data) => {
    if (deserializeInfo === 'web/messaging/port:receivePort') return faceOf(data, factory);
    throw new ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE();
  });
  handle.ref();
  return face;
}

/** Moves the end that a native port holds to the context; `handle` is closed. */
function movePort(handle, context) {
  if (!handle.isAttached()) throw new ERR_CLOSED_MESSAGE_PORT();
  const { isContext } = require('node:vm');
  if (typeof context !== 'object' || context === null || !isContext(context)) {
    const error = new ERR_INVALID_ARG_TYPE('contextifiedSandbox', 'vm.Context', context);
    error.message = 'Invalid context argument';
    throw error;
  }
  return faceOf(handle.move(), factoryOf(context));
}

module.exports = { movePort };

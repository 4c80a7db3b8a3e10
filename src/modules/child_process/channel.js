'use strict';

// The IPC channel between a process and its child: send(), 'message', disconnect() at both ends.
// While a handle is on its way, other messages wait until the receiver has confirmed it.

const { EventEmitter } = require('node:events');
const {
  ERR_INVALID_ARG_TYPE,
  ERR_IPC_CHANNEL_CLOSED,
  ERR_IPC_DISCONNECTED,
  ERR_MISSING_ARGS,
  errnoException,
} = require('runtime/errors');
const { validateBoolean, validateObject } = require('runtime/validators');
const serializations = require('modules/child_process/serialization');

const INTERNAL_PREFIX = 'NODE_';
const HIGH_WATER_MARK = 128 * 1024;
// How often a handle that got lost on the way is sent again.
const MAX_RETRANSMISSIONS = 3;

function isInternal(message) {
  return (
    message !== null &&
    typeof message === 'object' &&
    typeof message.cmd === 'string' &&
    message.cmd.length > INTERNAL_PREFIX.length &&
    message.cmd.startsWith(INTERNAL_PREFIX)
  );
}

function isConfirmation(message) {
  return message?.cmd === 'NODE_HANDLE_ACK' || message?.cmd === 'NODE_HANDLE_NACK';
}

/** What `process.channel` and `subprocess.channel` show of a channel. */
class Control extends EventEmitter {
  #pipe;
  #references = 0;
  #isExplicit = false;

  constructor(pipe) {
    super();
    this.#pipe = pipe;
  }

  // Listeners for messages keep a child alive, unless its program says otherwise.
  refCounted() {
    if (++this.#references === 1 && !this.#isExplicit) this.#pipe.ref();
  }

  unrefCounted() {
    if (--this.#references === 0 && !this.#isExplicit) {
      this.#pipe.unref();
      this.emit('unref');
    }
  }

  ref() {
    this.#isExplicit = true;
    this.#pipe.ref();
  }

  unref() {
    this.#isExplicit = true;
    this.#pipe.unref();
  }

  get fd() {
    return this.#pipe.fd;
  }
}

class Channel {
  // Lists of connections that went through this channel, by their servers' keys.
  sent = new Map();
  received = new Map();

  #pipe;
  #wire;
  #reader;
  // One callback (or null) for each write that libuv has not finished.
  #writes = [];
  // The handle that waits for its confirmation, and what is to be sent behind it.
  #unconfirmed = null;
  #queue = null;
  // Handles that came before the messages they belong to were complete.
  #arrived = [];
  // Messages that came before anyone listened.
  #early = [];
  #isClosed = false;
  #whenIdle = null;

  constructor(target, pipe, serialization) {
    this.target = target;
    this.#pipe = pipe;
    this.#wire = serializations[serialization];
    this.#reader = this.#wire.createReader();
    this.control = new Control(pipe);
    pipe.onread = (chunk, _status, handle) => {
      if (chunk === undefined) this.#onEnd();
      else this.#onData(chunk, handle);
    };
    pipe.onwritten = (status) => this.#onWritten(status);
    pipe.readStart();
  }

  #onData(chunk, handle) {
    if (handle !== undefined) this.#arrived.push(handle);
    let messages;
    try {
      messages = this.#reader.read(chunk);
    } catch (error) {
      this.target.emit('error', error);
      return;
    }
    for (const message of messages) {
      if (!isInternal(message)) {
        this.#deliver('message', message);
      } else if (message.cmd === 'NODE_HANDLE') {
        this.#receiveHandle(message, this.#arrived.shift());
      } else if (isConfirmation(message)) {
        this.#onConfirmation(message.cmd === 'NODE_HANDLE_ACK');
      } else {
        this.#deliver('internalMessage', message);
      }
    }
    if (!this.#reader.isBuffering) this.#finishWhenIdle();
  }

  #deliver(event, message, handle) {
    const { target } = this;
    if (event === 'message' && target === process && target.listenerCount('message') === 0) {
      this.#early.push([message, handle]);
      return;
    }
    process.nextTick(() => target.emit(event, message, handle));
  }

  /** Hands over what came before there was a listener. */
  deliverEarly() {
    const early = this.#early;
    this.#early = [];
    for (const [message, handle] of early) this.#deliver('message', message, handle);
  }

  #receiveHandle(message, native) {
    // A sender that has ended meanwhile needs no confirmation.
    const confirmation = { cmd: native ? 'NODE_HANDLE_ACK' : 'NODE_HANDLE_NACK' };
    this.send(confirmation, undefined, { swallowErrors: true });
    if (!native) return;
    const { types } = require('modules/child_process/handle_types');
    types[message.type]?.attach(message, native, this, (handle) => {
      this.#deliver(isInternal(message.msg) ? 'internalMessage' : 'message', message.msg, handle);
    });
  }

  #onConfirmation(isReceived) {
    const pending = this.#unconfirmed;
    if (!isReceived && pending && pending.retransmissions++ < MAX_RETRANSMISSIONS) {
      this.#write(pending.message, pending.native, null);
      return;
    }
    if (!isReceived && pending) {
      process.emitWarning(
        'Handle did not reach the receiving process correctly',
        'SentHandleNotReceivedWarning',
      );
    }
    this.#unconfirmed = null;
    if (pending?.closes) pending.native.close();
    const queue = this.#queue ?? [];
    this.#queue = null;
    for (const { message, handle, options, callback } of queue) {
      this.send(message, handle, options, callback);
    }
    this.#finishWhenIdle();
  }

  /** Sends a message, and a handle with it; false when the caller should slow down. */
  send(message, handle, options = {}, callback = undefined) {
    if (this.#queue !== null && !isConfirmation(message)) {
      this.#queue.push({ message, handle, options, callback });
      return this.#queue.length === 1;
    }
    let native;
    if (handle !== undefined && handle !== null) {
      const { typeOf, types } = require('modules/child_process/handle_types');
      const type = typeOf(handle);
      const wrapped = { cmd: 'NODE_HANDLE', type, msg: message };
      native = types[type].detach(handle, wrapped, this, options);
      // A socket that has been closed meanwhile has nothing to give.
      if (native) {
        message = wrapped;
        this.#queue = [];
        this.#unconfirmed = {
          message,
          native,
          closes: types[type].closesAfterwards === true && !options.keepOpen,
          retransmissions: 0,
        };
      }
    }
    return this.#write(message, native, callback, options.swallowErrors);
  }

  #write(message, native, callback, swallowErrors) {
    const bytes = this.#wire.serialize(message);
    const status = native ? this.#pipe.writeHandle(bytes, native) : this.#pipe.write(bytes, 0);
    if (status < 0) {
      if (swallowErrors) return false;
      const error = errnoException(status, 'write');
      if (typeof callback === 'function') process.nextTick(callback, error);
      else process.nextTick(() => this.target.emit('error', error));
      return false;
    }
    if (status === 0) {
      if (typeof callback === 'function') process.nextTick(callback, null);
    } else {
      this.control.refCounted();
      this.#writes.push(callback);
    }
    return this.#pipe.writeQueueSize < HIGH_WATER_MARK;
  }

  #onWritten(status) {
    const callback = this.#writes.shift();
    this.control.unrefCounted();
    if (typeof callback === 'function')
      callback(status < 0 ? errnoException(status, 'write') : null);
    this.#finishWhenIdle();
  }

  /** Closes when nothing is left half sent or half received, then calls back. */
  disconnect(callback) {
    this.#whenIdle = callback;
    process.nextTick(() => this.#finishWhenIdle());
  }

  #finishWhenIdle() {
    if (this.#whenIdle === null || this.#writes.length > 0 || this.#queue !== null) return;
    if (this.#reader.isBuffering && !this.#isClosed) return;
    const callback = this.#whenIdle;
    this.#whenIdle = null;
    this.close();
    process.nextTick(callback);
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#unconfirmed?.closes) this.#unconfirmed.native.close();
    this.#unconfirmed = null;
    this.#queue = null;
    this.#pipe.readStop();
    this.#pipe.close();
  }

  #onEnd() {
    const { target } = this;
    // The other side is gone: what it has not confirmed it never will.
    this.#queue = null;
    const wasConnected = target.connected;
    this.close();
    if (wasConnected) target.disconnect();
    else this.#finishWhenIdle();
  }
}

const SEND_TYPES = new Set(['string', 'object', 'number', 'boolean']);

/** Gives `target` - a ChildProcess or the process itself - the channel over `pipe`. */
function openChannel(target, pipe, serialization) {
  const channel = new Channel(target, pipe, serialization);
  target.channel = channel.control;
  target.connected = true;

  const fail = (error, callback) => {
    if (typeof callback === 'function') process.nextTick(callback, error);
    else process.nextTick(() => target.emit('error', error));
    return false;
  };

  target.send = function (message, handle, options, callback) {
    if (typeof handle === 'function') {
      callback = handle;
      handle = undefined;
      options = undefined;
    } else if (typeof options === 'function') {
      callback = options;
      options = undefined;
    } else if (options !== undefined) {
      validateObject(options, 'options');
    }
    options = { swallowErrors: false, ...options };
    if (!this.connected) return fail(new ERR_IPC_CHANNEL_CLOSED(), callback);
    return this._send(message, handle, options, callback);
  };

  target._send = function (message, handle, options, callback) {
    if (typeof options === 'boolean') options = { swallowErrors: options };
    if (options?.keepOpen !== undefined) validateBoolean(options.keepOpen, 'options.keepOpen');
    if (message === undefined) throw new ERR_MISSING_ARGS('message');
    // V8's clone takes bigints too; everything else is the same for both.
    if (
      !SEND_TYPES.has(typeof message) &&
      !(serialization === 'advanced' && typeof message === 'bigint')
    ) {
      throw new ERR_INVALID_ARG_TYPE('message', ['string', 'object', 'number', 'boolean'], message);
    }
    return channel.send(message, handle, options, callback);
  };

  target.disconnect = function () {
    if (!this.connected) {
      this.emit('error', new ERR_IPC_DISCONNECTED());
      return;
    }
    this._disconnect();
  };

  target._disconnect = function () {
    this.connected = false;
    this.channel = null;
    channel.disconnect(() => {
      target.emit('disconnect');
      if (target !== process) require('modules/child_process/child').maybeClose(target);
    });
  };

  // The name of old, which still works.
  let warned = false;
  Object.defineProperty(target, '_channel', {
    get() {
      if (!warned) {
        warned = true;
        process.emitWarning(
          'ChildProcess._channel is deprecated. Use ChildProcess.channel instead.',
          'DeprecationWarning',
          'DEP0129',
        );
      }
      return target.channel;
    },
    set(value) {
      target.channel = value;
    },
    enumerable: true,
    configurable: true,
  });

  if (target !== process) target._closesNeeded++;
  return channel;
}

module.exports = { openChannel };

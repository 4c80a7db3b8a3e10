'use strict';

// https://streams.spec.whatwg.org/#transferrable-streams
// A stream that moves leaves a pipe to a MessagePort behind; at the other end a new stream is fed
// from the port.

const { createReadable, close, enqueue, errorController } =
  require('web/streams/default_controller');
const { createWritable, errorIfNeeded } = require('web/streams/writable_ops');
const { pipeTo } = require('web/streams/pipe_to');
const { markHandled, rejectPromise, transform, withResolvers, kResolved } =
  require('web/streams/common');
const { dataCloneError } = require('web/messaging/transfer');

const pipeOptions = { preventClose: false, preventAbort: false, preventCancel: false };

/** Two ports, of which one stays here. */
function makePorts() {
  const { MessageChannel } = require('web/messaging');
  return new MessageChannel();
}

function listen(port, onMessage, onMessageError) {
  port.on('message', onMessage);
  port.on('messageerror', onMessageError);
  port.unref();
}

/** https://streams.spec.whatwg.org/#abstract-opdef-crossrealmtransformsenderror */
function sendError(port, error) {
  try {
    port.postMessage({ type: 'error', value: error });
  } catch {
    // What cannot be cloned cannot be told.
  }
}

/** Posts; if the value cannot be cloned the other side hears of it. Returns the error. */
function post(port, type, value) {
  try {
    port.postMessage({ type, value });
    return undefined;
  } catch (error) {
    sendError(port, error);
    return error;
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-setupcrossrealmtransformreadable */
function readableFromPort(port) {
  const stream = createReadable(
    () => {
      port.postMessage({ type: 'pull', value: undefined });
      return undefined;
    },
    (reason) => {
      const error = post(port, 'error', reason);
      port.close();
      return error === undefined ? undefined : rejectPromise(error);
    },
    0,
  );
  const { controller } = stream;
  listen(
    port,
    ({ type, value }) => {
      if (type === 'chunk') {
        enqueue(controller, value);
      } else if (type === 'close') {
        close(controller);
        port.close();
      } else if (type === 'error') {
        errorController(controller, value);
        port.close();
      }
    },
    () => {
      const error = dataCloneError('A chunk could not be read');
      sendError(port, error);
      errorController(controller, error);
      port.close();
    },
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-setupcrossrealmtransformwritable */
function writableToPort(port) {
  // Resolved when the other side pulls; null: it has.
  let backpressure = withResolvers();
  const stream = createWritable(
    (chunk) =>
      transform(backpressure === null ? kResolved : backpressure.promise, () => {
        backpressure = withResolvers();
        const error = post(port, 'chunk', chunk);
        if (error !== undefined) {
          port.close();
          throw error;
        }
      }),
    () => {
      port.postMessage({ type: 'close', value: undefined });
      port.close();
      return undefined;
    },
    (reason) => {
      const error = post(port, 'error', reason);
      port.close();
      return error === undefined ? undefined : rejectPromise(error);
    },
  );
  const release = () => {
    backpressure?.resolve(undefined);
    backpressure = null;
  };
  listen(
    port,
    ({ type, value }) => {
      if (type === 'pull') {
        release();
      } else if (type === 'error') {
        errorIfNeeded(stream.controller, value);
        release();
      }
    },
    () => {
      const error = dataCloneError('A message could not be read');
      sendError(port, error);
      errorIfNeeded(stream.controller, error);
      port.close();
    },
  );
  return stream;
}

/** What a ReadableStream (its slots) becomes for the serializer. */
function sendReadable(slots) {
  if (slots.reader !== null) throw dataCloneError('A locked ReadableStream cannot be transferred');
  const { port1, port2 } = makePorts();
  markHandled(pipeTo(slots, writableToPort(port1), pipeOptions));
  return {
    deserializeInfo: 'web/streams/transfer:receiveReadable',
    data: port2,
    ports: [port2],
  };
}

/** The same for a WritableStream. */
function sendWritable(slots) {
  if (slots.writer !== null) throw dataCloneError('A locked WritableStream cannot be transferred');
  const { port1, port2 } = makePorts();
  markHandled(pipeTo(readableFromPort(port1), slots, pipeOptions));
  return {
    deserializeInfo: 'web/streams/transfer:receiveWritable',
    data: port2,
    ports: [port2],
  };
}

/** The same for a TransformStream: both sides move. */
function sendTransform({ readable, writable }) {
  if (readable.reader !== null || writable.writer !== null) {
    throw dataCloneError('A locked TransformStream cannot be transferred');
  }
  const readableSide = sendReadable(readable);
  const writableSide = sendWritable(writable);
  return {
    deserializeInfo: 'web/streams/transfer:receiveTransform',
    data: { readable: readableSide.data, writable: writableSide.data },
    ports: [readableSide.data, writableSide.data],
  };
}

// The other end, called with the port(s).

function receiveReadable(port) {
  return require('web/streams/readable_stream').publicReadable(readableFromPort(port));
}

function receiveWritable(port) {
  return require('web/streams/writable_stream').publicWritable(writableToPort(port));
}

function receiveTransform({ readable, writable }) {
  const { transformFromSides } = require('web/streams/transform_stream');
  return transformFromSides(readableFromPort(readable), writableToPort(writable));
}

module.exports = {
  receiveReadable,
  receiveTransform,
  receiveWritable,
  sendReadable,
  sendTransform,
  sendWritable,
};

'use strict';

// The messages between primary and workers: numbered, and answered by number.

const callbacks = new Map();
let sequence = 0;

/** Sends a message; `callback(answer, handle)` gets what acknowledges it. False when not connected. */
function send(proc, message, handle, callback) {
  if (!proc.connected) return false;
  message = { cmd: 'NODE_CLUSTER', ...message, seq: sequence };
  if (callback !== undefined) callbacks.set(sequence, callback);
  sequence++;
  // By the method that programs can put another in the place of, as they can with Node.
  return proc.send(message, handle);
}

/** A listener for 'internalMessage' that passes answers to those who wait, the rest to `receive`. */
function receiver(receive) {
  return (message, handle) => {
    if (message.cmd !== 'NODE_CLUSTER') return;
    const callback = callbacks.get(message.ack);
    if (callback === undefined) {
      receive(message, handle);
      return;
    }
    callbacks.delete(message.ack);
    callback(message, handle);
  };
}

module.exports = { receiver, send };

'use strict';

// What telling listeners takes, for EventEmitter.prototype.emit and for those with a way of their own.

// Whether rejections of promises that listeners return become 'error' events.
const kCapture = Symbol('kCapture');

// Set on a listener array that an emission may be walking. Whoever wants to change such an array
// changes a copy, which spares each emission a copy of its own.
const kShared = Symbol('events.shared');

const kErrorMonitor = Symbol('events.errorMonitor');
const kRejection = Symbol.for('nodejs.rejection');

/** Hands the rejection of a listener's promise to the emitter, in a tick of its own. */
function captureRejection(emitter, result, type, args) {
  try {
    const { then } = result;
    if (typeof then !== 'function') return;
    then.call(result, undefined, (err) => {
      // Off the promise's job, so that an error thrown by a handler is an uncaught exception.
      process.nextTick(reportRejection, emitter, err, type, args);
    });
  } catch (err) {
    emitter.emit('error', err);
  }
}

function reportRejection(emitter, err, type, args) {
  if (typeof emitter[kRejection] === 'function') {
    emitter[kRejection](err, type, ...args);
    return;
  }
  // An async 'error' listener that rejects must not be asked again about its own rejection.
  const previous = emitter[kCapture];
  try {
    emitter[kCapture] = false;
    emitter.emit('error', err);
  } finally {
    emitter[kCapture] = previous;
  }
}

let ordinaryEmit;

/** Tells which function emit() is, unless somebody replaces it. */
function setOrdinaryEmit(emit) {
  ordinaryEmit = emit;
}

/**
 * emitter.emit('data', chunk), for the most frequent event of all: streams know where its listener is,
 * which emit() has to look up.
 */
function emitData(emitter, chunk) {
  const listener = emitter._events?.data;
  if (typeof listener !== 'function' || emitter.emit !== ordinaryEmit) {
    emitter.emit('data', chunk);
    return;
  }
  const result = listener.call(emitter, chunk);
  if (result !== undefined && result !== null && emitter[kCapture]) {
    captureRejection(emitter, result, 'data', [chunk]);
  }
}

module.exports = {
  captureRejection,
  emitData,
  kCapture,
  kErrorMonitor,
  kShared,
  kRejection,
  setOrdinaryEmit,
};

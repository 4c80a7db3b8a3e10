'use strict';
// Promises that were rejected and not handled: --unhandled-rejections and its events.
// https://nodejs.org/api/process.html#event-unhandledrejection

const { getFrame, setFrame } = native('async_context');
const { runAsPromise } = require('runtime/async_hooks');

const tickInfo = new Uint32Array(new ArrayBuffer(2 * 4));
const kHasRejection = 1;

// v8::PromiseRejectEvent
const kRejectWithNoHandler = 0;
const kHandlerAddedAfterReject = 1;
const kRejectAfterResolved = 2;
const kResolveAfterResolved = 3;

let pending = []; // rejected, waiting for the end of this turn's microtasks
const handledLate = []; // reported before, handled since
let lastId = 0;
let records; // WeakMap: promise -> record

// Called by V8 through C++, in the middle of whatever runs: only takes notes.
function promiseReject(event, promise, reason) {
  if (event === kRejectWithNoHandler) {
    records ??= new WeakMap();
    const record = {
      promise,
      reason,
      id: ++lastId,
      warned: false,
      frame: getFrame(),
      domain: process.domain,
    };
    records.set(promise, record);
    pending.push(record);
    tickInfo[kHasRejection] = 1;
  } else if (event === kHandlerAddedAfterReject) {
    const record = records?.get(promise);
    if (record === undefined) return;
    records.delete(promise);
    if (record.warned) {
      const warning = new Error(
        `Promise rejection was handled asynchronously (rejection id: ${record.id})`,
      );
      warning.name = 'PromiseRejectionHandledWarning';
      warning.id = record.id;
      handledLate.push({ promise, warning });
      tickInfo[kHasRejection] = 1;
    } else {
      const at = pending.indexOf(record);
      if (at !== -1) pending.splice(at, 1);
    }
  } else if (event === kRejectAfterResolved || event === kResolveAfterResolved) {
    if (process.listenerCount('multipleResolves') > 0) {
      deprecateMultipleResolves();
      const type = event === kRejectAfterResolved ? 'reject' : 'resolve';
      process.nextTick(() => process.emit('multipleResolves', type, promise, reason));
    }
  }
}

let isDeprecationTold = false;

function deprecateMultipleResolves() {
  if (isDeprecationTold) return;
  isDeprecationTold = true;
  process.emitWarning(
    'The multipleResolves event has been deprecated.',
    'DeprecationWarning',
    'DEP0160',
  );
}

// The text of a reason, made without running any code of the program's.
const describe = (reason) => native('errors').describe(reason);

function warn(record) {
  const warning = new Error(
    'Unhandled promise rejection. This error originated either by throwing inside of an async ' +
      'function without a catch block, or by rejecting a promise which was not handled with .catch(). ' +
      'To terminate the node process on unhandled promise rejection, use the CLI flag ' +
      '`--unhandled-rejections=strict` (see ' +
      'https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). ' +
      `(rejection id: ${record.id})`,
  );
  warning.name = 'UnhandledPromiseRejectionWarning';
  try {
    if (require('runtime/errors').isErrorLike(record.reason)) {
      warning.stack = record.reason.stack;
      process.emitWarning(record.reason.stack, 'UnhandledPromiseRejectionWarning');
    } else {
      process.emitWarning(describe(record.reason), 'UnhandledPromiseRejectionWarning');
    }
  } catch {
    // A reason that cannot be shown must not hide the warning itself.
  }
  process.emitWarning(warning);
}

// What --unhandled-rejections=throw and strict raise: the reason itself, or an error that names it.
function asException(reason) {
  if (require('runtime/errors').isErrorLike(reason)) return reason;
  const { ERR_UNHANDLED_REJECTION } = require('runtime/errors');
  return new ERR_UNHANDLED_REJECTION(describe(reason));
}

const raise = (record) => require('runtime/lifecycle').raise(asException(record.reason), true);
const emit = (record) => process.emit('unhandledRejection', record.reason, record.promise);

const modes = {
  throw: (record) => emit(record) || raise(record),
  strict(record) {
    raise(record);
    if (!emit(record)) warn(record);
  },
  warn(record) {
    emit(record);
    warn(record);
  },
  none: emit,
  'warn-with-error-codes'(record) {
    if (emit(record)) return;
    warn(record);
    process.exitCode = 1;
  },
};

let mode;
function currentMode() {
  const name = require('runtime/options').getOptionValue('--unhandled-rejections');
  return modes[name || 'throw'] ?? modes.throw;
}

// Returns true when handlers may have queued new ticks.
function processRejections() {
  tickInfo[kHasRejection] = 0;
  let worked = handledLate.length > 0;
  while (handledLate.length > 0) {
    const { promise, warning } = handledLate.shift();
    if (!process.emit('rejectionHandled', promise)) process.emitWarning(warning);
  }
  const batch = pending;
  if (batch.length === 0) return worked;
  pending = [];
  worked = true;
  mode ??= currentMode();
  for (let i = 0; i < batch.length; i++) {
    const record = batch[i];
    record.warned = true;
    const outer = getFrame();
    setFrame(record.frame);
    let done = false;
    try {
      runAsPromise(record.promise, () => {
        if (record.domain) record.domain.run(() => mode(record));
        else mode(record);
      });
      setFrame(outer);
      done = true;
    } finally {
      // A throwing handler ends this turn; the others get theirs in the next.
      if (!done && i + 1 < batch.length) {
        pending = batch.slice(i + 1).concat(pending);
        tickInfo[kHasRejection] = 1;
      }
    }
  }
  return worked;
}

module.exports = { tickInfo, promiseReject, processRejections };

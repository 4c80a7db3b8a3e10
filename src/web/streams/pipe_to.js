'use strict';

// https://streams.spec.whatwg.org/#readable-stream-pipe-to

const readable = require('web/streams/readable_ops');
const writable = require('web/streams/writable_ops');
const {
  CLOSED: DEST_CLOSED,
  ERRORED: DEST_ERRORED,
  WRITABLE,
  WriterSlots,
  closeQueuedOrInFlight,
  closedPromise,
} = require('web/streams/writable_slots');
const { settlePull } = require('web/streams/readable_controller');
const { kResolved, resolvePromise, upon, withResolvers } = require('web/streams/common');
const { ERR_INVALID_STATE } = require('runtime/errors');

/** One pipeTo(); it is also the read request of its own reads. */
class Pipe {
  constructor(source, dest, { preventClose, preventAbort, preventCancel, signal }) {
    this.source = source;
    this.dest = dest;
    this.preventClose = preventClose;
    this.preventAbort = preventAbort;
    this.preventCancel = preventCancel;
    this.signal = signal;
    this.reader = readable.acquirePipeReader(source);
    this.writer = new WriterSlots(dest);
    source.disturbed = true;
    this.shuttingDown = false;
    this.moving = false; // run() is on the stack
    this.reading = false; // a read is pending
    this.held = undefined; // a chunk that was read and will be written in a microtask
    this.isHolding = false; // comparing chunks would cost V8 a call
    this.scheduled = false; // such a microtask is under way
    this.done = withResolvers();
    const pump = () => {
      this.scheduled = false;
      this.run();
    };
    const onAbort = () => this.abort();
    const check = () => this.checkStates();
    this.pump = pump;
    this.onAbort = onAbort;
    this.check = check;
  }

  start() {
    const { signal, check } = this;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.abort();
        return this.done.promise;
      }
      signal.addEventListener('abort', this.onAbort);
    }
    this.checkStates();
    if (!this.shuttingDown) {
      // In a microtask, like everything that hangs on a reader's or writer's `closed`.
      const onOver = () => upon(kResolved, check);
      const onReady = () => this.run();
      const afterPull = () => {
        if (this.isHolding) this.run();
      };
      this.reader.onOver = onOver;
      this.reader.afterPull = afterPull;
      this.writer.onReady = onReady;
      upon(closedPromise(this.writer), check, check);
      this.schedule();
    }
    return this.done.promise;
  }

  schedule() {
    if (this.scheduled || this.shuttingDown) return;
    this.scheduled = true;
    upon(kResolved, this.pump);
  }

  /** Moves chunks as long as there are some and the destination wants them; called in microtasks. */
  run() {
    if (this.moving) return;
    this.moving = true;
    const { source, dest } = this;
    settlePull(this.reader);
    this.writeHeld();
    while (
      !this.shuttingDown &&
      !this.reading &&
      dest.state === WRITABLE &&
      !dest.backpressure &&
      !closeQueuedOrInFlight(dest) &&
      source.state === readable.READABLE
    ) {
      const { controller } = source;
      if (controller.hasChunk()) {
        writable.writeUnwatched(dest, controller.takeChunk());
      } else {
        this.reading = true;
        this.reader.inTurn = true;
        readable.read(this.reader, this);
        this.reader.inTurn = false;
        this.writeHeld();
      }
    }
    this.moving = false;
  }

  // The read request. A chunk that comes later is written when the source's code is no longer on the stack.

  chunk(value) {
    this.reading = false;
    this.held = value;
    this.isHolding = true;
    if (!this.moving && !this.reader.awaitsPull) this.schedule();
  }

  close() {
    this.reading = false;
  }

  error() {
    this.reading = false;
  }

  writeHeld() {
    if (!this.isHolding) return;
    const value = this.held;
    this.held = undefined;
    this.isHolding = false;
    if (this.writer.stream !== null) writable.writeUnwatched(this.dest, value);
  }

  /** 14. "Errors must be propagated forward" and the three other conditions. */
  checkStates() {
    if (this.shuttingDown) return;
    const { source, dest } = this;
    if (source.state === readable.ERRORED) {
      const { storedError } = source;
      this.shutDown(
        this.preventAbort ? null : () => writable.abortStream(dest, storedError),
        true,
        storedError,
      );
    } else if (dest.state === DEST_ERRORED) {
      const { storedError } = dest;
      this.shutDown(
        this.preventCancel ? null : () => readable.cancelStream(source, storedError),
        true,
        storedError,
      );
    } else if (source.state === readable.CLOSED) {
      this.shutDown(
        this.preventClose ? null : () => writable.closeWithErrorPropagation(dest),
        false,
        undefined,
      );
    } else if (closeQueuedOrInFlight(dest) || dest.state === DEST_CLOSED) {
      const error = new ERR_INVALID_STATE.TypeError('Destination WritableStream closed');
      this.shutDown(
        this.preventCancel ? null : () => readable.cancelStream(source, error),
        true,
        error,
      );
    }
  }

  /** 13.1. The signal's abort algorithm. */
  abort() {
    const { source, dest, signal } = this;
    const error = signal.reason;
    this.shutDown(
      () => {
        const actions = [];
        if (!this.preventAbort) {
          actions.push(
            dest.state === WRITABLE ? writable.abortStream(dest, error) : resolvePromise(),
          );
        }
        if (!this.preventCancel) {
          actions.push(
            source.state === readable.READABLE
              ? readable.cancelStream(source, error)
              : resolvePromise(),
          );
        }
        return Promise.all(actions);
      },
      true,
      error,
    );
  }

  /** "Shutdown", with an action where there is one. */
  shutDown(action, failed, error) {
    if (this.shuttingDown) return;
    this.shuttingDown = true;
    const { dest } = this;
    const proceed = () => {
      if (action === null) {
        this.finish(failed, error);
        return;
      }
      upon(
        action(),
        () => this.finish(failed, error),
        (late) => this.finish(true, late),
      );
    };
    if (dest.state === WRITABLE && !closeQueuedOrInFlight(dest)) {
      // Everything that was read is written first.
      this.writeHeld();
      upon(writable.watchLastWrite(dest) ?? kResolved, proceed, proceed);
      return;
    }
    proceed();
  }

  /** "Finalize" */
  finish(failed, error) {
    this.reader.onOver = null;
    this.writer.onReady = null;
    this.reader.afterPull = null;
    releaseWriter(this.writer);
    readable.releaseInnerReader(this.reader);
    this.signal?.removeEventListener('abort', this.onAbort);
    if (failed) this.done.reject(error);
    else this.done.resolve(undefined);
  }
}

// No program has a pipe's writer: unless something waits for it, nobody learns why it is gone.
function releaseWriter(writer) {
  if (writer.closedDeferred !== null || writer.readyDeferred !== null) {
    writable.releaseWriter(writer);
    return;
  }
  writer.stream.writer = null;
  writer.stream = null;
}

/** Moves everything from source to dest (slots); the promise of the end of it. */
function pipeTo(source, dest, options) {
  return new Pipe(source, dest, options).start();
}

module.exports = { pipeTo };

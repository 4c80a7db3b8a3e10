'use strict';

// finished(): one callback for all the ways in which a stream can be over.

const kind = require('modules/stream/stream_kind');
const { AbortError, ERR_INVALID_ARG_TYPE, ERR_STREAM_PREMATURE_CLOSE } = require('runtime/errors');
const {
  validateAbortSignal,
  validateBoolean,
  validateFunction,
  validateObject,
} = require('runtime/validators');
const { getFrame, runInFrame } = require('runtime/async_context');

function ignore() {}

/** Watches one node stream until the sides that the caller cares about are done. */
class EndWatch {
  constructor(stream, options, callback) {
    this.stream = stream;
    this.callback = callback;
    this.readable = options.readable ?? kind.isReadableNodeStream(stream);
    this.writable = options.writable ?? kind.isWritableNodeStream(stream);
    // A stream with a side that nobody asked about may not close when the other one is done.
    this.closeComes =
      kind.willEmitClose(stream) &&
      kind.isReadableNodeStream(stream) === this.readable &&
      kind.isWritableNodeStream(stream) === this.writable;
    this.writableDone = kind.isWritableFinished(stream, false);
    this.readableDone = kind.isReadableFinished(stream, false);
    this.closed = kind.isClosed(stream);
    this.listeners = [];
  }

  listen(emitter, event, listener) {
    emitter.on(event, listener);
    this.listeners.push(emitter, event, listener);
  }

  /** Removes all listeners; the callback will not be called any more. */
  release() {
    this.callback = ignore;
    const { listeners } = this;
    for (let i = 0; i < listeners.length; i += 3) {
      listeners[i].removeListener(listeners[i + 1], listeners[i + 2]);
    }
  }

  report(error) {
    const { callback } = this;
    this.callback = ignore;
    if (error === undefined) callback.call(this.stream);
    else callback.call(this.stream, error);
  }

  attach(listenForErrors) {
    const { stream } = this;
    const onFinish = () => this.finished();
    const onEnd = () => this.ended();
    const onClose = () => this.wasClosed();

    const over = this.closed || this.overAlready();
    // An error that is still to come is expected, although it is no news.
    if (over && listenForErrors) this.listen(stream, 'error', ignore);
    if (this.closed) {
      process.nextTick(onClose);
      return;
    }
    if (over) {
      // What happens until then is not about the end that has been.
      const error = this.knownError();
      process.nextTick(() => this.wasOver(error));
      return;
    }
    if (kind.isRequest(stream)) {
      this.listen(stream, 'complete', onFinish);
      if (!this.closeComes) this.listen(stream, 'abort', onClose);
      const watchRequest = () => this.listen(stream.req, 'finish', onFinish);
      if (stream.req) watchRequest();
      else this.listen(stream, 'request', watchRequest);
    } else if (this.writable && !stream._writableState) {
      // An old writable without 'finish'.
      const onOldEnd = () => {
        if (!stream.writable) this.finished();
      };
      this.listen(stream, 'end', onOldEnd);
      this.listen(stream, 'close', onOldEnd);
    }
    if (!this.closeComes && typeof stream.aborted === 'boolean') {
      this.listen(stream, 'aborted', onClose);
    }
    this.listen(stream, 'end', onEnd);
    this.listen(stream, 'finish', onFinish);
    if (listenForErrors) this.listen(stream, 'error', (error) => this.report(error));
    this.listen(stream, 'close', onClose);
  }

  // 'finish'
  finished() {
    const { stream } = this;
    this.writableDone = true;
    // Destroyed by a subclass that does not emit 'close'.
    if (stream.destroyed) this.closeComes = false;
    if (this.closeComes && (!stream.writable || this.readable)) return;
    if (!this.readable || this.readableDone) this.report();
  }

  // 'end'
  ended() {
    const { stream } = this;
    this.readableDone = true;
    if (stream.destroyed) this.closeComes = false;
    if (this.closeComes && (!stream.readable || this.writable)) return;
    if (!this.writable || this.writableDone) this.report();
  }

  knownError() {
    const error = kind.writableError(this.stream) || kind.readableError(this.stream);
    return error && typeof error !== 'boolean' ? error : undefined;
  }

  wasClosed() {
    const { stream } = this;
    this.closed = true;
    const error = this.knownError();
    if (error !== undefined) {
      this.report(error);
    } else if (
      (this.readable &&
        !this.readableDone &&
        kind.isReadableNodeStream(stream, true) &&
        !kind.isReadableFinished(stream, false)) ||
      (this.writable && !this.writableDone && !kind.isWritableFinished(stream, false))
    ) {
      this.report(new ERR_STREAM_PREMATURE_CLOSE());
    } else {
      this.report();
    }
  }

  wasOver(error) {
    this.closed = true;
    this.report(error);
  }

  /** Whether no event is to be expected that would tell of the end. */
  overAlready() {
    const { stream, closeComes, readable, writable } = this;
    const r = stream._readableState;
    const w = stream._writableState;
    if (w?.errorEmitted || r?.errorEmitted) return !closeComes;
    if (
      !readable &&
      (!closeComes || kind.isReadable(stream)) &&
      (this.writableDone || kind.isWritable(stream) === false) &&
      !w?.pendingcb
    ) {
      return true;
    }
    if (
      !writable &&
      (!closeComes || kind.isWritable(stream)) &&
      (this.readableDone || kind.isReadable(stream) === false)
    ) {
      return true;
    }
    return !!(r && stream.req && stream.aborted);
  }
}

/**
 * Calls `callback` once when `stream` is over, with an error if it did not get to its end.
 * Returns a function that takes the listeners off again.
 */
function finished(stream, options, callback) {
  if (arguments.length === 2) {
    callback = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else {
    validateObject(options, 'options');
  }
  validateFunction(callback, 'callback');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  callback = keepContext(callback);

  if (kind.isReadableStream(stream) || kind.isWritableStream(stream)) {
    return finishedWeb(stream, signal, callback);
  }
  if (!kind.isNodeStream(stream)) {
    throw new ERR_INVALID_ARG_TYPE(
      'stream',
      ['ReadableStream', 'WritableStream', 'Stream'],
      stream,
    );
  }

  const watch = new EndWatch(stream, options, callback);
  watch.attach(options.error !== false);
  if (signal && !watch.closed) {
    onAbort(signal, watch, () => {
      const report = watch.callback;
      watch.release();
      report.call(stream, new AbortError(undefined, { cause: signal.reason }));
    });
  }
  return () => watch.release();
}

// The callback runs in the async context of the finished() call.
function keepContext(callback) {
  const frame = getFrame();
  if (frame === undefined) return callback;
  return function (...args) {
    return runInFrame(frame, callback, this, ...args);
  };
}

/** Calls `abort` when the signal is aborted, unless `holder.callback` was called before. */
function onAbort(signal, holder, abort) {
  if (signal.aborted) {
    process.nextTick(abort);
    return;
  }
  const { addAbortListener } = require('node:events');
  const listening = addAbortListener(signal, abort);
  const { callback } = holder;
  const callOnce = function (...args) {
    listening[Symbol.dispose]();
    callback.apply(this, args);
  };
  holder.callback = callOnce;
}

function finishedWeb(stream, signal, callback) {
  const { closedPromiseOf } = require('web/streams');
  const closed = closedPromiseOf(stream);
  const holder = { callback };
  let aborted = false;
  if (signal) {
    onAbort(signal, holder, () => {
      aborted = true;
      holder.callback.call(stream, new AbortError(undefined, { cause: signal.reason }));
    });
  }
  const report = (...args) => {
    if (!aborted) process.nextTick(() => holder.callback.apply(stream, args));
  };
  closed.then(report, report);
  return ignore;
}

/** finished() as a promise. */
function finishedPromise(stream, options) {
  let cleanup = false;
  if (options == null) options = {};
  if (options.cleanup) {
    validateBoolean(options.cleanup, 'cleanup');
    ({ cleanup } = options);
  }
  return new Promise((resolve, reject) => {
    const release = finished(stream, options, (error) => {
      if (cleanup) release();
      if (error) reject(error);
      else resolve();
    });
  });
}

// Its public name is that of the function that calls back.
Object.defineProperty(finishedPromise, 'name', { value: 'finished' });

module.exports = { finished, finishedPromise };

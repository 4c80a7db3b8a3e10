'use strict';

const kind = require('modules/stream/stream_kind');
const { destroyer } = require('modules/stream/destroy');
const { finished } = require('modules/stream/end_of_stream');
const {
  AbortError,
  aggregateTwoErrors,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_RETURN_VALUE,
  ERR_MISSING_ARGS,
  ERR_STREAM_DESTROYED,
  ERR_STREAM_PREMATURE_CLOSE,
  ERR_STREAM_UNABLE_TO_PIPE,
} = require('runtime/errors');
const { validateAbortSignal, validateFunction } = require('runtime/validators');

function ignore() {}

/** stream.pipeline(...streams, callback) */
function pipeline(...streams) {
  const callback = streams.pop();
  validateFunction(callback, 'streams[stream.length - 1]');
  return connect(streams, once(callback));
}

function once(callback) {
  let called = false;
  return function (...args) {
    if (called) return;
    called = true;
    Reflect.apply(callback, this, args);
  };
}

/** Joins `streams` and returns the last; `callback(error, value)` when all of it is over. */
function connect(streams, callback, options) {
  if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
  if (streams.length < 2) throw new ERR_MISSING_ARGS('streams');
  return new Pipeline(streams, callback, options).build();
}

class Pipeline {
  constructor(streams, callback, options) {
    this.streams = streams;
    this.callback = callback;
    this.options = options;
    this.outerSignal = options?.signal;
    validateAbortSignal(this.outerSignal, 'options.signal');
    // Tells the functions among the streams that the pipeline is over.
    const { AbortController } = require('web/dom/abort');
    this.controller = new AbortController();
    this.error = undefined;
    this.value = undefined;
    this.pending = 0; // parts that have not reported yet
    this.destroyers = [];
    this.lastStreamCleanups = [];
    const done = (error) => this.settle(error, --this.pending === 0);
    this.done = done;
    const failed = (error) => this.settle(error, false);
    this.failed = failed;
    const abort = () => {
      this.settle(new AbortError(undefined, { cause: this.outerSignal?.reason }), false);
    };
    this.abort = abort;
    if (this.outerSignal) {
      const { addAbortListener } = require('node:events');
      this.listening = addAbortListener(this.outerSignal, this.abort);
    }
  }

  settle(error, final) {
    // A premature close is most often the consequence of another error that comes later.
    if (error && (!this.error || this.error.code === 'ERR_STREAM_PREMATURE_CLOSE')) {
      this.error = error;
    }
    if (!this.error && !final) return;
    while (this.destroyers.length > 0) this.destroyers.shift()(this.error);
    this.listening?.[Symbol.dispose]();
    this.controller.abort();
    if (final) {
      if (!this.error) for (const cleanup of this.lastStreamCleanups) cleanup();
      process.nextTick(this.callback, this.error, this.value);
    }
  }

  build() {
    const {
      streams,
      controller: { signal },
    } = this;
    const last = streams.length - 1;
    // What the next stream shall read from.
    let upstream;
    for (let i = 0; i <= last; i++) {
      const stream = streams[i];
      const isLast = i === last;
      const end = !isLast || this.options?.end !== false;
      if (kind.isNodeStream(stream)) this.guard(stream, i, end);
      if (i === 0) {
        upstream = this.source(stream, signal);
      } else if (typeof stream === 'function') {
        upstream = kind.isTransformStream(upstream) ? upstream.readable : upstream;
        upstream = stream(toAsyncIterable(upstream), { signal });
        if (isLast) {
          upstream = this.collect(upstream, end);
        } else if (!kind.isIterable(upstream, true)) {
          throw new ERR_INVALID_RETURN_VALUE('AsyncIterable', `transform[${i - 1}]`, upstream);
        }
      } else if (kind.isNodeStream(stream)) {
        this.intoNode(upstream, stream, isLast, end);
        upstream = stream;
      } else if (kind.isWebStream(stream)) {
        this.intoWeb(upstream, stream, end);
        upstream = stream;
      } else {
        upstream = require('modules/stream/duplex').from(stream);
      }
    }
    if (signal.aborted || this.outerSignal?.aborted) process.nextTick(this.abort);
    return upstream;
  }

  /** Watches a node stream: it is destroyed with the pipeline, and its errors end it. */
  guard(stream, index, end) {
    const reading = index < this.streams.length - 1;
    if (end) this.destroyers.push(this.destroyerFor(stream, reading, index > 0).destroy);
    // Also what happens after the pipeline is done: the listener stays.
    const onError = (error) => {
      if (error && error.name !== 'AbortError' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        this.failed(error);
      }
    };
    stream.on('error', onError);
    if (!reading && kind.isReadable(stream)) {
      this.lastStreamCleanups.push(() => stream.removeListener('error', onError));
    }
  }

  destroyerFor(stream, readable, writable) {
    let over = false;
    stream.on('close', () => {
      over = true;
    });
    const cleanup = finished(stream, { readable, writable }, (error) => {
      over = !error;
    });
    const destroy = (error) => {
      if (over) return;
      over = true;
      destroyer(stream, error || new ERR_STREAM_DESTROYED('pipe'));
    };
    return { destroy, cleanup };
  }

  source(stream, signal) {
    if (typeof stream === 'function') {
      const produced = stream({ signal });
      if (!kind.isIterable(produced)) {
        throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or Stream', 'source', produced);
      }
      return produced;
    }
    if (
      kind.isIterable(stream) ||
      kind.isReadableNodeStream(stream) ||
      kind.isTransformStream(stream)
    ) {
      return stream;
    }
    return require('modules/stream/duplex').from(stream);
  }

  /**
   * The result of a function at the end: its promised value goes to the callback. A stream stands
   * for it, so that pipeline() always returns one.
   */
  collect(result, end) {
    const PassThrough = require('modules/stream/passthrough');
    const output = new PassThrough({ objectMode: true });
    const then = result?.then;
    if (typeof then === 'function') {
      this.pending++;
      then.call(
        result,
        (value) => {
          this.value = value;
          if (value != null) output.write(value);
          if (end) output.end();
          process.nextTick(this.done);
        },
        (error) => {
          output.destroy(error);
          process.nextTick(this.done, error);
        },
      );
    } else if (kind.isIterable(result, true)) {
      this.pending++;
      pumpToNode(result, output, this.done, end);
    } else if (kind.isReadableStream(result) || kind.isTransformStream(result)) {
      this.pending++;
      pumpToNode(result.readable || result, output, this.done, end);
    } else {
      throw new ERR_INVALID_RETURN_VALUE('AsyncIterable or Promise', 'destination', result);
    }
    const { destroy, cleanup } = this.destroyerFor(output, false, true);
    this.destroyers.push(destroy);
    this.lastStreamCleanups.push(cleanup);
    return output;
  }

  intoNode(upstream, stream, isLast, end) {
    if (kind.isReadableNodeStream(upstream)) {
      if (kind.isClosed(stream) || kind.isDestroyed(stream)) throw new ERR_STREAM_UNABLE_TO_PIPE();
      this.pending += 2;
      const cleanup = this.pipe(upstream, stream, end);
      if (isLast && kind.isReadable(stream)) this.lastStreamCleanups.push(cleanup);
    } else if (kind.isTransformStream(upstream) || kind.isReadableStream(upstream)) {
      this.pending++;
      pumpToNode(upstream.readable || upstream, stream, this.done, end);
    } else if (kind.isIterable(upstream)) {
      this.pending++;
      pumpToNode(upstream, stream, this.done, end);
    } else {
      throw wrongUpstream(upstream);
    }
  }

  intoWeb(upstream, stream, end) {
    let iterable;
    if (kind.isReadableNodeStream(upstream)) iterable = toAsyncIterable(upstream);
    else if (kind.isReadableStream(upstream) || kind.isIterable(upstream)) iterable = upstream;
    else if (kind.isTransformStream(upstream)) iterable = upstream.readable;
    else throw wrongUpstream(upstream);
    this.pending++;
    pumpToWeb(iterable, stream, this.done, end);
  }

  pipe(source, dest, end) {
    let ended = false;
    dest.on('close', () => {
      if (!ended) this.failed(new ERR_STREAM_PREMATURE_CLOSE());
    });
    // Ended here rather than by pipe(): only then is it known that a close is not premature.
    source.pipe(dest, { end: false });
    if (end) {
      const endDest = () => {
        ended = true;
        dest.end();
      };
      if (kind.isReadableFinished(source)) process.nextTick(endDest);
      else source.once('end', endDest);
    } else {
      this.done();
    }
    finished(source, { readable: true, writable: false }, (error) => {
      const r = source._readableState;
      if (
        error?.code === 'ERR_STREAM_PREMATURE_CLOSE' &&
        r?.ended &&
        !r.errored &&
        !r.errorEmitted
      ) {
        // Closed by its own destroy with data still buffered: a stream that was not destroyed
        // would not have closed, so what is there will be read and 'end' comes.
        source.once('end', this.done).once('error', this.done);
      } else {
        this.done(error);
      }
    });
    return finished(dest, { readable: false, writable: true }, this.done);
  }
}

function wrongUpstream(value) {
  return new ERR_INVALID_ARG_TYPE(
    'val',
    ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'],
    value,
  );
}

function toAsyncIterable(value) {
  if (kind.isIterable(value)) return value;
  if (kind.isReadableNodeStream(value)) return iterateOldStream(value);
  throw wrongUpstream(value);
}

// A generator, so that a stream that nobody reads from is left alone.
async function* iterateOldStream(stream) {
  yield* require('modules/stream/readable_iterator').iterate(stream);
}

async function pumpToNode(iterable, writable, done, end) {
  let error;
  let wake = null;
  const onProgress = (failure) => {
    if (failure) error = failure;
    if (wake !== null) {
      const call = wake;
      wake = null;
      call();
    }
  };
  const progress = () =>
    new Promise((resolve, reject) => {
      const settle = () => (error ? reject(error) : resolve());
      if (error) settle();
      else wake = settle;
    });

  writable.on('drain', onProgress);
  const cleanup = finished(writable, { readable: false }, onProgress);
  try {
    if (writable.writableNeedDrain) await progress();
    for await (const chunk of iterable) {
      if (!writable.write(chunk)) await progress();
    }
    if (end) {
      writable.end();
      await progress();
    }
    done();
  } catch (failure) {
    done(error !== failure ? aggregateTwoErrors(error, failure) : failure);
  } finally {
    cleanup();
    writable.off('drain', onProgress);
  }
}

async function pumpToWeb(iterable, stream, done, end) {
  const writable = kind.isTransformStream(stream) ? stream.writable : stream;
  const writer = writable.getWriter();
  try {
    for await (const chunk of iterable) {
      await writer.ready;
      // Its failure shows in `ready` or `close()`.
      writer.write(chunk).catch(ignore);
    }
    await writer.ready;
    if (end) await writer.close();
    done();
  } catch (error) {
    try {
      await writer.abort(error);
      done(error);
    } catch (failure) {
      done(failure);
    }
  }
}

/** pipeline() as a promise of the last function's value. */
function pipelinePromise(...streams) {
  return new Promise((resolve, reject) => {
    let signal;
    let end;
    const lastArg = streams.at(-1);
    if (
      lastArg &&
      typeof lastArg === 'object' &&
      !kind.isNodeStream(lastArg) &&
      !kind.isIterable(lastArg) &&
      !kind.isWebStream(lastArg)
    ) {
      ({ signal, end } = streams.pop());
    }
    connect(
      streams,
      (error, value) => {
        if (error) reject(error);
        else resolve(value);
      },
      { signal, end },
    );
  });
}

// Its public name is that of the function that calls back.
Object.defineProperty(pipelinePromise, 'name', { value: 'pipeline' });

module.exports = { connect, pipeline, pipelinePromise };

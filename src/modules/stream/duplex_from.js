'use strict';

// Duplex.from(): whatever can give or take data, as a Duplex.

const kind = require('modules/stream/stream_kind');
const { destroyer } = require('modules/stream/destroy');
const { finished } = require('modules/stream/end_of_stream');
const { Readable } = require('modules/stream/readable');
const { Writable } = require('modules/stream/writable');
const Duplex = require('modules/stream/duplex');
const { AbortError, ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE } = require('runtime/errors');

const isBlob = (value) => {
  // Blob is loaded only when something looks like one.
  if (typeof value?.arrayBuffer !== 'function' || typeof value.stream !== 'function') return false;
  return value instanceof require('web/blob').Blob;
};

function fromIterable(iterable, options) {
  return require('modules/stream/from').from(Duplex, iterable, options);
}

function duplexFrom(body, name) {
  if (kind.isDuplexNodeStream(body)) return body;
  if (kind.isReadableNodeStream(body)) return joinSides({ readable: body });
  if (kind.isWritableNodeStream(body)) return joinSides({ writable: body });
  if (kind.isNodeStream(body)) return joinSides({ writable: false, readable: false });
  if (kind.isReadableStream(body)) return joinSides({ readable: Readable.fromWeb(body) });
  if (kind.isWritableStream(body)) return joinSides({ writable: Writable.fromWeb(body) });
  if (typeof body === 'function') return fromFunction(body, name);
  if (isBlob(body)) return duplexFrom(body.arrayBuffer(), name);
  if (kind.isIterable(body)) return fromIterable(body, { objectMode: true, writable: false });
  if (kind.isReadableStream(body?.readable) && kind.isWritableStream(body?.writable)) {
    return Duplex.fromWeb(body);
  }
  if (typeof body?.writable === 'object' || typeof body?.readable === 'object') {
    const asSide = (side, strictKind) => {
      if (!side) return undefined;
      return strictKind(side) ? side : duplexFrom(side, name);
    };
    return joinSides({
      readable: asSide(body.readable, kind.isReadableNodeStream),
      writable: asSide(body.writable, kind.isWritableNodeStream),
    });
  }
  if (typeof body?.then === 'function') return fromPromise(body);
  throw new ERR_INVALID_ARG_TYPE(
    name,
    [
      'Blob',
      'ReadableStream',
      'WritableStream',
      'Stream',
      'Iterable',
      'AsyncIterable',
      'Function',
      '{ readable, writable } pair',
      'Promise',
    ],
    body,
  );
}

function fromPromise(promise) {
  const duplex = new Duplex({ objectMode: true, writable: false, read() {} });
  promise.then(
    (value) => {
      if (value != null) duplex.push(value);
      duplex.push(null);
    },
    (error) => destroyer(duplex, error),
  );
  return duplex;
}

/** Runs `fn` over what is written; what it yields is what can be read. */
function fromFunction(fn, name) {
  const input = new InputQueue();
  const controller = new AbortController();
  const { signal } = controller;
  const produced = fn(input.iterate(), { signal });

  const side = {
    write(chunk, encoding, callback) {
      input.offer({ chunk, callback });
    },
    final(callback) {
      input.offer({ done: true, callback });
    },
    destroy(error, callback) {
      stop();
      callback(error);
    },
  };
  function stop() {
    controller.abort();
    // `fn` may be waiting for input that will not come.
    input.stop();
  }

  if (kind.isIterable(produced)) {
    const duplex = fromIterable(produced, {
      objectMode: true,
      write: side.write,
      final: side.final,
    });
    const closeIterator = duplex._destroy;
    const destroy = function (error, callback) {
      stop();
      closeIterator.call(this, error, callback);
    };
    duplex._destroy = destroy;
    return duplex;
  }

  if (typeof produced?.then === 'function') {
    let duplex;
    const settled = Promise.resolve(produced)
      .then((value) => {
        if (value != null) throw new ERR_INVALID_RETURN_VALUE('nully', 'body', value);
      })
      .catch((error) => {
        destroyer(duplex, error);
        throw error;
      });
    settled.catch(() => {});
    duplex = new Duplex({
      objectMode: true,
      readable: false,
      write: side.write,
      final(callback) {
        side.final(async () => {
          try {
            await settled;
            process.nextTick(callback, null);
          } catch (error) {
            process.nextTick(callback, error);
          }
        });
      },
      destroy: side.destroy,
    });
    return duplex;
  }

  throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', name, produced);
}

/** Hands writes one by one to an async iterator; a write is done when it was taken. */
class InputQueue {
  #next = Promise.withResolvers();
  #stopped = false;

  offer(write) {
    this.#next.resolve(write);
  }

  /** Ends the input here. */
  stop() {
    this.#stopped = true;
    this.#next.resolve({ done: true, callback() {} });
  }

  async *iterate() {
    for (;;) {
      const { chunk, done, callback } = await this.#next.promise;
      this.#next = Promise.withResolvers();
      process.nextTick(callback);
      if (done || this.#stopped) return;
      yield chunk;
    }
  }
}

/** A Duplex over two streams, either of which may be missing. */
function joinSides({ readable: source, writable: sink }) {
  const r = source && typeof source.read !== 'function' ? Readable.wrap(source) : source;
  const w = sink;
  const readable = !!kind.isReadable(r);
  const writable = !!kind.isWritable(w);
  let onDrain = null;
  let onFinish = null;
  let onReadable = null;
  let sideDone = false;
  let closing = null;

  function onSideDone(error) {
    const callback = closing;
    closing = null;
    sideDone = true;
    if (callback) callback(error);
    else if (error) outer.destroy(error);
  }

  const outer = new Duplex({
    readableObjectMode: !!r?.readableObjectMode,
    writableObjectMode: !!w?.writableObjectMode,
    readable,
    writable,
  });

  if (writable) {
    finished(w, (error) => {
      if (error) destroyer(r, error);
      onSideDone(error);
    });
    const write = function (chunk, encoding, callback) {
      if (w.write(chunk, encoding)) callback();
      else onDrain = callback;
    };
    outer._write = write;
    const final = function (callback) {
      w.end();
      onFinish = callback;
    };
    outer._final = final;
    w.on('drain', () => {
      if (onDrain) {
        const callback = onDrain;
        onDrain = null;
        callback();
      }
    });
    w.on('finish', () => {
      if (onFinish) {
        const callback = onFinish;
        onFinish = null;
        callback();
      }
    });
  }

  if (readable) {
    finished(r, (error) => {
      if (error) destroyer(w, error);
      onSideDone(error);
    });
    r.on('readable', () => {
      if (onReadable) {
        const resume = onReadable;
        onReadable = null;
        resume();
      }
    });
    r.on('end', () => outer.push(null));
    const read = function () {
      for (;;) {
        const chunk = r.read();
        if (chunk === null) {
          onReadable = outer._read;
          return;
        }
        if (!outer.push(chunk)) return;
      }
    };
    outer._read = read;
  }

  const destroy = function (error, callback) {
    if (!error && !sideDone) error = new AbortError();
    onReadable = null;
    onDrain = null;
    onFinish = null;
    if (sideDone) {
      // One side has had its end; the other one may go on without this stream.
      callback(error);
    } else {
      // Closed when the sides are.
      closing = callback;
      destroyer(w, error);
      destroyer(r, error);
    }
  };
  outer._destroy = destroy;
  return outer;
}

module.exports = { duplexFrom };

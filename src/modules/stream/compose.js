'use strict';

const kind = require('modules/stream/stream_kind');
const { connect } = require('modules/stream/pipeline');
const { destroyer } = require('modules/stream/destroy');
const { finished } = require('modules/stream/end_of_stream');
const Duplex = require('modules/stream/duplex');
const { AbortError, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } = require('runtime/errors');

/** stream.compose(): one Duplex that writes to the first stream and reads from the last. */
function compose(...streams) {
  if (streams.length === 0) throw new ERR_MISSING_ARGS('streams');
  if (streams.length === 1) return Duplex.from(streams[0]);
  const given = [...streams];
  const last = streams.length - 1;
  if (typeof streams[0] === 'function') streams[0] = Duplex.from(streams[0]);
  if (typeof streams[last] === 'function') streams[last] = Duplex.from(streams[last]);
  streams.forEach((stream, i) => checkPosition(stream, given[i], i, last));

  let closing; // the callback of _destroy()
  let onDrain;
  let onFinish;
  let onReadable;

  function onPipelineDone(error) {
    const callback = closing;
    closing = null;
    if (callback) callback(error);
    else if (error) outer.destroy(error);
    else if (!readable && !writable) outer.destroy();
  }

  const head = streams[0];
  const tail = connect(streams, onPipelineDone);
  const writable = !!(
    kind.isWritable(head) ||
    kind.isWritableStream(head) ||
    kind.isTransformStream(head)
  );
  const readable = !!(
    kind.isReadable(tail) ||
    kind.isReadableStream(tail) ||
    kind.isTransformStream(tail)
  );

  const outer = new Duplex({
    writableObjectMode: !!head?.writableObjectMode,
    readableObjectMode: !!tail?.readableObjectMode,
    writable,
    readable,
  });

  if (writable) {
    if (kind.isNodeStream(head)) writeToNode();
    else if (kind.isWebStream(head)) writeToWeb();
    const toRead = kind.isTransformStream(tail) ? tail.readable : tail;
    finished(toRead, () => {
      if (onFinish) {
        const callback = onFinish;
        onFinish = null;
        callback();
      }
    });
  }
  if (readable) {
    if (kind.isNodeStream(tail)) readFromNode();
    else if (kind.isWebStream(tail)) readFromWeb();
  }

  const destroy = function (error, callback) {
    if (!error && closing !== null) error = new AbortError();
    onReadable = null;
    onDrain = null;
    onFinish = null;
    if (kind.isNodeStream(tail)) destroyer(tail, error);
    if (closing === null) callback(error);
    else closing = callback;
  };
  outer._destroy = destroy;
  return outer;

  function writeToNode() {
    const write = function (chunk, encoding, callback) {
      if (head.write(chunk, encoding)) callback();
      else onDrain = callback;
    };
    outer._write = write;
    const final = function (callback) {
      head.end();
      onFinish = callback;
    };
    outer._final = final;
    head.on('drain', () => {
      if (onDrain) {
        const callback = onDrain;
        onDrain = null;
        callback();
      }
    });
  }

  function writeToWeb() {
    const writer = (kind.isTransformStream(head) ? head.writable : head).getWriter();
    const write = async function (chunk, encoding, callback) {
      try {
        await writer.ready;
        writer.write(chunk).catch(() => {});
        callback();
      } catch (error) {
        callback(error);
      }
    };
    outer._write = write;
    const final = async function (callback) {
      try {
        await writer.ready;
        writer.close().catch(() => {});
        onFinish = callback;
      } catch (error) {
        callback(error);
      }
    };
    outer._final = final;
  }

  function readFromNode() {
    tail.on('readable', () => {
      if (onReadable) {
        const resume = onReadable;
        onReadable = null;
        resume();
      }
    });
    tail.on('end', () => outer.push(null));
    const read = function () {
      for (;;) {
        const chunk = tail.read();
        if (chunk === null) {
          onReadable = outer._read;
          return;
        }
        if (!outer.push(chunk)) return;
      }
    };
    outer._read = read;
  }

  function readFromWeb() {
    const reader = (kind.isTransformStream(tail) ? tail.readable : tail).getReader();
    const read = async function () {
      for (;;) {
        try {
          const { value, done } = await reader.read();
          if (done) {
            outer.push(null);
            return;
          }
          if (!outer.push(value)) return;
        } catch {
          // The pipeline has the error.
          return;
        }
      }
    };
    outer._read = read;
  }
}

function checkPosition(stream, given, i, last) {
  if (!kind.isNodeStream(stream) && !kind.isWebStream(stream)) return;
  if (
    i < last &&
    !(kind.isReadable(stream) || kind.isReadableStream(stream) || kind.isTransformStream(stream))
  ) {
    throw new ERR_INVALID_ARG_VALUE(`streams[${i}]`, given, 'must be readable');
  }
  if (
    i > 0 &&
    !(kind.isWritable(stream) || kind.isWritableStream(stream) || kind.isTransformStream(stream))
  ) {
    throw new ERR_INVALID_ARG_VALUE(`streams[${i}]`, given, 'must be writable');
  }
}

/** readable.compose() */
function composeWith(source, stream, options) {
  const { validateAbortSignal, validateObject } = require('runtime/validators');
  if (options != null) validateObject(options, 'options');
  if (options?.signal != null) validateAbortSignal(options.signal, 'options.signal');
  if (kind.isNodeStream(stream) && !kind.isWritable(stream)) {
    throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be writable');
  }
  const composed = compose(source, stream);
  if (options?.signal) {
    require('modules/stream/add_abort_signal').attachSignal(options.signal, composed);
  }
  return composed;
}

module.exports = { compose, composeWith };

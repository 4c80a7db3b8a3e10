'use strict';

const { AbortError, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateAbortSignal } = require('runtime/validators');
const { isNodeStream, isReadableStream, isWritableStream } = require('modules/stream/stream_kind');

/** stream.addAbortSignal(): lets `signal` end `stream`. Returns the stream. */
function addAbortSignal(signal, stream) {
  if (signal === undefined || signal === null || typeof signal !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  }
  validateAbortSignal(signal, 'signal');
  if (!isNodeStream(stream) && !isReadableStream(stream) && !isWritableStream(stream)) {
    throw new ERR_INVALID_ARG_TYPE(
      'stream',
      ['ReadableStream', 'WritableStream', 'Stream'],
      stream,
    );
  }
  return attachSignal(signal, stream);
}

/** The same without checks, for constructors. */
function attachSignal(signal, stream) {
  if (typeof signal !== 'object' || !('aborted' in signal)) return stream;
  const abort = () => {
    const error = new AbortError(undefined, { cause: signal.reason });
    if (isNodeStream(stream)) stream.destroy(error);
    else require('web/streams').errorStream(stream, error);
  };
  if (signal.aborted) {
    abort();
    return stream;
  }
  const { addAbortListener } = require('node:events');
  const { finished } = require('modules/stream/end_of_stream');
  const listening = addAbortListener(signal, abort);
  // A signal may outlive many streams: let go of this one when it is over.
  finished(stream, () => listening[Symbol.dispose]());
  return stream;
}

module.exports = { addAbortSignal, attachSignal };

'use strict';

const { destroyer } = require('modules/stream/destroy');
const { aggregateTwoErrors } = require('runtime/errors');
const { finished } = require('modules/stream/end_of_stream');
const { isWritable } = require('modules/stream/stream_kind');

/** The async iterator of a stream; its `stream` property leads back. */
function iterate(stream, options) {
  if (typeof stream.read !== 'function') {
    stream = require('modules/stream/readable').Readable.wrap(stream, { objectMode: true });
  }
  const iterator = chunks(stream, options);
  iterator.stream = stream;
  return iterator;
}

async function* chunks(stream, options) {
  let wake = null;
  function onReadable() {
    if (wake !== null) {
      const resolve = wake;
      wake = null;
      resolve();
    }
  }
  stream.on('readable', onReadable);

  let error; // undefined: running, null: ended, otherwise the reason of its end
  const release = finished(stream, { writable: false }, (failure) => {
    error = failure ? aggregateTwoErrors(error, failure) : null;
    onReadable();
  });

  try {
    for (;;) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) {
        yield chunk;
      } else if (error) {
        throw error;
      } else if (error === null) {
        return;
      } else {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
    }
  } catch (failure) {
    error = aggregateTwoErrors(error, failure);
    throw error;
  } finally {
    // A Duplex that has ended may still be written to; what was left early is of no more use.
    const leave =
      (!error && options?.destroyOnReturn === false) || (error === null && isWritable(stream));
    if (!leave && (error === undefined || stream._readableState.autoDestroy)) {
      destroyer(stream, null);
    } else {
      stream.off('readable', onReadable);
      release();
    }
  }
}

module.exports = { iterate };

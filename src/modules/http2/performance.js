'use strict';
// PerformanceEntries of type 'http2'.
// https://nodejs.org/api/http2.html#collecting-http2-performance-metrics

const { kHandle, kState } = require('modules/http2/symbols');

let observation;
function isObserved() {
  observation ??= require('web/performance/observer');
  return observation.isObserved('http2');
}

function enqueue(name, start, now, detail) {
  const { PerformanceNodeEntry, kCreate } = require('web/performance/entry');
  const { performance } = require('web/performance');
  const startTime = performance.now() - (now - start);
  const entry = new PerformanceNodeEntry(kCreate, name, 'http2', startTime, now - start, detail);
  // Deprecated, but still there.
  for (const key of Object.keys(detail)) {
    Object.defineProperty(entry, key, { enumerable: true, configurable: true, value: detail[key] });
  }
  observation.enqueue(entry);
}

/** Tells observers of a stream that has ended. */
function streamEnded(stream) {
  if (stream[kHandle] === undefined || !isObserved()) return;
  const [bytesRead, bytesWritten, start, firstHeader, firstByte, firstByteSent, now] =
    stream[kHandle].statistics();
  const since = (time) => (time === 0 ? 0 : time - start);
  enqueue('Http2Stream', start, now, {
    bytesRead,
    bytesWritten,
    id: stream.id,
    timeToFirstByte: since(firstByte),
    timeToFirstByteSent: since(firstByteSent),
    timeToFirstHeader: since(firstHeader),
  });
}

/** Tells observers of a session that has ended. */
function sessionEnded(session, statistics) {
  if (statistics === undefined || !isObserved()) return;
  const [
    bytesRead,
    bytesWritten,
    framesReceived,
    framesSent,
    maxConcurrentStreams,
    streamCount,
    streamAverageDuration,
    start,
    now,
  ] = statistics;
  const detail = {
    bytesRead,
    bytesWritten,
    framesReceived,
    framesSent,
    maxConcurrentStreams,
    pingRTT: session[kState].pingRtt,
    streamAverageDuration,
    streamCount,
    type: session._isServer ? 'server' : 'client',
  };
  enqueue('Http2Session', start, now, detail);
}

module.exports = { sessionEnded, streamEnded };

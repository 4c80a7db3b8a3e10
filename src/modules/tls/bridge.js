'use strict';
// A handle over any Duplex, so that TLS can sit on it as on a socket.

const { StreamBridge } = native('tls');
const { UV_EOF } = native('net');
const { setImmediate } = require('runtime/timers');

const kBroken = -32; // EPIPE

/** The native connection whose bytes go through `stream`. */
function bridgeTo(stream) {
  const bridge = new StreamBridge();
  let ended = false;
  const startReading = () => stream.resume();
  bridge.onreadstart = startReading;
  const stopReading = () => stream.pause();
  bridge.onreadstop = stopReading;
  const send = (data) => {
    // Answers come later: whoever writes does not expect one now.
    let answered = false;
    const answer = (error) => {
      if (answered) return;
      answered = true;
      setImmediate(() => bridge.sent(error ? kBroken : 0));
    };
    if (stream.destroyed || stream.writableEnded) answer(true);
    else stream.write(data, answer);
  };
  bridge.onsend = send;
  const finish = () => {
    const answer = () => setImmediate(() => bridge.finished(0));
    if (stream.destroyed || stream.writableFinished) answer();
    else stream.end(answer);
  };
  bridge.onfinish = finish;
  stream.pause();
  stream.on('data', (chunk) => {
    if (typeof chunk === 'string') {
      const error = new (require('runtime/errors').ERR_STREAM_WRAP)();
      stream.pause();
      stream.removeAllListeners('data');
      bridge.onfault?.(error);
      return;
    }
    if (chunk.length > 0) bridge.feed(chunk);
  });
  stream.once('end', () => {
    ended = true;
    bridge.feedEnd(UV_EOF);
  });
  stream.once('close', () => {
    bridge.shut();
    if (!ended) bridge.feedEnd(UV_EOF);
  });
  return bridge;
}

module.exports = { bridgeTo };

'use strict';
// What NODE_DEBUG=http2 and NODE_DEBUG_NATIVE=http2 write to stderr.

const { kHandle, kSession, kState } = require('modules/http2/symbols');

let write;

function writer() {
  if (write !== undefined) return write;
  const { debuglog } = require('modules/util/debuglog');
  const log = debuglog('http2');
  const isNative = /(?:^|,)\s*http2\s*(?:,|$)/i.test(process.env.NODE_DEBUG_NATIVE ?? '');
  if (log.enabled) {
    process.emitWarning(
      "Setting the NODE_DEBUG environment variable to 'http2' can expose sensitive " +
        'data (such as passwords, tokens and authentication headers) in the resulting log.',
    );
  }
  write = { log: log.enabled ? log : undefined, isNative };
  return write;
}

const side = (session) => (session._isServer ? 'server' : 'client');

/** What a session does. */
function ofSession(session, text) {
  const { log, isNative } = writer();
  log?.(`Http2Session ${side(session)}: ${text}`);
  if (!isNative) return;
  const id = session[kHandle]?.getAsyncId() ?? 0;
  process.stderr.write(`Http2Session ${side(session)} (${id}) ${text}\n`);
}

/** What a stream does. */
function ofStream(stream, text) {
  const { log, isNative } = writer();
  const session = stream[kSession];
  if (session === undefined) return;
  log?.(`Http2Stream ${stream.id} [Http2Session ${side(session)}]: ${text}`);
  if (!isNative) return;
  const handle = stream[kHandle];
  const owner = `Http2Session ${side(session)} (${session[kState].asyncId ?? 0})`;
  process.stderr.write(
    `HttpStream ${stream.id} (${handle?.getAsyncId() ?? 0}) [${owner}] ${text}\n`,
  );
}

module.exports = {
  /** Whether anything is written at all: asked once. */
  isEnabled: Boolean(process.env.NODE_DEBUG || process.env.NODE_DEBUG_NATIVE),
  ofSession,
  ofStream,
};

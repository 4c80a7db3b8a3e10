'use strict';
// HTTP/2 frames in both roles, over a stream of script: any of them ends in messages or errors of the session
// and its streams.

const assert = require('node:assert');
const http2 = require('node:http2');
const { Duplex } = require('node:stream');

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

class Wire extends Duplex {
  _read() {}
  _write(chunk, encoding, callback) {
    callback();
  }
}

const isError = (error) => assert.ok(error instanceof Error);

function watch(stream) {
  stream.on('error', isError);
  stream.on('data', () => {});
  stream.on('trailers', () => {});
}

const server = http2.createServer();
server.on('sessionError', isError);
server.on('session', (session) => {
  for (const event of [
    'error',
    'frameError',
    'goaway',
    'ping',
    'remoteSettings',
    'altsvc',
    'origin',
  ]) {
    session.on(event, () => {});
  }
});
server.on('stream', (stream, headers) => {
  watch(stream);
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ':status': 200, echo: String(headers[':path']).replace(/[^!-~]/g, '') });
  stream.end('answer');
});

function serve(wire) {
  server.emit('connection', wire);
  wire.push(PREFACE);
}

function ask(wire) {
  const session = http2.connect('http://localhost', { createConnection: () => wire });
  session.on('error', isError);
  session.on('stream', watch);
  for (const event of ['altsvc', 'origin', 'goaway', 'ping', 'frameError'])
    session.on(event, () => {});
  for (let i = 0; i < 2; i++) {
    const request = session.request({ ':path': `/${i}` });
    watch(request);
    request.on('push', () => {});
    request.end();
  }
  return session;
}

module.exports = (bytes) => {
  if (bytes.length < 2) return;
  const wire = new Wire();
  wire.on('error', isError);
  const session = bytes[0] & 1 ? serve(wire) : ask(wire);
  const frames = bytes.subarray(2);
  const step = 1 + bytes[1];
  for (let at = 0; at < frames.length; at += step) wire.push(frames.subarray(at, at + step));
  wire.push(null);
  setImmediate(() => {
    session?.destroy();
    wire.destroy();
  });
};

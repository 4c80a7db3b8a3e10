'use strict';
// HTTP/1 in both roles: requests to a server and answers to a client, over a stream of script. However the
// bytes are split, the messages are the same.

const assert = require('node:assert');
const http = require('node:http');
const { Duplex } = require('node:stream');

class Wire extends Duplex {
  _read() {}
  _write(chunk, encoding, callback) {
    callback();
  }
  setTimeout() {}
  setNoDelay() {}
  setKeepAlive() {}
  ref() {}
  unref() {}
}

function feed(wire, bytes, step) {
  for (let at = 0; at < bytes.length; at += step) wire.push(bytes.subarray(at, at + step));
  wire.push(null);
}

function record(message, into) {
  const seen = [
    message.method ?? message.statusCode,
    message.url || message.statusMessage,
    message.httpVersion,
    message.rawHeaders,
  ];
  const body = [];
  into.push([seen, body]);
  message.on('error', () => {});
  message.on('data', (chunk) => body.push(chunk.toString('latin1')));
}

function serve(bytes, step) {
  const seen = [];
  const server = http.createServer((request, response) => {
    record(request, seen);
    response.end();
  });
  server.on('clientError', (error, socket) => {
    assert.ok(error.code, error);
    socket.destroy();
  });
  server.on('upgrade', (request, socket) => {
    record(request, seen);
    socket.destroy();
  });
  server.on('connect', (request, socket) => {
    record(request, seen);
    socket.destroy();
  });
  const wire = new Wire();
  wire.on('error', () => {});
  server.emit('connection', wire);
  feed(wire, bytes, step);
  return [seen, wire];
}

function ask(bytes, step) {
  const seen = [];
  const wire = new Wire();
  const request = http.request({
    createConnection: () => wire,
    method: bytes[1] & 1 ? 'HEAD' : 'GET',
  });
  request.on('response', (response) => record(response, seen));
  request.on('information', ({ statusCode, rawHeaders }) =>
    seen.push([[statusCode, rawHeaders], []]),
  );
  request.on('upgrade', (response, socket) => socket.destroy());
  request.on('connect', (response, socket) => socket.destroy());
  request.on('error', (error) => assert.ok(error.code, error));
  request.end();
  feed(wire, bytes, step);
  return [seen, wire];
}

// What came before bytes that are wrong depends on where those begin; whole messages do not.
const whole = (seen) => seen.map(([head, body]) => [head, body.join('')]);

module.exports = (bytes) => {
  if (bytes.length < 3) return;
  const exchange = bytes[0] & 1 ? serve : ask;
  const text = bytes.subarray(2);
  const runs = [text.length, 1 + ((bytes[1] >> 1) % 61)].map((step) => exchange(text, step));
  setImmediate(() => {
    const [one, other] = runs.map(([seen]) => whole(seen));
    for (let i = 0; i < Math.min(one.length, other.length); i++) {
      assert.deepStrictEqual(other[i][0], one[i][0]);
      assert.ok(other[i][1].startsWith(one[i][1]) || one[i][1].startsWith(other[i][1]));
    }
    for (const [, wire] of runs) wire.destroy();
  });
};

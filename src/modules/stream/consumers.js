// node:stream/consumers
'use strict';

const { Buffer } = require('node:buffer');

/** Everything that the stream yields, as one Blob. */
async function blob(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const { Blob } = require('web/blob');
  return new Blob(chunks);
}

/** Everything that the stream yields, as an ArrayBuffer. */
async function arrayBuffer(stream) {
  return (await blob(stream)).arrayBuffer();
}

/** Everything that the stream yields, as a Buffer. */
async function buffer(stream) {
  return Buffer.from(await arrayBuffer(stream));
}

/** Everything that the stream yields, as a Uint8Array. */
async function bytes(stream) {
  return new Uint8Array(await arrayBuffer(stream));
}

/** Everything that the stream yields, as a string; bytes are UTF-8. */
async function text(stream) {
  const decoder = new TextDecoder();
  let result = '';
  for await (const chunk of stream) {
    result += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  return result + decoder.decode();
}

/** Everything that the stream yields, parsed as JSON. */
async function json(stream) {
  return JSON.parse(await text(stream));
}

module.exports = { arrayBuffer, blob, buffer, bytes, text, json };

'use strict';

// The chunks that a Readable holds: `state.buffer`, an array that programs can look at, from
// `state.bufferIndex` on. Taking from the front only moves the index; now and then the dead part
// is cut off. Counting bytes is the stream's business.

const { Buffer } = require('node:buffer');

// Below this many dead slots at the front it is cheaper to leave them than to move the rest.
const kCompactAt = 1024;

/** Puts `chunk` in front of the others. */
function putFront(state, chunk) {
  if (state.bufferIndex > 0) state.buffer[--state.bufferIndex] = chunk;
  else state.buffer.unshift(chunk);
}

/** Removes and returns the first chunk. */
function takeChunk(state) {
  const { buffer } = state;
  const chunk = buffer[state.bufferIndex];
  buffer[state.bufferIndex++] = null;
  compact(state);
  return chunk;
}

/** How many chunks there are. */
function countChunks(state) {
  return state.buffer.length - state.bufferIndex;
}

function dropChunks(state) {
  // Unlike setting the length, pop() keeps the array's memory for the next chunk.
  if (state.buffer.length === 1) state.buffer.pop();
  else state.buffer.length = 0;
  state.bufferIndex = 0;
}

/** Removes everything and returns it as one Buffer. */
function takeAllBytes(state) {
  const { buffer, bufferIndex } = state;
  const all = Buffer.concat(bufferIndex === 0 ? buffer : buffer.slice(bufferIndex), state.length);
  dropChunks(state);
  return all;
}

/** Removes everything and returns it as one string. */
function takeAllText(state) {
  const { buffer } = state;
  let text = '';
  for (let i = state.bufferIndex; i < buffer.length; i++) text += buffer[i];
  dropChunks(state);
  return text;
}

/** Removes and returns the first `n` characters; there must be that many. */
function takeText(state, n) {
  const { buffer } = state;
  let text = '';
  while (n > 0) {
    const chunk = buffer[state.bufferIndex];
    if (chunk.length > n) {
      text += chunk.slice(0, n);
      buffer[state.bufferIndex] = chunk.slice(n);
      return text;
    }
    text += chunk;
    n -= chunk.length;
    buffer[state.bufferIndex++] = null;
  }
  compact(state);
  return text;
}

/** Removes and returns the first `n` bytes; there must be that many. */
function takeBytes(state, n) {
  const { buffer } = state;
  const first = buffer[state.bufferIndex];
  if (first.length > n) {
    // One chunk is enough: no copy, both parts share its memory.
    buffer[state.bufferIndex] = first.slice(n);
    return first.slice(0, n);
  }
  if (first.length === n) return takeChunk(state);
  const out = Buffer.allocUnsafe(n);
  let filled = 0;
  while (filled < n) {
    const chunk = buffer[state.bufferIndex];
    const wanted = n - filled;
    if (chunk.length > wanted) {
      out.set(chunk.subarray(0, wanted), filled);
      buffer[state.bufferIndex] = chunk.slice(wanted);
      return out;
    }
    out.set(chunk, filled);
    filled += chunk.length;
    buffer[state.bufferIndex++] = null;
  }
  compact(state);
  return out;
}

function compact(state) {
  const { buffer, bufferIndex } = state;
  if (bufferIndex === buffer.length) {
    dropChunks(state);
  } else if (bufferIndex >= kCompactAt) {
    buffer.splice(0, bufferIndex);
    state.bufferIndex = 0;
  }
}

module.exports = {
  countChunks,
  dropChunks,
  putFront,
  takeAllBytes,
  takeAllText,
  takeBytes,
  takeChunk,
  takeText,
};

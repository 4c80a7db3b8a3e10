'use strict';
// The texts of sources that come from a network, and the domain IO, by which the debugger reads them.

const texts = new Map(); // by address
const streams = new Map(); // handle -> { text, at }
let lastHandle = 0;

/** Network.loadNetworkResource: a stream of what the program has put there for an address. */
function loadNetworkResource({ url }) {
  const text = texts.get(url);
  if (text === undefined) return { resource: { success: false } };
  const handle = String(++lastHandle);
  streams.set(handle, { text, at: 0 });
  return { resource: { success: true, stream: handle } };
}

const io = {
  read({ handle, offset, size }) {
    const stream = streams.get(handle);
    if (stream === undefined) return { data: '', eof: true };
    const from = offset ?? stream.at;
    const data = stream.text.slice(from, size === undefined ? undefined : from + size);
    stream.at = from + data.length;
    return { data, eof: from >= stream.text.length };
  },
  close({ handle }) {
    streams.delete(handle);
    return {};
  },
};

module.exports = { io, loadNetworkResource, put: (url, text) => void texts.set(url, text) };

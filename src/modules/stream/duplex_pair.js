'use strict';

const Duplex = require('modules/stream/duplex');

// The other end, and the callback of a write that the other end has not read yet.
const kOther = Symbol('other');
const kUnread = Symbol('unread');

class PairedDuplex extends Duplex {
  constructor(options) {
    super(options);
    this[kOther] = null;
    this[kUnread] = null;
  }

  _read() {
    const callback = this[kUnread];
    if (callback) {
      this[kUnread] = null;
      callback();
    }
  }

  _write(chunk, encoding, callback) {
    if (chunk.length === 0) {
      process.nextTick(callback);
    } else {
      this[kOther].push(chunk);
      this[kOther][kUnread] = callback;
    }
  }

  _final(callback) {
    this[kOther].on('end', callback);
    this[kOther].push(null);
  }

  _destroy(error, callback) {
    // The other end must not wait for data for ever. An error of this end is not an error of that.
    const other = this[kOther];
    if (other !== null && !other.destroyed) {
      if (error) process.nextTick(() => other.destroy());
      else
        process.nextTick(() => {
          if (!other.destroyed && !other.readableEnded) other.push(null);
        });
    }
    callback(error);
  }
}

/** stream.duplexPair(): two streams; what is written to one is read from the other. */
function duplexPair(options) {
  const first = new PairedDuplex(options);
  const second = new PairedDuplex(options);
  first[kOther] = second;
  second[kOther] = first;
  return [first, second];
}

module.exports = { duplexPair };

'use strict';

const { Buffer } = require('node:buffer');

// Below this many dead slots at the front it is cheaper to leave them than to move the rest.
const kCompactAt = 1024;

/**
 * The chunks that a Readable holds, oldest first. It counts chunks, not bytes: the byte length is
 * the stream's business.
 */
class ChunkQueue {
  constructor() {
    this.slots = [];
    this.head = 0;
  }

  /** How many chunks are held. */
  get length() {
    return this.slots.length - this.head;
  }

  push(chunk) {
    this.slots.push(chunk);
  }

  unshift(chunk) {
    if (this.head > 0) this.slots[--this.head] = chunk;
    else this.slots.unshift(chunk);
  }

  /** The oldest chunk, which stays. */
  first() {
    return this.slots[this.head];
  }

  shift() {
    const slots = this.slots;
    const chunk = slots[this.head];
    slots[this.head++] = undefined;
    this.#compact();
    return chunk;
  }

  clear() {
    this.slots = [];
    this.head = 0;
  }

  /** Removes and returns everything as one Buffer. */
  takeAllBytes(total) {
    const all = this.head === 0 ? this.slots : this.slots.slice(this.head);
    this.clear();
    return Buffer.concat(all, total);
  }

  /** Removes and returns everything as one string. */
  takeAllText() {
    let text = '';
    for (let i = this.head; i < this.slots.length; i++) text += this.slots[i];
    this.clear();
    return text;
  }

  /** Removes and returns the first `n` characters; there must be that many. */
  takeText(n) {
    let text = '';
    while (n > 0) {
      const chunk = this.slots[this.head];
      if (chunk.length > n) {
        text += chunk.slice(0, n);
        this.slots[this.head] = chunk.slice(n);
        return text;
      }
      text += chunk;
      n -= chunk.length;
      this.slots[this.head++] = undefined;
    }
    this.#compact();
    return text;
  }

  /** Removes and returns the first `n` bytes; there must be that many. */
  takeBytes(n) {
    const slots = this.slots;
    const first = slots[this.head];
    if (first.length > n) {
      // One chunk is enough: no copy, both parts share its memory.
      slots[this.head] = first.slice(n);
      return first.slice(0, n);
    }
    if (first.length === n) return this.shift();
    const out = Buffer.allocUnsafe(n);
    let filled = 0;
    while (filled < n) {
      const chunk = slots[this.head];
      const wanted = n - filled;
      if (chunk.length > wanted) {
        out.set(chunk.subarray(0, wanted), filled);
        slots[this.head] = chunk.slice(wanted);
        return out;
      }
      out.set(chunk, filled);
      filled += chunk.length;
      slots[this.head++] = undefined;
    }
    this.#compact();
    return out;
  }

  #compact() {
    if (this.head === this.slots.length) {
      // A fresh array when it has grown large, so that one burst does not pin its memory.
      if (this.head > kCompactAt) this.slots = [];
      else this.slots.length = 0;
      this.head = 0;
    } else if (this.head >= kCompactAt && this.head * 2 > this.slots.length) {
      this.slots.splice(0, this.head);
      this.head = 0;
    }
  }

  *[Symbol.iterator]() {
    for (let i = this.head; i < this.slots.length; i++) yield this.slots[i];
  }
}

module.exports = { ChunkQueue };

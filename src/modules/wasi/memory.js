'use strict';

// The program's linear memory: what the calls read from it and write to it. Pointers that lead out
// of it are RangeErrors, which the caller turns into an errno.

const { Buffer } = require('node:buffer');

class Memory {
  #memory;
  #view;

  constructor(memory) {
    this.#memory = memory;
  }

  // The buffer is another one after the memory has grown.
  get view() {
    const { buffer } = this.#memory;
    if (this.#view?.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  bytes(pointer, length) {
    return new Uint8Array(this.view.buffer, pointer >>> 0, length >>> 0);
  }

  text(pointer, length) {
    // A copy: decoders refuse shared memory.
    return Buffer.from(this.bytes(pointer, length)).toString();
  }

  u8(pointer) {
    return this.view.getUint8(pointer >>> 0);
  }
  u16(pointer) {
    return this.view.getUint16(pointer >>> 0, true);
  }
  u32(pointer) {
    return this.view.getUint32(pointer >>> 0, true);
  }
  u64(pointer) {
    return this.view.getBigUint64(pointer >>> 0, true);
  }
  setU8(pointer, value) {
    this.view.setUint8(pointer >>> 0, value);
  }
  setU16(pointer, value) {
    this.view.setUint16(pointer >>> 0, value, true);
  }
  setU32(pointer, value) {
    this.view.setUint32(pointer >>> 0, value, true);
  }
  setU64(pointer, value) {
    this.view.setBigUint64(pointer >>> 0, BigInt(value), true);
  }

  /** The buffers that an array of (pointer, length) names. */
  vectors(pointer, count) {
    const list = [];
    for (let i = 0; i < count; i++) {
      const at = (pointer >>> 0) + 8 * i;
      list.push(this.bytes(this.u32(at), this.u32(at + 4)));
    }
    return list;
  }

  /** The sizes of strings with their ends: their number, then their bytes. */
  setSizes(countPointer, sizePointer, strings) {
    this.setU32(countPointer, strings.length);
    this.setU32(
      sizePointer,
      strings.reduce((sum, string) => sum + string.length, 0),
    );
  }

  /** The strings themselves, one after the other, and an array of pointers to them. */
  setStrings(arrayPointer, textPointer, strings) {
    for (const string of strings) {
      this.setU32(arrayPointer, textPointer);
      this.bytes(textPointer, string.length).set(string);
      arrayPointer += 4;
      textPointer += string.length;
    }
  }
}

module.exports = { Memory };

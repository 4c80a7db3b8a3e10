// A part of a file as a part of a Blob.
'use strict';

const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');

const kChunkSize = 64 * 1024;

function notReadable() {
  const { DOMException } = require('web/dom/exception');
  return new DOMException('The blob could not be read', 'NotReadableError');
}

class FileSegment {
  #file;
  #start;

  constructor(file, start, size) {
    this.#file = file;
    this.#start = start;
    this.size = size;
  }

  /** The whole file; fails for what cannot be opened and for what is no file. */
  static async open(path) {
    const { stat } = require('node:fs').promises;
    let stats;
    try {
      stats = await stat(path);
    } catch {
      stats = undefined;
    }
    if (!stats?.isFile()) {
      const error = new ERR_INVALID_ARG_VALUE('path', path);
      error.message = 'Unable to open file as blob';
      throw error;
    }
    const { mtimeMs, size } = stats;
    return new FileSegment({ path, mtimeMs, size }, 0, size);
  }

  slice(start, end) {
    return new FileSegment(this.#file, this.#start + start, end - start);
  }

  /** The bytes in chunks; a NotReadableError if the file changed since the Blob was made. */
  async *chunks() {
    const { open } = require('node:fs').promises;
    let handle;
    try {
      handle = await open(this.#file.path, 'r');
    } catch {
      throw notReadable();
    }
    try {
      let position = 0;
      do {
        const { mtimeMs, size } = await handle.stat();
        if (mtimeMs !== this.#file.mtimeMs || size !== this.#file.size) throw notReadable();
        if (position === this.size) return;
        const wanted = Math.min(kChunkSize, this.size - position);
        const chunk = new Uint8Array(wanted);
        const { bytesRead } = await handle.read(chunk, 0, wanted, this.#start + position);
        if (bytesRead === 0) throw notReadable();
        position += bytesRead;
        yield chunk.subarray(0, bytesRead);
      } while (position < this.size);
    } finally {
      await handle.close();
    }
  }
}

module.exports = { FileSegment };

'use strict';

// How messages lie on an IPC channel. 'json': one line of JSON each. 'advanced': the structured
// clone of V8 behind its length as four bytes, most significant first.

const { Buffer } = require('node:buffer');

const NEWLINE = 10;

/** Cuts a stream of bytes at newlines. */
class JsonReader {
  #pieces = [];

  /** The messages that a chunk completes. */
  read(chunk) {
    const messages = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#pieces.push(chunk.subarray(start, end));
      const line = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
      this.#pieces = [];
      messages.push(JSON.parse(line.toString()));
      start = end + 1;
    }
    if (start < chunk.length) this.#pieces.push(chunk.subarray(start));
    return messages;
  }

  /** Whether a message has begun and not ended. */
  get isBuffering() {
    return this.#pieces.length > 0;
  }
}

const SIZE_BYTES = 4;

/** Cuts a stream of bytes at the lengths it announces. */
class AdvancedReader {
  #pieces = [];
  #length = 0;

  read(chunk) {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    const messages = [];
    // Large messages come in many chunks: these are joined once, when the last one is there.
    while (this.#length >= SIZE_BYTES) {
      if (this.#pieces[0].length < SIZE_BYTES) this.#join();
      const size = this.#pieces[0].readUInt32BE(0) + SIZE_BYTES;
      if (this.#length < size) break;
      this.#join();
      const bytes = this.#pieces[0];
      messages.push(deserialize(bytes.subarray(SIZE_BYTES, size)));
      this.#length -= size;
      this.#pieces = this.#length > 0 ? [bytes.subarray(size)] : [];
    }
    return messages;
  }

  get isBuffering() {
    return this.#length > 0;
  }

  #join() {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
  }
}

// Host objects that are no views of memory travel as their own properties.
const VIEW = 0;
const OBJECT = 1;

let classes;

function loadClasses() {
  const { DefaultDeserializer, DefaultSerializer } = require('node:v8');
  class ChannelSerializer extends DefaultSerializer {
    _writeHostObject(object) {
      if (ArrayBuffer.isView(object)) {
        this.writeUint32(VIEW);
        return super._writeHostObject(object);
      }
      this.writeUint32(OBJECT);
      this.writeValue({ ...object });
    }
  }
  class ChannelDeserializer extends DefaultDeserializer {
    _readHostObject() {
      return this.readUint32() === VIEW ? super._readHostObject() : this.readValue();
    }
  }
  return { ChannelDeserializer, ChannelSerializer };
}

function deserialize(bytes) {
  classes ??= loadClasses();
  const deserializer = new classes.ChannelDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

function serializeAdvanced(message) {
  classes ??= loadClasses();
  const serializer = new classes.ChannelSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const bytes = serializer.releaseBuffer();
  const size = Buffer.allocUnsafe(SIZE_BYTES);
  size.writeUInt32BE(bytes.byteLength, 0);
  return Buffer.concat([size, bytes]);
}

module.exports = {
  advanced: { createReader: () => new AdvancedReader(), serialize: serializeAdvanced },
  json: {
    createReader: () => new JsonReader(),
    serialize: (message) => Buffer.from(`${JSON.stringify(message)}\n`),
  },
};

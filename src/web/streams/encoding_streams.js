'use strict';

// https://encoding.spec.whatwg.org/#interface-textencoderstream and #interface-textdecoderstream

const { createSimpleTransform, enqueue } = require('web/streams/transform_ops');
const { publicReadable } = require('web/streams/readable_stream');
const { publicWritable } = require('web/streams/writable_stream');
const { defineInspect, finishInterface } = require('web/streams/common');

class TextEncoderStream {
  #transform;

  constructor() {
    const { TextEncoder } = require('web/encoding');
    const encoder = new TextEncoder();
    // The first half of a surrogate pair whose second half may be in the next chunk.
    let leading = '';
    const encode = (chunk) => {
      let text = leading + `${chunk}`;
      leading = '';
      const last = text.charCodeAt(text.length - 1);
      if (last >= 0xd800 && last <= 0xdbff) {
        leading = text.at(-1);
        text = text.slice(0, -1);
      }
      if (text !== '') enqueue(this.#transform.controller, encoder.encode(text));
    };
    const flush = () => {
      // It had no second half.
      if (leading !== '') enqueue(this.#transform.controller, encoder.encode('\ufffd'));
    };
    this.#transform = createSimpleTransform(encode, flush);
  }

  get encoding() {
    void this.#transform; // throws for another kind of object
    return 'utf-8';
  }

  get readable() {
    return publicReadable(this.#transform.readable);
  }

  get writable() {
    return publicWritable(this.#transform.writable);
  }
}

class TextDecoderStream {
  #decoder;
  #transform;

  constructor(encoding = 'utf-8', options = undefined) {
    const { TextDecoder } = require('web/encoding');
    const decoder = (this.#decoder = new TextDecoder(encoding, options ?? {}));
    const decode = (chunk) => {
      if (chunk === undefined) {
        // For a decoder that means "no chunk"; here it is a wrong one.
        const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
        throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'ArrayBufferView'], chunk);
      }
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') enqueue(this.#transform.controller, text);
    };
    const flush = () => {
      const text = decoder.decode();
      if (text !== '') enqueue(this.#transform.controller, text);
    };
    this.#transform = createSimpleTransform(decode, flush);
  }

  get encoding() {
    return this.#decoder.encoding;
  }

  get fatal() {
    return this.#decoder.fatal;
  }

  get ignoreBOM() {
    return this.#decoder.ignoreBOM;
  }

  get readable() {
    return publicReadable(this.#transform.readable);
  }

  get writable() {
    return publicWritable(this.#transform.writable);
  }
}

finishInterface(TextEncoderStream, ['encoding', 'readable', 'writable']);
finishInterface(TextDecoderStream, ['encoding', 'fatal', 'ignoreBOM', 'readable', 'writable']);
defineInspect(TextEncoderStream, ({ encoding, readable, writable }) => {
  return { encoding, readable, writable };
});
defineInspect(TextDecoderStream, ({ encoding, fatal, ignoreBOM, readable, writable }) => {
  return { encoding, fatal, ignoreBOM, readable, writable };
});

module.exports = { TextDecoderStream, TextEncoderStream };

'use strict';
// HTTPParser: parsing HTTP without a server or a request around it, as programs know it from
// require('_http_common'). Nothing documents it, and nothing of node:http itself works with it, but libraries that
// play sockets (MSW's interceptors, and with them nock) do.

const { Parser, methods, splitHeaders, REQUEST, RESPONSE } = native('http');
const { parseError } = require('modules/http/common');

// The callbacks of a parser are properties with these numbers.
const kOnMessageBegin = 0;
const kOnHeaders = 1;
const kOnHeadersComplete = 2;
const kOnBody = 3;
const kOnMessageComplete = 4;
const kOnExecute = 5;
const kOnTimeout = 6;

// Flags of Parser.onHeaders
const kKeepAlive = 1;
const kUpgrade = 2;
const kComplete = 16;

const kNative = Symbol('native');
const kState = Symbol('state');

// Calls a program's callback. What it throws stops the parser and comes out of execute().
function call(parser, key, ...args) {
  const callback = parser[key];
  const state = parser[kState];
  if (typeof callback !== 'function' || state.hasThrown) return undefined;
  try {
    return callback.apply(parser, args);
  } catch (error) {
    state.hasThrown = true;
    state.thrown = error;
    return undefined;
  }
}

const callbacks = {
  onHeaders(flags, code, text, block, major, minor) {
    const parser = this.owner;
    const isRequest = parser[kState].type === REQUEST;
    parser[kState].url = isRequest ? text : '';
    call(parser, kOnMessageBegin);
    const skipBody = call(
      parser,
      kOnHeadersComplete,
      major,
      minor,
      splitHeaders(block, 0),
      isRequest ? code : undefined,
      isRequest ? text : undefined,
      isRequest ? undefined : code,
      isRequest ? undefined : text,
      (flags & kUpgrade) !== 0,
      (flags & kKeepAlive) !== 0,
    );
    if (flags & kComplete) call(parser, kOnMessageComplete);
    if (skipBody === 2 || ((flags & kUpgrade) !== 0 && isRequest)) return 2;
    return skipBody === 1 || skipBody === true ? 1 : 0;
  },
  onBody(chunk) {
    call(this.owner, kOnBody, chunk);
  },
  onComplete(trailers) {
    const { owner } = this;
    if (trailers) call(owner, kOnHeaders, splitHeaders(trailers, 0), owner[kState].url);
    call(owner, kOnMessageComplete);
  },
  onError(...details) {
    this.owner[kState].error = Object.assign(parseError(...details), { message: 'Parse Error' });
  },
  onUpgrade(rest) {
    this.owner[kState].unread = rest.length;
  },
};

class HTTPParser {
  constructor() {
    this[kNative] = Object.assign(new Parser(), callbacks, { owner: this });
    // What the program does not want to hear is no callback of the resource either.
    Object.defineProperty(this[kNative], 'onBody', {
      get: () => (this[kOnBody] ? callbacks.onBody : undefined),
    });
    Object.defineProperty(this[kNative], 'onComplete', {
      get: () => (this[kOnHeaders] || this[kOnMessageComplete] ? callbacks.onComplete : undefined),
    });
    this[kState] = { type: REQUEST, hasThrown: false };
  }

  /** Ready for a message of type REQUEST or RESPONSE. */
  initialize(type, _resource, maxHeaderSize = 0, lenient = 0) {
    this[kNative].initialize(type, maxHeaderSize, lenient ? 1 : 0);
    this[kState] = { type, hasThrown: false };
  }

  /** Parses bytes; returns how many were of HTTP, or the error that ended the parsing. */
  execute(buffer, offset = 0, length = buffer.length - offset) {
    const state = this[kState];
    state.unread = 0;
    this[kNative].execute(buffer.subarray(offset, offset + length));
    return this.#result(state, length);
  }

  finish() {
    this[kNative].finish();
    return this.#result(this[kState], undefined);
  }

  #result(state, length) {
    if (state.hasThrown) {
      state.hasThrown = false;
      throw state.thrown;
    }
    return state.error ?? (length === undefined ? undefined : length - state.unread);
  }

  close() {
    this[kNative].close();
  }

  free() {
    this[kNative].free();
  }

  pause() {
    this[kNative].pause();
  }

  resume() {
    this[kNative].resume();
  }

  /** Reads from a connection's handle instead of its stream. */
  consume(handle) {
    this[kNative].consume(handle);
  }

  unconsume() {
    this[kNative].unconsume();
  }

  /** Of the list of parsers that the server looks at for time limits: these are in none. */
  remove() {}

  getAsyncId() {
    return this[kNative].getAsyncId();
  }
}

Object.assign(HTTPParser, {
  REQUEST,
  RESPONSE,
  kOnMessageBegin,
  kOnHeaders,
  kOnHeadersComplete,
  kOnBody,
  kOnMessageComplete,
  kOnExecute,
  kOnTimeout,
  kLenientNone: 0,
  kLenientHeaders: 1,
  kLenientAll: 255,
});

/** A parser whose messages go to its property onIncoming(message, shouldKeepAlive). */
function allocate() {
  const { IncomingMessage } = require('modules/http/incoming');
  const parser = new HTTPParser();
  let message;
  parser[kOnHeadersComplete] = (major, minor, headers, method, url, code, text, upgrade, keep) => {
    message = new IncomingMessage(parser.socket);
    Object.assign(message, { httpVersionMajor: major, httpVersionMinor: minor, upgrade });
    message.httpVersion = `${major}.${minor}`;
    if (method === undefined) Object.assign(message, { statusCode: code, statusMessage: text });
    else Object.assign(message, { method: methods[method], url });
    message._addHeaderLines(headers, headers.length);
    return parser.onIncoming?.(message, keep);
  };
  parser[kOnBody] = (chunk) => void message.push(chunk);
  parser[kOnMessageComplete] = () => {
    message.complete = true;
    message.push(null);
  };
  return parser;
}

module.exports = { HTTPParser, allocate };

'use strict';
// http.IncomingMessage: what a peer sent. It is made for every message, so its stream state and its
// headers come into being when somebody asks for them.
// https://nodejs.org/api/http.html#class-httpincomingmessage

const { Readable } = require('node:stream');
const { splitHeaders } = native('http');
const ReadableState = Readable.ReadableState;

const kBlock = Symbol('headerBlock');
const kTrailerBlock = Symbol('trailerBlock');
const kHeaders = Symbol('headers');
const kHeadersDistinct = Symbol('headersDistinct');
const kTrailers = Symbol('trailers');
const kTrailersDistinct = Symbol('trailersDistinct');
const kRawHeaders = Symbol('rawHeaders');
const kRawTrailers = Symbol('rawTrailers');
const kState = Symbol('readableState');
const kMaxHeaders = Symbol('maxHeaders');
const kController = Symbol('abortController');

function IncomingMessage(socket) {
  this._events = undefined;
  this._eventsCount = 0;
  this._maxListeners = undefined;
  this[kState] = undefined;
  this._readableOptions = socket ? { highWaterMark: socket.readableHighWaterMark } : undefined;
  this.socket = socket;
  this.httpVersionMajor = null;
  this.httpVersionMinor = null;
  this.httpVersion = null;
  this.complete = false;
  this[kBlock] = '';
  this[kMaxHeaders] = 0;
  this[kRawHeaders] = undefined;
  this[kHeaders] = undefined;
  this.aborted = false;
  this.upgrade = null;
  this.url = '';
  this.method = null;
  this.statusCode = null;
  this.statusMessage = null;
  this.client = socket;
  this._consumed = false;
  this._dumped = false;
}
Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
Object.setPrototypeOf(IncomingMessage, Readable);

// The state of the stream, made at the first use of the message as a stream.
Object.defineProperty(IncomingMessage.prototype, '_readableState', {
  get() {
    let state = this[kState];
    if (state === undefined) {
      const options = this._readableOptions;
      state = this[kState] = new ReadableState(options, this, false);
      // A message that was complete from the start has an end to read.
      if (this._endedEarly) this.push(null);
    }
    return state;
  },
  set(state) {
    this[kState] = state;
  },
  configurable: true,
  enumerable: false,
});

/** A message without a body whose stream is over before it begins (http.Server's optimizeEmptyRequests). */
IncomingMessage.prototype._skipStream = function _skipStream() {
  this._endedEarly = false;
  this._dumped = true;
  this.push(null);
  this._readableState.endEmitted = true;
  this._readableState.destroyed = true;
};

/** Whether anybody has used the message as a stream. */
IncomingMessage.prototype._isTouched = function _isTouched() {
  return this[kState] !== undefined;
};

Object.defineProperty(IncomingMessage.prototype, 'connection', {
  get() {
    return this.socket;
  },
  set(value) {
    this.socket = value;
  },
  configurable: true,
  enumerable: false,
});

/** Takes the header bytes as the parser brought them; `limit` headers at most, 0 for all. */
IncomingMessage.prototype._setHeaderBlock = function _setHeaderBlock(block, limit) {
  this[kBlock] = block;
  this[kMaxHeaders] = limit;
};

IncomingMessage.prototype._setTrailerBlock = function _setTrailerBlock(block) {
  this[kTrailerBlock] = block;
};

function lazy(name, key, make) {
  Object.defineProperty(IncomingMessage.prototype, name, {
    get() {
      if (this[key] === undefined) this[key] = make(this);
      return this[key];
    },
    set(value) {
      this[key] = value;
    },
    configurable: true,
    enumerable: false,
  });
}

lazy('rawHeaders', kRawHeaders, (message) => splitHeaders(message[kBlock], message[kMaxHeaders]));
lazy('rawTrailers', kRawTrailers, (message) =>
  message[kTrailerBlock] ? splitHeaders(message[kTrailerBlock], 0) : [],
);
lazy('headers', kHeaders, (message) => collect(message, message.rawHeaders, {}));
lazy('trailers', kTrailers, (message) => collect(message, message.rawTrailers, {}));
lazy('headersDistinct', kHeadersDistinct, (message) => distinct(message.rawHeaders));
lazy('trailersDistinct', kTrailersDistinct, (message) => distinct(message.rawTrailers));

// Lower case and the way of joining, by a header's name as it was sent.
const kJoinComma = 0;
const kFirstWins = 1;
const kCookie = 2;
const kSetCookie = 3;
const names = new Map();
const firstWins = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

function nameInfo(raw) {
  let info = names.get(raw);
  if (info === undefined) {
    const lower = raw.toLowerCase();
    let rule = kJoinComma;
    if (firstWins.has(lower)) rule = kFirstWins;
    else if (lower === 'cookie') rule = kCookie;
    else if (lower === 'set-cookie') rule = kSetCookie;
    info = { lower, rule };
    if (names.size < 1000) names.set(raw, info);
  }
  return info;
}

// How repeated headers join: https://nodejs.org/api/http.html#messageheaders
function collect(message, raw, into) {
  for (let i = 0; i < raw.length; i += 2) add(message, nameInfo(raw[i]), raw[i + 1], into);
  return into;
}

function add(message, { lower, rule }, value, into) {
  const present = into[lower];
  if (rule === kSetCookie) {
    if (present !== undefined) present.push(value);
    else into[lower] = [value];
  } else if (present === undefined || typeof present !== 'string') {
    into[lower] = value;
  } else if (rule === kJoinComma || message.joinDuplicateHeaders) {
    into[lower] = rule === kCookie ? `${present}; ${value}` : `${present}, ${value}`;
  } else if (rule === kCookie) {
    into[lower] = `${present}; ${value}`;
  }
}

function distinct(raw) {
  const into = {};
  for (let i = 0; i < raw.length; i += 2) {
    const { lower } = nameInfo(raw[i]);
    if (into[lower]) into[lower].push(raw[i + 1]);
    else into[lower] = [raw[i + 1]];
  }
  return into;
}

IncomingMessage.prototype._addHeaderLines = function _addHeaderLines(headers, n) {
  if (!headers?.length) return;
  const raw = headers.slice(0, n);
  const [rawKey, key] = this.complete ? [kRawTrailers, kTrailers] : [kRawHeaders, kHeaders];
  this[rawKey] = raw;
  // What a program has set stays; the lines join it.
  if (this[key] !== undefined) collect(this, raw, this[key]);
};

IncomingMessage.prototype._addHeaderLine = function _addHeaderLine(field, value, into) {
  add(this, nameInfo(field), value, into);
};

IncomingMessage.prototype._addHeaderLineDistinct = function _addHeaderLineDistinct(
  field,
  value,
  into,
) {
  const { lower } = nameInfo(field);
  if (into[lower]) into[lower].push(value);
  else into[lower] = [value];
};

IncomingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  this.socket.setTimeout(msecs);
  return this;
};

IncomingMessage.prototype.on = function on(event, listener) {
  if (event === 'data' || event === 'readable') this._consumed = true;
  return Readable.prototype.on.call(this, event, listener);
};
IncomingMessage.prototype.addListener = IncomingMessage.prototype.on;

IncomingMessage.prototype._read = function _read() {
  this._consumed = true;
  if (this.socket?.readable) startSocket(this.socket);
};

// Flow control: a message that is not read stops its socket.
function startSocket(socket) {
  if (socket && !socket._paused && socket.readable) {
    if (socket._handle?.reading === false || socket.isPaused?.()) socket.resume();
  }
  socket?._parserResume?.();
}

IncomingMessage.prototype._destroy = function _destroy(error, done) {
  // An error that nobody listens for must not end a server.
  const callback = (cause) => done(this.listenerCount('error') > 0 ? cause : null);
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    abortSignalOf(this);
    this.emit('aborted');
  }
  // A server's socket that nobody answers on any more goes with its request.
  if (this.socket && !this.socket.destroyed && this.aborted) {
    this.socket.destroy(error);
    const listener = (cause) => {
      callback(cause || error);
    };
    if (this.socket.readableEnded && this.socket.writableFinished)
      process.nextTick(listener, error);
    else {
      let called = false;
      const once = (cause) => {
        if (called) return;
        called = true;
        if (cause?.code === 'ERR_STREAM_PREMATURE_CLOSE') cause = null;
        process.nextTick(listener, typeof cause === 'object' ? cause : null);
      };
      this.socket.once('error', once);
      this.socket.once('close', () => once(null));
    }
    return;
  }
  if (!error && this.req && !this.complete && this.aborted) {
    error = connectionReset('aborted');
  }
  process.nextTick(callback, error);
};

/**
 * Whether work for this message is still wanted: aborted when the message or its connection ends too soon.
 * It is made for who asks.
 */
Object.defineProperty(IncomingMessage.prototype, 'signal', {
  get() {
    let controller = this[kController];
    if (controller) return controller.signal;
    const isOver = controller === null;
    controller = this[kController] = new AbortController();
    if (isOver) controller.abort();
    return controller.signal;
  },
  configurable: true,
  enumerable: false,
});

/** Aborts the signal of a message, or the one that is yet to be made: nobody waits for the answer any more. */
function abortSignalOf(message) {
  const controller = message[kController];
  if (controller) controller.abort();
  else message[kController] = null;
}

function connectionReset(message) {
  const { ConnResetException } = require('runtime/errors');
  if (ConnResetException) return new ConnResetException(message);
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return error;
}

/** Reads the rest and throws it away: the response has been sent without it. */
IncomingMessage.prototype._dump = function _dump() {
  if (this._dumped) return;
  this._dumped = true;
  this.removeAllListeners('data');
  this.resume();
};

module.exports = { IncomingMessage, abortSignalOf, connectionReset, readStart: startSocket };

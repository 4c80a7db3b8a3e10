'use strict';
// HTTPParser of node:_http_common. Nothing documents it, but libraries that play sockets (MSW's interceptors,
// and with them nock) parse HTTP with it: what they set as numbered callbacks is called by the native parser.

const { Parser, REQUEST, RESPONSE, splitHeaders } = native('http');
const { parseError } = require('modules/http/common');

// Flags of Parser.onHeaders
const kKeepAlive = 1;
const kUpgrade = 2;
const kComplete = 16;

const kOnMessageBegin = 0;
const kOnHeaders = 1;
const kOnHeadersComplete = 2;
const kOnBody = 3;
const kOnMessageComplete = 4;
const kOnExecute = 5;
const kOnTimeout = 6;

const kNoLimit = 0; // of the number of headers

class HTTPParser {
  static REQUEST = REQUEST;
  static RESPONSE = RESPONSE;
  static kOnMessageBegin = kOnMessageBegin;
  static kOnHeaders = kOnHeaders;
  static kOnHeadersComplete = kOnHeadersComplete;
  static kOnBody = kOnBody;
  static kOnMessageComplete = kOnMessageComplete;
  static kOnExecute = kOnExecute;
  static kOnTimeout = kOnTimeout;
  static kLenientNone = 0;
  static kLenientHeaders = 1;
  static kLenientAll = 1023;

  #parser = null;
  #isRequest = true;
  #url = '';
  #failure = undefined;
  #rest = 0;

  initialize(type, _resource, maxHeaderSize = 0, lenient = HTTPParser.kLenientNone) {
    this.#isRequest = type === REQUEST;
    const parser = new Parser();
    parser.initialize(type, maxHeaderSize, lenient === HTTPParser.kLenientNone ? 0 : 1);
    parser.onHeaders = (...all) => this.#headersDone(...all);
    parser.onBody = (bytes) => this[kOnBody]?.(bytes);
    parser.onComplete = (block) => this.#messageDone(block);
    parser.onError = (code, reason, bytesParsed, packet) => {
      this.#failure = parseError(code, reason, bytesParsed, packet);
      this.#failure.message = 'Parse Error';
    };
    parser.onUpgrade = (rest) => {
      this.#rest = rest.length;
    };
    this.#parser = parser;
  }

  /** @returns {number | Error} how many bytes were taken, or why they are no HTTP */
  execute(bytes) {
    this.#failure = undefined;
    this.#rest = 0;
    this.#parser.execute(bytes);
    return this.#failure ?? bytes.length - this.#rest;
  }

  finish() {
    this.#failure = undefined;
    this.#parser?.finish();
    return this.#failure;
  }

  pause() {
    this.#parser.pause();
  }

  resume() {
    this.#parser.resume();
  }

  consume(handle) {
    this.#parser.consume(handle);
  }

  unconsume() {
    this.#parser?.unconsume();
  }

  free() {
    this.#parser?.free();
  }

  close() {
    this.#parser?.free();
  }

  remove() {}

  #headersDone(flags, number, text, block, major, minor) {
    this[kOnMessageBegin]?.();
    const isRequest = this.#isRequest;
    this.#url = isRequest ? text : '';
    const answer = this[kOnHeadersComplete]?.(
      major,
      minor,
      splitHeaders(block, kNoLimit),
      isRequest ? number : undefined,
      isRequest ? text : undefined,
      isRequest ? undefined : number,
      isRequest ? undefined : text,
      (flags & kUpgrade) !== 0,
      (flags & kKeepAlive) !== 0,
    );
    if (flags & kComplete) this[kOnMessageComplete]?.();
    if (Number.isInteger(answer)) return answer;
    return flags & kUpgrade ? 2 : 0;
  }

  #messageDone(trailers) {
    if (trailers) this[kOnHeaders]?.(splitHeaders(trailers, kNoLimit), this.#url);
    this[kOnMessageComplete]?.();
  }
}

module.exports = { HTTPParser };

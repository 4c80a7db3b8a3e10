'use strict';
// What both sides of HTTP share: methods, status texts, checks of names and values, the date, and the
// parsers, which are reused.

const { Parser, methods, REQUEST, RESPONSE } = native('http');

const STATUS_CODES = {
  100: 'Continue',
  101: 'Switching Protocols',
  102: 'Processing',
  103: 'Early Hints',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  208: 'Already Reported',
  226: 'IM Used',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  305: 'Use Proxy',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a Teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Entity',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  509: 'Bandwidth Limit Exceeded',
  510: 'Not Extended',
  511: 'Network Authentication Required',
};

// RFC 9110, 5.6.2: token.
const kToken = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
// RFC 9110, 5.5: what no field value may hold. Latin-1 is let through, as Node does.
const kBadValue = /[^\t\x20-\x7e\x80-\xff]/;

const isToken = (text) => kToken.test(text);
const hasInvalidValue = (value) => kBadValue.test(value);

// Date headers change once a second.
let date;
function utcDate() {
  if (date === undefined) {
    const now = new Date();
    date = now.toUTCString();
    const { setUnrefTimeout } = require('runtime/timers');
    setUnrefTimeout(() => {
      date = undefined;
    }, 1000 - now.getMilliseconds());
  }
  return date;
}

// Parsers are the one heavy object of a connection that is over: keep some.
let maxFreeParsers = 1000;
const freeParsers = [];

/** A parser of type REQUEST or RESPONSE, ready for a connection. */
function takeParser(type, maxHeaderSize, lenient) {
  const parser = freeParsers.pop() ?? new Parser();
  parser.initialize(type, maxHeaderSize, lenient ? 1 : 0);
  return parser;
}

/** Takes a parser back; its callbacks go. */
function freeParser(parser) {
  parser.free();
  parser.owner = undefined;
  parser.socket = undefined;
  parser.incoming = undefined;
  parser.onHeaders = undefined;
  parser.onBody = undefined;
  parser.onComplete = undefined;
  parser.onError = undefined;
  parser.onEnd = undefined;
  parser.onUpgrade = undefined;
  if (freeParsers.length < maxFreeParsers) freeParsers.push(parser);
}

/** The error that a parser's report becomes: name, code, reason, bytesParsed, rawPacket. */
function parseError(code, reason, bytesParsed, rawPacket) {
  const error = new Error(`Parse Error: ${reason}`);
  error.code = code;
  error.reason = reason;
  error.bytesParsed = bytesParsed;
  error.rawPacket = rawPacket;
  return error;
}

let maxHeaderSize;
/** --max-http-header-size in bytes. */
function getMaxHeaderSize() {
  maxHeaderSize ??= require('runtime/options').getOptionValue('--max-http-header-size');
  return maxHeaderSize;
}

let isLenientByDefault;
/** --insecure-http-parser. */
function isLenient() {
  if (isLenientByDefault === undefined) {
    isLenientByDefault = require('runtime/options').getOptionValue('--insecure-http-parser');
    if (isLenientByDefault) {
      process.emitWarning('Using insecure HTTP parsing');
    }
  }
  return isLenientByDefault;
}

module.exports = {
  // The parsers that wait for a connection: how many are kept.
  parsers: {
    get max() {
      return maxFreeParsers;
    },
    set max(max) {
      maxFreeParsers = max;
      freeParsers.length = Math.min(freeParsers.length, max);
    },
  },
  STATUS_CODES,
  methods,
  // Without the gaps between the numbers that the parser gives them.
  METHODS: methods.filter(Boolean).sort(),
  REQUEST,
  RESPONSE,
  isToken,
  hasInvalidValue,
  utcDate,
  takeParser,
  freeParser,
  parseError,
  getMaxHeaderSize,
  isLenient,
};

'use strict';
// The headers of an OutgoingMessage: setting them, and the block of text they become together with what
// framing needs (RFC 9112).

const errors = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { isToken, hasInvalidValue, utcDate } = require('modules/http/common');

const kHeaders = Symbol('headers'); // null-prototype object: lower-case name -> [name as given, value]
const kUniqueHeaders = Symbol('uniqueHeaders');
const kCrlf = '\r\n';

// Methods of OutgoingMessage.prototype.
const methods = {};

function checkName(name) {
  if (typeof name !== 'string' || !name || !isToken(name)) {
    throw new errors.ERR_INVALID_HTTP_TOKEN('Header name', name);
  }
}

function checkValue(name, value) {
  if (value === undefined) throw new errors.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (typeof value === 'string' ? hasInvalidValue(value) : hasInvalidValue(`${value}`)) {
    throw new errors.ERR_INVALID_CHAR('header content', name);
  }
}

/** http.validateHeaderName */
function validateHeaderName(name, label) {
  if (typeof name !== 'string' || !name || !isToken(name)) {
    throw new errors.ERR_INVALID_HTTP_TOKEN(label || 'Header name', name);
  }
}

/** http.validateHeaderValue */
function validateHeaderValue(name, value) {
  checkValue(name, value);
}

methods.setHeader = function setHeader(name, value) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('set');
  checkName(name);
  if (Array.isArray(value)) for (const each of value) checkValue(name, each);
  else checkValue(name, value);
  const headers = (this[kHeaders] ??= { __proto__: null });
  headers[name.toLowerCase()] = [name, value];
  return this;
};

methods.setHeaders = function setHeaders(headers) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('set');
  if (
    !headers ||
    Array.isArray(headers) ||
    typeof headers.keys !== 'function' ||
    typeof headers.get !== 'function'
  ) {
    throw new errors.ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
  }
  // Set-Cookie is the one header that Headers keeps apart.
  const cookies = [];
  for (const { 0: key, 1: value } of headers) {
    if (key === 'set-cookie') {
      if (Array.isArray(value)) cookies.push(...value);
      else cookies.push(value);
      continue;
    }
    this.setHeader(key, value);
  }
  if (cookies.length) this.setHeader('set-cookie', cookies);
  return this;
};

methods.appendHeader = function appendHeader(name, value) {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('append');
  checkName(name);
  if (Array.isArray(value)) for (const each of value) checkValue(name, each);
  else checkValue(name, value);
  const headers = (this[kHeaders] ??= { __proto__: null });
  const entry = headers[name.toLowerCase()];
  if (entry === undefined) {
    headers[name.toLowerCase()] = [name, value];
  } else {
    const before = Array.isArray(entry[1]) ? entry[1] : [entry[1]];
    entry[1] = before.concat(value);
  }
  return this;
};

methods.getHeader = function getHeader(name) {
  validateString(name, 'name');
  return this[kHeaders]?.[name.toLowerCase()]?.[1];
};

methods.getHeaderNames = function getHeaderNames() {
  return this[kHeaders] === null ? [] : Object.keys(this[kHeaders]);
};

methods.getRawHeaderNames = function getRawHeaderNames() {
  return this[kHeaders] === null ? [] : Object.values(this[kHeaders], 0).map(([name]) => name);
};

methods.getHeaders = function getHeaders() {
  const result = { __proto__: null };
  for (const key in this[kHeaders]) result[key] = this[kHeaders][key][1];
  return result;
};

methods.hasHeader = function hasHeader(name) {
  validateString(name, 'name');
  return this[kHeaders] !== null && this[kHeaders][name.toLowerCase()] !== undefined;
};

methods.removeHeader = function removeHeader(name) {
  validateString(name, 'name');
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('remove');
  const key = name.toLowerCase();
  if (key === 'connection') this._removedConnection = true;
  else if (key === 'content-length') this._removedContLen = true;
  else if (key === 'transfer-encoding') this._removedTE = true;
  else if (key === 'date') this.sendDate = false;
  if (this[kHeaders] !== null) delete this[kHeaders][key];
};

methods._renderHeaders = function _renderHeaders() {
  if (this._header) throw new errors.ERR_HTTP_HEADERS_SENT('render');
  const result = {};
  for (const key in this[kHeaders]) result[this[kHeaders][key][0]] = this[kHeaders][key][1];
  return result;
};

// Framing

const kConnection = 1;
const kContentLength = 2;
const kTransferEncoding = 4;
const kDate = 8;
const kExpect = 16;
const kTrailer = 32;
const kKeepAlive = 64;
const special = {
  __proto__: null,
  connection: kConnection,
  'content-length': kContentLength,
  'transfer-encoding': kTransferEncoding,
  date: kDate,
  expect: kExpect,
  trailer: kTrailer,
  'keep-alive': kKeepAlive,
};

// Collects the header block: text so far and which headers with a meaning for framing it has.
class Block {
  constructor(message, first) {
    this.message = message;
    this.text = first;
    this.has = 0;
  }

  add(name, lower, value, check) {
    if (check) checkName(name);
    if (Array.isArray(value)) {
      // A request's cookies are one header (RFC 6265, 5.4), and so is what the program calls unique.
      if (value.length > 1 && (lower === 'cookie' || this.message[kUniqueHeaders]?.has(lower))) {
        this.one(name, lower, value.join('; '), check);
        return;
      }
      for (const each of value) this.one(name, lower, each, check);
      return;
    }
    this.one(name, lower, value, check);
  }

  one(name, lower, value, check) {
    if (check) checkValue(name, value);
    if (lower === 'content-disposition' && this.message._contentLength) {
      value = Buffer.from(`${value}`, 'latin1').toString('latin1');
    }
    this.text += `${name}: ${value}\r\n`;
    const bit = special[lower];
    if (bit !== undefined) this.note(bit, value);
  }

  note(bit, value) {
    const { message } = this;
    this.has |= bit;
    if (bit === kConnection) {
      message._removedConnection = false;
      if (/(?:^|\W)close(?:$|\W)/i.test(value)) message._last = true;
      else message.shouldKeepAlive = true;
    } else if (bit === kTransferEncoding) {
      message._removedTE = false;
      if (/(?:^|\W)chunked(?:$|\W)/i.test(value)) message.chunkedEncoding = true;
    } else if (bit === kContentLength) {
      message._contentLength = +value;
      message._removedContLen = false;
    } else if (bit === kKeepAlive) {
      message._defaultKeepAlive = false;
    }
  }
}

// What the Connection header and its companion say.
const kSaysNothing = 0;
const kCloses = 1;
const kKeeps = 2;
const kKeepsFor = 3; // and for how long

// The same for all messages of a second: one flat string, made once.
const last = { date: '', connection: 0, timeout: 0, max: 0, text: '' };

// The lines Date, Connection and Keep-Alive (milliseconds `timeout`, of `max` requests).
function generalLines(dated, connection, timeout, max) {
  const date = dated ? utcDate() : '';
  if (
    last.date === date &&
    last.connection === connection &&
    (connection !== kKeepsFor || (last.timeout === timeout && last.max === max))
  ) {
    return last.text;
  }
  const lines = [];
  if (dated) lines.push(`Date: ${date}`);
  if (connection === kCloses) lines.push('Connection: close');
  else if (connection !== kSaysNothing) lines.push('Connection: keep-alive');
  if (connection === kKeepsFor) {
    const of = ~~max > 0 ? `, max=${max}` : '';
    lines.push(`Keep-Alive: timeout=${Math.floor(timeout / 1000)}${of}`);
  }
  lines.push('');
  Object.assign(last, { date, connection, timeout, max, text: lines.join('\r\n') });
  return last.text;
}

methods._storeHeader = function _storeHeader(firstLine, headers) {
  const block = new Block(this, firstLine);
  if (headers) {
    if (headers === this[kHeaders]) {
      for (const key in headers) block.add(headers[key][0], key, headers[key][1], false);
    } else if (Array.isArray(headers)) {
      if (headers.length && Array.isArray(headers[0])) {
        for (const [name, value] of headers)
          block.add(name, String(name).toLowerCase(), value, true);
      } else {
        if (headers.length % 2 !== 0) throw new errors.ERR_INVALID_ARG_VALUE('headers', headers);
        for (let i = 0; i < headers.length; i += 2) {
          block.add(headers[i], String(headers[i]).toLowerCase(), headers[i + 1], true);
        }
      }
    } else {
      for (const name in headers) {
        if (Object.hasOwn(headers, name)) block.add(name, name.toLowerCase(), headers[name], true);
      }
    }
  }
  let header = block.text;
  const dated = this.sendDate && !(block.has & kDate);

  // RFC 9112, 6.3: 204 and 304 have no body; an encoding header would make a peer wait for one.
  if (this.chunkedEncoding && (this.statusCode === 204 || this.statusCode === 304)) {
    this.chunkedEncoding = false;
    this.shouldKeepAlive = false;
  }

  let lines = kSaysNothing;
  if (this._removedConnection) {
    // Without the header HTTP/1.1 keeps the connection and 1.0 does not.
    this.shouldKeepAlive = this._last ? false : this.shouldKeepAlive;
    this._last = !this.shouldKeepAlive;
  } else if (!(block.has & kConnection)) {
    const keep =
      this.shouldKeepAlive &&
      (block.has & kContentLength || this.useChunkedEncodingByDefault || this.agent);
    if (keep && this.maxRequestsOnConnectionReached) {
      lines = kCloses;
    } else if (keep) {
      lines = this._keepAliveTimeout && this._defaultKeepAlive ? kKeepsFor : kKeeps;
    } else {
      this._last = true;
      lines = kCloses;
    }
  }
  header += generalLines(dated, lines, this._keepAliveTimeout, this._maxRequestsPerSocket);

  if (!(block.has & kContentLength) && !(block.has & kTransferEncoding)) {
    if (!this._hasBody) {
      this.chunkedEncoding = false;
    } else if (!this.useChunkedEncodingByDefault) {
      this._last = true;
    } else if (
      !this._trailer &&
      !(block.has & kTrailer) &&
      !this._removedContLen &&
      typeof this._contentLength === 'number'
    ) {
      header += `Content-Length: ${this._contentLength}\r\n`;
    } else if (!this._removedTE) {
      header += 'Transfer-Encoding: chunked\r\n';
      this.chunkedEncoding = true;
    } else {
      // Nothing says how long the body is: its end is the connection's.
      this._last = true;
      this.shouldKeepAlive = false;
    }
  }

  // RFC 9112, 6.1: trailers need chunks.
  if (this.chunkedEncoding !== true && block.has & kTrailer) {
    throw new errors.ERR_HTTP_TRAILER_INVALID();
  }
  this._header = header + kCrlf;
  this._headerSent = false;
  // The body waits for a "100 Continue": the head must not wait for the body.
  if (block.has & kExpect) this._send('');
};

/** A set of lower-case names from an option such as uniqueHeaders. */
function parseUniqueHeaders(list) {
  if (!Array.isArray(list)) return null;
  const set = new Set();
  for (const name of list) {
    if (Array.isArray(name)) for (const each of name) set.add(each.toLowerCase());
    else set.add(name.toLowerCase());
  }
  return set;
}

module.exports = {
  methods,
  kHeaders,
  kUniqueHeaders,
  parseUniqueHeaders,
  validateHeaderName,
  validateHeaderValue,
};

'use strict';
// Header fields as programs see them, and as native('http2') takes and gives them.
// https://nodejs.org/api/http2.html#headers-object

const errors = require('runtime/errors');
const { isToken } = require('modules/http/common');

const sensitiveHeaders = Symbol('sensitiveHeaders');

const setOf = (text) => new Set(text.trim().split(/\s+/));

// Fields that have one value; what follows the first is discarded.
const singleValued = setOf(`
  :status :method :authority :scheme :path :protocol
  access-control-allow-credentials access-control-max-age access-control-request-method age authorization
  content-encoding content-language content-length content-location content-md5 content-range content-type
  date dnt etag expires from host if-match if-modified-since if-none-match if-range if-unmodified-since
  last-modified location max-forwards proxy-authorization range referer retry-after tk
  upgrade-insecure-requests user-agent x-content-type-options
`);

// RFC 9113, 8.2.2.
const connectionSpecific = setOf(`
  connection upgrade http2-settings keep-alive proxy-connection transfer-encoding
`);

const requestPseudo = setOf(':authority :method :path :protocol :scheme');
const responsePseudo = setOf(':status');
const noPseudo = new Set();
const allPseudo = new Set([...requestPseudo, ...responsePseudo]);

/** The headers object of [name, value, name, value ...] as they arrived. */
function toObject(fields, sensitive) {
  const headers = { __proto__: null };
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    const value = fields[i + 1];
    const before = headers[name];
    if (before === undefined) {
      if (name === ':status') headers[name] = value | 0;
      else headers[name] = name === 'set-cookie' ? [value] : value;
    } else if (name === 'set-cookie') {
      before.push(value);
    } else if (name === 'cookie') {
      headers[name] = `${before}; ${value}`;
    } else if (!singleValued.has(name)) {
      headers[name] = `${before}, ${value}`;
    }
  }
  headers[sensitiveHeaders] = sensitive ?? [];
  return headers;
}

/** The headers object of a flat list that a program passed: names as they are, repeated ones in arrays. */
function fromFlat(list) {
  const headers = { __proto__: null };
  for (let i = 0; i < list.length; i += 2) {
    const before = headers[list[i]];
    const value = list[i + 1];
    if (before === undefined) headers[list[i]] = value;
    else if (Array.isArray(before)) before.push(value);
    else headers[list[i]] = [before, value];
  }
  const sensitive = list[sensitiveHeaders];
  if (sensitive !== undefined) headers[sensitiveHeaders] = sensitive;
  return headers;
}

function textOf(name, value) {
  const text = String(value);
  // A NUL separates fields on their way to nghttp2. The peer refuses any control character alike.
  return text.includes('\0') ? text.replaceAll('\0', '\x01') : text;
}

class BlockBuilder {
  constructor(pseudo, strict, sensitive) {
    this.pseudo = pseudo;
    this.strict = strict;
    this.seen = []; // of those that have one value
    this.first = ''; // pseudo-headers come first
    this.rest = '';
    this.count = 0;
    this.never = sensitive
      ? new Set(sensitive.map((name) => String(name).toLowerCase()))
      : undefined;
  }

  add(key, value) {
    if (value === undefined || key === '') return;
    const name = key.toLowerCase();
    const isArray = Array.isArray(value);
    if (isArray && value.length === 0) return;
    if (singleValued.has(name)) {
      const isMany = (isArray && value.length > 1) || this.seen.includes(name);
      if (this.strict && isMany) throw new errors.ERR_HTTP2_HEADER_SINGLE_VALUE(name);
      this.seen.push(name);
    }
    const flag = this.never?.has(name) ? '\x01' : '\0';
    if (name[0] === ':') {
      if (!this.pseudo.has(name)) throw new errors.ERR_HTTP2_INVALID_PSEUDOHEADER(name);
      const text = textOf(name, isArray ? value[0] : value);
      this.first += `${name}\0${text}\0${flag}`;
      this.count++;
      return;
    }
    if (!isToken(name)) throw new errors.ERR_INVALID_HTTP_TOKEN('Header name', key);
    if (connectionSpecific.has(name)) throw new errors.ERR_HTTP2_INVALID_CONNECTION_HEADERS(name);
    if (name === 'te' && !isOnlyTrailers(isArray ? value : [value])) {
      throw new errors.ERR_HTTP2_INVALID_CONNECTION_HEADERS(name);
    }
    if (!isArray) {
      this.rest += `${name}\0${textOf(name, value)}\0${flag}`;
      this.count++;
      return;
    }
    for (const one of value) {
      this.rest += `${name}\0${textOf(name, one)}\0${flag}`;
      this.count++;
    }
  }

  get text() {
    return this.first + this.rest;
  }
}

const isOnlyTrailers = (values) =>
  values.every((value) => value === null || String(value).toLowerCase() === 'trailers');

/**
 * What native('http2') takes: { text, count } of a headers object or a flat list.
 * @param {Set<string>} pseudo the pseudo-headers that may be among them
 */
function toBlock(headers, pseudo, strict = true) {
  const builder = new BlockBuilder(pseudo, strict, headers[sensitiveHeaders]);
  if (Array.isArray(headers)) {
    for (let i = 0; i < headers.length; i += 2) builder.add(headers[i], headers[i + 1]);
  } else {
    for (const key of Object.keys(headers)) builder.add(key, headers[key]);
  }
  return builder;
}

function isPseudo(name) {
  return allPseudo.has(name);
}

module.exports = {
  fromFlat,
  isPseudo,
  noPseudo,
  requestPseudo,
  responsePseudo,
  sensitiveHeaders,
  toBlock,
  toObject,
};

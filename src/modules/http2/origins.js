'use strict';
// ALTSVC and ORIGIN frames (RFC 7838, RFC 8336).

const errors = require('runtime/errors');
const { validateNumber, validateString } = require('runtime/validators');
const { kHandle, kSocket, kState } = require('modules/http2/symbols');
const { URL } = require('web/url');

const kMaxFrame = 16382;
const kMaxUint32 = 2 ** 32 - 1;
const kDefaultMaxOrigins = 128;
// What an ALTSVC value may consist of: visible ASCII, spaces and tabs.
const validAltsvc = /^[\t\x20-\x7e]*$/;

function originOf(value, InvalidOrigin, argument) {
  let origin;
  if (typeof value === 'string') origin = new URL(value).origin;
  else if (value !== null && typeof value === 'object') origin = value.origin;
  if (typeof origin !== 'string') {
    throw new errors.ERR_INVALID_ARG_TYPE(argument, ['string', 'URL', 'Object'], value);
  }
  if (origin === 'null' || origin.length === 0) throw new InvalidOrigin();
  return origin;
}

/** serverhttp2session.altsvc(alt, originOrStream) */
function sendAltsvc(session, alt, originOrStream) {
  if (session.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
  let id = 0;
  let origin = '';
  if (typeof originOrStream === 'number') {
    if (!(originOrStream > 0 && originOrStream <= kMaxUint32 && Number.isInteger(originOrStream))) {
      throw new errors.ERR_OUT_OF_RANGE(
        'originOrStream',
        `> 0 && < ${kMaxUint32 + 1}`,
        originOrStream,
      );
    }
    id = originOrStream;
  } else if (originOrStream !== undefined) {
    origin = originOf(originOrStream, errors.ERR_HTTP2_ALTSVC_INVALID_ORIGIN, 'originOrStream');
  }
  validateString(alt, 'alt');
  if (!validAltsvc.test(alt)) throw new errors.ERR_INVALID_CHAR('alt');
  if (Buffer.byteLength(origin) + Buffer.byteLength(alt) > kMaxFrame) {
    throw new errors.ERR_HTTP2_ALTSVC_LENGTH();
  }
  validateNumber(id, 'id');
  // There is no stream of that number: nobody to tell.
  if (id !== 0 && !session[kState].streams.has(id)) return;
  session[kHandle].altsvc(id, origin, alt);
}

/** serverhttp2session.origin(...origins) */
function sendOrigins(session, origins) {
  if (session.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
  if (origins.length === 0) return;
  const texts = origins.map((origin, i) =>
    originOf(origin, errors.ERR_HTTP2_INVALID_ORIGIN, `origins[${i}]`),
  );
  // Each has two bytes for its length.
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 0);
  if (size > kMaxFrame) throw new errors.ERR_HTTP2_ORIGIN_LENGTH();
  session[kHandle].origin(texts);
}

/** The origins that a session may speak for, beginning with the one it was made for. */
function originSet(session) {
  const state = session[kState];
  if (state.originSet === undefined) {
    const socket = session[kSocket];
    let host = socket.servername;
    if (!host) {
      host = socket.remoteFamily === 'IPv6' ? `[${socket.remoteAddress}]` : socket.remoteAddress;
    }
    const port =
      socket.remotePort === 443 || socket.remotePort === undefined ? '' : `:${socket.remotePort}`;
    state.originSet = new Set([`https://${host}${port}`]);
  }
  return state.originSet;
}

/** An ORIGIN frame arrived. */
function received(session, origins) {
  const set = originSet(session);
  const max = session[kState].options.maxOriginSetSize ?? kDefaultMaxOrigins;
  for (const origin of origins) {
    set.add(origin);
    if (set.size > max) {
      session.destroy(new errors.ERR_HTTP2_TOO_MANY_ORIGINS(max));
      return;
    }
  }
  session.emit('origin', origins);
}

/** The server said (421) that it does not speak for the origin of a request. */
function misdirected(session, stream) {
  const headers = stream.sentHeaders;
  if (!session.encrypted || headers === undefined) return;
  originSet(session).delete(`${headers[':scheme']}://${headers[':authority']}`);
}

module.exports = { misdirected, originSet, received, sendAltsvc, sendOrigins };

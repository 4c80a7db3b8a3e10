// node:querystring
'use strict';

const { ERR_INVALID_URI } = require('runtime/errors');

// For each ASCII character, 1 if it stays as it is.
const PLAIN = new Uint8Array(128);
for (const character of "!'()*-._~") PLAIN[character.charCodeAt(0)] = 1;
for (const [first, last] of ['AZ', 'az', '09']) {
  PLAIN.fill(1, first.charCodeAt(0), last.charCodeAt(0) + 1);
}

function isPlain(text) {
  for (let i = 0; i < text.length; i++) {
    if (PLAIN[text.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/;
const DEFAULT_MAX_KEYS = 1000;

/** Decodes percent-encoded bytes, and '+' if `decodeSpaces`; what is malformed stays as it is. */
function unescapeBuffer(string, decodeSpaces) {
  const { Buffer } = require('node:buffer');
  const bytes = Buffer.allocUnsafe(string.length);
  let length = 0;
  for (let i = 0; i < string.length; i++) {
    let byte = string.charCodeAt(i);
    if (byte === 0x25 && PERCENT_ENCODED.test(string.slice(i, i + 3))) {
      byte = Number.parseInt(string.slice(i + 1, i + 3), 16);
      i += 2;
    } else if (byte === 0x2b && decodeSpaces) {
      byte = 0x20;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

/** decodeURIComponent that does not throw. Programs may replace it on the module. */
function unescape(string, decodeSpaces) {
  try {
    return decodeURIComponent(string);
  } catch {
    return unescapeBuffer(string, decodeSpaces).toString();
  }
}

/**
 * Percent-encodes text whose surrogates are not all paired: any surrogate takes the code unit
 * behind it as its other half, and none at the end of the text can.
 */
function escapeUnpaired(string) {
  let escaped = '';
  for (let i = 0; i < string.length; i++) {
    const unit = string.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) {
      escaped += encodeURIComponent(string[i]);
      continue;
    }
    if (++i >= string.length) throw new ERR_INVALID_URI();
    const codePoint = 0x10000 + (((unit & 0x3ff) << 10) | (string.charCodeAt(i) & 0x3ff));
    escaped += encodeURIComponent(String.fromCodePoint(codePoint));
  }
  return escaped;
}

/** Percent-encodes a value for a query. Programs may replace it on the module. */
function escape(value) {
  if (typeof value !== 'string') {
    // An object is asked for its string before its primitive value, as a template would.
    value = typeof value === 'object' ? String(value) : `${value}`;
  }
  if (isPlain(value)) return value;
  return value.isWellFormed() ? encodeURIComponent(value) : escapeUnpaired(value);
}

function primitiveToString(value) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? `${value}` : '';
    case 'bigint':
    case 'boolean':
      return `${value}`;
    default:
      return '';
  }
}

/** The query string of an object's own enumerable properties. */
function stringify(object, separator, equals, options) {
  if (object === null || typeof object !== 'object') return '';
  separator ||= '&';
  equals ||= '=';
  const custom = options?.encodeURIComponent;
  const encode = typeof custom === 'function' ? custom : querystring.escape;

  let text = '';
  for (const key of Object.keys(object)) {
    const value = object[key];
    const prefix = `${encode(key)}${equals}`;
    if (!Array.isArray(value)) {
      text += `${text === '' ? '' : separator}${prefix}${encode(primitiveToString(value))}`;
      continue;
    }
    for (const member of value) {
      text += `${text === '' ? '' : separator}${prefix}${encode(primitiveToString(member))}`;
    }
  }
  return text;
}

function addPair(result, key, value) {
  const present = result[key];
  if (present === undefined) result[key] = value;
  else if (Array.isArray(present)) present.push(value);
  else result[key] = [present, value];
}

function decodePart(part, decode) {
  const isCustom = decode !== unescape;
  // A decoder that somebody brought along sees the spaces encoded, as everything else.
  if (part.includes('+')) part = part.replaceAll('+', isCustom ? '%20' : ' ');
  if (!isCustom && !(part.includes('%') && PERCENT_ENCODED.test(part))) return part;
  try {
    return decode(part);
  } catch {
    return unescape(part, true);
  }
}

const PLUS = 0x2b;
const PERCENT = 0x25;

// parse() with a separator and an equals sign of one character each: one pass, in which it is also
// seen whether there is anything to decode.
function parseByUnits(string, separator, equals, remaining, decode, result) {
  const isCustom = decode !== unescape;
  let start = 0;
  let middle = -1;
  let isEncoded = isCustom;
  for (let i = 0; i <= string.length; i++) {
    const unit = i < string.length ? string.charCodeAt(i) : separator;
    if (unit !== separator) {
      if (unit === equals && middle === -1) middle = i;
      else if (unit === PLUS || unit === PERCENT) isEncoded = true;
      continue;
    }
    // No pair stands behind a separator at the end.
    if (i === string.length && start === i) return;
    if (i > start) {
      let key = string.slice(start, middle === -1 ? i : middle);
      let value = middle === -1 ? '' : string.slice(middle + 1, i);
      if (isEncoded) {
        key = decodePart(key, decode);
        if (middle !== -1) value = decodePart(value, decode);
      }
      addPair(result, key, value);
    }
    if (--remaining <= 0) return;
    start = i + 1;
    middle = -1;
    isEncoded = isCustom;
  }
}

/** The key and value pairs of a query string, as an object without prototype. */
function parse(string, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof string !== 'string' || string.length === 0) return result;
  separator = separator ? `${separator}` : '&';
  equals = equals ? `${equals}` : '=';

  let remaining = typeof options?.maxKeys === 'number' ? options.maxKeys : DEFAULT_MAX_KEYS;
  if (!(remaining > 0)) remaining = Number.POSITIVE_INFINITY;
  const custom = options?.decodeURIComponent;
  const decode = typeof custom === 'function' ? custom : querystring.unescape;
  if (separator.length === 1 && equals.length === 1) {
    parseByUnits(string, separator.charCodeAt(0), equals.charCodeAt(0), remaining, decode, result);
    return result;
  }
  let middle = -1;
  for (let start = 0; start < string.length && remaining > 0; remaining--) {
    let end = separator === '' ? -1 : string.indexOf(separator, start);
    if (end === -1) end = string.length;
    // The next one is looked for once, however many pairs have none.
    if (middle < start) {
      middle = string.indexOf(equals, start);
      if (middle === -1) middle = string.length;
    }
    if (end > start) {
      const hasValue = middle + equals.length <= end;
      const key = decodePart(string.slice(start, hasValue ? middle : end), decode);
      const value = hasValue ? decodePart(string.slice(middle + equals.length, end), decode) : '';
      addPair(result, key, value);
    }
    start = end + separator.length;
  }
  return result;
}

const querystring = {
  unescapeBuffer,
  unescape,
  escape,
  stringify,
  encode: stringify,
  parse,
  decode: parse,
};

module.exports = querystring;

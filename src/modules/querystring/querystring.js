// node:querystring
'use strict';

const { ERR_INVALID_URI } = require('runtime/errors');

// For each ASCII character, 1 if it stays as it is.
const PLAIN = new Uint8Array(128);
for (const character of "!'()*-._~") PLAIN[character.charCodeAt(0)] = 1;
for (const [first, last] of ['AZ', 'az', '09']) {
  PLAIN.fill(1, first.charCodeAt(0), last.charCodeAt(0) + 1);
}
// For each ASCII character, what stands for it.
const ESCAPES = Array.from(PLAIN, (isPlain, unit) => {
  if (isPlain === 1) return String.fromCharCode(unit);
  return `%${unit.toString(16).toUpperCase().padStart(2, '0')}`;
});
// In longer texts, the engine finds what has to be encoded faster.
const SHORT = 64;

// For each ASCII character, the value of the hex digit that it is, or 255.
const HEX_VALUES = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX_VALUES[digit.charCodeAt(0)] = value;
  HEX_VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}
// For each ASCII character, itself.
const CHARACTERS = Array.from(PLAIN, (_, unit) => String.fromCharCode(unit));

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
  const decoded = typeof string === 'string' && !decodeSpaces ? decodeSimple(string) : undefined;
  return decoded ?? unescapeByEngine(string, decodeSpaces);
}

function unescapeByEngine(string, decodeSpaces) {
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
  if (typeof value === 'string') return escapeString(value);
  // An object is asked for its string before its primitive value, as a template would.
  return escapeString(typeof value === 'object' ? String(value) : `${value}`);
}

function escapeString(text) {
  const { length } = text;
  let escaped = '';
  let start = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (PLAIN[unit] === 1) continue;
    if (unit >= 0x80 || length > SHORT) return escapeByEngine(text);
    escaped += start < i ? text.slice(start, i) + ESCAPES[unit] : ESCAPES[unit];
    start = i + 1;
  }
  if (start === 0) return text;
  return start === length ? escaped : escaped + text.slice(start);
}

function escapeByEngine(text) {
  return text.isWellFormed() ? encodeURIComponent(text) : escapeUnpaired(text);
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
  const given = typeof custom === 'function' ? custom : querystring.escape;
  // Strings alone come to it from here.
  const encode = given === escape ? escapeString : given;

  let text = '';
  const keys = Object.keys(object);
  for (let i = 0; i < keys.length; i++) {
    const value = object[keys[i]];
    const prefix = encode(keys[i]) + equals;
    if (!Array.isArray(value)) {
      if (text.length > 0) text += separator;
      text += prefix + encode(primitiveToString(value));
      continue;
    }
    for (let j = 0; j < value.length; j++) {
      if (text.length > 0) text += separator;
      text += prefix + encode(primitiveToString(value[j]));
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
  // No decoder is asked for an empty text, however odd its answer would be.
  if (part === '') return part;
  const isCustom = decode !== unescape;
  // A decoder that somebody brought along sees the spaces encoded, as everything else.
  if (part.includes('+')) part = part.replaceAll('+', isCustom ? '%20' : ' ');
  if (!isCustom) {
    return decodeSimple(part) ?? (PERCENT_ENCODED.test(part) ? unescapeByEngine(part, true) : part);
  }
  try {
    return decode(part);
  } catch {
    return unescape(part, true);
  }
}

/** The same for short texts that are ASCII before and after; undefined for others. */
function decodeSimple(text) {
  const { length } = text;
  let decoded = '';
  let start = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return undefined;
    if (unit !== PERCENT) continue;
    if (length > SHORT) return undefined;
    const high = HEX_VALUES[text.charCodeAt(i + 1)];
    const low = HEX_VALUES[text.charCodeAt(i + 2)];
    // Where no two digits follow, the character stays.
    if (!(high < 16 && low < 16)) continue;
    if (high > 7) return undefined;
    const character = CHARACTERS[high * 16 + low];
    decoded += start < i ? text.slice(start, i) + character : character;
    i += 2;
    start = i + 1;
  }
  if (start === 0) return text;
  return start === length ? decoded : decoded + text.slice(start);
}

const PLUS = 0x2b;
const PERCENT = 0x25;

// parse() with a separator and an equals sign of one character each: one pass, in which it is also
// seen whether there is anything to decode.
function parseByUnits(string, separator, equals, remaining, decode, result) {
  const isCustom = decode !== unescape;
  let start = 0;
  let middle = -1;
  let isKeyEncoded = isCustom;
  let isEncoded = isCustom;
  for (let i = 0; i <= string.length; i++) {
    const unit = i < string.length ? string.charCodeAt(i) : separator;
    if (unit !== separator) {
      if (unit === equals && middle === -1) {
        middle = i;
        isKeyEncoded = isEncoded;
        isEncoded = isCustom;
      } else if (unit === PLUS || unit === PERCENT) {
        isEncoded = true;
      }
      continue;
    }
    // No pair stands behind a separator at the end.
    if (i === string.length && start === i) return;
    if (i > start) {
      let key = string.slice(start, middle === -1 ? i : middle);
      let value = middle === -1 ? '' : string.slice(middle + 1, i);
      if (middle === -1 ? isEncoded : isKeyEncoded) key = decodePart(key, decode);
      if (middle !== -1 && isEncoded) value = decodePart(value, decode);
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
  const result = Object.create(null);
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

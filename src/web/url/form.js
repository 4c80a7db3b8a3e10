'use strict';

// https://url.spec.whatwg.org/#application/x-www-form-urlencoded

// For each ASCII character, 1 if it stays as it is.
const PLAIN = new Uint8Array(128);
for (const character of '*-._') PLAIN[character.charCodeAt(0)] = 1;
for (const [first, last] of ['AZ', 'az', '09']) {
  PLAIN.fill(1, first.charCodeAt(0), last.charCodeAt(0) + 1);
}

function isPlain(text) {
  for (let i = 0; i < text.length; i++) {
    if (PLAIN[text.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

const ENCODED_SPECIALS = /%20|[!'()~]/g;

function encodeSpecial(text) {
  if (text === '%20') return '+';
  return `%${text.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Encodes a well-formed string for a form: encodeURIComponent leaves some more alone. */
function encode(text) {
  if (isPlain(text)) return text;
  return encodeURIComponent(text).replace(ENCODED_SPECIALS, encodeSpecial);
}

function decode(text) {
  if (text.includes('+')) text = text.replaceAll('+', ' ');
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Malformed: byte by byte, and what is not UTF-8 is replaced.
    const { Buffer } = require('node:buffer');
    const { unescapeBuffer } = require('node:querystring');
    return unescapeBuffer(Buffer.from(text).latin1Slice()).utf8Slice();
  }
}

/** Names and values, alternating, of a query without its '?'. */
function parseForm(text) {
  const list = [];
  if (text === '') return list;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const middle = pair.indexOf('=');
    if (middle === -1) list.push(decode(pair), '');
    else list.push(decode(pair.slice(0, middle)), decode(pair.slice(middle + 1)));
  }
  return list;
}

/** The query that stands for a list of alternating names and values. */
function serializeForm(list) {
  let text = '';
  for (let i = 0; i < list.length; i += 2) {
    text += `${i === 0 ? '' : '&'}${encode(list[i])}=${encode(list[i + 1])}`;
  }
  return text;
}

module.exports = { parseForm, serializeForm };

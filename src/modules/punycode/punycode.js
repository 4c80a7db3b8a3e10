// node:punycode
'use strict';

const { isCalledFromNodeModules } = require('runtime/call_site');

if (!isCalledFromNodeModules()) {
  process.emitWarning(
    'The `punycode` module is deprecated. Please use a userland alternative instead.',
    'DeprecationWarning',
    'DEP0040',
  );
}

// RFC 3492, section 5: the parameters of Bootstring that make it Punycode.
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;

const MAX_INT = 0x7fffffff;
const HYPHEN = 0x2d;

const LABEL_SEPARATORS = /[.\u3002\uff0e\uff61]/g;

function overflow() {
  return new RangeError('Overflow: input needs wider integers to process');
}

/** Section 6.1: the bias for the next delta, which follows how large this one was. */
function adaptBias(delta, codePointCount, isFirst) {
  delta = isFirst ? Math.floor(delta / DAMP) : delta >> 1;
  delta += Math.floor(delta / codePointCount);
  let k = 0;
  while (delta > ((BASE - T_MIN) * T_MAX) >> 1) {
    delta = Math.floor(delta / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}

function threshold(k, bias) {
  return Math.min(Math.max(k - bias, T_MIN), T_MAX);
}

function digitToCode(digit) {
  return digit < 26 ? digit + 0x61 : digit - 26 + 0x30;
}

function codeToDigit(code) {
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 26;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : BASE;
}

/** The code points of a string; half a surrogate pair counts as one. */
function ucs2decode(string) {
  return Array.from(string, (character) => character.codePointAt(0));
}

/** The string that consists of these code points. */
function ucs2encode(codePoints) {
  return Array.from(codePoints, (codePoint) => String.fromCodePoint(codePoint)).join('');
}

/** Section 6.2: Punycode to Unicode. */
function decode(input) {
  const delimiter = Math.max(input.lastIndexOf('-'), 0);
  const output = [];
  for (let i = 0; i < delimiter; i++) {
    const code = input.charCodeAt(i);
    if (code >= INITIAL_N) throw new RangeError('Illegal input >= 0x80 (not a basic code point)');
    output.push(code);
  }

  let n = INITIAL_N;
  let bias = INITIAL_BIAS;
  let position = 0;
  for (let index = delimiter > 0 ? delimiter + 1 : 0; index < input.length; ) {
    const oldPosition = position;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      if (index >= input.length) throw new RangeError('Invalid input');
      const digit = codeToDigit(input.charCodeAt(index++));
      if (digit >= BASE) throw new RangeError('Invalid input');
      if (digit > Math.floor((MAX_INT - position) / weight)) throw overflow();
      position += digit * weight;
      const t = threshold(k, bias);
      if (digit < t) break;
      if (weight > Math.floor(MAX_INT / (BASE - t))) throw overflow();
      weight *= BASE - t;
    }
    const length = output.length + 1;
    bias = adaptBias(position - oldPosition, length, oldPosition === 0);
    const wraps = Math.floor(position / length);
    if (wraps > MAX_INT - n) throw overflow();
    n += wraps;
    position %= length;
    output.splice(position++, 0, n);
  }
  return String.fromCodePoint(...output);
}

/** Section 6.3: Unicode to Punycode. */
function encode(input) {
  const codePoints = ucs2decode(input);
  const output = codePoints.filter((codePoint) => codePoint < INITIAL_N);
  const basicLength = output.length;
  if (basicLength > 0) output.push(HYPHEN);

  let n = INITIAL_N;
  let bias = INITIAL_BIAS;
  let delta = 0;
  let handled = basicLength;
  while (handled < codePoints.length) {
    let next = MAX_INT;
    for (const codePoint of codePoints) {
      if (codePoint >= n && codePoint < next) next = codePoint;
    }
    if (next - n > Math.floor((MAX_INT - delta) / (handled + 1))) throw overflow();
    delta += (next - n) * (handled + 1);
    n = next;
    for (const codePoint of codePoints) {
      if (codePoint < n && ++delta > MAX_INT) throw overflow();
      if (codePoint !== n) continue;
      let rest = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (rest < t) break;
        output.push(digitToCode(t + ((rest - t) % (BASE - t))));
        rest = Math.floor((rest - t) / (BASE - t));
      }
      output.push(digitToCode(rest));
      bias = adaptBias(delta, handled + 1, handled === basicLength);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return String.fromCharCode(...output);
}

/** Applies `convert` to each label of a domain, or of the domain of a mail address. */
function mapLabels(domain, convert) {
  const [first, second] = domain.split('@', 2);
  const prefix = second === undefined ? '' : `${first}@`;
  const labels = (second ?? first).replace(LABEL_SEPARATORS, '.').split('.');
  return prefix + labels.map(convert).join('.');
}

/** Encodes the labels of a domain that are not ASCII. */
function toASCII(domain) {
  return mapLabels(domain, (label) => (/[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label));
}

/** Decodes the labels of a domain that are Punycode. */
function toUnicode(domain) {
  return mapLabels(domain, (label) =>
    label.startsWith('xn--') ? decode(label.slice(4).toLowerCase()) : label,
  );
}

module.exports = {
  version: '2.1.0',
  ucs2: { decode: ucs2decode, encode: ucs2encode },
  decode,
  encode,
  toASCII,
  toUnicode,
};

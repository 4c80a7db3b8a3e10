'use strict';

// Brace expansion as shells do it: 'a{b,c}d' is 'abd' and 'acd', '{1..3}' counts.

const SEQUENCE = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/;

// A pattern cannot make more alternatives than this, whatever it multiplies.
const MAX_ALTERNATIVES = 100_000;

function closeOf(text, open) {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function splitAtCommas(text) {
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** The members of '1..9', 'a..e' or '01..10..3'; null when the text is no sequence. */
function expandSequence(text) {
  const match = SEQUENCE.exec(text);
  if (match === null) return null;
  const [, first, last] = match;
  const isNumeric = /\d/.test(first);
  if (isNumeric !== /\d/.test(last)) return null;
  const from = isNumeric ? Number(first) : first.charCodeAt(0);
  const to = isNumeric ? Number(last) : last.charCodeAt(0);
  const step = Math.max(Math.abs(Number(match[3] ?? 1)), 1);
  const isPadded = /^-?0\d/.test(first) || /^-?0\d/.test(last);
  const width = isPadded ? Math.max(first.length, last.length) : 0;
  const members = [];
  const direction = from <= to ? step : -step;
  for (let value = from; direction > 0 ? value <= to : value >= to; value += direction) {
    if (members.length === MAX_ALTERNATIVES) break;
    if (!isNumeric) members.push(String.fromCharCode(value));
    else if (value < 0) members.push(`-${String(-value).padStart(width - 1, '0')}`);
    else members.push(String(value).padStart(width, '0'));
  }
  return members;
}

/** All strings that the braces of a pattern stand for; the pattern itself without any. */
function expandBraces(pattern) {
  let open = pattern.indexOf('{');
  while (open !== -1) {
    const close = closeOf(pattern, open);
    if (close !== -1 && pattern[open - 1] !== '$') {
      const inner = pattern.slice(open + 1, close);
      const parts = splitAtCommas(inner);
      const members = parts.length > 1 ? parts.flatMap(expandBraces) : expandSequence(inner);
      if (members !== null) {
        const head = pattern.slice(0, open);
        const tails = expandBraces(pattern.slice(close + 1));
        const all = [];
        for (const member of members) {
          for (const tail of tails) {
            if (all.length === MAX_ALTERNATIVES) return all;
            all.push(`${head}${member}${tail}`);
          }
        }
        return all;
      }
    }
    open = pattern.indexOf('{', open + 1);
  }
  return [pattern];
}

module.exports = { expandBraces };

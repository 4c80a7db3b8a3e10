'use strict';

// How inspect breaks lines: on one line while it fits, long arrays in columns.

const { validateString } = require('runtime/validators');
const { isPrintable } = require('modules/util/inspect_text');

// Control sequences as ECMA-48 has them: CSI (styles, cursor), and OSC (titles, links) up to its end.
const csi = /[\u001b\u009b][[\]()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g;
const oscOrCsi = new RegExp(`\\u001b\\][^]*?(?:\\u0007|\\u001b\\\\|\\u009c)|${csi.source}`, 'g');

/** Text without its control sequences; util.stripVTControlCharacters. */
function stripVTControlCharacters(text) {
  validateString(text, 'str');
  return stripStyles(text) ?? stripSequences(text);
}

function stripSequences(text) {
  // Behind the last end of an OSC there is none: each beginning would look for its end in vain.
  let end = 0;
  for (const terminator of ['\u0007', '\u001b\\', '\u009c']) {
    const at = text.lastIndexOf(terminator);
    if (at !== -1) end = Math.max(end, at + terminator.length);
  }
  return text.slice(0, end).replace(oscOrCsi, '') + text.slice(end).replace(csi, '');
}

const kEscape = 0x1b;
const kDigitsOfNumber = 4;

// The same for text with no control sequences but styles, which is nearly all; undefined for other.
function stripStyles(text) {
  let stripped = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // These begin and end the rarer sequences.
    if (code === 0x07 || code === 0x9b || code === 0x9c) return undefined;
    if (code !== kEscape) continue;
    const end = endOfStyle(text, i);
    if (end === -1) return undefined;
    stripped += text.slice(from, i);
    from = end;
    i = end - 1;
  }
  return from === 0 ? text : stripped + text.slice(from);
}

// Where the numbers and the letter of 'ESC [ 1 ; 31 m' end; -1 for another sequence.
function endOfStyle(text, start) {
  if (text[start + 1] !== '[') return -1;
  let digits = 0;
  for (let i = start + 2; i < text.length; i++) {
    const character = text[i];
    if (character === 'm') return i + 1;
    if (character === ';') digits = 0;
    else if (!(character >= '0' && character <= '9') || ++digits > kDigitsOfNumber) return -1;
  }
  return -1;
}

function isWide(code) {
  return (
    code >= 0x1100 &&
    (code <= 0x115f || // Hangul Jamo
      code === 0x2329 ||
      code === 0x232a ||
      (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) || // CJK radicals to enclosed CJK
      (code >= 0x3250 && code <= 0x4dbf) ||
      (code >= 0x4e00 && code <= 0xa4c6) || // CJK ideographs, Yi
      (code >= 0xa960 && code <= 0xa97c) ||
      (code >= 0xac00 && code <= 0xd7a3) || // Hangul syllables
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe10 && code <= 0xfe19) ||
      (code >= 0xfe30 && code <= 0xfe6b) ||
      (code >= 0xff01 && code <= 0xff60) || // full-width forms
      (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1b000 && code <= 0x1b001) ||
      (code >= 0x1f200 && code <= 0x1f251) ||
      (code >= 0x1f300 && code <= 0x1f64f) || // pictographs, emoticons
      (code >= 0x1f900 && code <= 0x1f9ff) ||
      (code >= 0x20000 && code <= 0x3fffd))
  );
}

function isZeroWidth(code) {
  return (
    code <= 0x1f ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x300 && code <= 0x36f) || // combining marks
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x20d0 && code <= 0x20ff) ||
    (code >= 0xfe00 && code <= 0xfe0f) || // variation selectors
    (code >= 0xfe20 && code <= 0xfe2f) ||
    (code >= 0xe0100 && code <= 0xe01ef)
  );
}

/** Columns that a text takes on a terminal. */
function getStringWidth(text, removeControls = true) {
  if (isPrintable(text)) return text.length;
  if (removeControls) text = stripVTControlCharacters(text);
  // Nearly all text is printable ASCII, which takes a column each.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0);
    if (isWide(code)) width += 2;
    else if (!isZeroWidth(code)) width += 1;
  }
  return width;
}

function visibleLength(printer, text) {
  if (!printer.options.colors) return text.length;
  return stripVTControlCharacters(text).length;
}

function fitsOneLine(printer, entries, start, title) {
  const limit = printer.options.breakLength;
  let total = entries.length + start;
  if (total + entries.length > limit) return false;
  for (const entry of entries) {
    total += visibleLength(printer, entry);
    if (total > limit) return false;
  }
  return !title.includes('\n');
}

// Entries beside each other are separated by a comma and a space.
const kGap = 2;
// A character is about this much taller than wide: columns are chosen for a square look.
const kAspect = 2.5;
const kMaxColumns = 15;

/** Puts short entries of a long list in columns; the same array where that does not look better. */
function toColumns(printer, entries, list) {
  const { breakLength, compact, maxArrayLength } = printer.options;
  // The last entry may say how many more there are; it keeps its own line.
  const hasMore = maxArrayLength < entries.length;
  const count = hasMore ? entries.length - 1 : entries.length;
  const widths = new Array(count);
  let total = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    widths[i] = getStringWidth(entries[i], printer.options.colors);
    total += widths[i] + kGap;
    longest = Math.max(longest, widths[i]);
  }
  const cell = longest + kGap;
  // Worth it where three fit a line, unless a few entries are far longer than the rest.
  const isWorthIt =
    cell * 3 + printer.indentation < breakLength && (total / cell > 5 || longest <= 6);
  if (!isWorthIt) return entries;

  const bias = Math.sqrt(cell - total / entries.length);
  const typical = Math.max(cell - 3 - bias, 1);
  const columns = Math.min(
    Math.round(Math.sqrt(kAspect * typical * count) / typical),
    Math.floor((breakLength - printer.indentation) / cell),
    compact * 4,
    kMaxColumns,
  );
  if (columns <= 1) return entries;

  const columnWidths = [];
  for (let column = 0; column < columns; column++) {
    let widest = 0;
    for (let i = column; i < count; i += columns) widest = Math.max(widest, widths[i]);
    columnWidths.push(widest + kGap);
  }
  const alignRight =
    list === undefined ||
    everyElement(list, entries.length, (v) => typeof v === 'number' || typeof v === 'bigint');

  const rows = [];
  for (let start = 0; start < count; start += columns) {
    const end = Math.min(start + columns, count);
    let row = '';
    for (let i = start; i < end; i++) {
      const isLast = i === end - 1;
      const text = isLast ? entries[i] : `${entries[i]}, `;
      const space = columnWidths[i - start] - widths[i] - kGap;
      if (alignRight) row += ' '.repeat(space) + text;
      else row += isLast ? text : text + ' '.repeat(space);
    }
    rows.push(row);
  }
  if (hasMore) rows.push(entries[count]);
  return rows;
}

function everyElement(list, length, test) {
  for (let i = 0; i < length; i++) if (!test(list[i])) return false;
  return true;
}

/**
 * Entries with a separator between them. Concatenation shares the parts, where Array.prototype.join
 * would copy what may be many megabytes at each level.
 */
function join(entries, separator) {
  let text = entries[0];
  for (let i = 1; i < entries.length; i++) text += separator + entries[i];
  return text ?? '';
}

/** The text of an object: title, braces and entries on one line or on several. */
function layOut(printer, entries, title, open, close, isList, depth, value) {
  const { compact } = printer.options;
  const lead = title === '' ? '' : `${title} `;
  if (compact === true) {
    if (fitsOneLine(printer, entries, 0, title)) {
      return `${open}${title === '' ? '' : ` ${title}`} ${join(entries, ', ')} ${close}`;
    }
    const newLine = endOfLine(printer);
    const gap =
      title === '' && open.length === 1 ? ' ' : `${title === '' ? '' : ` ${title}`}${newLine}  `;
    return `${open}${gap}${join(entries, `,${newLine}  `)} ${close}`;
  }
  if (typeof compact === 'number' && compact >= 1) {
    const count = entries.length;
    if (isList && count > 6) entries = toColumns(printer, entries, value);
    // At most `compact` inner levels share a line, and never what is already in columns.
    if (printer.level - depth < compact && entries.length === count) {
      const start = entries.length + printer.indentation + open.length + title.length + 10;
      if (fitsOneLine(printer, entries, start, title)) {
        if (printer.isOneLine) return `${lead}${open} ${join(entries, ', ')} ${close}`;
        const line = entries.join(', ');
        if (!line.includes('\n')) return `${lead}${open} ${line} ${close}`;
      }
    }
  }
  const newLine = endOfLine(printer);
  return `${lead}${open}${newLine}  ${join(entries, `,${newLine}  `)}${newLine}${close}`;
}

function endOfLine(printer) {
  printer.isOneLine = false;
  return `\n${' '.repeat(printer.indentation)}`;
}

module.exports = { getStringWidth, layOut, stripVTControlCharacters };

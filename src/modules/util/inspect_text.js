'use strict';

// How inspect writes primitives.

// What a one-line literal cannot show: controls, quotes and backslashes, lone surrogates.
const needsEscape =
  /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const escapable = new RegExp(needsEscape, 'g');
const needsEscapeInOtherQuotes =
  /[\x00-\x1f\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const escapableInOtherQuotes = new RegExp(needsEscapeInOtherQuotes, 'g');

const named = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
};

function escapeCharacter(character) {
  const known = named[character];
  if (known !== undefined) return known;
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
    : `\\u${code.toString(16)}`;
}

// Up to this length, going over the characters here costs less than an expression.
const kShort = 40;

/** Whether short text is ASCII that prints; false says nothing about longer text. */
function isPrintable(text) {
  const { length } = text;
  if (length > kShort) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

// The same for text that a literal in single quotes shows as it is.
function isPlain(text) {
  const { length } = text;
  if (length > kShort) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x27 || code === 0x5c) return false;
  }
  return true;
}

/** A string as a literal, in the quotes that need the fewest escapes. */
function quoteString(text) {
  if (isPlain(text)) return `'${text}'`;
  let quote = "'";
  let test = needsEscape;
  let replace = escapable;
  if (text.includes("'")) {
    if (!text.includes('"')) quote = '"';
    else if (!text.includes('`') && !text.includes('${')) quote = '`';
    if (quote !== "'") {
      test = needsEscapeInOtherQuotes;
      replace = escapableInOtherQuotes;
    }
  }
  if (!test.test(text)) return `${quote}${text}${quote}`;
  return `${quote}${text.replace(replace, escapeCharacter)}${quote}`;
}

const separateGroups = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, '_');

/** A number as text; with `separators`, an underscore between each three digits. */
function numberText(number, separators) {
  if (Object.is(number, -0)) return '-0';
  const text = `${number}`;
  if (!separators || text.includes('e') || !Number.isFinite(number)) return text;
  const [, whole, fraction] = /^([^.]*)(?:\.(.*))?$/.exec(text);
  if (fraction === undefined) return separateGroups(whole);
  return `${separateGroups(whole)}.${fraction.replace(/(\d{3})(?=\d)/g, '$1_')}`;
}

/** A bigint as text with its n. */
function bigintText(bigint, separators) {
  const digits = `${bigint}`;
  return `${separators ? separateGroups(digits) : digits}n`;
}

// A long string is broken after its line ends, where there is this much room to fill at least.
const kShortest = 16;

function formatString(printer, value) {
  const { options } = printer;
  let trailer = '';
  if (value.length > options.maxStringLength) {
    const remaining = value.length - Math.max(options.maxStringLength, 0);
    value = value.slice(0, Math.max(options.maxStringLength, 0));
    trailer = `... ${remaining} more character${remaining > 1 ? 's' : ''}`;
  }
  if (
    options.compact !== true &&
    value.length > kShortest &&
    value.length > options.breakLength - printer.indentation - 4
  ) {
    const lines = value.split(/(?<=\n)/);
    printer.isOneLine = false;
    return (
      lines
        .map((line) => printer.style(quoteString(line), 'string'))
        .join(` +\n${' '.repeat(printer.indentation + 2)}`) + trailer
    );
  }
  return printer.style(quoteString(value), 'string') + trailer;
}

/** Symbol(description) for the name of a property, with what does not print escaped. */
function symbolText(symbol) {
  const text = Symbol.prototype.toString.call(symbol);
  return needsEscape.test(text) ? text.replace(escapable, escapeCharacter) : text;
}

/** Any primitive but null, in its style. */
function formatPrimitive(printer, value) {
  switch (typeof value) {
    case 'string':
      return formatString(printer, value);
    case 'number':
      return formatNumber(printer, value);
    case 'bigint':
      return formatBigint(printer, value);
    case 'symbol':
      printer.isOneLine = false;
      return printer.style(Symbol.prototype.toString.call(value), 'symbol');
    default:
      return printer.style(`${value}`, typeof value);
  }
}

function formatNumber(printer, value) {
  return printer.style(numberText(value, printer.options.numericSeparator), 'number');
}

function formatBigint(printer, value) {
  return printer.style(bigintText(value, printer.options.numericSeparator), 'bigint');
}

const date = Date.prototype;

/** A date as toISOString() writes it, which takes several times as long; 'Invalid Date' for one. */
function dateText(value) {
  const year = date.getUTCFullYear.call(value);
  if (Number.isNaN(year)) return date.toString.call(value);
  if (year < 1000 || year > 9999) return date.toISOString.call(value);
  const day = `${twoDigits(date.getUTCMonth.call(value) + 1)}-${twoDigits(date.getUTCDate.call(value))}`;
  const hour = `${twoDigits(date.getUTCHours.call(value))}:${twoDigits(date.getUTCMinutes.call(value))}`;
  const milliseconds = date.getUTCMilliseconds.call(value);
  const fraction = milliseconds < 100 ? `0${twoDigits(milliseconds)}` : `${milliseconds}`;
  return `${year}-${day}T${hour}:${twoDigits(date.getUTCSeconds.call(value))}.${fraction}Z`;
}

function twoDigits(number) {
  return number < 10 ? `0${number}` : `${number}`;
}

module.exports = {
  bigintText,
  dateText,
  formatBigint,
  formatNumber,
  formatPrimitive,
  isPrintable,
  numberText,
  quoteString,
  symbolText,
};

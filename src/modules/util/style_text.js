'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const {
  validateBoolean,
  validateObject,
  validateOneOf,
  validateString,
} = require('runtime/validators');
const { inspect } = require('modules/util/inspect');

const escape = (code) => `\u001b[${code}m`;

const hexColor = /^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/;

/** [open, close] of a format: a name in util.inspect.colors or a color in hexadecimal. */
function codesOf(format) {
  if (typeof format === 'string' && format.startsWith('#')) {
    if (!hexColor.test(format)) {
      throw new ERR_INVALID_ARG_VALUE(
        'format',
        format,
        'must be a valid hex color (#RGB or #RRGGBB)',
      );
    }
    const digits = format.length === 4 ? format.slice(1).replace(/./g, '$&$&') : format.slice(1);
    const [red, green, blue] = digits.match(/../g).map((pair) => Number.parseInt(pair, 16));
    return [`38;2;${red};${green};${blue}`, 39];
  }
  const codes = typeof format === 'string' ? inspect.colors[format] : undefined;
  if (codes == null) validateOneOf(format, 'format', Object.getOwnPropertyNames(inspect.colors));
  return codes;
}

// One code ends both bold and dim, so the outer one has to begin again behind the inner one's end.
const kEndOfWeight = 22;

/** Makes text inside a style return to it where the text ends a style of the same kind. */
function reopen(text, open, close, end) {
  if (!text.includes(end)) return text;
  const again = close === kEndOfWeight ? end + escape(open) : escape(open);
  const parts = text.split(end);
  let result = parts[0];
  for (let i = 1; i < parts.length; i++) {
    const isAtEnd = i === parts.length - 1 && parts[i] === '';
    result += (isAtEnd ? end : again) + parts[i];
  }
  return result;
}

function requireStream(stream) {
  const isWebStream =
    typeof stream === 'object' &&
    stream !== null &&
    (typeof stream.getReader === 'function' || typeof stream.getWriter === 'function');
  const isNodeStream =
    typeof stream === 'object' &&
    stream !== null &&
    (stream._readableState ||
      stream._writableState ||
      (typeof stream.write === 'function' && typeof stream.on === 'function') ||
      (typeof stream.pipe === 'function' && typeof stream.on === 'function'));
  if (!isWebStream && !isNodeStream) {
    throw new ERR_INVALID_ARG_TYPE(
      'stream',
      ['ReadableStream', 'WritableStream', 'Stream'],
      stream,
    );
  }
}

/** Whether a stream wants colors; FORCE_COLOR overrules it. */
function shouldColorize(stream) {
  if (process.env.FORCE_COLOR !== undefined) {
    return require('node:tty').WriteStream.prototype.getColorDepth.call(stream) > 2;
  }
  return (
    Boolean(stream?.isTTY) &&
    (typeof stream.getColorDepth !== 'function' || stream.getColorDepth() > 2)
  );
}

// The sequences of the formats used so far, by name: { codes, first, last, open, close }.
const known = new Map();

/** The sequences that begin and end a format, as inspect.colors has it now. */
function sequencesOf(format) {
  let found = known.get(format);
  if (found !== undefined) {
    const codes = inspect.colors[format];
    if (codes === found.codes && codes[0] === found.first && codes[1] === found.last) return found;
  }
  const codes = codesOf(format);
  const [first, last] = codes;
  found = { codes, first, last, open: escape(first), close: escape(last) };
  if (inspect.colors[format] === codes) known.set(format, found);
  return found;
}

/**
 * Text in the given formats, for a terminal.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilstyletextformat-text-options
 */
function styleText(format, text, options) {
  if (options === undefined) options = {};
  validateString(text, 'text');
  validateObject(options, 'options');
  const { validateStream = true, stream } = options;
  validateBoolean(validateStream, 'options.validateStream');
  const isPlain = validateStream && !isForColors(stream);
  if (Array.isArray(format)) return styleTextInAll(format, text, isPlain);
  if (format === 'none') return text;
  const { open, close, first, last } = sequencesOf(format);
  return isPlain ? text : `${open}${reopen(text, first, last, close)}${close}`;
}

function isForColors(stream) {
  if (stream === undefined) return shouldColorize(process.stdout);
  if (stream !== process.stdout) requireStream(stream);
  return shouldColorize(stream);
}

function styleTextInAll(formats, text, isPlain) {
  let open = '';
  let close = '';
  for (const format of formats) {
    if (format === 'none') continue;
    const sequences = sequencesOf(format);
    open += sequences.open;
    close = sequences.close + close;
    if (!isPlain) text = reopen(text, sequences.first, sequences.last, sequences.close);
  }
  return isPlain ? text : `${open}${text}${close}`;
}

module.exports = { shouldColorize, styleText };
